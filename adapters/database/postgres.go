package database

import (
	"context"
	"fmt"
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

func (d postgresDialect) open() (read, write *gorm.DB, err error) {
	parsed, err := pgx.ParseConfig(d.config.URL)
	if err != nil {
		return nil, nil, err
	}
	if parsed.ConnectTimeout == 0 {
		parsed.ConnectTimeout = connectTimeout
	}
	pool := stdlib.OpenDB(*parsed)
	pool.SetMaxOpenConns(d.config.Connections)
	pool.SetMaxIdleConns(d.config.Connections)
	pool.SetConnMaxIdleTime(idleTime)
	db, err := gorm.Open(postgres.New(postgres.Config{Conn: pool}), gormConfig())
	return db, db, err
}

func (d postgresDialect) session(db *gorm.DB, lockWait time.Duration) (session, error) {
	pool, err := db.DB()
	if err != nil {
		return nil, err
	}
	return newPostgresSession(pool, lockWait), nil
}

func (d postgresDialect) migrate(ctx context.Context, db *gorm.DB) error {
	pool, err := db.DB()
	if err != nil {
		return err
	}
	locker, err := lock.NewPostgresSessionLocker(lock.WithLockTimeout(1, 300), lock.WithUnlockTimeout(1, 60))
	if err != nil {
		return fmt.Errorf("lock: %w", err)
	}
	return migrate(ctx, pool, goose.DialectPostgres, "migrations/postgres", d.config.Log, goose.WithSessionLocker(locker))
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
