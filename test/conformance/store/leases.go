package store

import (
	"testing"
	"time"
)

var leaseTests = map[string]func(*testing.T, *kit){
	"a lease has one holder, who may renew it":       oneHolder,
	"a lease that runs out goes to another":          leaseRunsOut,
	"a released lease goes to another at once":       leaseReleased,
	"leases of different names do not mind another":  leaseNames,
	"of many who ask at the same time one is held":   leaseRace,
	"only the holder can release, and twice is fine": releaseByOthers,
	"the term grows with each change of holder":      leaseTerm,
}

const forLong = time.Minute

// acquire asks for a lease.
func (k *kit) acquire(name, holder string, ttl time.Duration) (int64, bool) {
	k.t.Helper()
	term, held, err := k.store.Acquire(k.t.Context(), name, holder, ttl)
	if err != nil {
		k.t.Fatal(err)
	}
	return term, held
}

func (k *kit) release(name, holder string) {
	k.t.Helper()
	if err := k.store.Release(k.t.Context(), name, holder); err != nil {
		k.t.Fatal(err)
	}
}

func oneHolder(t *testing.T, k *kit) {
	term, held := k.acquire("relay", "a", forLong)
	if !held || term < 1 {
		t.Fatalf("term %d, held: %v", term, held)
	}
	if _, held := k.acquire("relay", "b", forLong); held {
		t.Error("two holders")
	}
	if again, held := k.acquire("relay", "a", forLong); !held || again != term {
		t.Errorf("renewed as term %d, held: %v", again, held)
	}
}

func leaseRunsOut(t *testing.T, k *kit) {
	const ttl = 300 * time.Millisecond
	start := time.Now()
	first, _ := k.acquire("relay", "a", ttl)
	var second int64
	eventually(t, "the change of holder", func() bool {
		term, held := k.acquire("relay", "b", forLong)
		second = term
		return held
	})
	if waited := time.Since(start); waited < ttl-50*time.Millisecond {
		t.Errorf("the lease was lost after %v", waited)
	}
	if second <= first {
		t.Errorf("term %d after term %d", second, first)
	}
	if _, held := k.acquire("relay", "a", ttl); held {
		t.Error("two holders")
	}
}

func leaseReleased(t *testing.T, k *kit) {
	first, _ := k.acquire("relay", "a", forLong)
	k.release("relay", "a")
	if second, held := k.acquire("relay", "b", forLong); !held || second <= first {
		t.Errorf("term %d after %d, held: %v", second, first, held)
	}
}

func leaseNames(t *testing.T, k *kit) {
	if _, held := k.acquire("relay", "a", forLong); !held {
		t.Error("not held")
	}
	if _, held := k.acquire("sweep", "b", forLong); !held {
		t.Error("not held")
	}
}

func leaseRace(t *testing.T, k *kit) {
	holders := make(chan int, 20)
	together(cap(holders), func(i int) {
		if _, held, err := k.store.Acquire(t.Context(), "relay", string(rune('a'+i)), forLong); err != nil {
			t.Error(err)
		} else if held {
			holders <- i
		}
	})
	if len(holders) != 1 {
		t.Errorf("%d holders", len(holders))
	}
}

func releaseByOthers(t *testing.T, k *kit) {
	k.release("relay", "nobody")
	k.acquire("relay", "a", forLong)
	k.release("relay", "b")
	if _, held := k.acquire("relay", "b", forLong); held {
		t.Error("somebody else's release counted")
	}
	k.release("relay", "a")
	k.release("relay", "a")
	if _, held := k.acquire("relay", "b", forLong); !held {
		t.Error("not free")
	}
}

func leaseTerm(t *testing.T, k *kit) {
	last := int64(0)
	for range 3 {
		for _, holder := range []string{"a", "b"} {
			term, held := k.acquire("relay", holder, forLong)
			if !held || term <= last {
				t.Errorf("term %d after %d, held: %v", term, last, held)
			}
			last = term
			k.release("relay", holder)
		}
	}
}
