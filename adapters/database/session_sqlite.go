package database

import (
	"context"
	"database/sql"
	"fmt"
	"reflect"
)

var _ session = (*sqliteSession)(nil)

// sqliteSession runs steps on the one connection that writes. A statement is prepared for the transaction that first
// needs it, and for good before the next one begins.
type sqliteSession struct {
	db       *sql.DB // of one connection, whose transactions begin IMMEDIATE
	wanted   []string
	prepared map[string]*sql.Stmt
	tx       *sql.Tx
	queued   []step
}

func newSQLiteSession(db *sql.DB) *sqliteSession {
	return &sqliteSession{db: db, prepared: map[string]*sql.Stmt{}}
}

func (s *sqliteSession) begin(ctx context.Context) error {
	for _, text := range s.wanted {
		statement, err := s.db.PrepareContext(ctx, text) //nolint:sqlclosecheck // kept for good; it goes with the pool
		if err != nil {
			return fmt.Errorf("prepare: %w", err)
		}
		s.prepared[text] = statement
	}
	s.wanted = nil
	tx, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	s.tx = tx
	return nil
}

func (s *sqliteSession) queue(st step) { s.queued = append(s.queued, st) }

func (s *sqliteSession) exchange(ctx context.Context) error {
	// A file answers at once, and to be cancellable would cost each statement a goroutine. The transaction's own
	// context still ends everything.
	ctx = context.WithoutCancel(ctx)
	queued := s.queued
	s.queued = s.queued[:0]
	for _, st := range queued {
		if err := s.run(ctx, st); err != nil {
			return &stepError{st.statement, err}
		}
	}
	return nil
}

func (s *sqliteSession) commit(ctx context.Context) error {
	if err := s.exchange(ctx); err != nil {
		s.rollback(ctx)
		return err
	}
	return s.tx.Commit()
}

func (s *sqliteSession) rollback(context.Context) {
	s.queued = s.queued[:0]
	_ = s.tx.Rollback() // the cause is reported; database/sql gives up a connection that can not do it
}

// run executes the statement once for each row.
func (s *sqliteSession) run(ctx context.Context, st step) error {
	statement, err := s.statement(ctx, st.sqlite)
	if err != nil {
		return err
	}
	columns := make([]reflect.Value, len(st.columns))
	for i, c := range st.columns {
		columns[i] = reflect.ValueOf(c)
	}
	arguments := make([]any, len(columns))
	for row := range columns[0].Len() {
		for i, c := range columns {
			arguments[i] = argument(c.Index(row))
		}
		if err := execute(ctx, statement, arguments, st.each); err != nil {
			return err
		}
	}
	return nil
}

func execute(ctx context.Context, statement *sql.Stmt, arguments []any, each func(scanFunc) error) error {
	if each == nil {
		_, err := statement.ExecContext(ctx, arguments...)
		return err
	}
	rows, err := statement.QueryContext(ctx, arguments...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := each(rows.Scan); err != nil {
			return err
		}
	}
	return rows.Err()
}

func (s *sqliteSession) statement(ctx context.Context, text string) (*sql.Stmt, error) {
	if statement := s.prepared[text]; statement != nil {
		return s.tx.StmtContext(ctx, statement), nil
	}
	s.wanted = append(s.wanted, text)
	return s.tx.PrepareContext(ctx, text)
}

// argument is a value in a form that every driver takes.
func argument(v reflect.Value) any {
	switch {
	case v.Kind() == reflect.String:
		return v.String()
	case v.Kind() == reflect.Pointer && v.IsNil():
		return nil
	case v.Kind() == reflect.Pointer:
		v = v.Elem()
	}
	return v.Interface()
}
