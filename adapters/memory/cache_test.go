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
	c := newTestCache(t, CacheConfig{MaxBytes: 10 * (value + entryOverhead + len("key-0"))})
	set := func(key string) {
		if err := c.Set(t.Context(), key, make([]byte, value), time.Hour); err != nil {
			t.Fatal(err)
		}
	}
	for i := range 10 {
		set(fmt.Sprintf("key-%d", i))
	}
	if _, err := c.Get(t.Context(), "key-0"); err != nil {
		t.Fatal(err)
	}

	set("key-x")

	got, err := c.Get(t.Context(), "key-0", "key-1", "key-2", "key-x")
	if err != nil {
		t.Fatal(err)
	}
	if got["key-0"] == nil || got["key-1"] != nil || got["key-2"] == nil || got["key-x"] == nil {
		t.Errorf("kept %d of 4 keys, want all but key-1", len(got))
	}
}

func TestACacheKeepsWithinItsBytes(t *testing.T) {
	t.Parallel()
	c := newTestCache(t, CacheConfig{MaxBytes: 1 << 16})
	for i := range 1000 {
		if err := c.Set(t.Context(), fmt.Sprintf("key-%d", i%300), make([]byte, i*70), time.Hour); err != nil {
			t.Fatal(err)
		}
	}

	sum := 0
	for _, key := range c.entries.Keys() {
		e, _ := c.entries.Peek(key)
		sum += weight(key, e.value)
	}
	if sum != c.bytes || sum > c.maxBytes {
		t.Errorf("%d bytes are kept, %d are counted, %d are allowed", sum, c.bytes, c.maxBytes)
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
