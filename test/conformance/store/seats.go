package store

import (
	"errors"
	"slices"
	"testing"

	"convoke/application/rsvps"
	"convoke/domain/event"
	"convoke/domain/rsvp"
)

var seatTests = map[string]func(*testing.T, *kit){
	"capacity is never exceeded":                          neverOversold,
	"those who wait are seated when seats become free":    promotion,
	"the earliest who fits is seated first":               promotionInOrder,
	"who waits goes before who comes in the same batch":   promotionBeforeNewcomers,
	"many decisions that free seats in one batch all do":  manyFreed,
	"a large rise of the capacity is taken in steps":      promotionInSteps,
	"a batch that makes and frees seats keeps the counts": churn,
}

func neverOversold(t *testing.T, k *kit) {
	const guests, capacity = 1000, 100
	occasion, stores := k.host(rsvp.Details{Capacity: capacity, Waitlist: rsvp.WaitlistAuto}), k.stores(t)
	refusing := k.host(rsvp.Details{Capacity: capacity})
	refused := make([]error, guests)
	together(guests, func(i int) {
		waiting, strict := k.guest(occasion, i, 1+i%3), k.guest(refusing, i, 1)
		if err := errors.Join(stores[i%len(stores)].CommitReplies(t.Context(), waiting, strict), waiting.Err); err != nil {
			t.Error(err)
		}
		refused[i] = strict.Err
	})
	for _, err := range refused {
		if err != nil {
			mustFail(t, err, rsvp.ErrFull)
		}
	}
	if c := k.agree(occasion).Counts; c.PeopleYes != capacity || c.Yes+c.Waitlisted != guests {
		t.Errorf("%+v", c)
	}
	if c := k.agree(refusing).Counts; c.PeopleYes != capacity {
		t.Errorf("%+v", c)
	}
}

// waitlist makes an occasion that is full, where the parties wait; it returns all replies, the seated one first.
func (k *kit) waitlist(capacity int, parties ...int) (occasion string, replies []rsvp.Reply) {
	k.t.Helper()
	occasion = k.host(rsvp.Details{Capacity: capacity, Waitlist: rsvp.WaitlistAuto})
	for i, party := range append([]int{capacity}, parties...) {
		replies = append(replies, k.reply(occasion, i, party))
		if waits := replies[i].Status == rsvp.Waitlisted; waits != (i > 0) || waits != (replies[i].Position > 0) {
			k.t.Fatalf("reply %d is %s at position %d", i, replies[i].Status, replies[i].Position)
		}
	}
	return occasion, replies
}

func promotion(t *testing.T, k *kit) {
	for name, free := range map[string]func(occasion string, seated rsvp.Reply) *rsvps.Change{
		"cancel": func(_ string, r rsvp.Reply) *rsvps.Change { return k.cancelling(r) },
		"remove": func(_ string, r rsvp.Reply) *rsvps.Change { return k.removing(r) },
		"shrink": func(_ string, r rsvp.Reply) *rsvps.Change {
			one := 1
			return k.patching(r, rsvp.Patch{PartySize: &one})
		},
		"raise": func(o string, _ rsvp.Reply) *rsvps.Change {
			return k.editing(o, func(d *rsvp.Details) { d.Capacity = 5 })
		},
		"lift": func(o string, _ rsvp.Reply) *rsvps.Change {
			return k.editing(o, func(d *rsvp.Details) { d.Capacity = 0 })
		},
	} {
		occasion, replies := k.waitlist(3, 2)
		c := k.decide(free(occasion, replies[0]))
		seated := k.found(replies[1].ID)
		if seated.Status != rsvp.Yes || seated.Position != 0 || seated.Revision != 5 {
			t.Errorf("%s: %+v", name, seated)
		}
		if c.Occasion.Revision != 5 || c.Occasion.Counts.Waitlisted != 0 {
			t.Errorf("%s: outcome %+v", name, c.Occasion)
		}
		told := k.told(occasion)
		if last, ok := told[len(told)-1].(event.RSVPChange); !ok || last.RSVPID != seated.ID || last.Previous.Status != "waitlisted" {
			t.Errorf("%s: event %+v", name, told[len(told)-1])
		}
		k.agree(occasion)
	}
}

func promotionInOrder(t *testing.T, k *kit) {
	occasion, replies := k.waitlist(4, 3, 5, 2, 1, 1)
	three := 3
	k.decide(k.patching(replies[0], rsvp.Patch{PartySize: &three})) // one seat: only the first single fits
	k.decide(k.cancelling(replies[0]))                              // three more: the first party
	var got []rsvp.Status
	for _, r := range replies {
		got = append(got, k.found(r.ID).Status)
	}
	want := []rsvp.Status{rsvp.Cancelled, rsvp.Yes, rsvp.Waitlisted, rsvp.Waitlisted, rsvp.Yes, rsvp.Waitlisted}
	if !slices.Equal(got, want) {
		t.Errorf("%v instead of %v", got, want)
	}
	k.agree(occasion)
}

func promotionBeforeNewcomers(t *testing.T, k *kit) {
	occasion, replies := k.waitlist(2, 1, 1)
	inBatch, newcomer, last := k.guest(occasion, 10, 1), k.guest(occasion, 11, 1), k.guest(occasion, 12, 1)
	err := k.store.CommitReplies(t.Context(), inBatch, k.cancelling(replies[1]), k.cancelling(replies[0]), newcomer, last)
	if err = errors.Join(err, inBatch.Err, newcomer.Err, last.Err); err != nil {
		t.Fatal(err)
	}
	if inBatch.Reply.Status != rsvp.Waitlisted || k.found(inBatch.Reply.ID).Status != rsvp.Yes || k.found(replies[2].ID).Status != rsvp.Yes {
		t.Error("who waited first was not seated")
	}
	if newcomer.Reply.Status != rsvp.Waitlisted || last.Reply.Status != rsvp.Waitlisted {
		t.Errorf("newcomers are %s and %s", newcomer.Reply.Status, last.Reply.Status)
	}
	k.agree(occasion)
}

func manyFreed(t *testing.T, k *kit) {
	const seated, waiting = 20, 30
	occasion := k.host(rsvp.Details{Capacity: seated, Waitlist: rsvp.WaitlistAuto})
	var replies []rsvp.Reply
	for n := range seated + waiting {
		replies = append(replies, k.reply(occasion, n, 1))
	}
	var changes []*rsvps.Change
	for n := range seated {
		changes = append(changes, k.cancelling(replies[n]), k.guest(occasion, 100+n, 1))
	}
	if err := k.store.CommitReplies(t.Context(), changes...); err != nil {
		t.Fatal(err)
	}
	for i, c := range changes {
		if c.Err != nil {
			t.Errorf("change %d: %v", i, c.Err)
		}
	}
	for n, r := range replies[seated:] {
		if want := n < seated; (k.found(r.ID).Status == rsvp.Yes) != want {
			t.Errorf("waiting guest %d is %s", n, k.found(r.ID).Status)
		}
	}
	k.agree(occasion)
}
