package store

import (
	"errors"
	"math/rand/v2"
	"slices"
	"testing"

	"convoke/application/rsvps"
	"convoke/domain/rsvp"
)

func promotionInSteps(t *testing.T, k *kit) {
	const waiting = 1100
	occasion, _ := k.waitlist(1, 1)
	changes := make([]*rsvps.Change, waiting-1)
	for i := range changes {
		changes[i] = k.guest(occasion, 10+i, 1)
	}
	if err := k.store.CommitReplies(t.Context(), changes...); err != nil {
		t.Fatal(err)
	}
	c := k.decide(k.editing(occasion, func(d *rsvp.Details) { d.Capacity = 1051 }))
	if c.Occasion.Counts.Yes != 501 {
		t.Errorf("%d were seated at once", c.Occasion.Counts.Yes)
	}
	before := true
	for i, want := range []bool{true, false, false} {
		unfinished, err := k.store.Promoting(t.Context(), 10)
		if err != nil || slices.Contains(unfinished, occasion) != before {
			t.Errorf("promoting: %v, %v", unfinished, err)
		}
		late := k.reply(occasion, 5000+i, 1) // nobody overtakes those who wait and fit
		if wantStatus := rsvp.Waitlisted; late.Status != wantStatus {
			t.Errorf("who came in step %d is %s", i, late.Status)
		}
		o, err := k.store.PromoteMore(t.Context(), occasion)
		if err != nil || o.Promoting != want {
			t.Errorf("promoting: %v, %v", o.Promoting, err)
		}
		before = want
	}
	if c := k.agree(occasion).Counts; c.Yes != 1051 || c.Waitlisted != 53 {
		t.Errorf("%+v", c)
	}
	if first := k.found(changes[0].Reply.ID); first.Status != rsvp.Yes {
		t.Errorf("the first is %s", first.Status)
	}
}

// churn lets many guests come, grow, shrink and go at once, in two processes.
func churn(t *testing.T, k *kit) {
	const guests, rounds = 24, 12
	occasion, stores := k.host(rsvp.Details{Capacity: 40, Waitlist: rsvp.WaitlistAuto}), k.stores(t)
	together(guests, func(n int) {
		random, store := rand.New(rand.NewPCG(7, uint64(n))), stores[n%len(stores)]
		for range rounds {
			mine := k.guest(occasion, n, 1+random.IntN(5))
			if err := errors.Join(store.CommitReplies(t.Context(), mine), mine.Err); err != nil {
				t.Error(err)
				return
			}
			size := 1 + random.IntN(5)
			end := k.cancelling(*mine.Reply)
			if random.IntN(2) == 0 {
				end = k.removing(*mine.Reply)
			}
			// A party may grow beyond the seats: then it stays as it was.
			err := store.CommitReplies(t.Context(), k.patching(*mine.Reply, rsvp.Patch{PartySize: &size}), end)
			if err = errors.Join(err, end.Err); err != nil {
				t.Error(err)
				return
			}
		}
	})
	if c := k.agree(occasion).Counts; c.Yes+c.Waitlisted != 0 {
		t.Errorf("%+v", c)
	}
}
