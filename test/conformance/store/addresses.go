package store

import (
	"errors"
	"testing"

	"convoke/application/rsvps"
	"convoke/domain/fault"
	"convoke/domain/rsvp"
)

var addressTests = map[string]func(*testing.T, *kit){
	"an address has one live reply":                    duplicates,
	"an address is taken within a batch":               duplicatesInBatch,
	"nobody learns of an address by a wrong request":   duplicateOfOther,
	"concurrent replies of one address: one wins":      duplicatesAtOnce,
	"an address is free again after its reply is over": freedAddress,
	"a changed reply must not take an address":         takenByChange,
	"addresses may be exchanged within a batch":        exchangedAddresses,
}

func duplicates(t *testing.T, k *kit) {
	occasion, other := k.host(rsvp.Details{}), k.host(rsvp.Details{})
	first := k.reply(occasion, 1, 1)
	mustFail(t, k.try(k.answering(occasion, rsvp.Answer{Email: "GUEST1@example.org"})), rsvps.ErrDuplicateEmail)
	k.reply(other, 1, 1)
	found, err := k.store.ReplyByEmail(t.Context(), occasion, email(1))
	if err != nil || found.ID != first.ID {
		t.Errorf("%+v, %v", found, err)
	}
	_, err = k.store.ReplyByEmail(t.Context(), occasion, email(2))
	mustFail(t, err, rsvps.ErrReplyNotFound)
	k.agree(occasion)
}

// duplicateOfOther: what is wrong with a request comes before what it would learn about an address.
func duplicateOfOther(t *testing.T, k *kit) {
	occasion := k.host(rsvp.Details{Capacity: 1})
	k.reply(occasion, 1, 1)
	for want, own := range map[error]error{
		rsvps.ErrForeign: rsvps.ErrForeign, rsvp.ErrClosed: rsvp.ErrClosed, rsvps.ErrDuplicateEmail: rsvp.ErrFull,
	} {
		c := k.guest(occasion, 1, 1)
		c.Decide = func(*rsvps.Desk) error { return own }
		mustFail(t, k.try(c), want)
	}
	invalid := fault.Field("name", "is too short")
	c := k.guest(occasion, 1, 1)
	c.Decide = func(*rsvps.Desk) error { return invalid }
	mustFail(t, k.try(c), invalid)
	k.agree(occasion)
}

func duplicatesInBatch(t *testing.T, k *kit) {
	occasion := k.host(rsvp.Details{})
	first, second := k.guest(occasion, 1, 1), k.guest(occasion, 1, 1)
	if err := k.store.CommitReplies(t.Context(), first, second); err != nil || first.Err != nil {
		t.Fatal(err, first.Err)
	}
	mustFail(t, second.Err, rsvps.ErrDuplicateEmail)
	k.agree(occasion)
}

func duplicatesAtOnce(t *testing.T, k *kit) {
	const guests, tries = 20, 8
	occasion, stores := k.host(rsvp.Details{}), k.stores(t)
	results := make([]error, guests*tries)
	together(guests*tries, func(i int) {
		c := k.guest(occasion, i%guests, 1)
		results[i] = errors.Join(stores[i%len(stores)].CommitReplies(t.Context(), c), c.Err)
	})
	won := 0
	for _, err := range results {
		if err == nil {
			won++
		} else {
			mustFail(t, err, rsvps.ErrDuplicateEmail)
		}
	}
	if state := k.agree(occasion); won != guests || state.Counts.Yes != guests {
		t.Errorf("%d of %d guests replied, %d are counted", won, guests, state.Counts.Yes)
	}
}

func freedAddress(t *testing.T, k *kit) {
	occasion := k.host(rsvp.Details{})
	cancelled := k.reply(occasion, 1, 1)
	k.decide(k.cancelling(cancelled))
	second := k.reply(occasion, 1, 1)
	if found, err := k.store.ReplyByEmail(t.Context(), occasion, email(1)); err != nil || found.ID != second.ID {
		t.Errorf("%+v, %v", found, err)
	}
	third := k.guest(occasion, 1, 1)
	if err := k.store.CommitReplies(t.Context(), k.cancelling(second), third); err != nil || third.Err != nil {
		t.Fatal(err, third.Err)
	}
	fourth := k.guest(occasion, 1, 1)
	if err := k.store.CommitReplies(t.Context(), k.removing(*third.Reply), fourth); err != nil || fourth.Err != nil {
		t.Fatal(err, fourth.Err)
	}
	mustFail(t, k.try(k.cancelling(cancelled)), rsvp.ErrCancelled)
	if state := k.agree(occasion); state.Counts.Yes != 1 || state.Counts.Cancelled != 2 {
		t.Errorf("%+v", state.Counts)
	}
}

func takenByChange(t *testing.T, k *kit) {
	occasion := k.host(rsvp.Details{})
	first, second := k.reply(occasion, 1, 1), k.reply(occasion, 2, 1)
	taken, same, fresh := email(1), " GUEST2@example.org", email(3)
	mustFail(t, k.try(k.patching(second, rsvp.Patch{Email: &taken})), rsvps.ErrDuplicateEmail)
	k.decide(k.patching(second, rsvp.Patch{Email: &same}))
	k.decide(k.patching(first, rsvp.Patch{Email: &fresh}))
	k.decide(k.patching(second, rsvp.Patch{Email: &taken}))
	mustFail(t, k.try(k.guest(occasion, 3, 1)), rsvps.ErrDuplicateEmail)
	k.reply(occasion, 2, 1)
	k.agree(occasion)
}

func exchangedAddresses(t *testing.T, k *kit) {
	occasion := k.host(rsvp.Details{})
	a, b := k.reply(occasion, 1, 1), k.reply(occasion, 2, 1)
	first, second, between := email(1), email(2), email(3)
	changes := []*rsvps.Change{
		k.patching(a, rsvp.Patch{Email: &between}), k.patching(b, rsvp.Patch{Email: &first}),
		k.patching(a, rsvp.Patch{Email: &second}), k.guest(occasion, 3, 1),
	}
	if err := k.store.CommitReplies(t.Context(), changes...); err != nil {
		t.Fatal(err)
	}
	for i, c := range changes {
		if c.Err != nil {
			t.Errorf("change %d: %v", i, c.Err)
		}
	}
	if k.found(a.ID).Email != second || k.found(b.ID).Email != first {
		t.Error("the addresses were not exchanged")
	}
	k.agree(occasion)
}
