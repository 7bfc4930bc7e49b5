package database

import (
	"context"
	"time"

	"convoke/application/port"
)

// participant is the part of one kind of aggregate in a batch. Its methods are called once each, in this order.
type participant interface {
	// lock queues the reading and locking of the existing aggregates, sorted. Without wait, what is locked elsewhere
	// blocks its entries and nothing else.
	lock(s session, wait bool)
	// decide decides the open entries in order, on copies, and tells the keys which requests succeeded.
	decide(keys *keyBook)
	// fetch queues the reading of what the decisions need besides, if anything.
	fetch(s session)
	// write queues the rows and returns the messages to be sent.
	write(s session, now time.Time) ([]port.Message, error)
	// finish sets the entries' outcomes once everything else has succeeded.
	finish()
}

// batch is one attempt to commit entries together.
type batch struct {
	session session
	entries []*entry
	keys    *keyBook
	parts   []participant
	outbox  *outboxBatch
	wait    bool // for rows that are locked elsewhere, up to the session's limit
	now     time.Time
}

// run takes the batch through its phases. Locks are taken in the same order everywhere: keys, then each participant's
// aggregates, all sorted; so processes wait for one another but never in a circle.
func (b *batch) run(ctx context.Context) error {
	if err := b.session.begin(ctx); err != nil {
		return err
	}
	if err := b.fill(ctx); err != nil {
		b.session.rollback(ctx)
		return err
	}
	return b.session.commit(ctx)
}

// fill does everything between begin and commit.
func (b *batch) fill(ctx context.Context) error {
	b.keys.claim(b.session, b.entries, b.now)
	for _, p := range b.parts {
		p.lock(b.session, b.wait)
	}
	if err := b.session.exchange(ctx); err != nil {
		return err
	}
	for _, p := range b.parts {
		p.decide(b.keys)
		p.fetch(b.session)
	}
	if err := b.session.exchange(ctx); err != nil {
		return err
	}
	var messages []port.Message
	for _, p := range b.parts {
		sent, err := p.write(b.session, b.now)
		if err != nil {
			return err
		}
		messages = append(messages, sent...)
		p.finish()
	}
	b.keys.write(b.session)
	b.outbox.write(b.session, messages, b.now)
	return nil
}
