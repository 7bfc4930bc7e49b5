package mails

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"convoke/application/metric"
	"convoke/application/port"
	"convoke/application/rsvps"
	"convoke/domain/fault"
	"convoke/domain/rsvp"
	"convoke/test/fake"
)

// list is a store of one occasion's guests by address. Safe for concurrent use.
type list struct {
	mu     sync.Mutex
	guests map[string]Guest
	asked  int
}

func (l *list) ReplyByEmail(_ context.Context, occasion, email string) (rsvp.Reply, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.asked++
	g, ok := l.guests[email]
	if !ok || occasion != occasionID {
		return rsvp.Reply{}, rsvps.ErrReplyNotFound
	}
	return g.Reply, nil
}

func (l *list) Occasion(context.Context, string) (rsvp.State, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, g := range l.guests {
		return g.Occasion, nil
	}
	return rsvp.State{}, rsvp.ErrNoOccasion
}

func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	ticker := time.NewTicker(5 * time.Millisecond)
	defer ticker.Stop()
	patience := time.After(20 * time.Second)
	for !holds() {
		select {
		case <-ticker.C:
		case <-patience:
			t.Fatalf("in vain: %s", what)
		}
	}
}

type desk struct {
	*Links
	list    *list
	postman *postman
	clock   *fake.Clock
	meter   *fake.Meter
}

func newDesk(t *testing.T, guests ...Guest) *desk {
	t.Helper()
	d := &desk{list: &list{guests: map[string]Guest{}}, postman: &postman{}, clock: fake.NewClock(), meter: &fake.Meter{}}
	for _, g := range guests {
		d.list.guests[g.Reply.Email] = g
	}
	d.Links = NewLinks(d.list, newWriter(t), d.postman, &fake.IDs{}, d.clock, d.meter, fake.Log())
	return d
}

// run works until the test ends.
func (d *desk) run(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- d.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
}

func (d *desk) counted(outcome string) float64 { return d.meter.Value(metric.Mails, "link", outcome) }

func TestAGuestGetsTheLinkAgainAndNobodyElseDoes(t *testing.T) {
	t.Parallel()
	d := newDesk(t, guest(rsvp.Waitlisted, 1))
	d.run(t)
	for _, email := range []string{" Grace@Example.org ", "nobody@example.org"} {
		if err := d.Ask(occasionID, email); err != nil {
			t.Fatal(err)
		}
	}
	eventually(t, "both are answered", func() bool { return d.counted(outcomeSent) == 1 && d.counted(outcomeGone) == 1 })
	if sent := d.postman.Sent(); len(sent) != 1 || sent[0].To != "grace@example.org" || !strings.Contains(sent[0].Text, "/reply#t=") {
		t.Errorf("%+v", sent)
	}
}

func TestAnAddressThatCanBeNoneIsRefused(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	err := d.Ask(occasionID, "Grace <grace@example.org>")
	var f *fault.Error
	if !errors.As(err, &f) || f.Field != "email" {
		t.Errorf("%v", err)
	}
}

func TestNobodyIsBombed(t *testing.T) {
	t.Parallel()
	d := newDesk(t, guest(rsvp.Yes, 1))
	d.run(t)
	for _, email := range []string{"grace@example.org", "GRACE@example.org", "grace@example.org"} {
		_ = d.Ask(occasionID, email)
	}
	eventually(t, "one is answered", func() bool { return d.counted(outcomeSent) == 1 })
	if v := d.counted(outcomeTooSoon); v != 2 {
		t.Errorf("%v wishes came too soon", v)
	}
	d.clock.Advance(askAgain)
	_ = d.Ask(occasionID, "grace@example.org")
	eventually(t, "the next one is answered", func() bool { return d.counted(outcomeSent) == 2 })
}

func TestWhatIsRememberedIsBounded(t *testing.T) {
	t.Parallel()
	r := recent{seen: map[[sha256.Size]byte]time.Time{}}
	now := fake.NewClock().Now()
	key := func(n int) (k [sha256.Size]byte) {
		binary.BigEndian.PutUint64(k[:], uint64(n))
		return k
	}
	for n := range maxRecent {
		if !r.first(key(n), now) {
			t.Fatalf("number %d is refused", n)
		}
	}
	if r.first(key(maxRecent), now) || r.first(key(0), now) || len(r.seen) != maxRecent {
		t.Errorf("%d are remembered", len(r.seen))
	}
	if !r.first(key(maxRecent), now.Add(askAgain)) || len(r.seen) != 1 {
		t.Errorf("%d are remembered later", len(r.seen))
	}
}

func TestWishesThatWaitAreBounded(t *testing.T) {
	t.Parallel()
	d := newDesk(t) // nobody answers
	for n := range maxAsked + 3 {
		if err := d.Ask(occasionID, fmt.Sprintf("guest%d@example.org", n)); err != nil {
			t.Fatal(err)
		}
	}
	if v := d.counted(outcomeDropped); v != 3 || d.list.asked != 0 {
		t.Errorf("%v were dropped, %d looked up before the answer", v, d.list.asked)
	}
}

func TestALinkThatNoLongerWorksIsNotSent(t *testing.T) {
	t.Parallel()
	g := guest(rsvp.Yes, 1)
	d := newDesk(t, g)
	d.run(t)
	d.clock.Advance(g.Occasion.Details.EndsAt.AddDate(0, 0, 8).Sub(d.clock.Now()))
	_ = d.Ask(occasionID, g.Reply.Email)
	eventually(t, "it is answered", func() bool { return d.counted(outcomeOver) == 1 })
	if len(d.postman.Sent()) != 0 {
		t.Error("it was sent")
	}
}

func TestAWishMayFail(t *testing.T) {
	t.Parallel()
	d := newDesk(t, guest(rsvp.Yes, 1))
	d.postman.Fail = func(port.Mail) error { return errors.New("connection refused") }
	d.run(t)
	_ = d.Ask(occasionID, "grace@example.org")
	eventually(t, "it has failed", func() bool { return d.counted(outcomeFailed) == 1 })
}

func TestWithoutAMailServerNothingIsLookedUp(t *testing.T) {
	t.Parallel()
	d := newDesk(t, guest(rsvp.Yes, 1))
	d.mailer = nil
	d.run(t)
	if err := d.Ask(occasionID, "grace@example.org"); err != nil || d.counted(outcomeOff) != 1 || d.list.asked != 0 {
		t.Errorf("%v, looked up %d times", err, d.list.asked)
	}
}
