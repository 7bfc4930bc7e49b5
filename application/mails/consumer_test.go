package mails

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"convoke/application/consume"
	"convoke/application/metric"
	"convoke/application/port"
	"convoke/domain/event"
	"convoke/domain/rsvp"
)

func TestWhichEventGivesOccasionToWrite(t *testing.T) {
	t.Parallel()
	const (
		created, updated     = event.TypeRSVPCreated, event.TypeRSVPUpdated
		cancelled, deleted   = event.TypeRSVPCancelled, event.TypeRSVPDeleted
		yes, no, waitlisted  = string(rsvp.Yes), string(rsvp.No), string(rsvp.Waitlisted)
		name, address, other = "Grace", "grace@example.org", "hopper@example.org"
	)
	before := func(status string, people int, email string) *event.RSVPBefore {
		return &event.RSVPBefore{Name: name, Email: email, Status: status, PartySize: people}
	}
	for what, test := range map[string]struct {
		kind     event.Type
		status   string
		previous *event.RSVPBefore
		want     Kind
	}{
		"a new reply":                       {created, yes, nil, Created},
		"a new reply that waits":            {created, waitlisted, nil, Created},
		"a seat for who waited":             {updated, yes, before(waitlisted, 2, address), Promoted},
		"a yes becomes a no":                {updated, no, before(yes, 2, address), Changed},
		"who waited does not come":          {updated, no, before(waitlisted, 2, address), Changed},
		"a larger party":                    {updated, yes, before(yes, 1, address), Changed},
		"another address":                   {updated, yes, before(yes, 2, other), Changed},
		"a name or a note":                  {updated, yes, &event.RSVPBefore{Name: "G.", Email: address, Status: yes, PartySize: 2}, ""},
		"an update without what was before": {updated, yes, nil, Changed},
		"the guest cancels":                 {cancelled, string(rsvp.Cancelled), before(yes, 2, address), Cancelled},
		"the host removes":                  {deleted, yes, before(yes, 2, address), ""},
	} {
		got, ok := kindOf(event.RSVPChange{Kind: test.kind, Name: name, Email: address, Status: test.status, PartySize: 2, Previous: test.previous})
		if got != test.want || ok != (test.want != "") {
			t.Errorf("%s: %q, want %q", what, got, test.want)
		}
	}
}

func TestABatchIsReadWithOneQueryAndEachGuestIsWrittenTo(t *testing.T) {
	t.Parallel()
	one, two := guest(rsvp.Yes, 2), guest(rsvp.No, 1)
	two.Reply.ID, two.Reply.Email = replyID[:35]+"0", "ada@example.org"
	r := newRig(t, one, two)
	errs := r.deliver(told(event.TypeRSVPCreated, one, nil), event.OccasionChange{Kind: event.TypeOccasionUpdated, OccasionID: occasionID}, told(event.TypeRSVPCreated, two, nil))
	sent := r.postman.Sent()
	if errors.Join(errs...) != nil || len(sent) != 2 || r.shelf.asked != 1 {
		t.Fatalf("%v, %d mails, %d queries", errs, len(sent), r.shelf.asked)
	}
	if sent[0].To != "grace@example.org" || sent[1].To != "ada@example.org" || sent[0].ID == sent[1].ID {
		t.Errorf("%+v", sent)
	}
	if want := eventID[:34] + "00@party.example"; sent[0].ID != want {
		t.Errorf("id %s, want %s", sent[0].ID, want)
	}
	if v := r.meter.Value(metric.Mails, "created", "sent"); v != 2 {
		t.Errorf("%v were counted", v)
	}
}

func TestWhatIsNoLongerSoIsNotTold(t *testing.T) {
	t.Parallel()
	g := guest(rsvp.Yes, 2)
	created := told(event.TypeRSVPCreated, g, nil)
	for outcome, arrange := range map[string]func(*rig, *Guest){
		outcomeStale:    func(r *rig, _ *Guest) { r.clock.Advance(fresh + time.Second) },
		outcomeGone:     func(_ *rig, g *Guest) { g.Reply.ID = "" },
		outcomeReplaced: func(_ *rig, g *Guest) { g.Reply.Status = rsvp.Cancelled },
		outcomeOver:     func(_ *rig, g *Guest) { g.Occasion.Details.EndsAt = party().Details.StartsAt.AddDate(-1, 0, 0) },
		outcomeOff:      func(r *rig, _ *Guest) { r.Mailer, r.Writer = nil, nil },
	} {
		r, now := newRig(t), g
		deliveries := r.deliveries(created)
		arrange(r, &now)
		r.shelf.guests[now.Reply.ID] = now
		if errs := r.handle(t.Context(), deliveries); errors.Join(errs...) != nil || len(r.postman.Sent()) != 0 {
			t.Errorf("%s: %v, %d mails", outcome, errs, len(r.postman.Sent()))
		}
		if v := r.meter.Value(metric.Mails, "created", outcome); v != 1 {
			t.Errorf("%s was counted %v times", outcome, v)
		}
	}
}

func TestAGuestWhoOnlyCorrectedANameStillGetsTheConfirmation(t *testing.T) {
	t.Parallel()
	g := guest(rsvp.Yes, 2)
	created := told(event.TypeRSVPCreated, g, nil)
	g.Reply.Version, g.Reply.Name = 2, "Rear Admiral Hopper"
	r := newRig(t, g)
	renamed := told(event.TypeRSVPUpdated, g, &event.RSVPBefore{Name: created.Name, Email: created.Email, Status: created.Status, PartySize: created.PartySize})
	if errs := r.deliver(created, renamed); errors.Join(errs...) != nil {
		t.Fatal(errs)
	}
	if sent := r.postman.Sent(); len(sent) != 1 || !strings.Contains(sent[0].Text, "Rear Admiral Hopper") {
		t.Errorf("%+v", sent)
	}
}

func TestAnOccasionWithoutAnEndIsOverADayAfterItsStart(t *testing.T) {
	t.Parallel()
	o := party()
	o.Details.EndsAt = time.Time{}
	start := o.Details.StartsAt
	if over(o, start.Add(23*time.Hour)) || !over(o, start.Add(25*time.Hour)) {
		t.Error("a day is not a day")
	}
	o.Details.StartsAt = time.Time{}
	if over(o, start.AddDate(100, 0, 0)) {
		t.Error("an occasion without a date has ended")
	}
}

func TestWhatBecomesOfAMailThatIsNotTaken(t *testing.T) {
	t.Parallel()
	ill := errors.New("connection refused")
	for what, test := range map[string]struct {
		cause   error
		age     time.Duration
		reason  string // of the dead letter
		waits   bool
		outcome string
	}{
		"nobody lives there":               {port.ErrNoMailbox, 0, "", false, outcomeNoMailbox},
		"refused by rule":                  {port.ErrMailRefused, 0, ReasonRefused, false, outcomeLetter},
		"put off":                          {port.ErrMailDeferred, patience, "", true, ""},
		"put off for too long":             {port.ErrMailDeferred, patience + time.Second, ReasonDeferred, false, outcomeLetter},
		"the server is ill":                {ill, 0, "", true, ""},
		"the server has been ill for days": {ill, fresh, "", true, ""},
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			g, other := guest(rsvp.Yes, 1), guest(rsvp.Yes, 1)
			other.Reply.ID, other.Reply.Email = replyID[:35]+"0", "ada@example.org"
			r := newRig(t, g, other)
			r.postman.Fail = func(m port.Mail) error {
				if m.To == g.Reply.Email {
					return fmt.Errorf("%w: 550", test.cause)
				}
				return nil
			}
			deliveries := r.deliveries(told(event.TypeRSVPCreated, g, nil), told(event.TypeRSVPCreated, other, nil))
			r.clock.Advance(test.age)
			errs := r.handle(t.Context(), deliveries)
			if errs[1] != nil || len(r.postman.Sent()) != 1 {
				t.Errorf("the other guest: %v", errs[1])
			}
			if got := errs[0]; (got != nil) != (test.waits || test.reason != "") {
				t.Fatalf("%v", got)
			}
			if test.waits && reflect.TypeOf(errs[0]) == reflect.TypeOf(consume.Refuse("", ill)) {
				t.Errorf("it does not wait: %v", errs[0])
			}
			if test.reason != "" && !strings.HasPrefix(errs[0].Error(), test.reason+":") {
				t.Errorf("%v, want %s", errs[0], test.reason)
			}
			if v := r.meter.Value(metric.Mails, "created", test.outcome); test.outcome != "" && v != 1 {
				t.Errorf("%s was counted %v times", test.outcome, v)
			}
		})
	}
}

func TestAnIllDatabaseIsWaitedFor(t *testing.T) {
	t.Parallel()
	g := guest(rsvp.Yes, 1)
	r := newRig(t, g)
	r.shelf.err = errors.New("no database")
	errs := r.deliver(event.OccasionChange{}, told(event.TypeRSVPCreated, g, nil))
	if errs[0] != nil || !errors.Is(errs[1], r.shelf.err) || len(r.postman.Sent()) != 0 {
		t.Errorf("%v", errs)
	}
}

func TestARepetitionIsTheSameMessage(t *testing.T) {
	t.Parallel()
	g := guest(rsvp.Yes, 1)
	r := newRig(t, g)
	created := told(event.TypeRSVPCreated, g, nil)
	_, _ = r.deliver(created), r.deliver(created)
	if sent := r.postman.Sent(); len(sent) != 2 || !reflect.DeepEqual(sent[0], sent[1]) {
		t.Errorf("%+v", sent)
	}
}
