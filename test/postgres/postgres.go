// Package postgres starts a real, throw-away Postgres for tests from the machine's own binaries, with default settings
// (fsync included). A test binary shares one server; each test gets a fresh database. Where there are no binaries the
// tests are skipped, unless CONVOKE_TEST_REAL=1 says that they must run. Programs that are no tests use Run and Close.
package postgres

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver

	"convoke/test/loopback"
)

const (
	superuser  = "convoke"
	startLimit = 30 * time.Second
	stopLimit  = 20 * time.Second
	askEvery   = 10 * time.Millisecond
)

var databases atomic.Int64 // that tests have got

// Start starts a server for one test alone, which may stop and start it.
func Start(t testing.TB) *Server {
	t.Helper()
	s := launch(t)
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// Server is one Postgres on a free loopback port, in a temporary folder.
type Server struct {
	binaries string
	folder   string
	port     int
	process  *exec.Cmd
	exited   chan error
}

// Run starts a server until Close. Without binaries the error is ErrMissing.
func Run() (*Server, error) {
	binaries, err := find()
	if err != nil {
		return nil, err
	}
	s := &Server{binaries: binaries}
	err = s.initialize()
	if err == nil {
		err = s.Start()
	}
	if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

func launch(t testing.TB) *Server {
	t.Helper()
	s, err := Run()
	switch {
	case err == nil:
		return s
	case errors.Is(err, ErrMissing) && os.Getenv("CONVOKE_TEST_REAL") != "1":
		t.Skip(err)
	}
	t.Fatal(err)
	return nil
}

func (s *Server) initialize() error {
	folder, err := os.MkdirTemp("", "convoke-postgres-")
	if err != nil {
		return err
	}
	s.folder = folder
	if err := handOver(folder); err != nil {
		return err
	}
	if s.port, err = loopback.Port(); err != nil {
		return err
	}
	command := s.command("initdb", "-D", s.data(), "-U", superuser, "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync")
	if output, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("initdb: %w\n%s", err, output)
	}
	return nil
}

// Start starts the server again after Kill, on the same port, and waits until it answers.
func (s *Server) Start() error {
	log, err := os.OpenFile(filepath.Join(s.folder, "log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer log.Close()
	s.process = s.command("postgres", "-D", s.data(), "-p", strconv.Itoa(s.port),
		"-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=")
	s.process.Stdout, s.process.Stderr = log, log
	if err := s.process.Start(); err != nil {
		return err
	}
	s.exited = make(chan error, 1)
	go func() { s.exited <- s.process.Wait() }()
	return s.await()
}

func (s *Server) await() error {
	ctx, cancel := context.WithTimeout(context.Background(), startLimit)
	defer cancel()
	db, err := sql.Open("pgx", s.URL("postgres"))
	if err != nil {
		return err
	}
	defer db.Close()
	tick := time.NewTicker(askEvery)
	defer tick.Stop()
	for db.PingContext(ctx) != nil {
		select {
		case err := <-s.exited:
			s.exited <- err
			said, _ := os.ReadFile(filepath.Join(s.folder, "log"))
			return fmt.Errorf("postgres did not start: %w\n%s", err, said)
		case <-ctx.Done():
			return errors.New("postgres does not answer")
		case <-tick.C:
		}
	}
	return nil
}

// Kill ends the server at once, as a power cut would: every connection breaks, and the next start recovers.
func (s *Server) Kill() error { return s.end(os.Kill) }

// PID is the process that all others of the server come from; 0 while it is down.
func (s *Server) PID() int {
	if s.process == nil {
		return 0
	}
	return s.process.Process.Pid
}

// URL is the address of one of the server's databases.
func (s *Server) URL(database string) string {
	return fmt.Sprintf("postgres://%s@127.0.0.1:%d/%s?sslmode=disable", superuser, s.port, database)
}

// Database makes a fresh database and returns its URL. It is dropped when the test ends.
func (s *Server) Database(t testing.TB) string {
	t.Helper()
	name := fmt.Sprintf("test_%d", databases.Add(1))
	url, err := s.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.execute("DROP DATABASE IF EXISTS " + name + " WITH (FORCE)"); err != nil {
			t.Log("the database is left to the end of the server:", err)
		}
	})
	return url
}

// Create makes a fresh database that stays until the server ends, and returns its URL.
func (s *Server) Create(name string) (url string, err error) {
	return s.URL(name), s.execute("CREATE DATABASE " + name)
}

func (s *Server) execute(statement string) error {
	db, err := sql.Open("pgx", s.URL("postgres"))
	if err != nil {
		return err
	}
	_, err = db.ExecContext(context.Background(), statement)
	return errors.Join(err, db.Close())
}

// Close ends the server and removes its data.
func (s *Server) Close() error {
	return errors.Join(s.end(os.Interrupt), os.RemoveAll(s.folder))
}

// end signals the server and waits for its exit. An interrupt is its fast shutdown.
func (s *Server) end(signal os.Signal) error {
	if s.process == nil || s.process.Process == nil {
		return nil
	}
	if signal == os.Kill {
		signal = immediate
	}
	if err := s.process.Process.Signal(signal); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return err
	}
	select {
	case <-s.exited:
	case <-time.After(stopLimit):
		return errors.New("postgres does not stop")
	}
	s.process = nil
	return nil
}

func (s *Server) command(name string, arguments ...string) *exec.Cmd {
	command := exec.Command(filepath.Join(s.binaries, name), arguments...)
	command.Dir = s.folder
	command.SysProcAttr = attributes()
	return command
}

func (s *Server) data() string { return filepath.Join(s.folder, "data") }
