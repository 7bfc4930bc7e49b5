package database

import (
	"convoke/application/idempotency"
	"convoke/application/jobs"
	"convoke/application/rsvps"
	"convoke/domain/design"
	"convoke/domain/fault"
	"convoke/domain/job"
	"convoke/domain/rsvp"
)

// errBusy is the fault of an aggregate that somebody else has kept locked for too long.
var errBusy = fault.New(fault.Unavailable, "busy", "this is being changed elsewhere; try again in a moment")

// entry is one decision in the lane. Its change is that of one kind of aggregate, and only the participant of that kind
// looks at it.
type entry struct {
	key     idempotency.Key
	subject string // the aggregate that it is about
	job     *jobs.Change
	reply   *rsvps.Change
	promote bool // the reply's change is nothing but room for those who wait
	outcome
}

// outcome of an entry. It begins anew with every attempt, and reaches the change only when the caller is back.
type outcome struct {
	err      error
	replay   string // the subject that the key led to before
	panicked any    // what the decision panicked with: the caller's goroutine panics with it again
	blocked  blockade
	later    bool // it comes after what must be committed first, and is decided in the next batch

	row     *jobRow
	version *design.Version

	occasion *rsvp.State
	answer   *rsvp.Reply
}

// blockade is why an entry could not be decided yet: somebody else's transaction is in the way.
type blockade uint8

const (
	free blockade = iota
	rowLocked
	keyLocked
)

func (b blockade) fault() error {
	if b == keyLocked {
		return idempotency.ErrRunning
	}
	return errBusy
}

func entryOf(c *jobs.Change) *entry {
	e := &entry{key: c.Key, subject: c.ID, job: c}
	if c.New != nil {
		e.subject = c.New.State().ID
	} else if !isID(c.ID) {
		e.err = jobs.ErrNotFound
	}
	return e
}

func replyEntryOf(c *rsvps.Change) *entry {
	occasionID := c.OccasionID
	if c.New != nil {
		occasionID = c.New.State().ID
	}
	key, ok := occasionKey(occasionID)
	e := &entry{key: c.Key, subject: string(key), reply: c}
	if !ok {
		e.err = rsvp.ErrNoOccasion
	}
	return e
}

// share is what the lane is fair about: the aggregate.
func (e *entry) share() string { return e.subject }

// open reports whether the entry still waits for its decision.
func (e *entry) open() bool { return e.outcome == outcome{} }

// tell sets the change's outcome.
func (e *entry) tell(c *jobs.Change) {
	c.Job, c.Design, c.Replayed, c.Err = nil, e.version, e.replay != "", e.err
	if e.row != nil {
		c.Job = job.Rehydrate(e.row.state())
	}
}

// tellReply sets the change's outcome.
func (e *entry) tellReply(c *rsvps.Change) {
	c.Occasion, c.Reply, c.Replayed, c.Err = rsvp.State{}, e.answer, e.replay != "", e.err
	if e.occasion != nil {
		c.Occasion = *e.occasion
	}
}

// fail ends all entries with an error.
func fail(entries []*entry, err error) {
	for _, e := range entries {
		e.outcome = outcome{err: err}
	}
}

// block marks all entries as waiting for somebody else.
func block(entries []*entry, by blockade) {
	for _, e := range entries {
		e.outcome = outcome{blocked: by}
	}
}

// byKind parts the entries about jobs from those about occasions and replies.
func byKind(entries []*entry) (aboutJobs, aboutReplies []*entry) {
	for _, e := range entries {
		if e.job != nil {
			aboutJobs = append(aboutJobs, e)
		} else {
			aboutReplies = append(aboutReplies, e)
		}
	}
	return aboutJobs, aboutReplies
}

func forLater(entries []*entry) []*entry {
	var later []*entry
	for _, e := range entries {
		if e.later {
			later = append(later, e)
		}
	}
	return later
}

func stillBlocked(entries []*entry) []*entry {
	var blocked []*entry
	for _, e := range entries {
		if e.blocked != free {
			blocked = append(blocked, e)
		}
	}
	return blocked
}
