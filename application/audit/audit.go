// Package audit checks that what is kept three times agrees: the counters of occasions, the rows of their replies, and
// the events in the log.
package audit

import (
	"context"
	"fmt"

	"convoke/application/port"
	"convoke/domain/rsvp"
)

const (
	pageSize = 500 // occasions
	maxNamed = 100 // differences
)

// Account is one occasion as the database has it, counted at one moment.
type Account struct {
	ID       string
	Revision uint64
	Deleted  bool
	Kept     rsvp.Counts // the counters
	Rows     rsvp.Counts // what the replies add up to
}

// Store counts. Safe for concurrent use.
type Store interface {
	// Accounts returns up to limit occasions in the order of their ids, deleted ones included, after the one named after
	// (empty: from the first). The counters and the rows of one occasion are those of the same moment.
	Accounts(ctx context.Context, after string, limit int) ([]Account, error)
	// Revisions returns the revision of each occasion that exists among ids.
	Revisions(ctx context.Context, ids ...string) (map[string]uint64, error)
}

// Log is the event stream from its beginning.
type Log interface {
	port.Inspector
	port.Broadcaster
}

// Kind says what differs.
type Kind string

// The closed list of kinds.
const (
	RowsDiffer    Kind = "rows"    // the replies do not add up to the counters
	LogDiffers    Kind = "log"     // the events do not add up to the counters
	EventsMissing Kind = "events"  // the log lacks events that were committed
	NotInDatabase Kind = "unknown" // the log tells of an occasion that the database does not have
)

// Difference is one thing that does not agree.
type Difference struct {
	OccasionID string
	Kind       Kind
	Detail     string
}

// Result of an audit.
type Result struct {
	Occasions   int
	Events      int
	All         int          // differences
	Differences []Difference // the first hundred
}

func (r *Result) name(id string, kind Kind, format string, arguments ...any) {
	r.All++
	if len(r.Differences) < maxNamed {
		r.Differences = append(r.Differences, Difference{id, kind, fmt.Sprintf(format, arguments...)})
	}
}

// Auditor compares. Safe for concurrent use.
type Auditor struct {
	Store Store
	Log   Log
	Topic string
	Group string // that never reads: the log's first offsets are looked up under its name
	Clock port.Clock
}

// Verify compares every occasion's counters with its rows, and with what the events up to the counters' revision add up
// to. It may run under live traffic: events that are still on their way are waited for, for a while.
func (a *Auditor) Verify(ctx context.Context) (Result, error) {
	var result Result
	books, err := a.books(ctx, &result)
	if err != nil {
		return result, err
	}
	l := &reading{books: books, strangers: map[string]uint64{}}
	if err := a.read(ctx, l); err != nil {
		return result, err
	}
	result.Events = l.events
	for _, b := range books {
		b.judge(&result)
	}
	return result, a.judgeStrangers(ctx, l, &result)
}

// books opens one for each occasion, and compares rows with counters.
func (a *Auditor) books(ctx context.Context, result *Result) (map[string]*book, error) {
	books := map[string]*book{}
	for after := ""; ; {
		page, err := a.Store.Accounts(ctx, after, pageSize)
		if err != nil {
			return nil, err
		}
		for _, account := range page {
			books[account.ID] = &book{account: account}
			if account.Rows != account.expected() {
				result.name(account.ID, RowsDiffer, "at revision %d the counters say %+v, the rows %+v", account.Revision, account.expected(), account.Rows)
			}
			after = account.ID
		}
		result.Occasions += len(page)
		if len(page) < pageSize {
			return books, nil
		}
	}
}

// expected is what the rows must add up to: a deleted occasion has none.
func (a Account) expected() rsvp.Counts {
	if a.Deleted {
		return rsvp.Counts{}
	}
	return a.Kept
}

// judgeStrangers tells occasions that were made since from those that the database has lost.
func (a *Auditor) judgeStrangers(ctx context.Context, l *reading, result *Result) error {
	ids := make([]string, 0, len(l.strangers))
	for id := range l.strangers {
		ids = append(ids, id)
	}
	for len(ids) > 0 {
		n := min(len(ids), pageSize)
		known, err := a.Store.Revisions(ctx, ids[:n]...)
		if err != nil {
			return err
		}
		for _, id := range ids[:n] {
			if _, ok := known[id]; !ok {
				result.name(id, NotInDatabase, "the log tells of it up to revision %d", l.strangers[id])
			}
		}
		ids = ids[n:]
	}
	return nil
}
