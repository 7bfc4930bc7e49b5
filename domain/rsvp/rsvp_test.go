package rsvp_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"convoke/domain/event"
	"convoke/domain/fault"
	"convoke/domain/rsvp"
)

var t0 = time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC)

func occasion(t *testing.T, d rsvp.Details) *rsvp.Occasion {
	t.Helper()
	if d.Title == "" {
		d.Title = "A garden party"
	}
	o, err := rsvp.New("o", d, t0)
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func answer(i, party int) rsvp.Answer {
	return rsvp.Answer{Name: "Guest", Email: fmt.Sprintf("guest%d@example.org", i), PartySize: party}
}

func reply(t *testing.T, o *rsvp.Occasion, i, party int) rsvp.Reply {
	t.Helper()
	r, err := o.Reply(fmt.Sprint(i), answer(i, party), t0)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestNameAndEmailAloneAreAYesForOne(t *testing.T) {
	t.Parallel()
	r := reply(t, occasion(t, rsvp.Details{}), 1, 0)
	if r.Status != rsvp.Yes || r.PartySize != 1 || r.Version != 1 || r.Revision != 2 {
		t.Fatalf("%+v", r)
	}
}

func TestAFullOccasionLetsWaitOrRefuses(t *testing.T) {
	t.Parallel()
	waits := occasion(t, rsvp.Details{Capacity: 2, Waitlist: rsvp.WaitlistAuto})
	reply(t, waits, 1, 2)
	if r := reply(t, waits, 2, 1); r.Status != rsvp.Waitlisted || r.Position != r.Revision {
		t.Fatalf("%+v", r)
	}
	refuses := occasion(t, rsvp.Details{Capacity: 2})
	reply(t, refuses, 1, 2)
	before := refuses.State()
	if _, err := refuses.Reply("2", answer(2, 1), t0); !errors.Is(err, rsvp.ErrFull) || refuses.State() != before {
		t.Fatalf("%v, %+v", err, refuses.State())
	}
	maybe := answer(3, 5)
	maybe.Status = rsvp.Maybe
	if r, err := refuses.Reply("3", maybe, t0); err != nil || r.Status != rsvp.Maybe {
		t.Fatalf("maybe takes no seat: %v %+v", err, r)
	}
}

func TestFreedSeatsGoToTheEarliestThatFit(t *testing.T) {
	t.Parallel()
	o := occasion(t, rsvp.Details{Capacity: 4, Waitlist: rsvp.WaitlistAuto})
	first := reply(t, o, 1, 3)
	reply(t, o, 2, 1)
	waiting := []rsvp.Reply{reply(t, o, 3, 4), reply(t, o, 4, 2), reply(t, o, 5, 1), reply(t, o, 6, 1)}
	if _, err := o.Cancel(first, t0); err != nil {
		t.Fatal(err)
	}
	promoted := o.Promote(waiting, 500, false, t0)
	if len(promoted) != 2 || promoted[0].ID != "4" || promoted[1].ID != "5" || promoted[0].Status != rsvp.Yes || promoted[0].Position != 0 {
		t.Fatalf("promoted %+v", promoted)
	}
	if c := o.State().Counts; c.PeopleYes != 4 || c.Yes != 3 || c.Waitlisted != 2 || c.PeopleWaitlisted != 5 || c.Cancelled != 1 {
		t.Fatalf("counts %+v", c)
	}
}

func TestAPartyThatGrowsBeyondTheSeatsIsRefusedAndNothingChanges(t *testing.T) {
	t.Parallel()
	o := occasion(t, rsvp.Details{Capacity: 5, Waitlist: rsvp.WaitlistAuto})
	r := reply(t, o, 1, 2)
	reply(t, o, 2, 2)
	before := o.State()
	four, three := 4, 3
	if _, err := o.Change(r, rsvp.Patch{PartySize: &four}, false, t0); !errors.Is(err, rsvp.ErrFull) || o.State() != before {
		t.Fatalf("%v", err)
	}
	grown, err := o.Change(r, rsvp.Patch{PartySize: &three}, false, t0)
	if err != nil || grown.PartySize != 3 || grown.Version != 2 || grown.Name != r.Name {
		t.Fatalf("%v %+v", err, grown)
	}
}

func TestAfterTheDeadlineOnlyTheHostChangesAndGuestsMayCancel(t *testing.T) {
	t.Parallel()
	o := occasion(t, rsvp.Details{Deadline: t0.Add(time.Hour)})
	r := reply(t, o, 1, 1)
	late, no := t0.Add(time.Hour), rsvp.No
	if _, err := o.Reply("2", answer(2, 1), late); !errors.Is(err, rsvp.ErrClosed) {
		t.Fatal(err)
	}
	if _, err := o.Change(r, rsvp.Patch{Status: &no}, false, late); !errors.Is(err, rsvp.ErrClosed) {
		t.Fatal(err)
	}
	changed, err := o.Change(r, rsvp.Patch{Status: &no}, true, late)
	if err != nil || changed.Status != rsvp.No {
		t.Fatal(err)
	}
	gone, err := o.Cancel(changed, late)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := o.Cancel(gone, late); !errors.Is(err, rsvp.ErrCancelled) {
		t.Fatal(err)
	}
}

func TestTheHostEntersAGuestAfterTheDeadlineWithinTheSeats(t *testing.T) {
	t.Parallel()
	o := occasion(t, rsvp.Details{Capacity: 2, Deadline: t0.Add(-time.Hour)})
	if _, err := o.Reply("1", answer(1, 1), t0); !errors.Is(err, rsvp.ErrClosed) {
		t.Fatalf("a guest: %v", err)
	}
	if r, err := o.Enter("1", answer(1, 2), t0); err != nil || r.Status != rsvp.Yes || len(o.Events()) != 2 {
		t.Fatalf("%v, %+v", err, r)
	}
	if _, err := o.Enter("2", answer(2, 1), t0); !errors.Is(err, rsvp.ErrFull) {
		t.Errorf("beyond the seats: %v", err)
	}
	if _, err := o.Enter("2", rsvp.Answer{}, t0); len(fault.All(err)) != 2 {
		t.Errorf("without name and address: %v", err)
	}
	if err := o.Delete(t0); err != nil {
		t.Fatal(err)
	}
	if _, err := o.Enter("2", answer(2, 1), t0); !errors.Is(err, rsvp.ErrNoOccasion) {
		t.Errorf("once it is gone: %v", err)
	}
}

func TestBadAnswersNameEveryField(t *testing.T) {
	t.Parallel()
	o := occasion(t, rsvp.Details{MaxPartySize: 4})
	_, err := o.Reply("1", rsvp.Answer{Name: "x", Email: "Bob <bob@x.org>", Status: "waitlisted", PartySize: 5, Note: "a\x00b"}, t0)
	var fields []string
	for _, f := range fault.All(err) {
		fields = append(fields, f.Field)
	}
	if fmt.Sprint(fields) != "[name email status partySize note]" {
		t.Fatalf("fields %v", fields)
	}
	_, err = rsvp.New("o", rsvp.Details{TimeZone: "Mars/Base", StartsAt: t0, EndsAt: t0.Add(-1), Capacity: -1, MaxPartySize: -1, Waitlist: "x", GuestList: "x", Counts: "x"}, t0)
	if n := len(fault.All(err)); n != 8 {
		t.Fatalf("%d problems: %v", n, err)
	}
}

// house is an occasion with its replies, as a store keeps them.
type house struct {
	o       *rsvp.Occasion
	replies map[string]rsvp.Reply
	now     time.Time
}

func (h *house) waiting() []rsvp.Reply {
	var all []rsvp.Reply
	for _, r := range h.replies {
		if r.Status == rsvp.Waitlisted {
			all = append(all, r)
		}
	}
	slices.SortFunc(all, func(a, b rsvp.Reply) int { return int(a.Position) - int(b.Position) })
	return all
}

func (h *house) promote() {
	for _, r := range h.o.Promote(h.waiting(), 500, false, h.now) {
		h.replies[r.ID] = r
	}
}

// TestNoHistoryOversellsLosesAPromotionOrMiscounts plays guests and a host in any order.
func TestNoHistoryOversellsLosesAPromotionOrMiscounts(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(r *rapid.T) {
		capacity := rapid.IntRange(0, 8).Draw(r, "capacity")
		o, err := rsvp.New("o", rsvp.Details{Title: "x", Capacity: capacity, Waitlist: rapid.SampledFrom([]rsvp.Waitlist{rsvp.WaitlistOff, rsvp.WaitlistAuto}).Draw(r, "waitlist")}, t0)
		if err != nil {
			r.Fatal(err)
		}
		h := &house{o, map[string]rsvp.Reply{}, t0}
		for step := range rapid.IntRange(1, 60).Draw(r, "steps") {
			before := o.State()
			lowered := h.step(r, step)
			h.holds(r, before, lowered)
		}
		h.tells(r)
	})
}

// step does one random thing and reports whether it lowered the capacity, after which people who were there may be more
// than the seats.
func (h *house) step(r *rapid.T, step int) (lowered bool) {
	party := rapid.IntRange(1, 4).Draw(r, "party")
	status := rapid.SampledFrom([]rsvp.Status{rsvp.Yes, rsvp.No, rsvp.Maybe}).Draw(r, "status")
	ids := make([]string, 0, len(h.replies))
	for id := range h.replies {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	action := rapid.IntRange(0, 5).Draw(r, "action")
	if action == 0 || len(ids) == 0 {
		a := answer(step, party)
		a.Status = status
		if reply, err := h.o.Reply(fmt.Sprint(step), a, h.now); err == nil {
			h.replies[reply.ID] = reply
		}
		return false
	}
	id := rapid.SampledFrom(ids).Draw(r, "id")
	switch action {
	case 1:
		if changed, err := h.o.Change(h.replies[id], rsvp.Patch{Status: &status, PartySize: &party}, false, h.now); err == nil {
			h.replies[id] = changed
		}
	case 2:
		if cancelled, err := h.o.Cancel(h.replies[id], h.now); err == nil {
			h.replies[id] = cancelled
		}
	case 3:
		if h.o.Remove(h.replies[id], h.now) == nil {
			delete(h.replies, id)
		}
	case 4:
		d := h.o.State().Details
		was := d.Capacity
		d.Capacity = rapid.IntRange(0, 8).Draw(r, "new capacity")
		lowered = d.Capacity != 0 && (was == 0 || d.Capacity < was)
		if err := h.o.Edit(d, h.now); err != nil {
			r.Fatal(err)
		}
	}
	h.promote()
	return lowered
}

func (h *house) holds(r *rapid.T, before rsvp.State, lowered bool) {
	s := h.o.State()
	counted := rsvp.Counts{}
	for _, reply := range h.replies {
		switch reply.Status {
		case rsvp.Yes:
			counted.Yes, counted.PeopleYes = counted.Yes+1, counted.PeopleYes+reply.PartySize
		case rsvp.No:
			counted.No++
		case rsvp.Maybe:
			counted.Maybe, counted.PeopleMaybe = counted.Maybe+1, counted.PeopleMaybe+reply.PartySize
		case rsvp.Waitlisted:
			counted.Waitlisted, counted.PeopleWaitlisted = counted.Waitlisted+1, counted.PeopleWaitlisted+reply.PartySize
		case rsvp.Cancelled:
			counted.Cancelled++
		}
	}
	if counted != s.Counts {
		r.Fatalf("counts %+v, rows say %+v", s.Counts, counted)
	}
	left, limited := s.SeatsLeft()
	over := s.Details.Capacity > 0 && s.Counts.PeopleYes > s.Details.Capacity
	if over && !lowered && s.Counts.PeopleYes > before.Counts.PeopleYes {
		r.Fatalf("oversold: %+v", s)
	}
	for _, waiting := range h.waiting() {
		if !limited || waiting.PartySize <= left {
			r.Fatalf("a party of %d waits while %d seats are left", waiting.PartySize, left)
		}
	}
}

// tells checks that the events alone, replayed, give the same replies, with revisions that have no gap.
func (h *house) tells(r *rapid.T) {
	replayed := map[string]string{}
	for i, e := range h.o.Events() {
		revision := uint64(i + 1)
		switch e := e.(type) {
		case event.OccasionChange:
			if e.Revision != revision {
				r.Fatalf("event %d has revision %d", i, e.Revision)
			}
		case event.RSVPChange:
			if e.Revision != revision {
				r.Fatalf("event %d has revision %d", i, e.Revision)
			}
			before := ""
			if e.Previous != nil {
				before = e.Previous.Status + fmt.Sprint(e.Previous.PartySize)
			}
			if replayed[e.RSVPID] != before {
				r.Fatalf("%s was %q, its event says %q", e.RSVPID, replayed[e.RSVPID], before)
			}
			replayed[e.RSVPID] = e.Status + fmt.Sprint(e.PartySize)
			if e.Kind == event.TypeRSVPDeleted {
				delete(replayed, e.RSVPID)
			}
		}
	}
	for id, reply := range h.replies {
		if replayed[id] != string(reply.Status)+fmt.Sprint(reply.PartySize) {
			r.Fatalf("reply %s is %+v, the events say %q", id, reply, replayed[id])
		}
	}
	if len(replayed) != len(h.replies) {
		r.Fatalf("%d replies, the events say %d", len(h.replies), len(replayed))
	}
}
