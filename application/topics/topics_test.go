package topics_test

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"convoke/adapters/memory"
	"convoke/application/envelope"
	"convoke/application/port"
	"convoke/application/topics"
	"convoke/domain/event"
	"convoke/domain/fault"
	"convoke/test/fake"
)

var names = envelope.DefaultNames("test-")

// value encodes an event.
func value(t *testing.T, d event.Data) []byte {
	t.Helper()
	m, err := envelope.Encode("any", event.Event{ID: "01890000-0000-7000-8000-000000000001", Time: time.Unix(1, 0), Data: d})
	if err != nil {
		t.Fatal(err)
	}
	return m.Value
}

func reply() event.RSVPChange {
	return event.RSVPChange{
		Kind: event.TypeRSVPUpdated, OccasionID: "o", Revision: 9007199254740993, RSVPID: "r", Version: 2, Name: "Ada", Email: "ada@example.org",
		Status: "yes", PartySize: 2, At: time.Unix(2, 0), Previous: &event.RSVPBefore{Name: "Augusta", Email: "a@example.org", Status: "no", PartySize: 1},
	}
}

func TestPersonalDataAreFoldedAwayUnlessTheyAreAskedFor(t *testing.T) {
	t.Parallel()
	secrets := []string{"Ada", "ada@example.org", "Augusta", "a@example.org"}
	r := topics.Read(value(t, reply()), false)
	for _, secret := range secrets {
		if strings.Contains(r.Payload, secret) {
			t.Errorf("%q is shown:\n%s", secret, r.Payload)
		}
	}
	for _, fact := range []string{"9007199254740993", `"status": "yes"`, `"status": "no"`, `"partySize": 2`, `"rsvpId": "r"`} {
		if !strings.Contains(r.Payload, fact) {
			t.Errorf("%q is not shown:\n%s", fact, r.Payload)
		}
	}
	if want := []string{"data.email", "data.name", "data.previous.email", "data.previous.name"}; !slices.Equal(r.Folded, want) {
		t.Errorf("folded %v instead of %v", r.Folded, want)
	}
	whole := topics.Read(value(t, reply()), true)
	for _, secret := range secrets {
		if !strings.Contains(whole.Payload, secret) {
			t.Errorf("%q is not shown:\n%s", secret, whole.Payload)
		}
	}
	if whole.Folded != nil || whole.Type != "RSVP_UPDATED" || whole.Subject != "o" || whole.ID == "" {
		t.Errorf("%+v", whole)
	}
}

func TestWhatNobodyKnowsToBeImpersonalIsFoldedAway(t *testing.T) {
	t.Parallel()
	const secret = "ada@example.org"
	for _, message := range []string{
		`{"specversion":"1.0","id":"1","type":"RSVP_CREATED","subject":"o","data":{"note":"ada@example.org","partySize":1}}`,
		`{"specversion":"1.0","id":"1","type":"RSVP_CREATED","data":{"status":["ada@example.org"],"previous":"ada@example.org"}}`,
		`{"specversion":"1.0","id":"1","type":"RSVP_CREATED","data":{"previous":{"deeper":{"status":"ada@example.org"}}}}`,
		`{"specversion":"1.0","id":"1","type":"RSVP_CREATED","data":["ada@example.org"]}`,
		`{"specversion":"1.0","id":"1","type":"RSVP_CREATED","email":"ada@example.org"}`,
		`{"specversion":"1.0","id":"1","type":"RSVP_CREATED","email":"ada@example.org","data":{}}`,
		`{"specversion":"1.0","id":"1","type":"GUEST_SEEN","data":{"email":"ada@example.org"}}`,
		`{"specversion":"1.0","id":"1","type":["ada@example.org"],"data":{}}`,
		`{"specversion":"1.0","id":"ada@example.org","type":"GUEST_SEEN","subject":"ada@example.org","data":{}}`,
		`{"id":"1","type":"ada@example.org","data":{}}`,
		`{"id":"ada@example.org","subject":"ada@example.org"}`, `{"id":"ada@example.org","type":"WORKER_SEEN"}`,
		`{"email":"ada@example.org"}`, `["ada@example.org"]`, `"ada@example.org"`, `ada@example.org`,
		`{"data":{}} {"email":"ada@example.org"}`, "", "\xff\xfeada@example.org",
	} {
		r := topics.Read([]byte(message), false)
		if strings.Contains(r.Payload+r.ID+r.Type+r.Subject, secret) || len(r.Folded) == 0 {
			t.Errorf("%s is shown as\n%s", message, r.Payload)
		}
	}
}

func TestWhatIsRevealedIsNamedOnlyWhenItIsAnEvent(t *testing.T) {
	t.Parallel()
	if r := topics.Read([]byte(`{"id":"1","type":"GUEST_SEEN","subject":"Ada","data":{}}`), true); r.ID != "1" || r.Type != "GUEST_SEEN" || r.Subject != "Ada" {
		t.Errorf("%+v", r)
	}
	if r := topics.Read([]byte(`{"id":"1","type":"RSVP_CREATED","subject":"Ada"}`), true); r.ID+r.Type+r.Subject != "" || !strings.Contains(r.Payload, "Ada") {
		t.Errorf("%+v", r)
	}
}

func TestEveryKnownTypeIsJudged(t *testing.T) {
	t.Parallel()
	for _, d := range []event.Data{
		event.DesignRequested{JobID: "j"}, event.DesignProgressed{JobID: "j", Message: "layout"}, event.DesignFailed{JobID: "j"},
		event.JobCancelled{JobID: "j"}, event.WorkerSeen{WorkerID: "w"}, event.WorkerGone{WorkerID: "w"}, event.GroupReplay{Group: "g"},
	} {
		if r := topics.Read(value(t, d), false); len(r.Folded) != 0 || r.Encoding != "json" || r.Type != string(d.Type()) {
			t.Errorf("%T: %+v", d, r)
		}
	}
}

func TestLongTextsAreCut(t *testing.T) {
	t.Parallel()
	r := topics.Read(value(t, event.DesignFailed{JobID: "j", Message: strings.Repeat("é", 3000)}), false)
	if len(r.Payload) > 3000 || !slices.Equal(r.Shortened, []string{"data.errorMessage"}) || !strings.Contains(r.Payload, "6000 bytes") || !json.Valid([]byte(r.Payload)) {
		t.Errorf("%d bytes, shortened %v", len(r.Payload), r.Shortened)
	}
	if r := topics.Read([]byte(`{"id":"1","type":"WORKER_SEEN","subject":"`+strings.Repeat("w", 9000)+`","data":{}}`), false); len(r.Subject) > 2100 {
		t.Errorf("a subject of %d bytes", len(r.Subject))
	}
	if r := topics.Read([]byte(strings.Repeat("\xff", 9000)), true); r.Encoding != "base64" || len(r.Payload) > 3000 {
		t.Errorf("%d bytes of %s", len(r.Payload), r.Encoding)
	}
}

func FuzzReading(f *testing.F) {
	f.Add([]byte(`{"id":"1","type":"RSVP_CREATED","data":{"name":"x","previous":{"a":[{}]}}}`))
	f.Add([]byte("\xff"))
	f.Fuzz(func(t *testing.T, value []byte) {
		for _, reveal := range []bool{false, true} {
			if r := topics.Read(value, reveal); r.Encoding == "json" && !json.Valid([]byte(r.Payload)) || len(r.Payload) > 1<<20 {
				t.Errorf("%q", r.Payload)
			}
		}
	})
}

func TestATailShowsTheNewestMessages(t *testing.T) {
	t.Parallel()
	bus := memory.NewBus()
	t.Cleanup(func() { _ = bus.Close(context.Background()) })
	if err := bus.Provision(t.Context(), names.Topics()); err != nil {
		t.Fatal(err)
	}
	for range 3 {
		m := port.Message{Topic: names.RSVPEvents, Key: "o", Value: value(t, reply())}
		if errs := bus.Publish(t.Context(), []port.Message{m}); errs != nil {
			t.Fatal(errs)
		}
	}
	v := topics.NewViewer(bus, names, fake.Log())
	shown, err := v.Tail(t.Context(), topics.View{Topic: names.RSVPEvents, Messages: 2})
	if err != nil || len(shown) != 2 || shown[1].Offset != "2" || shown[1].Key != "o" || shown[1].Type != "RSVP_UPDATED" || shown[0].Time.IsZero() {
		t.Errorf("%+v, %v", shown, err)
	}
	if strings.Contains(shown[1].Payload, "Ada") || len(shown[1].Folded) == 0 || shown[1].Bytes != len(value(t, reply())) {
		t.Errorf("%+v", shown[1])
	}
	if empty, err := v.Tail(t.Context(), topics.View{Topic: envelope.DLQ(names.DesignReady)}); err != nil || len(empty) != 0 {
		t.Errorf("%+v, %v", empty, err)
	}
	for view, kind := range map[topics.View]fault.Kind{
		{Topic: "somebody-else's"}: fault.NotFound, {Topic: names.Control, Messages: 51}: fault.Invalid, {Topic: names.Control, Messages: -1}: fault.Invalid,
	} {
		if _, err := v.Tail(t.Context(), view); fault.KindOf(err) != kind {
			t.Errorf("%+v: %v", view, err)
		}
	}
	if all := v.Topics(); len(all) != 7 || !slices.Contains(all, names.Control) || !slices.Contains(all, envelope.DLQ(names.RSVPEvents)) {
		t.Errorf("%v", all)
	}
}

// deaf is a broker that never answers, not even when nobody waits any more, until it is let go.
type deaf struct {
	port.Inspector
	let chan struct{}
}

func (d deaf) Tail(context.Context, string, int) ([]port.Message, error) {
	<-d.let
	return nil, errors.New("too late")
}

func TestABrokerThatDoesNotAnswerIsAnErrorAndNoHang(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		broker := deaf{let: make(chan struct{})}
		v := topics.NewViewer(broker, names, fake.Log())
		for range 2 { // the second waits for its turn in vain
			began := time.Now()
			_, err := v.Tail(t.Context(), topics.View{Topic: names.Control})
			if fault.KindOf(err) != fault.Unavailable || time.Since(began) != 5*time.Second {
				t.Errorf("%v after %s", err, time.Since(began))
			}
		}
		close(broker.let)
	})
}
