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
const entryOverhead = 192

// CacheConfig of a Cache. The zero value works.
type CacheConfig struct {
	MaxBytes int // of keys and values; 0: 32 MiB
}

// Cache keeps values in the process and forgets those that were not read for the longest time when it is full. Safe for
// concurrent use.
type Cache struct {
	maxBytes int

	mu     sync.Mutex
	values *simplelru.LRU[place, []byte]
	spaces map[string]*space
	bytes  int
}

type place struct{ space, key string }

type space struct {
	keys    map[string]struct{}
	expires time.Time
}

var _ port.Cache = (*Cache)(nil)

// NewCache makes an empty cache.
func NewCache(config CacheConfig) (*Cache, error) {
	c := &Cache{maxBytes: cmp.Or(config.MaxBytes, 32<<20), spaces: map[string]*space{}}
	var err error
	c.values, err = simplelru.NewLRU(math.MaxInt32, c.forget)
	return c, err
}

// forget takes a value that leaves out of its space, and an empty space out of the cache.
func (c *Cache) forget(at place, value []byte) {
	c.bytes -= weight(at, value)
	s := c.spaces[at.space]
	if delete(s.keys, at.key); len(s.keys) == 0 {
		delete(c.spaces, at.space)
	}
}

// Get returns a copy of the value if it is there.
func (c *Cache) Get(_ context.Context, name, key string) ([]byte, bool, error) {
	now := time.Now()
	c.mu.Lock()
	defer c.mu.Unlock()
	c.expire(name, now)
	value, found := c.values.Get(place{name, key})
	return slices.Clone(value), found, nil
}

// Set keeps a copy of the value. One that is larger than the whole cache is not kept.
func (c *Cache) Set(_ context.Context, name, key string, value []byte, ttl time.Duration) error {
	now, at := time.Now(), place{name, key}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.expire(name, now)
	if ttl <= 0 {
		c.drop(name)
		return nil
	}
	expires := now.Add(ttl)
	if s := c.spaces[name]; s != nil {
		expires = s.expires
	}
	c.values.Remove(at)
	w := weight(at, value)
	if w > c.maxBytes {
		return nil
	}
	for c.bytes+w > c.maxBytes {
		c.values.RemoveOldest()
	}
	if c.spaces[name] == nil {
		c.spaces[name] = &space{map[string]struct{}{}, expires}
	}
	c.spaces[name].keys[key] = struct{}{}
	c.values.Add(at, append([]byte{}, value...))
	c.bytes += w
	return nil
}

// Drop removes spaces.
func (c *Cache) Drop(_ context.Context, names ...string) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, name := range names {
		c.drop(name)
	}
	return nil
}

// Clear removes everything.
func (c *Cache) Clear(context.Context) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.values.Purge()
	return nil
}

func (c *Cache) expire(name string, now time.Time) {
	if s := c.spaces[name]; s != nil && !now.Before(s.expires) {
		c.drop(name)
	}
}

func (c *Cache) drop(name string) {
	s := c.spaces[name]
	if s == nil {
		return
	}
	for key := range s.keys {
		c.values.Remove(place{name, key})
	}
}

func weight(at place, value []byte) int {
	return len(at.space) + len(at.key) + len(value) + entryOverhead
}
