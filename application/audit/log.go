package audit

import (
	"context"
	"fmt"
	"sync"
	"time"

	"convoke/application/consume"
	"convoke/application/envelope"
	"convoke/application/port"
	"convoke/domain/event"
	"convoke/domain/rsvp"
)

const (
	allTimes = 100 * 365 * 24 * time.Hour
	patience = 10 * time.Second // with events that are still in the outbox
)

// book is what the log says about one occasion, up to the revision of its account.
type book struct {
	account Account
	read    consume.Progress
	counts  rsvp.Counts
}

// whole reports whether every event up to the account's revision has been read.
func (b *book) whole() bool { return b.read.Whole() == b.account.Revision }

func (b *book) judge(result *Result) {
	switch {
	case !b.whole():
		missing := b.read.MissingText()
		if b.read.Highest < b.account.Revision {
			missing = fmt.Sprintf("%s%d-%d", separated(missing), b.read.Highest+1, b.account.Revision)
		}
		result.name(b.account.ID, EventsMissing, "the log lacks the revisions %s of %d", missing, b.account.Revision)
	case b.counts != b.account.Kept:
		result.name(b.account.ID, LogDiffers, "at revision %d the counters say %+v, the events %+v", b.account.Revision, b.account.Kept, b.counts)
	}
}

func separated(text string) string {
	if text == "" {
		return ""
	}
	return text + ","
}

// take counts an event, unless it is later than the account or was read before. It reports whether the book is whole now
// and was not before.
func (b *book) take(d event.Numbered) bool {
	if d.Number() > b.account.Revision || !b.read.Take(d.Number()) {
		return false
	}
	if c, ok := d.(event.RSVPChange); ok {
		if c.Previous != nil {
			b.counts.Add(rsvp.Status(c.Previous.Status), c.Previous.PartySize, -1)
		}
		if c.Kind != event.TypeRSVPDeleted {
			b.counts.Add(rsvp.Status(c.Status), c.PartySize, 1)
		}
	}
	return b.whole()
}

// reading is one way through the log. Listen hands messages over one at a time.
type reading struct {
	books     map[string]*book
	strangers map[string]uint64 // highest revisions of occasions without an account
	events    int

	mu   sync.Mutex
	next map[int32]int64 // offset behind the last message, by partition
	open int             // books that are not whole
}

func (l *reading) take(m port.Message) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.next[m.Partition] = m.Offset + 1
	e, err := envelope.Decode(m)
	if err != nil {
		return // it is nobody's event, and has its dead letters
	}
	d, ok := e.Data.(event.Numbered)
	if !ok {
		return
	}
	l.events++
	id := d.Subject()
	if b := l.books[id]; b == nil {
		l.strangers[id] = max(l.strangers[id], d.Number())
	} else if b.take(d) {
		l.open--
	}
}

// read goes through the whole log as it is now, and on until every book is whole or the patience is at its end.
func (a *Auditor) read(ctx context.Context, l *reading) error {
	ends, err := a.Log.Positions(ctx, a.Group, a.Topic)
	if err != nil {
		return fmt.Errorf("ends of %s: %w", a.Topic, err)
	}
	l.next = map[int32]int64{}
	for _, p := range ends {
		l.next[p.Partition] = p.Committed // the first offset: the group never commits
	}
	for _, b := range l.books {
		if !b.whole() {
			l.open++
		}
	}
	life, stop := context.WithCancel(ctx)
	listening := make(chan error, 1)
	go func() { listening <- a.Log.Listen(life, a.Topic, allTimes, nil, l.take) }()
	a.await(life, l, ends, listening)
	stop()
	if err := <-listening; err != nil {
		return fmt.Errorf("read %s: %w", a.Topic, err)
	}
	return ctx.Err()
}

// await returns when the log has been read to its ends and nothing more is expected.
func (a *Auditor) await(ctx context.Context, l *reading, ends []port.Position, listening chan error) {
	ticker := time.NewTicker(20 * time.Millisecond)
	defer ticker.Stop()
	var read time.Time // when the ends were reached
	for {
		reached, open := l.state(ends)
		now := a.Clock.Now()
		if reached && read.IsZero() {
			read = now
		}
		if reached && (open == 0 || now.Sub(read) > patience) {
			return
		}
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return
		case err := <-listening: // it can not go on
			listening <- err
			return
		}
	}
}

func (l *reading) state(ends []port.Position) (reached bool, open int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, p := range ends {
		if l.next[p.Partition] < p.End {
			return false, l.open
		}
	}
	return true, l.open
}
