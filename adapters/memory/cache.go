package memory

import (
	"cmp"
	"context"
	"math"
	"slices"
	"sync"
	"time"

	"github.com/hashicorp/golang-lru/v2/simplelru"

	"convoke/application/port"
)

// entryOverhead is about what an entry takes beside its key and value.
const entryOverhead = 128

// CacheConfig of a Cache. The zero value works.
type CacheConfig struct {
	MaxBytes int // of keys and values; 0: 32 MiB
}

// Cache keeps values in the process and forgets those that were not read for the longest time when it is full. Safe for
// concurrent use.
type Cache struct {
	maxBytes int

	mu      sync.Mutex
	entries *simplelru.LRU[string, entry]
	bytes   int
}

type entry struct {
	value   []byte
	expires time.Time
}

var _ port.Cache = (*Cache)(nil)

// NewCache makes an empty cache.
func NewCache(config CacheConfig) (*Cache, error) {
	c := &Cache{maxBytes: cmp.Or(config.MaxBytes, 32<<20)}
	var err error
	c.entries, err = simplelru.NewLRU(math.MaxInt32, func(key string, e entry) { c.bytes -= weight(key, e.value) })
	return c, err
}

// Get returns copies of the values that are there.
func (c *Cache) Get(_ context.Context, keys ...string) (map[string][]byte, error) {
	now := time.Now()
	found := make(map[string][]byte, len(keys))
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, key := range keys {
		e, ok := c.entries.Get(key)
		switch {
		case !ok:
		case now.Before(e.expires):
			found[key] = slices.Clone(e.value)
		default:
			c.entries.Remove(key)
		}
	}
	return found, nil
}

// Set keeps a copy of the value. One that is larger than the whole cache is not kept.
func (c *Cache) Set(_ context.Context, key string, value []byte, ttl time.Duration) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.entries.Remove(key)
	w := weight(key, value)
	if ttl <= 0 || w > c.maxBytes {
		return nil
	}
	for c.bytes+w > c.maxBytes {
		c.entries.RemoveOldest()
	}
	c.entries.Add(key, entry{append([]byte{}, value...), time.Now().Add(ttl)})
	c.bytes += w
	return nil
}

// Delete removes keys.
func (c *Cache) Delete(_ context.Context, keys ...string) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, key := range keys {
		c.entries.Remove(key)
	}
	return nil
}

func weight(key string, value []byte) int { return len(key) + len(value) + entryOverhead }
