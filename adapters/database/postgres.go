package database

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
	"gorm.io/driver/postgres"
	"gorm.io/gorm"
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
	return migrate(ctx, writing, goose.DialectPostgres, "migrations/postgres", d.config.Log, goose.WithSessionLocker(locker))
}

func (d postgresDialect) among(column string) string { return "(" + column + " = ANY(?))" }

// array writes the list as Postgres does: JSON in other brackets.
func (d postgresDialect) array(list any) any {
	text := listOf(list)
	return "{" + text[1:len(text)-1] + "}"
}

func (d postgresDialect) now() string {
	return "(extract(epoch FROM clock_timestamp()) * 1000000)::bigint"
}

func (d postgresDialect) bind(text string) string {
	for n := 1; strings.Contains(text, "?"); n++ {
		text = strings.Replace(text, "?", fmt.Sprintf("$%d", n), 1)
	}
	return text
}
