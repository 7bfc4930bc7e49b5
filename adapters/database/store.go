package database

import (
	"context"
	"errors"
	"fmt"
	"time"

	"gorm.io/gorm"

	"convoke/application/deadletter"
	"convoke/application/designs"
	"convoke/application/idempotency"
	"convoke/application/jobs"
	"convoke/application/port"
	"convoke/application/relay"
)

var (
	_ jobs.Store        = (*Store)(nil)
	_ designs.Store     = (*Store)(nil)
	_ relay.Outbox      = (*Store)(nil)
	_ deadletter.Store  = (*Store)(nil)
	_ idempotency.Store = (*Store)(nil)
	_ port.Leases       = (*Store)(nil)
	_ port.Checker      = (*Store)(nil)
)

// Store is one database and the lane that commits into it. Errors are the context's, faults of the ports, or a
// fault.Unavailable while the database is ill. Safe for concurrent use.
type Store struct {
	dialect dialect
	read    *gorm.DB
	write   *gorm.DB // of one connection in SQLite; in Postgres the same as read
	packer  *packer
	group   *groupCommit
	kill    context.CancelFunc // ends the lane's current work
	columns viewColumns
}

// dialect is what the two databases differ in, outside of the lane.
type dialect interface {
	// open connects gorm, for reading and for writing.
	open() (read, write *gorm.DB, err error)
	// session makes the lane's place of work; lockWait bounds its waiting for rows.
	session(write *gorm.DB, lockWait time.Duration) (session, error)
	// migrate brings the schema up to date, one process at a time.
	migrate(ctx context.Context, write *gorm.DB) error
	// among is the condition that a column is in a list, which is one parameter made by array.
	among(column string) string
	// array makes the parameter from a slice of ids or of numbers.
	array(list any) any
	// now is the database's own time, in microseconds since 1970, as an expression.
	now() string
}

// Open prepares the store. Connections are made when they are needed, so an ill database shows in Migrate or Check. The
// encoder's clock dates what is written. ctx bounds the opening only.
func Open(ctx context.Context, config Config, encoder *jobs.Encoder, feed *relay.Feed) (*Store, error) {
	if err := config.validate(); err != nil {
		return nil, fmt.Errorf("database: %w", err)
	}
	config = config.withDefaults()
	tools, err := newTools(encoder, feed.Offer, config.Meter)
	if err != nil {
		return nil, fmt.Errorf("database: %w", err)
	}
	s := &Store{dialect: dialectOf(config), packer: tools.packer, columns: newViewColumns(tools.jobs)}
	if s.read, s.write, err = s.dialect.open(); err != nil {
		return nil, fmt.Errorf("database: %w", err)
	}
	together, err1 := s.dialect.session(s.write, config.LockWait)
	apart, err2 := s.dialect.session(s.write, config.LockWait/apartShare)
	if err := errors.Join(err1, err2); err != nil {
		return nil, errors.Join(fmt.Errorf("database: %w", err), s.closePools())
	}
	life, kill := context.WithCancel(context.WithoutCancel(ctx))
	s.kill = kill
	s.group = newGroupCommit(life, &committer{tools, together}, &committer{tools, apart}, config.Patience)
	return s, nil
}

func dialectOf(c Config) dialect {
	if c.URL != "" {
		return postgresDialect{c}
	}
	return sqliteDialect{c}
}

// Migrate brings the schema up to date. Several processes may call it at the same time: one does the work.
func (s *Store) Migrate(ctx context.Context) error {
	return translate(ctx, "migrate", s.dialect.migrate(ctx, s.write))
}

// Check asks the database for a sign of life.
func (s *Store) Check(ctx context.Context) error {
	return translate(ctx, "check", s.read.WithContext(ctx).Exec("SELECT 1").Error)
}

// Commit hands the changes to the lane and waits for their outcome.
func (s *Store) Commit(ctx context.Context, changes ...*jobs.Change) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	entries := make([]*entry, len(changes))
	known := make([]*entry, 0, len(changes))
	for i, c := range changes {
		entries[i] = entryOf(c)
		if c.New == nil && !isID(c.ID) {
			entries[i].err = jobs.ErrNotFound
			continue
		}
		known = append(known, entries[i])
	}
	if err := s.group.do(ctx, known); err != nil {
		return err
	}
	for i, e := range entries {
		e.tell(changes[i])
	}
	for _, e := range entries {
		if e.panicked != nil {
			panic(e.panicked)
		}
	}
	return nil
}

// Close finishes what waits in the lane and closes the connections. When ctx ends first, what still waits fails with a
// fault.Unavailable. It may be called twice.
func (s *Store) Close(ctx context.Context) error {
	defer context.AfterFunc(ctx, s.kill)()
	s.group.stop()
	s.kill()
	return s.closePools()
}

func (s *Store) closePools() error {
	var problems []error
	for _, db := range []*gorm.DB{s.read, s.write} {
		pool, err := db.DB()
		if err == nil {
			err = pool.Close()
		}
		problems = append(problems, err)
	}
	return errors.Join(problems...)
}
