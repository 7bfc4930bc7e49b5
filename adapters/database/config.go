package database

import (
	"errors"
	"log/slog"
	"time"

	"convoke/application/port"
)

// Config says which database, and how it is used. One of URL and File is required.
type Config struct {
	URL  string // postgres://…
	File string // of SQLite; made when missing, with two more beside it

	Connections int           // at most open to Postgres, and reading from SQLite; 0: 16
	LockWait    time.Duration // how long the lane waits for a row that is locked elsewhere; 0: 200 ms
	Patience    time.Duration // how long such a decision is then tried again apart, before it fails; 0: 5 s

	Meter port.Meter   // nil: nothing is measured
	Log   *slog.Logger // nil: the default logger

	schema     string // of Postgres, which the tables are in; empty: the default one
	migrations string // the folder of each database's migrations; empty: those of the store
}

func (c Config) validate() error {
	var problems []error
	if (c.URL == "") == (c.File == "") {
		problems = append(problems, errors.New("one of URL and File is required, not both"))
	}
	if c.Connections < 0 || c.Connections > 0 && c.Connections < 4 {
		problems = append(problems, errors.New("config: Connections must be at least 4: two are the lane's"))
	}
	if c.LockWait < 0 || c.Patience < 0 {
		problems = append(problems, errors.New("LockWait and Patience must not be negative"))
	}
	return errors.Join(problems...)
}

func (c Config) withDefaults() Config {
	if c.Connections == 0 {
		c.Connections = 16
	}
	if c.LockWait == 0 {
		c.LockWait = 200 * time.Millisecond
	}
	if c.Patience == 0 {
		c.Patience = 5 * time.Second
	}
	if c.migrations == "" {
		c.migrations = "migrations"
	}
	if c.Meter == nil {
		c.Meter = unmeasured{}
	}
	if c.Log == nil {
		c.Log = slog.Default()
	}
	return c
}

// unmeasured is a meter that nobody reads.
type unmeasured struct{}

func (unmeasured) Add(string, float64, ...string)     {}
func (unmeasured) Set(string, float64, ...string)     {}
func (unmeasured) Observe(string, float64, ...string) {}
