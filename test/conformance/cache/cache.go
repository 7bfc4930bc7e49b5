// Package cache is the conformance suite of port.Cache.
package cache

import (
	"fmt"
	"maps"
	"slices"
	"sync"
	"testing"
	"time"

	"convoke/application/port"
)

// Harness gives the suite caches.
type Harness struct {
	// Start returns an empty cache for one test. It ends with t.
	Start func(t *testing.T) port.Cache
	// Pass lets time go by for the cache. nil: the suite waits.
	Pass func(t *testing.T, cache port.Cache, d time.Duration)
}

// Run checks the adapter behind the harness.
func Run(t *testing.T, h Harness) {
	for _, test := range []struct {
		name string
		run  func(*kit)
	}{
		{"get returns what was set", getReturnsWhatWasSet},
		{"get leaves out what is missing", getLeavesOutMissing},
		{"set replaces", setReplaces},
		{"delete removes, and does not mind missing keys", deleteRemoves},
		{"a value expires", valueExpires},
		{"a value without a lifetime is not kept", noLifetime},
		{"values are copies", valuesAreCopies},
		{"many callers at a time", manyCallers},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			test.run(&kit{T: t, Cache: h.Start(t), pass: h.Pass})
		})
	}
}

// kit is what one test works with.
type kit struct {
	*testing.T
	port.Cache
	pass func(t *testing.T, cache port.Cache, d time.Duration)
}

func (k *kit) set(key, value string, ttl time.Duration) {
	k.Helper()
	if err := k.Set(k.Context(), key, []byte(value), ttl); err != nil {
		k.Fatalf("set %q: %v", key, err)
	}
}

// want fails the test unless the keys have exactly the values.
func (k *kit) want(values map[string]string, keys ...string) {
	k.Helper()
	got, err := k.Get(k.Context(), keys...)
	if err != nil {
		k.Fatalf("get %q: %v", keys, err)
	}
	texts := map[string]string{}
	for key, value := range got {
		texts[key] = string(value)
	}
	if !maps.Equal(texts, values) {
		k.Errorf("get %q: %q, want %q", keys, texts, values)
	}
}

func (k *kit) wait(d time.Duration) {
	if k.pass != nil {
		k.pass(k.T, k.Cache, d)
		return
	}
	<-time.After(d)
}

func getReturnsWhatWasSet(k *kit) {
	want := map[string]string{"page:1": "a\x00b\r\nc\xff", "page:2 ü": "two", "empty": ""}
	for key, value := range want {
		k.set(key, value, time.Hour)
	}

	k.want(want, slices.Collect(maps.Keys(want))...)
}

func getLeavesOutMissing(k *kit) {
	k.set("there", "yes", time.Hour)

	k.want(map[string]string{"there": "yes"}, "missing", "there", "gone")
	k.want(map[string]string{}, "missing")
	k.want(map[string]string{})
}

func setReplaces(k *kit) {
	k.set("key", "long and old", 50*time.Millisecond)
	k.set("key", "new", time.Hour)

	k.wait(100 * time.Millisecond)

	k.want(map[string]string{"key": "new"}, "key")
}

func deleteRemoves(k *kit) {
	k.set("a", "1", time.Hour)
	k.set("b", "2", time.Hour)
	k.set("c", "3", time.Hour)

	if err := k.Delete(k.Context(), "a", "missing", "c"); err != nil {
		k.Errorf("delete: %v", err)
	}
	if err := k.Delete(k.Context()); err != nil {
		k.Errorf("delete of nothing: %v", err)
	}

	k.want(map[string]string{"b": "2"}, "a", "b", "c")
}

func valueExpires(k *kit) {
	k.set("short", "1", 50*time.Millisecond)
	k.set("long", "2", time.Hour)

	k.wait(100 * time.Millisecond)

	k.want(map[string]string{"long": "2"}, "short", "long")
}

func noLifetime(k *kit) {
	k.set("before", "1", time.Hour)
	for _, key := range []string{"before", "fresh"} {
		if err := k.Set(k.Context(), key, []byte("2"), 0); err != nil {
			k.Errorf("set without a lifetime: %v", err)
		}
	}

	got, err := k.Get(k.Context(), "before", "fresh")

	if err != nil || string(got["before"]) == "2" || got["fresh"] != nil {
		k.Errorf("get: %q, %v; a lifetime of 0 must not mean for ever", got, err)
	}
}

func valuesAreCopies(k *kit) {
	mine := []byte("value")
	if err := k.Set(k.Context(), "key", mine, time.Hour); err != nil {
		k.Fatal(err)
	}
	mine[0] = 'X'
	k.want(map[string]string{"key": "value"}, "key")

	got, err := k.Get(k.Context(), "key")
	if err != nil {
		k.Fatal(err)
	}
	got["key"][0] = 'X'

	k.want(map[string]string{"key": "value"}, "key")
}

func manyCallers(k *kit) {
	var callers sync.WaitGroup
	for i := range 20 {
		callers.Go(func() {
			key := fmt.Sprintf("key-%d", i%5)
			for range 50 {
				if err := k.Set(k.Context(), key, []byte(key), time.Hour); err != nil {
					k.Errorf("set: %v", err)
				}
				got, err := k.Get(k.Context(), key)
				if value, ok := got[key]; err != nil || ok && string(value) != key {
					k.Errorf("get: %q, %v", value, err)
				}
				if err := k.Delete(k.Context(), key); err != nil {
					k.Errorf("delete: %v", err)
				}
			}
		})
	}
	callers.Wait()
}
