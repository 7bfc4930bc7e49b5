package audit_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"convoke/adapters/system"
	"convoke/application/audit"
	"convoke/application/envelope"
	"convoke/application/port"
	"convoke/application/rsvps"
	"convoke/domain/event"
	"convoke/domain/rsvp"
	"convoke/test/backend"
)

// rig is a backend whose outbox the test publishes.
type rig struct {
	*backend.Backend
	t       *testing.T
	auditor *audit.Auditor
}

func newRig(t *testing.T) *rig {
	b := backend.New(t)
	return &rig{b, t, &audit.Auditor{Store: b.Store, Log: b.Bus, Topic: b.Names.RSVPEvents, Group: "counts-verify", Clock: system.Clock{}}}
}

// relay publishes what is new in the outbox, through a filter.
func (r *rig) relay(keep func(event.Data) bool) {
	r.t.Helper()
	batches, err := r.Store.Pending(r.t.Context(), nil, 10_000)
	if err != nil {
		r.t.Fatal(err)
	}
	var messages []port.Message
	var done []int64
	for _, b := range batches {
		done = append(done, b.ID)
		for _, m := range b.Messages {
			e, err := envelope.Decode(m)
			if err != nil {
				r.t.Fatal(err)
			}
			if keep(e.Data) {
				messages = append(messages, m)
			}
		}
	}
	if errs := r.Bus.Publish(r.t.Context(), messages); errs != nil {
		r.t.Fatal(errs)
	}
	if err := r.Store.RemoveBatches(r.t.Context(), done); err != nil {
		r.t.Fatal(err)
	}
}

func all(event.Data) bool { return true }

// party makes an occasion with a guest who comes, one who waits, one who cancels and one who is removed.
func (r *rig) party() (id string) {
	r.t.Helper()
	id, host := r.Open(rsvp.Details{Capacity: 3, Waitlist: rsvp.WaitlistAuto})
	r.Reply(id, "a@example.org", 2)
	r.Reply(id, "b@example.org", 2)
	cancelled, token := r.Reply(id, "c@example.org", 1)
	removed, _ := r.Reply(id, "d@example.org", 1)
	r.withdraw(cancelled, token) // which seats the one who waits for one seat
	r.withdraw(removed, host)
	return id
}

func (r *rig) withdraw(reply rsvp.Reply, token string) {
	r.t.Helper()
	claim, err := r.Signer.Read(token)
	if err != nil {
		r.t.Fatal(err)
	}
	if _, err := r.RSVPs.Withdraw(r.t.Context(), rsvps.Caller{Claim: &claim}, reply.ID, ""); err != nil {
		r.t.Fatal(err)
	}
}

func (r *rig) verify() audit.Result {
	r.t.Helper()
	result, err := r.auditor.Verify(context.Background())
	if err != nil {
		r.t.Fatal(err)
	}
	return result
}

func TestWhatAgreesHasNoDifferences(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	for range 3 {
		r.party()
	}
	r.relay(all)
	gone := r.party()
	if err := r.RSVPs.Delete(t.Context(), rsvps.Caller{Admin: true}, gone, ""); err != nil {
		t.Fatal(err)
	}
	r.relay(all)
	if result := r.verify(); result.All != 0 || result.Occasions != 5 || result.Events < 4*7 {
		t.Errorf("%+v", result)
	}
}

func TestEventsThatAreStillOnTheirWayAreWaitedFor(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.party()
	relayed := make(chan struct{})
	go func() { defer close(relayed); r.relay(all) }()
	if result := r.verify(); result.All != 0 {
		t.Errorf("%+v", result)
	}
	<-relayed
}

func TestAnEventThatSaysSomethingElseIsNamed(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	id := r.party()
	r.relay(func(d event.Data) bool { c, ok := d.(event.RSVPChange); return !ok || c.Revision != 2 })
	forged, err := envelope.Encode(r.Names.RSVPEvents, event.Event{ID: "forged", Data: event.RSVPChange{
		Kind: event.TypeRSVPCreated, OccasionID: id, Revision: 2, RSVPID: "x", Version: 1, Status: "yes", PartySize: 3,
	}})
	if err != nil {
		t.Fatal(err)
	}
	if errs := r.Bus.Publish(t.Context(), []port.Message{forged}); errs != nil {
		t.Fatal(errs)
	}
	result := r.verify()
	if result.All != 1 || result.Differences[0].OccasionID != id || result.Differences[0].Kind != audit.LogDiffers {
		t.Errorf("%+v", result)
	}
}

func TestAnOccasionThatTheDatabaseHasLostIsNamed(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.relay(all)
	const lost = "01890000-0000-7000-8000-00000000abcd"
	m, err := envelope.Encode(r.Names.RSVPEvents, event.Event{ID: "1", Data: event.OccasionChange{Kind: event.TypeOccasionCreated, OccasionID: lost, Revision: 1}})
	if err != nil {
		t.Fatal(err)
	}
	if errs := r.Bus.Publish(t.Context(), []port.Message{m, {Topic: m.Topic, Key: "x", Value: []byte("garbage")}}); errs != nil {
		t.Fatal(errs)
	}
	if result := r.verify(); result.All != 1 || result.Differences[0].OccasionID != lost || result.Differences[0].Kind != audit.NotInDatabase {
		t.Errorf("%+v", result)
	}
}

// wrong is a store whose rows do not add up, and whose occasion the log has never heard of.
type wrong struct{ audit.Store }

func (w wrong) Accounts(ctx context.Context, after string, limit int) ([]audit.Account, error) {
	accounts, err := w.Store.Accounts(ctx, after, limit)
	for i := range accounts {
		if accounts[i].ID != rsvp.DefaultID {
			accounts[i].Rows.Yes++
			accounts[i].Revision += 3
		}
	}
	return accounts, err
}

// hurried is a clock on which every look is a minute later, so that nobody waits.
type hurried struct{ looks int }

func (h *hurried) Now() time.Time {
	h.looks++
	return time.Unix(int64(60*h.looks), 0)
}

func TestRowsThatDoNotAddUpAndMissingEventsAreNamed(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	id := r.party()
	r.relay(all)
	r.auditor.Store, r.auditor.Clock = wrong{r.Store}, &hurried{}
	result := r.verify()
	if result.All != 2 || result.Differences[0].Kind != audit.RowsDiffer || result.Differences[1].Kind != audit.EventsMissing {
		t.Fatalf("%+v", result)
	}
	if d := result.Differences[1]; d.OccasionID != id || !strings.Contains(d.Detail, "9-11") {
		t.Errorf("%+v", d)
	}
}
