package websocket

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"

	"convoke/application/contract"
	"convoke/application/rsvps"
	"convoke/domain/rsvp"
)

// counted is a message about an occasion, or an error.
type counted struct {
	contract.LiveCounts
	Code string `json:"code"`
}

func (w *watcher) nextCounts() counted {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	_, text, err := w.Read(ctx)
	if err != nil {
		w.t.Fatal(err)
	}
	var c counted
	if err := json.Unmarshal(text, &c); err != nil {
		w.t.Fatalf("%v: %s", err, text)
	}
	return c
}

func (w *watcher) expectCounts(kind, id string) counted {
	w.t.Helper()
	c := w.nextCounts()
	if c.Type != kind || c.OccasionID != id {
		w.t.Fatalf("got %+v, want %s of %s", c, kind, id)
	}
	return c
}

func TestCountsAreASnapshotThenNewerStates(t *testing.T) {
	t.Parallel()
	s := open(t, Config{})
	id, host := s.Open(rsvp.Details{Capacity: 50})
	s.Reply(id, "0@example.org", 2)
	w := s.dial()
	w.send(`{"type":"subscribe","occasionId":"` + strings.ToUpper(id) + `"}`)
	w.expectCounts("subscribed", id)
	if c := w.expectCounts(contract.OccasionCounts, id); c.Revision != 2 || c.People.Yes != 2 || *c.SeatsLeft != 48 {
		t.Fatalf("the snapshot is %+v", c)
	}
	began, messages := time.Now(), 0
	for i := range 40 {
		s.Reply(id, fmt.Sprintf("guest%d@example.org", i), 1)
	}
	for last := uint64(2); last < 42; messages++ {
		c := w.expectCounts(contract.OccasionCounts, id)
		if c.Revision <= last || c.Replies.Yes != int(c.Revision)-1 {
			t.Fatalf("after revision %d: %+v", last, c)
		}
		last = c.Revision
	}
	if most := int(time.Since(began)/(100*time.Millisecond)) + 2; messages > most {
		t.Errorf("%d messages, want at most %d", messages, most)
	}
	if err := s.RSVPs.Delete(t.Context(), rsvps.Caller{Admin: true}, id, ""); err != nil {
		t.Fatal(err)
	}
	if c := w.expectCounts("error", id); c.Code != "occasion-not-found" {
		t.Errorf("at the end %+v", c)
	}
	w.send(`{"type":"subscribe","occasionId":"` + id + `","token":"` + host + `"}`)
	if c := w.expectCounts("error", id); c.Code != "occasion-not-found" {
		t.Errorf("after the end %+v", c)
	}
}

func TestAClientIsToldOnlyWhatItHasNotSeen(t *testing.T) {
	t.Parallel()
	s := open(t, Config{})
	w := s.dial()
	w.send(`{"type":"subscribe","occasionId":"default","version":1}`)
	w.expectCounts("subscribed", rsvp.DefaultID)
	w.expectSilence()
	s.Reply("", "ada@example.org", 1)
	w.expectCounts(contract.OccasionCounts, rsvp.DefaultID)
	w.send(`{"type":"unsubscribe","occasionId":"default"}`)
	w.expectCounts("unsubscribed", rsvp.DefaultID)
	s.Reply("", "bob@example.org", 1)
	w.expectSilence()
}

func TestHiddenCountsAreTheHosts(t *testing.T) {
	t.Parallel()
	s := open(t, Config{})
	id, host := s.Open(rsvp.Details{Counts: rsvp.CountsHidden})
	_, other := s.Open(rsvp.Details{})
	_, guest := s.Reply(id, "ada@example.org", 1)
	w := s.dial()
	for token, code := range map[string]string{"": "token-required", other: "not-yours", guest: "not-yours", host + "x": "invalid-token"} {
		w.send(`{"type":"subscribe","occasionId":"` + id + `","token":"` + token + `"}`)
		if c := w.expectCounts("error", id); c.Code != code {
			t.Errorf("token %q: %+v, want %s", token, c, code)
		}
	}
	for _, token := range []string{host, "the-operators-token"} {
		w.send(`{"type":"subscribe","occasionId":"` + id + `","token":"` + token + `"}`)
		w.expectCounts("subscribed", id)
		w.expectCounts(contract.OccasionCounts, id)
	}
}

func TestTheBearerOfAHandshakeIsThatOfItsSubscriptions(t *testing.T) {
	t.Parallel()
	s := open(t, Config{})
	id, host := s.Open(rsvp.Details{Counts: rsvp.CountsHidden})
	other, _ := s.Open(rsvp.Details{Counts: rsvp.CountsHidden})
	_, guest := s.Reply(id, "ada@example.org", 1)
	c, _, err := websocket.Dial(t.Context(), "ws://"+s.addr+"/ws", &websocket.DialOptions{HTTPHeader: http.Header{"Authorization": {"Bearer " + host}}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.CloseNow() })
	w := &watcher{c, t}
	w.expect("connected")
	w.send(`{"type":"subscribe","occasionId":"` + id + `"}`)
	w.expectCounts("subscribed", id)
	w.expectCounts(contract.OccasionCounts, id)
	w.send(`{"type":"subscribe","occasionId":"` + other + `"}`)
	if c := w.expectCounts("error", other); c.Code != "not-yours" {
		t.Errorf("another's: %+v", c)
	}
	w.send(`{"type":"subscribe","occasionId":"` + id + `","token":"` + guest + `"}`)
	if c := w.expectCounts("error", id); c.Code != "not-yours" {
		t.Errorf("a subscription's own token counts first: %+v", c)
	}
}

func TestWhoWatchesIsToldNoMoreOnceCountsAreHidden(t *testing.T) {
	t.Parallel()
	s := open(t, Config{})
	id, _ := s.Open(rsvp.Details{})
	w := s.dial()
	w.send(`{"type":"subscribe","occasionId":"` + id + `"}`)
	w.expectCounts("subscribed", id)
	w.expectCounts(contract.OccasionCounts, id)
	hide := func(d *rsvp.Details) { d.Counts = rsvp.CountsHidden }
	if _, err := s.RSVPs.Edit(t.Context(), rsvps.Caller{Admin: true}, id, "", hide); err != nil {
		t.Fatal(err)
	}
	if c := w.expectCounts("error", id); c.Code != "token-required" {
		t.Errorf("%+v", c)
	}
	s.Reply(id, "ada@example.org", 1)
	w.expectSilence()
}

func TestASubscriptionIsAboutOneThing(t *testing.T) {
	t.Parallel()
	s := open(t, Config{})
	w := s.dial()
	for _, about := range []string{`"occasionId":"x"`, `"occasionId":"default","jobId":"` + noSuchID + `"`, `"occasionId":"DEFAULT"`} {
		w.send(`{"type":"subscribe",` + about + `}`)
		if m := w.expect("error"); m.Code != "invalid" {
			t.Errorf("%s: %+v", about, m)
		}
	}
	w.send(`{"type":"subscribe","occasionId":"` + noSuchID + `"}`)
	if c := w.expectCounts("error", noSuchID); c.Code != "occasion-not-found" {
		t.Errorf("%+v", c)
	}
}
