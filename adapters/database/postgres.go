package database

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
	"gorm.io/driver/postgres"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

const (
	connectTimeout = 5 * time.Second
	idleTime       = 5 * time.Minute
)

// postgresDialect is Postgres 14 or newer.
type postgresDialect struct{ config Config }

var _ dialect = postgresDialect{}

func (d postgresDialect) open() (pools, error) {
	parsed, err := pgx.ParseConfig(d.config.URL)
	if err != nil {
		return pools{}, err
	}
	if parsed.ConnectTimeout == 0 {
		parsed.ConnectTimeout = connectTimeout
	}
	if d.config.schema != "" {
		parsed.RuntimeParams["search_path"] = d.config.schema
	}
	pool := stdlib.OpenDB(*parsed)
	pool.SetMaxOpenConns(d.config.Connections)
	pool.SetMaxIdleConns(d.config.Connections)
	pool.SetConnMaxIdleTime(idleTime)
	db, err := gorm.Open(postgres.New(postgres.Config{Conn: pool}), gormConfig())
	return pools{reading: pool, writing: pool, read: db, write: db}, err
}

func (d postgresDialect) session(writing *sql.DB, lockWait time.Duration) session {
	return newPostgresSession(writing, lockWait)
}

func (d postgresDialect) migrate(ctx context.Context, writing *sql.DB) error {
	locker, err := lock.NewPostgresSessionLocker(lock.WithLockTimeout(1, 300), lock.WithUnlockTimeout(1, 60))
	if err != nil {
		return fmt.Errorf("lock: %w", err)
	}
	if err := d.createSchema(ctx, writing); err != nil {
		return fmt.Errorf("schema: %w", err)
	}
	folder := d.config.migrations + "/postgres"
	return migrate(ctx, writing, goose.DialectPostgres, folder, d.config.Log, goose.WithSessionLocker(locker))
}

// createSchema makes the schema in which even the record of the migrations is kept. Two that do it at the same time may
// both find it missing; the second is told so.
func (d postgresDialect) createSchema(ctx context.Context, writing *sql.DB) error {
	if d.config.schema == "" {
		return nil
	}
	_, err := writing.ExecContext(ctx, "CREATE SCHEMA IF NOT EXISTS "+d.config.schema)
	var known *pgconn.PgError
	if errors.As(err, &known) && (known.Code == "23505" || known.Code == "42P06") { // unique_violation, duplicate_schema
		return nil
	}
	return err
}

func (d postgresDialect) locking(tx *gorm.DB, strength string) *gorm.DB {
	return tx.Clauses(clause.Locking{Strength: strength})
}

func (d postgresDialect) snapshot() *sql.TxOptions {
	return &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true}
}

func (d postgresDialect) among(column string) string { return "(" + column + " = ANY(?))" }

// array writes the list as Postgres does: JSON in other brackets.
func (d postgresDialect) array(list any) any {
	text := listOf(list)
	return "{" + text[1:len(text)-1] + "}"
}

// sorting goes by the one collation that is everywhere and sorts by bytes.
func (d postgresDialect) sorting(column string) string { return "lower(" + column + ` COLLATE "C")` }

func (d postgresDialect) through(string) string { return "" }

func (d postgresDialect) now() string {
	return "(extract(epoch FROM clock_timestamp()) * 1000000)::bigint"
}

func (d postgresDialect) bind(text string) string {
	for n := 1; strings.Contains(text, "?"); n++ {
		text = strings.Replace(text, "?", fmt.Sprintf("$%d", n), 1)
	}
	return text
}
