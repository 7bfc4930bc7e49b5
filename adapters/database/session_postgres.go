package database

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
)

var _ session = (*postgresSession)(nil)

// sessionSettings are made once on the lane's connection. The plan settings matter more than anything else: a statement
// that was planned while its table was empty would read the whole table for ever after.
const sessionSettings = `
SET plan_cache_mode = force_generic_plan;
SET jit = off;
SET enable_seqscan = off;
SET enable_hashjoin = off;
SET enable_mergejoin = off;
SET enable_bitmapscan = off;
SET idle_in_transaction_session_timeout = '15s';
SET lock_timeout = %d`

// postgresSession runs steps on a connection of gorm's pool that it keeps, prepared and pipelined.
type postgresSession struct {
	db       *sql.DB
	lockWait time.Duration

	conn   *sql.Conn // nil: none yet, or lost
	queued []step
	begun  bool   // BEGIN has been sent
	xid    uint64 // of the transaction, known after the first exchange
}

func newPostgresSession(db *sql.DB, lockWait time.Duration) *postgresSession {
	return &postgresSession{db: db, lockWait: lockWait}
}

// begin makes sure that there is a connection. BEGIN itself travels with the first exchange.
func (s *postgresSession) begin(ctx context.Context) error {
	s.begun, s.xid, s.queued = false, 0, s.queued[:0]
	if s.conn != nil {
		return nil
	}
	conn, err := s.db.Conn(ctx)
	if err != nil {
		return fmt.Errorf("connect: %w", err)
	}
	if _, err := conn.ExecContext(ctx, fmt.Sprintf(sessionSettings, s.lockWait.Milliseconds())); err != nil {
		return errors.Join(fmt.Errorf("session settings: %w", err), conn.Close())
	}
	s.conn = conn
	return nil
}

func (s *postgresSession) queue(st step) { s.queued = append(s.queued, st) }

func (s *postgresSession) exchange(ctx context.Context) error {
	if s.begun && len(s.queued) == 0 {
		return nil
	}
	_, err := s.send(ctx, false)
	return err
}

// commit settles a COMMIT whose answer is lost: the connection may break after the server has done it.
func (s *postgresSession) commit(ctx context.Context) error {
	answered, err := s.send(ctx, true)
	switch {
	case err == nil:
		return nil
	case answered:
		s.rollback(ctx)
		return err
	}
	s.drop()
	return settle(ctx, s.db, s.xid, err)
}

func (s *postgresSession) rollback(ctx context.Context) {
	s.queued = s.queued[:0]
	if s.conn == nil || !s.begun {
		return
	}
	if _, err := s.conn.ExecContext(ctx, "ROLLBACK"); err != nil {
		s.drop()
	}
}

// send pipelines the queue. answered is false when the connection broke before the server had its say.
func (s *postgresSession) send(ctx context.Context, last bool) (answered bool, err error) {
	queued := s.queued
	s.queued = s.queued[:0]
	done := 0
	err = s.raw(func(conn *pgx.Conn) error { return conn.SendBatch(ctx, s.pipeline(queued, last, &done)).Close() })
	if err == nil {
		return true, nil
	}
	answered = isAnswer(err)
	if !answered && !last {
		s.drop()
	}
	if done < len(queued) {
		err = &stepError{queued[done].statement, err}
	}
	return answered, err
}

// pipeline writes the queue as one batch, behind BEGIN and before COMMIT where they belong, and counts the steps done.
func (s *postgresSession) pipeline(queued []step, last bool, done *int) *pgx.Batch {
	var p pgx.Batch
	if !s.begun {
		p.Queue("BEGIN")
		p.Queue("SELECT pg_current_xact_id()").QueryRow(func(row pgx.Row) error { return row.Scan(&s.xid) })
		s.begun = true
	}
	for _, st := range queued {
		p.Queue(st.postgres, parameters(st.columns)...).Query(func(rows pgx.Rows) error {
			for rows.Next() {
				if err := st.each(rows.Scan); err != nil {
					return err
				}
			}
			if err := rows.Err(); err != nil {
				return err
			}
			*done++
			return nil
		})
	}
	if last {
		p.Queue("COMMIT").Exec(func(tag pgconn.CommandTag) error {
			if tag.String() != "COMMIT" {
				return fmt.Errorf("COMMIT was answered by %s", tag)
			}
			return nil
		})
	}
	return &p
}

// raw lends the driver's own connection.
func (s *postgresSession) raw(use func(*pgx.Conn) error) error {
	return s.conn.Raw(func(held any) error {
		conn, ok := held.(*stdlib.Conn)
		if !ok {
			return fmt.Errorf("the driver's connection is a %T", held)
		}
		return use(conn.Conn())
	})
}

// drop gives the connection up; begin takes another.
func (s *postgresSession) drop() {
	if s.conn == nil {
		return
	}
	_ = s.conn.Raw(func(any) error { return driver.ErrBadConn }) // tells the pool not to use it again
	_ = s.conn.Close()
	s.conn = nil
}

// isAnswer reports whether the error is the server's word about a statement, and not a sign that the connection is lost.
func isAnswer(err error) bool {
	var answer *pgconn.PgError
	if errors.As(err, &answer) {
		return answer.Severity != "FATAL" && answer.Severity != "PANIC"
	}
	return false
}
