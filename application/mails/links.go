package mails

import (
	"context"
	"crypto/sha256"
	"errors"
	"log/slog"
	"sync"
	"time"

	"convoke/application/metric"
	"convoke/application/port"
	"convoke/application/rsvps"
	"convoke/domain/rsvp"
)

const (
	maxAsked  = 256              // wishes that wait
	askAgain  = 15 * time.Minute // after this an address of an occasion may be written to again
	maxRecent = 1 << 14          // addresses that are remembered meanwhile
)

// Outcomes of a wish for a link, besides those of the consumer.
const (
	outcomeTooSoon = "too-soon" // the address has been written to a short while ago, or too many have
	outcomeDropped = "dropped"  // too many wishes wait
	outcomeFailed  = "failed"   // the database or the mail server is ill
)

// LinkStore is what Links read. Safe for concurrent use.
type LinkStore interface {
	ReplyByEmail(ctx context.Context, occasionID, email string) (rsvp.Reply, error)
	Occasion(ctx context.Context, id string) (rsvp.State, error)
}

// Links sends guests their links again. Wishes wait in memory and may be lost: whoever waits in vain asks again. Nobody
// learns from it, by its answer or by its time, whether somebody has replied. Safe for concurrent use.
type Links struct {
	store  LinkStore
	writer *Writer
	mailer port.Mailer // nil: nothing is sent, only counted
	ids    port.IDs
	clock  port.Clock
	meter  port.Meter
	log    *slog.Logger

	asked  chan wish
	recent recent
}

type wish struct{ occasionID, email string }

func (w wish) digest() [sha256.Size]byte { return sha256.Sum256([]byte(w.occasionID + " " + w.email)) }

// NewLinks makes the service; Run does its work.
func NewLinks(store LinkStore, w *Writer, m port.Mailer, ids port.IDs, clock port.Clock, meter port.Meter, log *slog.Logger) *Links {
	return &Links{
		store: store, writer: w, mailer: m, ids: ids, clock: clock, meter: meter, log: log,
		asked: make(chan wish, maxAsked), recent: recent{seen: map[[sha256.Size]byte]time.Time{}},
	}
}

// Ask takes the wish for the link of an address, at most one in a while for each occasion, and returns at once. Its only
// error is a fault of an address that can be none.
func (l *Links) Ask(occasionID, email string) error {
	email = rsvp.NormalEmail(email)
	if err := rsvp.CheckEmail(email); err != nil {
		return err
	}
	w := wish{occasionID, email}
	switch {
	case l.mailer == nil:
		l.count(outcomeOff)
	case !l.recent.first(w.digest(), l.clock.Now()):
		l.count(outcomeTooSoon)
	default:
		select {
		case l.asked <- w:
		default:
			l.count(outcomeDropped)
			l.recent.forget(w.digest())
		}
	}
	return nil
}

// Run sends, one mail after another, until ctx ends; it returns nil then.
func (l *Links) Run(ctx context.Context) error {
	for {
		select {
		case w := <-l.asked:
			l.count(l.answer(ctx, w))
		case <-ctx.Done():
			return nil
		}
	}
}

// answer sends the link of a wish, if there is one, and returns the outcome.
func (l *Links) answer(ctx context.Context, w wish) string {
	g, err := l.find(ctx, w)
	switch {
	case errors.Is(err, rsvps.ErrReplyNotFound), errors.Is(err, rsvp.ErrNoOccasion):
		return outcomeGone
	case err == nil && rsvps.Expired(g.Occasion, l.clock.Now()):
		return outcomeOver
	}
	var m port.Mail
	if err == nil {
		m, err = l.writer.Write(Link, g, l.ids.New())
	}
	if err == nil {
		err = errors.Join(l.mailer.Send(ctx, []port.Mail{m})...)
	}
	switch {
	case err == nil:
		return outcomeSent
	case errors.Is(err, port.ErrNoMailbox):
		return outcomeNoMailbox
	}
	l.recent.forget(w.digest()) // so that asking again helps
	l.log.Warn("a guest's link could not be sent", "occasion", w.occasionID, "cause", err)
	return outcomeFailed
}

func (l *Links) find(ctx context.Context, w wish) (Guest, error) {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	r, err := l.store.ReplyByEmail(ctx, w.occasionID, w.email)
	if err != nil {
		return Guest{}, err
	}
	o, err := l.store.Occasion(ctx, w.occasionID)
	return Guest{r, o}, err
}

func (l *Links) count(outcome string) { l.meter.Add(metric.Mails, 1, string(Link), outcome) }

// recent remembers digests of what was asked for, each for askAgain and not too many: whoever asks for ever new addresses
// keeps others from getting their links for a while, and bombs nobody.
type recent struct {
	mu   sync.Mutex
	seen map[[sha256.Size]byte]time.Time
}

// first reports whether the key was not asked for in the last while, and remembers it.
func (r *recent) first(key [sha256.Size]byte, now time.Time) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.seen) >= maxRecent {
		for k, at := range r.seen {
			if now.Sub(at) >= askAgain {
				delete(r.seen, k)
			}
		}
	}
	if at, ok := r.seen[key]; ok && now.Sub(at) < askAgain || len(r.seen) >= maxRecent {
		return false
	}
	r.seen[key] = now
	return true
}

func (r *recent) forget(key [sha256.Size]byte) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.seen, key)
}
