package mails

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"convoke/adapters/calendar"
	"convoke/application/consume"
	"convoke/application/port"
	"convoke/application/rsvps"
	"convoke/domain/event"
	"convoke/domain/rsvp"
	"convoke/test/fake"
)

const (
	replyID    = "01890000-0000-7000-8000-0000000000ab"
	occasionID = "01890000-0000-7000-8000-0000000000cd"
	eventID    = "01890000-0000-7000-8000-0000000000ef"
)

// party is in Berlin, half a year after the fake clock's day.
func party() rsvp.State {
	start := time.Date(2026, 12, 12, 15, 0, 0, 0, time.UTC)
	return rsvp.State{
		ID: occasionID, Revision: 7, TokenVersion: 1, CreatedAt: start.AddDate(-1, 0, 0), UpdatedAt: start.AddDate(-1, 0, 0),
		Details: rsvp.Details{Title: "Ada's 36th", StartsAt: start, EndsAt: start.Add(5 * time.Hour), TimeZone: "Europe/Berlin", Place: "Haus am See"},
	}
}

func guest(status rsvp.Status, people int) Guest {
	return Guest{
		Reply: rsvp.Reply{
			ID: replyID, OccasionID: occasionID, Name: "Grace Hopper", Email: "grace@example.org", Status: status, PartySize: people,
			Version: 1, TokenVersion: 1, Revision: 7,
		},
		Occasion: party(),
	}
}

// told is the event that led to a guest's state.
func told(kind event.Type, g Guest, before *event.RSVPBefore) event.RSVPChange {
	r := g.Reply
	return event.RSVPChange{
		Kind: kind, OccasionID: r.OccasionID, Revision: r.Revision, RSVPID: r.ID, Version: r.Version,
		Name: r.Name, Email: r.Email, Status: string(r.Status), PartySize: r.PartySize, Previous: before,
	}
}

func newWriter(t testing.TB) *Writer {
	t.Helper()
	w, err := NewWriter(rsvps.NewSigner([]string{"a key for tests, long enough"}), calendar.Writer{}, "https://party.example/")
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// shelf is a store of guests that counts how often it is asked, and fails as it is told. Safe for concurrent use.
type shelf struct {
	mu     sync.Mutex
	guests map[string]Guest
	asked  int
	err    error
}

func newShelf(guests ...Guest) *shelf {
	s := &shelf{guests: map[string]Guest{}}
	for _, g := range guests {
		s.guests[g.Reply.ID] = g
	}
	return s
}

func (s *shelf) Guests(_ context.Context, ids ...string) ([]Guest, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked++
	var found []Guest
	for _, id := range ids {
		if g, ok := s.guests[id]; ok {
			found = append(found, g)
		}
	}
	return found, s.err
}

// postman remembers what it is given; Fail, when set, decides about each mail. Safe for concurrent use.
type postman struct {
	Fail func(port.Mail) error

	mu   sync.Mutex
	sent []port.Mail
}

func (p *postman) Send(_ context.Context, mails []port.Mail) []error {
	p.mu.Lock()
	defer p.mu.Unlock()
	errs := make([]error, len(mails))
	for i, m := range mails {
		if p.Fail != nil {
			errs[i] = p.Fail(m)
		}
		if errs[i] == nil {
			p.sent = append(p.sent, m)
		}
	}
	return errs
}

func (p *postman) Sent() []port.Mail {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]port.Mail(nil), p.sent...)
}

// rig is a consumer over stand-ins.
type rig struct {
	*Consumer
	shelf   *shelf
	postman *postman
	clock   *fake.Clock
	meter   *fake.Meter
}

func newRig(t testing.TB, guests ...Guest) *rig {
	r := &rig{shelf: newShelf(guests...), postman: &postman{}, clock: fake.NewClock(), meter: &fake.Meter{}}
	r.Consumer = &Consumer{Store: r.shelf, Writer: newWriter(t), Mailer: r.postman, Clock: r.clock, Meter: r.meter, Log: fake.Log()}
	return r
}

// deliver hands over events as having happened now.
func (r *rig) deliver(changes ...event.Data) []error {
	return r.handle(context.Background(), r.deliveries(changes...))
}

func (r *rig) deliveries(changes ...event.Data) []consume.Delivery {
	deliveries := make([]consume.Delivery, len(changes))
	for i, c := range changes {
		deliveries[i] = consume.Delivery{Event: event.Event{ID: fmt.Sprintf("%s%02d", eventID[:34], i), Time: r.clock.Now(), Data: c}}
	}
	return deliveries
}
