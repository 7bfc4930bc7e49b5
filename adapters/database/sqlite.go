package database

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/pressly/goose/v3"
	"gorm.io/gorm"
	_ "modernc.org/sqlite" // the driver
)

// sqliteDialect is a SQLite file: one connection writes, others read. WAL lets both go on at the same time.
type sqliteDialect struct{ config Config }

var _ dialect = sqliteDialect{}

func (d sqliteDialect) open() (pools, error) {
	if err := os.MkdirAll(filepath.Dir(d.config.File), 0o700); err != nil {
		return pools{}, err
	}
	writing, write, err1 := d.connect(1, "_txlock=immediate")
	reading, read, err2 := d.connect(d.config.Connections, "_query_only=true")
	return pools{reading, writing, read, write}, errors.Join(err1, err2)
}

// connect opens a pool. A write waits for another process for up to 5 s; a checkpoint every 4,000 pages (16 MB) keeps
// bursts from paying for one too often.
func (d sqliteDialect) connect(connections int, options ...string) (*sql.DB, *gorm.DB, error) {
	options = append(options, "_busy_timeout=5000", "_journal_mode=WAL", "_synchronous=FULL",
		"_pragma=wal_autocheckpoint(4000)", "_pragma=temp_store(memory)", "_pragma=cache_size(-16000)")
	pool, err := sql.Open("sqlite", dsn(d.config.File, options...))
	if err != nil {
		return nil, nil, err
	}
	pool.SetMaxOpenConns(connections)
	pool.SetMaxIdleConns(connections)
	db, err := gorm.Open(sqliteDialector{pool}, gormConfig())
	return pool, db, err
}

func (d sqliteDialect) session(writing *sql.DB, _ time.Duration) session {
	return newSQLiteSession(writing)
}

// dsn is a file in the driver's words; its name may hold anything.
func dsn(file string, options ...string) string {
	u := url.URL{Scheme: "file", OmitHost: true, Path: file, RawQuery: strings.Join(options, "&")}
	return u.String()
}

// migrate holds a transaction on a file beside the database: SQLite makes other processes wait for it, and the operating
// system takes the lock back from one that dies.
func (d sqliteDialect) migrate(ctx context.Context, writing *sql.DB) (err error) {
	guard, err := sql.Open("sqlite", dsn(d.config.File+".migrate", "_txlock=immediate", "_busy_timeout=60000"))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, guard.Close()) }()
	held, err := guard.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("lock: %w", err)
	}
	defer func() { err = errors.Join(err, held.Rollback()) }()
	return migrate(ctx, writing, goose.DialectSQLite3, d.config.migrations+"/sqlite", d.config.Log)
}

func (d sqliteDialect) among(column string) string {
	return "(" + column + " IN (SELECT value FROM json_each(?)))"
}

func (d sqliteDialect) array(list any) any { return listOf(list) }

func (d sqliteDialect) sorting(column string) string { return "lower(" + column + ")" }

// through names the index: without statistics SQLite may take one that leaves the rows in no order at all.
func (d sqliteDialect) through(index string) string { return "INDEXED BY " + index }

func (d sqliteDialect) now() string { return "CAST(unixepoch('now', 'subsec') * 1000000 AS INTEGER)" }

// locking does nothing: the one connection that writes has locked everything when its transaction began.
func (d sqliteDialect) locking(tx *gorm.DB, _ string) *gorm.DB { return tx }

// snapshot is what every transaction that reads has.
func (d sqliteDialect) snapshot() *sql.TxOptions { return nil }

func (d sqliteDialect) bind(text string) string { return text }
