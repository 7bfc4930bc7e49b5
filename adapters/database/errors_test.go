package database

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net"
	"path/filepath"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"convoke/domain/fault"
	"convoke/test/fake"
)

func TestAnErrorSaysWhetherTheDatabaseIsIll(t *testing.T) {
	t.Parallel()
	postgres := func(code string) error { return &pgconn.PgError{Code: code, Severity: "ERROR"} }
	for _, row := range []struct {
		err  error
		want illness
	}{
		{nil, healthy},
		{errors.New("something of ours"), healthy},
		{postgres("23505"), healthy}, // unique_violation
		{postgres("22001"), healthy}, // string_data_right_truncation
		{postgres("42P01"), ill},     // undefined_table: another process will migrate it
		{postgres("55P03"), locked},
		{postgres("40P01"), transient},
		{postgres("40001"), transient},
		{postgres("0A000"), transient}, // feature_not_supported: a migration has changed the columns
		{postgres("57014"), transient}, // query_canceled
		{postgres("08006"), transient}, // connection_failure
		{postgres("25P03"), transient}, // idle_in_transaction_session_timeout
		{postgres("53100"), ill},       // disk_full
		{postgres("58030"), ill},       // io_error
		{postgres("XX001"), ill},       // data_corrupted
		{postgres("25006"), ill},       // read_only_sql_transaction
		{&pgconn.PgError{Code: "57P01", Severity: "FATAL"}, transient},
		{&pgconn.PgError{Code: "28P01", Severity: "FATAL"}, transient},
		{&pgconn.PgError{}, healthy},
		{&pgconn.ConnectError{}, ill},
		{io.ErrUnexpectedEOF, transient},
		{&net.OpError{Op: "read", Err: errors.New("reset")}, transient},
		{driver.ErrBadConn, transient},
		{context.DeadlineExceeded, ill},
		{fmt.Errorf("%w: %w", errUnknown, io.EOF), ill},
		{fmt.Errorf("%w: %w", errUndone, &pgconn.PgError{Code: "57P01", Severity: "FATAL"}), transient},
	} {
		if got := diagnose(row.err); got != row.want {
			t.Errorf("%v: %d instead of %d", row.err, got, row.want)
		}
		if row.err == nil {
			continue
		}
		if got := diagnose(&stepError{cause: fmt.Errorf("wrapped: %w", row.err)}); got != row.want {
			t.Errorf("%v, wrapped: %d instead of %d", row.err, got, row.want)
		}
	}
}

func TestTranslateTellsCallersWhatTheyCanActOn(t *testing.T) {
	t.Parallel()
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	gone := fault.New(fault.NotFound, "gone", "gone")
	plain := errors.New("plain")
	for _, row := range []struct {
		ctx  context.Context //nolint:containedctx // a row of the table
		err  error
		want error
	}{
		{t.Context(), nil, nil},
		{t.Context(), io.EOF, errUnavailable},
		{t.Context(), plain, plain},
		{t.Context(), gone, gone},
		{ended, io.EOF, context.Canceled},
		{ended, gone, gone},
	} {
		if got := translate(row.ctx, "test", row.err); !errors.Is(got, row.want) {
			t.Errorf("%v became %v instead of %v", row.err, got, row.want)
		}
	}
	if kind := fault.KindOf(translate(t.Context(), "test", io.EOF)); kind != fault.Unavailable {
		t.Errorf("kind %d", kind)
	}
	if kind := fault.KindOf(translate(t.Context(), "test", plain)); kind != fault.Internal {
		t.Errorf("kind %d", kind)
	}
}

func TestABusyOrUnusableFileIsUnavailable(t *testing.T) {
	t.Parallel()
	k := newKit(t, Config{File: filepath.Join(t.TempDir(), "convoke.db"), Log: fake.Log()})
	if _, err := k.store.writing.ExecContext(t.Context(), "PRAGMA busy_timeout = 300"); err != nil {
		t.Fatal(err)
	}
	tx, err := k.again(t).writing.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer tx.Rollback()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if err := k.store.Commit(ctx, k.creation()); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("the end of the context is answered by %v", err)
	}
	c := k.creation()
	if err := k.store.Commit(t.Context(), c); err != nil || fault.KindOf(c.Err) != fault.Unavailable {
		t.Errorf("a busy file is answered by %v, %v", err, c.Err)
	}
	broken := newStore(t, Config{File: t.TempDir(), Log: fake.Log()}) // a folder
	if err := broken.Migrate(t.Context()); fault.KindOf(err) != fault.Unavailable {
		t.Errorf("a folder is answered by %v", err)
	}
}
