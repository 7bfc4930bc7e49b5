package mails

import (
	"context"
	"errors"
	"log/slog"
	"sync/atomic"
	"time"

	"convoke/application/consume"
	"convoke/application/metric"
	"convoke/application/port"
	"convoke/domain/event"
)

// batch is how many events are worked on at a time. After a crash between sending and committing, at most the mails of
// one batch are sent a second time, under the same Message-IDs.
const batch = 64

// patience is how old news may get while a server puts its recipient off. It bounds how long all such recipients
// together can hold up a partition: those that come after them have grown old meanwhile.
const patience = 5 * time.Minute

// Reasons for which an event becomes a dead letter of the mail group.
const (
	ReasonUnwritable = "mail-unwritable"
	ReasonRefused    = "mail-refused"  // by the mail server's rules, or because it is set up wrongly
	ReasonDeferred   = "mail-deferred" // the recipient has been put off for too long
)

// Outcomes of what might have become a mail, as they are measured.
const (
	outcomeSent      = "sent"
	outcomeOff       = "off"        // nothing is sent here
	outcomeStale     = "stale"      // the news is too old
	outcomeGone      = "gone"       // the reply is not there any more
	outcomeReplaced  = "replaced"   // the reply has changed again, and a later event tells how
	outcomeOver      = "over"       // the occasion has ended
	outcomeTooMany   = "too-many"   // the address has been written to too often
	outcomeNoMailbox = "no-mailbox" // nobody receives mail at the address
	outcomeLetter    = "dead-letter"
)

// Consumer writes to guests what events tell about their replies: at least once, never about what is no longer so. While
// the mail server is ill it waits; an address that takes no mail is counted and holds up nobody. Safe for concurrent use.
type Consumer struct {
	Store  Store
	Writer *Writer
	Mailer port.Mailer // nil: nothing is read, written or sent, only counted
	Clock  port.Clock
	Meter  port.Meter
	Log    *slog.Logger

	waiting atomic.Bool // for the mail server
	quota   quota
}

// Group is how the consumer reads the topic. What it has done can not be taken back, so the group is not for replay.
func (c *Consumer) Group(name, topic string) consume.Group {
	return consume.Group{Name: name, Topic: topic, Mode: port.Ordered, MaxBatch: batch, Handle: c.handle}
}

// news is an event that gives occasion to write.
type news struct {
	index  int // among the deliveries
	kind   Kind
	at     time.Time
	id     string
	change event.RSVPChange
}

func (c *Consumer) handle(ctx context.Context, deliveries []consume.Delivery) []error {
	told := c.sift(deliveries)
	if len(told) == 0 {
		return nil
	}
	errs := make([]error, len(deliveries))
	guests, err := c.guests(ctx, told)
	if err != nil {
		for _, n := range told {
			errs[n.index] = err
		}
		return errs
	}
	written, mails := c.write(told, guests, errs)
	if len(mails) == 0 {
		return errs
	}
	sent := c.Mailer.Send(ctx, mails)
	for i, n := range written {
		if sent == nil {
			err = nil
		} else {
			err = sent[i]
		}
		errs[n.index] = c.settle(ctx, n, err)
	}
	return errs
}

// sift keeps what is news.
func (c *Consumer) sift(deliveries []consume.Delivery) []news {
	now := c.Clock.Now()
	var told []news
	for i, d := range deliveries {
		change, ok := d.Event.Data.(event.RSVPChange)
		if !ok {
			continue
		}
		kind, ok := kindOf(change)
		switch {
		case !ok:
		case c.Mailer == nil:
			c.count(kind, outcomeOff)
		case now.Sub(d.Event.Time) > fresh:
			c.count(kind, outcomeStale)
		default:
			told = append(told, news{i, kind, d.Event.Time, d.Event.ID, change})
		}
	}
	return told
}

func (c *Consumer) guests(ctx context.Context, told []news) (map[string]Guest, error) {
	ids := make([]string, len(told))
	for i, n := range told {
		ids[i] = n.change.RSVPID
	}
	found, err := c.Store.Guests(ctx, ids...)
	guests := make(map[string]Guest, len(found))
	for _, g := range found {
		guests[g.Reply.ID] = g
	}
	return guests, err
}

// write makes the mails, and takes down what becomes no mail.
func (c *Consumer) write(told []news, guests map[string]Guest, errs []error) ([]news, []port.Mail) {
	now := c.Clock.Now()
	var written []news
	var mails []port.Mail
	for _, n := range told {
		g, ok := guests[n.change.RSVPID]
		switch {
		case !ok:
			c.count(n.kind, outcomeGone)
		case !g.current(n.change):
			c.count(n.kind, outcomeReplaced)
		case over(g.Occasion, now):
			c.count(n.kind, outcomeOver)
		case !c.quota.take(n.id, g.Reply.Email, now):
			c.count(n.kind, outcomeTooMany)
		default:
			m, err := c.Writer.Write(n.kind, g, n.id)
			if err != nil {
				errs[n.index] = c.giveUp(n, ReasonUnwritable, err)
				continue
			}
			written, mails = append(written, n), append(mails, m)
		}
	}
	return written, mails
}

// settle says what has become of a mail.
func (c *Consumer) settle(ctx context.Context, n news, err error) error {
	switch {
	case err == nil:
		c.count(n.kind, outcomeSent)
		c.well()
		return nil
	case errors.Is(err, port.ErrNoMailbox):
		// No dead letter: nothing that an operator could mend brings the mailbox, and whoever makes up addresses must not
		// be able to fill the table.
		c.count(n.kind, outcomeNoMailbox)
		c.Log.Info("a guest gets no mail", "occasion", n.change.OccasionID, "rsvp", n.change.RSVPID, "cause", err)
		return nil
	case errors.Is(err, port.ErrMailRefused):
		return c.giveUp(n, ReasonRefused, err)
	case errors.Is(err, port.ErrMailDeferred):
		if c.Clock.Now().Sub(n.at) > patience {
			return c.giveUp(n, ReasonDeferred, err)
		}
		return err
	}
	c.ill(ctx, err)
	return err
}

func (c *Consumer) giveUp(n news, reason string, cause error) error {
	c.count(n.kind, outcomeLetter)
	return consume.Refuse(reason, cause)
}

// ill says once that mails wait; well, that they do no longer.
func (c *Consumer) ill(ctx context.Context, cause error) {
	if ctx.Err() == nil && !c.waiting.Swap(true) {
		c.Log.Warn("the mail server is ill; mails wait until it takes them", "cause", cause)
	}
}

func (c *Consumer) well() {
	if c.waiting.Swap(false) {
		c.Log.Info("the mail server takes mails again")
	}
}

func (c *Consumer) count(k Kind, outcome string) { c.Meter.Add(metric.Mails, 1, string(k), outcome) }
