package postgres_test

import (
	"database/sql"
	"os"
	"testing"

	"convoke/test/leak"
	"convoke/test/postgres"
)

func TestMain(m *testing.M) {
	os.Exit(leak.Check(postgres.Main(m)))
}

func TestEachTestGetsItsOwnDatabaseOnAServerThatSyncs(t *testing.T) {
	t.Parallel()
	first, second := open(t, postgres.Database(t)), open(t, postgres.Database(t))
	if _, err := first.ExecContext(t.Context(), "CREATE TABLE guests (name text)"); err != nil {
		t.Fatal(err)
	}
	if _, err := second.ExecContext(t.Context(), "SELECT * FROM guests"); err == nil {
		t.Error("a table of one database is seen in another")
	}
	var fsync string
	if err := first.QueryRowContext(t.Context(), "SHOW fsync").Scan(&fsync); err != nil || fsync != "on" {
		t.Errorf("fsync is %q, %v", fsync, err)
	}
}

func TestAKilledServerComesBackWithWhatWasCommitted(t *testing.T) {
	t.Parallel()
	server := postgres.Start(t)
	db := open(t, server.Database(t))
	if _, err := db.ExecContext(t.Context(), "CREATE TABLE guests (name text)"); err != nil {
		t.Fatal(err)
	}
	if err := server.Kill(); err != nil {
		t.Fatal(err)
	}
	if err := db.PingContext(t.Context()); err == nil {
		t.Error("a killed server answers")
	}
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	if _, err := db.ExecContext(t.Context(), "SELECT * FROM guests"); err != nil {
		t.Error(err)
	}
}

func open(t *testing.T, url string) *sql.DB {
	t.Helper()
	db, err := sql.Open("pgx", url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}
