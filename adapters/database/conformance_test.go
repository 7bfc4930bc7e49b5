package database_test

import (
	"context"
	"database/sql"
	"path/filepath"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // for the connections that are in the way

	"convoke/adapters/database"
	"convoke/application/idempotency"
	"convoke/application/jobs"
	"convoke/application/relay"
	"convoke/application/rsvps"
	"convoke/test/conformance/store"
	"convoke/test/fake"
	"convoke/test/postgres"
)

const queueLimit = 16384

func TestSQLiteConformance(t *testing.T) {
	t.Parallel()
	store.Run(t, store.Harness{New: func(t *testing.T, e store.Encoders, feed *relay.Feed) store.Place {
		config := database.Config{File: filepath.Join(t.TempDir(), "a folder?", "convoke#1.db"), Log: fake.Log()}
		return store.Place{
			Store:      open(t, config, e.Jobs, e.Replies, feed),
			Another:    func(t *testing.T) store.Store { return open(t, config, e.Jobs, e.Replies, feed) },
			QueueLimit: queueLimit,
		}
	}})
}

func TestPostgresConformance(t *testing.T) {
	t.Parallel()
	store.Run(t, store.Harness{New: func(t *testing.T, e store.Encoders, feed *relay.Feed) store.Place {
		config := database.Config{URL: postgres.Database(t), Connections: 6, Patience: 30 * time.Second, Log: fake.Log()}
		return store.Place{
			Store:   open(t, config, e.Jobs, e.Replies, feed),
			Another: func(t *testing.T) store.Store { return open(t, config, e.Jobs, e.Replies, feed) },
			Impatient: func(t *testing.T) store.Store {
				impatient := config
				impatient.Patience = 100 * time.Millisecond
				return open(t, impatient, e.Jobs, e.Replies, feed)
			},
			QueueLimit: queueLimit,
			LockJob: func(t *testing.T, id string) func() {
				return inTheWay(t, config.URL, "SELECT 1 FROM jobs WHERE id = $1 FOR UPDATE", id)
			},
			LockOccasion: func(t *testing.T, id string) func() {
				return inTheWay(t, config.URL, "SELECT 1 FROM occasions WHERE id = $1 FOR UPDATE", id)
			},
			LockKey: func(t *testing.T, key idempotency.Key) func() {
				return inTheWay(t, config.URL, "INSERT INTO idempotency_keys VALUES ($1, $2, gen_random_uuid(), 0)", key.Scope[:], key.Body[:])
			},
		}
	}})
}

// open opens and migrates a store that is closed with the test.
func open(
	t testing.TB, config database.Config, ofJobs *jobs.Encoder, ofReplies *rsvps.Encoder, feed *relay.Feed,
) *database.Store {
	t.Helper()
	s, err := database.Open(t.Context(), config, ofJobs, ofReplies, feed)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { closeStore(t, s) })
	if err := s.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	return s
}

func closeStore(t testing.TB, s *database.Store) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	if err := s.Close(ctx); err != nil {
		t.Error(err)
	}
}

// inTheWay runs a statement in a transaction of its own that stays open until the returned function undoes it.
func inTheWay(t *testing.T, url, statement string, arguments ...any) func() {
	t.Helper()
	db, err := sql.Open("pgx", url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	tx, err := db.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tx.ExecContext(t.Context(), statement, arguments...); err != nil {
		t.Fatal(err)
	}
	return func() { _ = tx.Rollback() }
}
