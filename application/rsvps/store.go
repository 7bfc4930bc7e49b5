// Package rsvps holds the use cases of occasions and their guests: replying, changing, cancelling, looking, and what a
// host does with the list.
package rsvps

import (
	"context"
	"errors"
	"fmt"
	"time"

	"convoke/application/idempotency"
	"convoke/application/port"
	"convoke/domain/fault"
	"convoke/domain/rsvp"
)

// Faults of looking for things and of taking what is taken.
var (
	ErrReplyNotFound  = fault.New(fault.NotFound, "rsvp-not-found", "there is no such reply")
	ErrDuplicateEmail = fault.New(fault.Conflict, "duplicate-email", "somebody with this e-mail address has replied already")
)

// Change is one decision waiting to be committed: about a new occasion (New) or an existing one (OccasionID and Decide).
// Its outcome is set by Store.Commit and is not to be read before it returns, nor after it returned an error.
type Change struct {
	Key   idempotency.Key // zero: none
	Trace string          // traceparent of the request, for the events

	New *rsvp.Occasion

	OccasionID string
	ReplyID    string // of an existing reply that Decide is about; empty: none
	Email      string // that Decide gives to a reply, normalised; refused when another live reply of the occasion has it
	// Decide is pure: it may run more than once, each time on a fresh desk. Its error leaves everything as it was.
	Decide func(*Desk) error

	Occasion rsvp.State  // outcome: as committed, or as it is when Replayed
	Reply    *rsvp.Reply // outcome: the reply put on the desk, or the first answer's when Replayed; nil: none, or gone
	Replayed bool        // the key was used before with the same body: nothing was decided
	Err      error       // rsvp.ErrNoOccasion, ErrReplyNotFound, ErrDuplicateEmail, Decide's own, a fault of the key, or fault.Unavailable
}

// Desk is what a decision works on: copies of the locked occasion and, if the change names one, of a reply.
type Desk struct {
	Occasion *rsvp.Occasion
	Reply    rsvp.Reply // the one that the change names
	Result   *rsvp.Reply
	Gone     bool // the named reply is to be deleted
}

// Put says which reply is to be stored: a new one, or the named one as changed.
func (d *Desk) Put(r rsvp.Reply) { d.Result = &r }

// Remove says that the named reply is to be deleted.
func (d *Desk) Remove() { d.Gone = true }

// Store keeps occasions and replies. Safe for concurrent use.
type Store interface {
	// CommitReplies decides the changes in order and commits occasions, replies, events and keys together, sharing a
	// transaction with whatever else waits, jobs included. When a decision frees seats of an occasion with a waitlist,
	// the store hands the occasion those who wait, in order, and commits whom it promotes in the same transaction (at
	// most 500; PromoteMore goes on). Each change succeeds or fails by itself, and a failed one leaves nothing behind.
	// A returned error speaks for all of them, as with jobs.Store.Commit.
	CommitReplies(ctx context.Context, changes ...*Change) error
	// PromoteMore seats up to PromoteAtOnce of those who wait and fit now, as one step, and returns the occasion; it is to
	// be called again while that is Promoting. It returns rsvp.ErrNoOccasion when there is no such occasion.
	PromoteMore(ctx context.Context, occasionID string) (rsvp.State, error)
	// Promoting returns up to limit occasions that are Promoting.
	Promoting(ctx context.Context, limit int) ([]string, error)

	// Occasion returns an occasion, or rsvp.ErrNoOccasion.
	Occasion(ctx context.Context, id string) (rsvp.State, error)
	// Occasions returns the occasions that exist among ids, deleted ones included, in no particular order.
	Occasions(ctx context.Context, ids ...string) ([]rsvp.State, error)
	// Revisions returns the revision of each occasion that exists among ids.
	Revisions(ctx context.Context, ids ...string) (map[string]uint64, error)
	// Reply returns a reply, or ErrReplyNotFound.
	Reply(ctx context.Context, id string) (rsvp.Reply, error)
	// ReplyByEmail returns the live reply of an address, or ErrReplyNotFound.
	ReplyByEmail(ctx context.Context, occasionID, email string) (rsvp.Reply, error)
	// Replies returns a page of an occasion's replies, cancelled ones included, together with the revision at which it was
	// read, or rsvp.ErrNoOccasion, or a fault.Invalid for a Filter that CheckFilter refuses and an After that no page
	// gave. All replies by age, and those in line, cost the same wherever the page lies, except for Skip; for the rest of
	// the filters all replies of the occasion may be looked at.
	Replies(ctx context.Context, q Query) (Page, error)
	// AheadInLine returns how many of those who wait for an occasion are before a reply's Position: at most MaxAhead. For
	// position 0, which does not wait, it is 0.
	AheadInLine(ctx context.Context, occasionID string, position uint64) (int, error)
}

// MaxAhead is how far Store.AheadInLine counts: it stands for itself and for all that is more.
const MaxAhead = 1000

// PromoteAtOnce bounds how many waiting parties one step seats.
const PromoteAtOnce = 500

// Candidates is how many of those who wait and would fit into so many seats a store hands to the occasion at once, besides
// saying whether others wait behind them: with some to spare, because some will be passed over.
func Candidates(seats int) int { return min(seats, PromoteAtOnce) + 64 }

// EnsureDefault makes the deployment's own occasion, unless it is there. Several processes may do it at the same time.
func EnsureDefault(ctx context.Context, s Store, clock port.Clock) error {
	_, err := s.Occasion(ctx, rsvp.DefaultID)
	if !errors.Is(err, rsvp.ErrNoOccasion) {
		return err
	}
	o, err := rsvp.New(rsvp.DefaultID, rsvp.Details{Title: "Our occasion"}, clock.Now())
	if err != nil {
		return err
	}
	c := &Change{New: o}
	if err := errors.Join(s.CommitReplies(ctx, c), c.Err); err != nil {
		if _, lost := s.Occasion(ctx, rsvp.DefaultID); lost == nil {
			return nil // somebody else was faster
		}
		return fmt.Errorf("make the default occasion: %w", err)
	}
	return nil
}

// Beat is how long a page or a count may be shown after it was last compared with the occasion's revision.
const Beat = 250 * time.Millisecond
