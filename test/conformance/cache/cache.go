// Package cache is the conformance suite of port.Cache.
package cache

import (
	"fmt"
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
		{"what is missing is not found", missingIsNotFound},
		{"set replaces", setReplaces},
		{"drop removes spaces whole, and does not mind missing ones", dropRemoves},
		{"clear removes everything", clearRemoves},
		{"a space expires, counted from its first value", spaceExpires},
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

func (k *kit) set(space, key, value string, ttl time.Duration) {
	k.Helper()
	if err := k.Set(k.Context(), space, key, []byte(value), ttl); err != nil {
		k.Fatalf("set %q of %q: %v", key, space, err)
	}
}

// want fails the test unless the key has the value.
func (k *kit) want(space, key, value string) {
	k.Helper()
	got, found, err := k.Get(k.Context(), space, key)
	if err != nil || !found || string(got) != value {
		k.Errorf("get %q of %q: %q, %v, %v, want %q", key, space, got, found, err, value)
	}
}

// wantNone fails the test if the key is there.
func (k *kit) wantNone(space string, keys ...string) {
	k.Helper()
	for _, key := range keys {
		if got, found, err := k.Get(k.Context(), space, key); err != nil || found || len(got) > 0 {
			k.Errorf("get %q of %q: %q, %v, %v, want nothing", key, space, got, found, err)
		}
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
	values := map[string]string{"page:1": "a\x00b\r\nc\xff", "page:2 ü": "two", "empty": ""}
	for key, value := range values {
		k.set("space", key, value, time.Hour)
		k.set("space ü", key, "other "+value, time.Hour)
	}

	for key, value := range values {
		k.want("space", key, value)
		k.want("space ü", key, "other "+value)
	}
}

func missingIsNotFound(k *kit) {
	k.set("space", "there", "yes", time.Hour)

	k.wantNone("space", "missing", "")
	k.wantNone("nowhere", "there")
}

func setReplaces(k *kit) {
	k.set("space", "key", "long and old", time.Hour)
	k.set("space", "key", "new", time.Hour)

	k.want("space", "key", "new")
}

func dropRemoves(k *kit) {
	for _, space := range []string{"a", "b", "c"} {
		k.set(space, "1", space, time.Hour)
		k.set(space, "2", space, time.Hour)
	}

	if err := k.Drop(k.Context(), "a", "missing", "c"); err != nil {
		k.Errorf("drop: %v", err)
	}
	if err := k.Drop(k.Context()); err != nil {
		k.Errorf("drop of nothing: %v", err)
	}

	k.wantNone("a", "1", "2")
	k.wantNone("c", "1", "2")
	k.want("b", "1", "b")
	k.want("b", "2", "b")
	k.set("a", "1", "again", time.Hour)
	k.want("a", "1", "again")
	k.wantNone("a", "2")
}

func clearRemoves(k *kit) {
	for i := range 50 {
		k.set(fmt.Sprint("space-", i), "key", "value", time.Hour)
	}

	if err := k.Clear(k.Context()); err != nil {
		k.Errorf("clear: %v", err)
	}

	for i := range 50 {
		k.wantNone(fmt.Sprint("space-", i), "key")
	}
	k.set("space-1", "key", "again", time.Hour)
	k.want("space-1", "key", "again")
}

func spaceExpires(k *kit) {
	const ttl = 500 * time.Millisecond
	k.set("long", "key", "1", time.Hour)
	short := "short"
	for begun := time.Now(); ; begun = time.Now() {
		k.set(short, "first", "2", ttl)
		k.set(short, "second", "3", time.Hour)
		if time.Since(begun) < ttl {
			break
		}
		short += " again" // the machine was so slow that the space may have expired in between
	}

	k.wait(ttl + 100*time.Millisecond)

	k.wantNone(short, "first", "second")
	k.want("long", "key", "1")
	k.set(short, "first", "4", time.Hour)
	k.wait(ttl + 100*time.Millisecond)
	k.want(short, "first", "4")
}

func noLifetime(k *kit) {
	k.set("before", "key", "1", time.Hour)
	for _, space := range []string{"before", "fresh"} {
		if err := k.Set(k.Context(), space, "key", []byte("2"), 0); err != nil {
			k.Errorf("set without a lifetime: %v", err)
		}
	}

	k.wantNone("before", "key")
	k.wantNone("fresh", "key")
}

func valuesAreCopies(k *kit) {
	mine := []byte("value")
	if err := k.Set(k.Context(), "space", "key", mine, time.Hour); err != nil {
		k.Fatal(err)
	}
	mine[0] = 'X'
	k.want("space", "key", "value")

	got, _, err := k.Get(k.Context(), "space", "key")
	if err != nil {
		k.Fatal(err)
	}
	got[0] = 'X'

	k.want("space", "key", "value")
}

func manyCallers(k *kit) {
	var callers sync.WaitGroup
	for i := range 20 {
		callers.Go(func() {
			space := fmt.Sprintf("space-%d", i%5)
			for range 50 {
				if err := k.Set(k.Context(), space, "key", []byte(space), time.Hour); err != nil {
					k.Errorf("set: %v", err)
				}
				got, found, err := k.Get(k.Context(), space, "key")
				if err != nil || found && string(got) != space {
					k.Errorf("get: %q, %v", got, err)
				}
				if err := k.Drop(k.Context(), space); err != nil {
					k.Errorf("drop: %v", err)
				}
			}
		})
	}
	callers.Wait()
}
