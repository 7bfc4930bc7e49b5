package memory

import (
	"fmt"
	"testing"
	"time"

	"convoke/application/port"
	"convoke/test/conformance/cache"
)

func TestCacheConforms(t *testing.T) {
	t.Parallel()
	cache.Run(t, cache.Harness{Start: func(t *testing.T) port.Cache { return newTestCache(t, CacheConfig{}) }})
}

func TestAFullCacheForgetsWhatWasNotRead(t *testing.T) {
	t.Parallel()
	const value = 1000
	c := newTestCache(t, CacheConfig{MaxBytes: 10 * (value + entryOverhead + len("space") + len("key-0"))})
	set := func(key string) {
		if err := c.Set(t.Context(), "space", key, make([]byte, value), time.Hour); err != nil {
			t.Fatal(err)
		}
	}
	for i := range 10 {
		set(fmt.Sprintf("key-%d", i))
	}
	if _, _, err := c.Get(t.Context(), "space", "key-0"); err != nil {
		t.Fatal(err)
	}

	set("key-x")

	for key, want := range map[string]bool{"key-0": true, "key-1": false, "key-2": true, "key-x": true} {
		if _, found, err := c.Get(t.Context(), "space", key); err != nil || found != want {
			t.Errorf("%s is there: %v, %v", key, found, err)
		}
	}
}

func TestACacheKeepsWithinItsBytes(t *testing.T) {
	t.Parallel()
	c := newTestCache(t, CacheConfig{MaxBytes: 1 << 16})
	for i := range 1000 {
		if err := c.Set(t.Context(), fmt.Sprintf("space-%d", i%7), fmt.Sprintf("key-%d", i%300), make([]byte, i*70), time.Hour); err != nil {
			t.Fatal(err)
		}
		if i%100 == 99 {
			_ = c.Drop(t.Context(), "space-3")
		}
	}

	sum, keys := 0, 0
	for _, at := range c.values.Keys() {
		value, _ := c.values.Peek(at)
		sum += weight(at, value)
	}
	for _, s := range c.spaces {
		keys += len(s.keys)
	}
	if sum != c.bytes || sum > c.maxBytes || keys != c.values.Len() {
		t.Errorf("%d bytes are kept, %d are counted, %d are allowed; %d keys of %d are in spaces", sum, c.bytes, c.maxBytes, keys, c.values.Len())
	}
}

func newTestCache(t *testing.T, config CacheConfig) *Cache {
	t.Helper()
	c, err := NewCache(config)
	if err != nil {
		t.Fatal(err)
	}
	return c
}
