package database

import (
	"context"
	"errors"
	"time"

	"convoke/application/jobs"
	"convoke/application/metric"
	"convoke/application/port"
	"convoke/application/relay"
	"convoke/application/rsvps"
)

const (
	attemptTimeout = 15 * time.Second // the longest that a database which does not answer holds up the lane
	repetitions    = 3                // of a batch after a passing trouble
	maxRounds      = 48               // of decisions that must each see what the one before has led to
)

// committer turns waiting decisions into transactions. It belongs to one lane and is not safe for concurrent use.
type committer struct {
	*tools
	session session
	rounds  int // of what had to come later, in the present work
}

// tools are what committers share.
type tools struct {
	encoders
	offer  func(relay.Batch)
	meter  port.Meter
	packer *packer

	jobs    *jobStatements
	replies *replyStatements
	keys    *keyStatements
	outbox  *outboxStatements
}

// encoders make the messages of each kind of aggregate.
type encoders struct {
	ofJobs    *jobs.Encoder
	ofReplies *rsvps.Encoder
}

func newTools(e encoders, offer func(relay.Batch), meter port.Meter) (*tools, error) {
	packer, err1 := newPacker()
	jobs, err2 := newJobStatements()
	replies, err3 := newReplyStatements()
	keys, err4 := newKeyStatements()
	outbox, err5 := newOutboxStatements()
	return &tools{e, offer, meter, packer, jobs, replies, keys, outbox}, errors.Join(err1, err2, err3, err4, err5)
}

// work commits the entries, in parts when they can not be committed together. Afterwards each has its outcome or is
// blocked.
func (c *committer) work(ctx context.Context, entries []*entry) {
	c.rounds = 0
	c.commit(ctx, entries, true, repetitions)
}

// commit makes one attempt and does what its error calls for. Each further call makes the problem smaller: fewer
// entries, no more waiting for rows, or fewer repetitions.
func (c *committer) commit(ctx context.Context, entries []*entry, wait bool, left int) {
	if len(entries) == 0 {
		return
	}
	err := c.attempt(ctx, entries, wait)
	switch trouble := diagnose(err); {
	case err == nil:
		c.later(ctx, forLater(entries), wait)
	case trouble == locked && c.isAboutKeys(err):
		keyed, rest := splitKeyed(entries)
		block(keyed, keyLocked)
		c.commit(ctx, rest, wait, left)
	case trouble == locked && wait:
		c.commit(ctx, entries, false, left)
	case trouble == transient && left > 0 && ctx.Err() == nil:
		c.commit(ctx, entries, wait, left-1)
	case (trouble == locked || trouble == healthy) && len(entries) > 1:
		half := len(entries) / 2
		c.commit(ctx, entries[:half], wait, left)
		c.commit(ctx, entries[half:], wait, left)
	case trouble == locked:
		block(entries, rowLocked)
	default:
		fail(entries, translate(context.WithoutCancel(ctx), "commit", err))
	}
}

// later commits what had to wait for the batch before. A flood that makes room again and again goes on apart, so that it
// does not hold up everybody else.
func (c *committer) later(ctx context.Context, entries []*entry, wait bool) {
	if c.rounds++; c.rounds > maxRounds {
		block(entries, rowLocked)
		return
	}
	c.commit(ctx, entries, wait, repetitions)
}

// attempt tries to commit the entries as one transaction, and hands what they send to the relay.
func (c *committer) attempt(ctx context.Context, entries []*entry, wait bool) error {
	for _, e := range entries {
		e.outcome = outcome{}
	}
	ctx, cancel := context.WithTimeout(ctx, attemptTimeout)
	defer cancel()
	start := time.Now()
	outbox := &outboxBatch{sql: c.outbox, packer: c.packer}
	aboutJobs, aboutReplies := byKind(entries)
	b := &batch{
		session: c.session, entries: entries, wait: wait, now: c.ofJobs.Clock.Now(),
		keys:   newKeyBook(c.keys),
		parts:  []participant{newJobBatch(c.jobs, c.ofJobs, aboutJobs), newReplyBatch(c.replies, c.ofReplies, aboutReplies)},
		outbox: outbox,
	}
	if err := b.run(ctx); err != nil {
		return err
	}
	c.meter.Observe(metric.CommitBatch, float64(len(entries)))
	c.meter.Observe(metric.CommitSeconds, time.Since(start).Seconds())
	for _, sent := range outbox.batches {
		if sent.ID > 0 { // else the answer was lost, and the relay finds it in the outbox
			c.offer(sent)
		}
	}
	return nil
}

func (c *committer) isAboutKeys(err error) bool {
	var at *stepError
	return errors.As(err, &at) && at.failed == c.keys.claim
}

// splitKeyed parts the entries with an idempotency key from the others.
func splitKeyed(entries []*entry) (keyed, rest []*entry) {
	for _, e := range entries {
		if e.key.IsZero() {
			rest = append(rest, e)
		} else {
			keyed = append(keyed, e)
		}
	}
	return keyed, rest
}
