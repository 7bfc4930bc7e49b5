package store

import (
	"errors"
	"testing"

	"convoke/application/jobs"
	"convoke/domain/fault"
	"convoke/domain/rsvp"
)

var occasionLockTests = map[string]func(*testing.T, *kit){
	"an occasion that is locked elsewhere delays nobody else": lockedOccasion,
	"an occasion that stays locked ends as unavailable":       lockedOccasionForGood,
	"jobs and replies are committed side by side":             bothKinds,
}

func lockedOccasion(t *testing.T, k *kit) {
	if k.place.LockOccasion == nil {
		t.Skip("nobody else can lock a row")
	}
	blocked, free := k.host(rsvp.Details{Capacity: 1}), k.host(rsvp.Details{})
	release := k.place.LockOccasion(t, blocked)
	first, second := k.guest(blocked, 1, 1), k.guest(blocked, 2, 1)
	done := k.startReplies(t.Context(), first, second)
	for n := range 10 { // the first may be held up by one lock timeout; all the others find the way free
		k.reply(free, n, 1)
		k.create()
	}
	select {
	case err := <-done:
		t.Fatalf("committed although the occasion is locked: %v, %v", err, first.Err)
	default:
	}
	release()
	if err := errors.Join(receive(t, "the blocked commit", done), first.Err); err != nil {
		t.Fatal(err)
	}
	mustFail(t, second.Err, rsvp.ErrFull)
	k.agree(blocked)
	k.agree(free)
}

func lockedOccasionForGood(t *testing.T, k *kit) {
	if k.place.LockOccasion == nil {
		t.Skip("nobody else can lock a row")
	}
	k.store = k.place.Impatient(t)
	occasion := k.host(rsvp.Details{})
	defer k.place.LockOccasion(t, occasion)()
	c := k.guest(occasion, 1, 1)
	if err := receive(t, "the end of the store's patience", k.startReplies(t.Context(), c)); err != nil {
		t.Fatal(err)
	}
	if fault.KindOf(c.Err) != fault.Unavailable {
		t.Errorf("%v", c.Err)
	}
}

func bothKinds(t *testing.T, k *kit) {
	const each = 100
	occasion := k.host(rsvp.Details{})
	together(2*each, func(i int) {
		if i%2 == 0 {
			if err := k.try(k.guest(occasion, i, 1)); err != nil {
				t.Error(err)
			}
			return
		}
		c := &jobs.Change{New: k.order()}
		if err := errors.Join(k.store.Commit(t.Context(), c), c.Err); err != nil {
			t.Error(err)
		}
	})
	if c := k.agree(occasion).Counts; c.Yes != each {
		t.Errorf("%+v", c)
	}
	if _, events := k.sent(); len(events) != 2*each+1 {
		t.Errorf("%d events", len(events))
	}
}
