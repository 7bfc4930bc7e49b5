package database

import (
	"context"
	"database/sql"
	"io/fs"
	"log/slog"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/pressly/goose/v3"

	"convoke/application/deadletter"
	"convoke/test/fake"
	"convoke/test/postgres"
)

func TestAMigrationLetsReadersPassWhileALongOneIsInItsWay(t *testing.T) {
	t.Parallel()
	tried := make(chan struct{}, lockTries)
	config := Config{URL: postgres.Database(t), Connections: 6, Log: slog.New(&signal{tried})}
	k := newKitAt(t, config, 3)
	long := k.begin(t, "SELECT 1 FROM occasions")
	done := k.migrating(t)
	receive(t, tried)
	reader := k.begin(t, "SET LOCAL lock_timeout = '10s'")
	if _, err := reader.ExecContext(t.Context(), "SELECT 1 FROM occasions"); err != nil {
		t.Errorf("a reader is not let past: %v", err)
	}
	for _, tx := range []*sql.Tx{reader, long} {
		if err := tx.Rollback(); err != nil {
			t.Error(err)
		}
	}
	if err := receive(t, done); err != nil {
		t.Error(err)
	}
}

func TestAnIndexIsBuiltWhileOthersWrite(t *testing.T) {
	t.Parallel()
	k := newKitAt(t, Config{URL: postgres.Database(t), Connections: 8, Log: fake.Log()}, 5)
	mustCommit(t, k, k.creation())
	long := k.begin(t, "UPDATE jobs SET version = version")
	done := k.migrating(t)
	eventually(t, "the building of an index", func() bool {
		var building int
		err := k.store.reading.QueryRowContext(t.Context(), "SELECT count(*) FROM pg_stat_activity"+
			" WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE 'CREATE INDEX%'").Scan(&building)
		return err == nil && building > 0
	})
	writer := k.begin(t, "SET LOCAL lock_timeout = '1s'")
	if _, err := writer.ExecContext(t.Context(), "LOCK TABLE jobs IN ROW EXCLUSIVE MODE"); err != nil {
		t.Errorf("a writer is not let past: %v", err)
	}
	for _, tx := range []*sql.Tx{writer, long} {
		if err := tx.Rollback(); err != nil {
			t.Error(err)
		}
	}
	if err := receive(t, done); err != nil {
		t.Error(err)
	}
}

func TestAnIndexIsBuiltOverLongNamesAndAnInterruptedBuild(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, config Config) {
		k := newKitAt(t, config, 5)
		for n := range 2 {
			l := deadletter.Letter{ID: k.encoder.IDs.New(), Topic: "t", Group: noise(300), Reason: noise(8000), Time: time.Now(), Fingerprint: [32]byte{byte(n)}}
			if err := k.store.AddLetters(t.Context(), []deadletter.Letter{l}); err != nil {
				t.Fatal(err)
			}
		}
		if config.URL != "" { // it fails in its middle, and leaves an index that nothing reads
			const broken = "CREATE UNIQUE INDEX CONCURRENTLY dead_letters_by_kind ON dead_letters ((1))"
			if _, err := k.store.writing.ExecContext(t.Context(), broken); err == nil {
				t.Fatal("two rows were found unique")
			}
		}
		if err := k.store.Migrate(t.Context()); err != nil {
			t.Fatal(err)
		}
		heaps, err := k.store.Heaps(t.Context(), deadletter.Filter{}, "")
		if err != nil || len(heaps) != 2 {
			t.Fatalf("%d heaps, %v", len(heaps), err)
		}
		for _, h := range heaps {
			if h.Topic != "t" || len(h.Group) != 200 || len(h.Reason) != 200 {
				t.Errorf("%s, %d and %d bytes", h.Topic, len(h.Group), len(h.Reason))
			}
		}
		if config.URL == "" {
			return
		}
		var valid bool
		const state = "SELECT indisvalid AND indnatts = 4 FROM pg_index WHERE indexrelid = 'dead_letters_by_kind'::regclass"
		if err := k.store.reading.QueryRowContext(t.Context(), state).Scan(&valid); err != nil || !valid {
			t.Errorf("the index is not valid, %v", err)
		}
	})
}

func TestBothDatabasesHaveTheSameMigrations(t *testing.T) {
	t.Parallel()
	names := func(folder string) string {
		found, err := fs.Glob(migrations, folder+"/*.sql")
		if err != nil || len(found) == 0 {
			t.Fatalf("%d migrations, %v", len(found), err)
		}
		return strings.ReplaceAll(strings.Join(found, " "), folder, "")
	}
	for _, folder := range []string{"migrations", "migrations/analytics"} {
		if ours, theirs := names(folder+"/postgres"), names(folder+"/sqlite"); ours != theirs {
			t.Errorf("%s and %s", ours, theirs)
		}
	}
}

// newKitAt opens a store whose schema is of an older version.
func newKitAt(t *testing.T, config Config, version int64) *kit {
	t.Helper()
	k := &kit{config: config, encoder: newEncoder()}
	k.store = k.again(t)
	dialect, folder := goose.DialectSQLite3, "migrations/sqlite"
	if config.URL != "" {
		dialect, folder = goose.DialectPostgres, "migrations/postgres"
	}
	files, err := fs.Sub(migrations, folder)
	if err != nil {
		t.Fatal(err)
	}
	provider, err := goose.NewProvider(dialect, k.store.writing, files, goose.WithDisableGlobalRegistry(true))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := provider.UpTo(t.Context(), version); err != nil {
		t.Fatal(err)
	}
	return k
}

// migrating migrates beside the test.
func (k *kit) migrating(t *testing.T) <-chan error {
	done := make(chan error, 1)
	go func() { done <- k.store.Migrate(t.Context()) }()
	return done
}

// begin runs a statement in a transaction that stays open, at most until the end of the test.
func (k *kit) begin(t *testing.T, statement string) *sql.Tx {
	t.Helper()
	tx, err := k.store.writing.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = tx.Rollback() })
	if _, err := tx.ExecContext(t.Context(), statement); err != nil {
		t.Fatal(err)
	}
	return tx
}

func receive[T any](t *testing.T, from <-chan T) T {
	t.Helper()
	select {
	case got := <-from:
		return got
	case <-time.After(30 * time.Second):
		t.Fatal("it has not happened")
		return *new(T)
	}
}

// noise is a text that nothing compresses.
func noise(size int) string {
	text := make([]byte, size)
	for i := range text {
		text[i] = byte('0' + rand.IntN(64)) //nolint:gosec // no secret
	}
	return string(text)
}

// signal is a log that tells of warnings.
type signal struct{ warned chan<- struct{} }

func (s *signal) Enabled(_ context.Context, l slog.Level) bool { return l >= slog.LevelWarn }

func (s *signal) Handle(context.Context, slog.Record) error {
	s.warned <- struct{}{}
	return nil
}

func (s *signal) WithAttrs([]slog.Attr) slog.Handler { return s }

func (s *signal) WithGroup(string) slog.Handler { return s }
