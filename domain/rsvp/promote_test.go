package rsvp_test

import (
	"testing"

	"convoke/domain/rsvp"
)

func TestNobodyOvertakesThoseWhoAreBeingSeated(t *testing.T) {
	t.Parallel()
	o := occasion(t, rsvp.Details{Capacity: 1, Waitlist: rsvp.WaitlistAuto})
	reply(t, o, 1, 1)
	var waiting []rsvp.Reply
	for n := 2; n < 8; n++ {
		waiting = append(waiting, reply(t, o, n, 1))
	}
	d := o.State().Details
	d.Capacity = 10
	if err := o.Edit(d, t0); err != nil {
		t.Fatal(err)
	}

	first := o.Promote(waiting[:4], 3, true, t0)
	if len(first) != 3 || !o.State().Promoting {
		t.Fatalf("%d seated, promoting: %v", len(first), o.State().Promoting)
	}
	late := reply(t, o, 9, 1)
	if late.Status != rsvp.Waitlisted {
		t.Errorf("who comes meanwhile is %s although %d wait", late.Status, o.State().Counts.Waitlisted)
	}
	last := o.Promote(append(waiting[3:], late), 10, false, t0)
	if len(last) != 4 || o.State().Promoting || last[3].ID != late.ID {
		t.Errorf("%d seated, promoting: %v", len(last), o.State().Promoting)
	}
	if r := reply(t, o, 10, 1); r.Status != rsvp.Yes {
		t.Errorf("who comes afterwards is %s", r.Status)
	}
}

func TestAFullOccasionIsNotPromoting(t *testing.T) {
	t.Parallel()
	o := occasion(t, rsvp.Details{Capacity: 1, Waitlist: rsvp.WaitlistAuto})
	first := reply(t, o, 1, 1)
	waiting := []rsvp.Reply{reply(t, o, 2, 1), reply(t, o, 3, 1)}
	if _, err := o.Cancel(first, t0); err != nil {
		t.Fatal(err)
	}
	if seated := o.Promote(waiting, 500, true, t0); len(seated) != 1 || o.State().Promoting {
		t.Errorf("%d seated, promoting: %v", len(seated), o.State().Promoting)
	}
}
