package rsvps_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"convoke/adapters/system"
	"convoke/application/leader"
	"convoke/application/rsvps"
	"convoke/domain/rsvp"
	"convoke/test/backend"
	"convoke/test/fake"
)

// Whoever raised the capacity may have died after the first step.
func TestTheLeaderFinishesAPromotionThatWasBegun(t *testing.T) {
	t.Parallel()
	const waiting = rsvps.PromoteAtOnce + 200
	b := backend.New(t)
	id, _ := b.Open(rsvp.Details{Capacity: 1, Waitlist: rsvp.WaitlistAuto})
	for i := range waiting + 1 {
		b.Reply(id, fmt.Sprintf("guest%d@example.org", i), 1)
	}
	raised := &rsvps.Change{OccasionID: id, Decide: func(d *rsvps.Desk) error {
		details := d.Occasion.State().Details
		details.Capacity = 2 * waiting
		return d.Occasion.Edit(details, time.Now())
	}}
	if err := b.Store.CommitReplies(t.Context(), raised); err != nil {
		t.Fatal(err)
	}
	if raised.Err != nil || !raised.Occasion.Promoting || raised.Occasion.Counts.Yes != rsvps.PromoteAtOnce+1 {
		t.Fatalf("%v, %+v", raised.Err, raised.Occasion)
	}

	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	led := make(chan error, 1)
	l := leader.New(b.Store, "leader", "the-test", leader.Config{}, system.Clock{}, &fake.Meter{}, fake.Log())
	go func() { led <- l.Run(ctx, (&rsvps.Promotion{Service: b.RSVPs}).Run) }()

	poll := time.NewTicker(5 * time.Millisecond)
	defer poll.Stop()
	for deadline := time.Now().Add(20 * time.Second); ; <-poll.C {
		o, err := b.Store.Occasion(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		if !o.Promoting && o.Counts.Yes == waiting+1 && o.Counts.Waitlisted == 0 {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("%+v", o)
		}
	}
	cancel()
	if err := <-led; err != nil {
		t.Error(err)
	}
}
