package database

import (
	"context"
	"fmt"

	"convoke/application/bulk"
	"convoke/application/deadletter"
	"convoke/application/designs"
	"convoke/application/idempotency"
	"convoke/application/jobs"
	"convoke/application/port"
	"convoke/application/pulse"
	"convoke/application/relay"
	"convoke/application/rsvps"
)

var (
	_ jobs.Store        = (*Store)(nil)
	_ designs.Store     = (*Store)(nil)
	_ rsvps.Store       = (*Store)(nil)
	_ relay.Outbox      = (*Store)(nil)
	_ deadletter.Store  = (*Store)(nil)
	_ idempotency.Store = (*Store)(nil)
	_ port.Leases       = (*Store)(nil)
	_ port.Checker      = (*Store)(nil)
	_ pulse.Store       = (*Store)(nil)
	_ bulk.Store        = (*Store)(nil)
)

// Store is one database and the lane that commits into it. Errors are the context's, faults of the ports, or a
// fault.Unavailable while the database is ill. Safe for concurrent use.
type Store struct {
	pools
	dialect dialect
	packer  *packer
	group   *groupCommit
	kill    context.CancelFunc // ends the lane's current work
	views   *viewReader

	unreadable *unreadable
}

// Open prepares the store. Connections are made when they are needed, so an ill database shows in Migrate or Check. The
// encoders' clock dates what is written. ctx bounds the opening only.
func Open(
	ctx context.Context, config Config, ofJobs *jobs.Encoder, ofReplies *rsvps.Encoder, feed *relay.Feed,
) (*Store, error) {
	return open(ctx, config, encoders{ofJobs, ofReplies}, feed.Offer)
}

// open hands committed batches to offer, which must not block.
func open(ctx context.Context, config Config, e encoders, offer func(relay.Batch)) (*Store, error) {
	if err := config.validate(); err != nil {
		return nil, fmt.Errorf("database: %w", err)
	}
	config = config.withDefaults()
	tools, err := newTools(e, offer, config.Meter)
	if err != nil {
		return nil, fmt.Errorf("database: %w", err)
	}
	s := &Store{dialect: dialectOf(config), packer: tools.packer, unreadable: &unreadable{log: config.Log}}
	if s.pools, err = s.dialect.open(); err != nil {
		return nil, fmt.Errorf("database: %w", err)
	}
	s.views = newViewReader(s.reading, s.dialect, tools.jobs)
	life, kill := context.WithCancel(context.WithoutCancel(ctx))
	s.kill = kill
	s.group = newGroupCommit(life,
		&committer{tools: tools, session: s.dialect.session(s.writing, config.LockWait)},
		&committer{tools: tools, session: s.dialect.session(s.writing, config.LockWait)},
		config.Patience)
	return s, nil
}

// Migrate brings the schema up to date. Several processes may call it at the same time: one does the work.
func (s *Store) Migrate(ctx context.Context) error {
	return translate(ctx, "migrate", s.dialect.migrate(ctx, s.writing))
}

// Check asks the database for a sign of life and of the schema.
func (s *Store) Check(ctx context.Context) error {
	return translate(ctx, "check", s.read.WithContext(ctx).Exec("SELECT 1 FROM leases LIMIT 1").Error)
}

// Commit hands the changes to the lane and waits for their outcome.
func (s *Store) Commit(ctx context.Context, changes ...*jobs.Change) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	entries := make([]*entry, len(changes))
	for i, c := range changes {
		entries[i] = entryOf(c)
	}
	if err := s.settle(ctx, entries); err != nil {
		return err
	}
	for i, e := range entries {
		e.tell(changes[i])
	}
	rethrow(entries)
	return nil
}

// settle takes the entries to their outcomes, unless they have failed already.
func (s *Store) settle(ctx context.Context, entries []*entry) error {
	known := make([]*entry, 0, len(entries))
	for _, e := range entries {
		if e.err == nil {
			known = append(known, e)
		}
	}
	return s.group.do(ctx, known)
}

// rethrow panics where a decision did.
func rethrow(entries []*entry) {
	for _, e := range entries {
		if e.panicked != nil {
			panic(e.panicked)
		}
	}
}

// Close finishes what waits in the lane and closes the connections. When ctx ends first, what still waits fails with a
// fault.Unavailable. It may be called twice.
func (s *Store) Close(ctx context.Context) error {
	defer context.AfterFunc(ctx, s.kill)()
	s.group.stop()
	s.kill()
	return s.pools.close()
}
