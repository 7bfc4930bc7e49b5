// Package analytics counts what happens to occasions and replies: a consumer of the event stream with a store of its own,
// exact through crashes and repeated deliveries, and made again from the first event at an operator's wish.
package analytics

import (
	"context"
	"time"

	"convoke/application/consume"
)

// Store keeps the numbers. Safe for concurrent use.
type Store interface {
	consume.Epochs
	// Update commits the effect of a batch in one transaction, together with the note that the partition has begun. fold
	// gets what is kept of the progress of each of the occasions, takes the numbers of the events that it counts, and
	// returns what they add up to. It is pure and may be called again. Update returns consume.ErrEpoch, and changes
	// nothing, when the place is not of the current making.
	Update(ctx context.Context, at consume.Place, occasions []string, fold func(map[string]*consume.Progress) Tally) error
	// Report returns what is kept of a subject, with its newest buckets within the span.
	Report(ctx context.Context, s Subject, width time.Duration, span time.Duration) (Report, error)
	// Overdue returns some of the occasions of which a number has been missing since before t, and how many there are.
	Overdue(ctx context.Context, before time.Time, some int) (occasions []string, all int, err error)
}

// Subject is what numbers are about: one occasion, or, empty, all of them.
type Subject string

// Everything is all occasions together.
const Everything Subject = ""

// The widths of buckets.
const (
	Minute = time.Minute
	Hour   = time.Hour
)

// Numbers are what is counted. They add up, so that it does not matter in which order events arrive.
type Numbers struct {
	Created, Updated, Deleted, Cancelled int64 // replies
	People                               int64 // who come, more or fewer than before
}

// Plus adds.
func (n Numbers) Plus(m Numbers) Numbers {
	return Numbers{
		n.Created + m.Created, n.Updated + m.Updated, n.Deleted + m.Deleted, n.Cancelled + m.Cancelled, n.People + m.People,
	}
}

// Tally is what the new events of a batch add up to, by occasion.
type Tally map[string]*Change

// Change is what the new events of one occasion add up to.
type Change struct {
	Minutes map[time.Time]Numbers // by the minute in which it happened, UTC
	Parties map[int]int64         // replies that come, more or fewer, by the size of the party
	AsOf    time.Time             // when the last of them happened
	Starts  Starts                // the newest that the batch tells; the store keeps the newest of all
}

// Starts is when an occasion starts, as its details said at a revision; 0: nothing is known.
type Starts struct {
	At       time.Time // zero: it has no date
	Revision uint64
}

// Total is what the change adds up to.
func (c *Change) Total() Numbers {
	var sum Numbers
	for _, n := range c.Minutes {
		sum = sum.Plus(n)
	}
	return sum
}

// Bucket is what happened in a span of time.
type Bucket struct {
	Start time.Time
	Numbers
}

// Report is what is known of a subject.
type Report struct {
	Total   Numbers
	Buckets []Bucket      // that hold anything, oldest first
	Parties map[int]int64 // replies that come, by the size of the party
	AsOf    time.Time     // when the last counted event happened; zero: nothing was counted
	// Of an occasion only:
	Progress consume.Progress
	Starts   time.Time
}
