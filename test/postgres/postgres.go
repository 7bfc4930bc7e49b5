// Package postgres starts a real, throw-away Postgres for tests from the machine's own binaries, with default settings
// (fsync included). A test binary shares one server; each test gets a fresh database. Where there are no binaries the
// tests are skipped, unless CONVOKE_TEST_REAL=1 says that they must run.
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
	"sync"
	"sync/atomic"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver
)

const (
	superuser  = "convoke"
	startLimit = 30 * time.Second
	stopLimit  = 20 * time.Second
	askEvery   = 10 * time.Millisecond
)

var (
	shared    sync.Mutex // guards the server that a test binary shares
	running   bool       // between the begin and the end of Main
	common    *Server
	databases atomic.Int64
)

// Main is the TestMain of a package whose tests call Database: it runs them and stops the shared server.
func Main(m *testing.M) int {
	shared.Lock()
	running = true
	shared.Unlock()
	code := m.Run()
	shared.Lock()
	defer shared.Unlock()
	running = false
	if common != nil {
		if err := common.close(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
	}
	return code
}

// Database makes a fresh database on the shared server and returns its URL. It is dropped when the test ends.
func Database(t testing.TB) string {
	t.Helper()
	return server(t).Database(t)
}

func server(t testing.TB) *Server {
	t.Helper()
	shared.Lock()
	defer shared.Unlock()
	if !running {
		t.Fatal("TestMain must call postgres.Main")
	}
	if common == nil {
		common = launch(t)
	}
	return common
}

// Start starts a server for one test alone, which may stop and start it.
func Start(t testing.TB) *Server {
	t.Helper()
	s := launch(t)
	t.Cleanup(func() {
		if err := s.close(); err != nil {
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

func launch(t testing.TB) *Server {
	t.Helper()
	binaries, err := find()
	if err != nil {
		if os.Getenv("CONVOKE_TEST_REAL") == "1" {
			t.Fatal(err)
		}
		t.Skip(err)
	}
	s := &Server{binaries: binaries}
	if err := errors.Join(s.initialize(), s.Start()); err != nil {
		t.Fatal(errors.Join(err, s.close()))
	}
	return s
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
	if s.port, err = freePort(); err != nil {
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

// URL is the address of one of the server's databases.
func (s *Server) URL(database string) string {
	return fmt.Sprintf("postgres://%s@127.0.0.1:%d/%s?sslmode=disable", superuser, s.port, database)
}

// Database makes a fresh database and returns its URL. It is dropped when the test ends.
func (s *Server) Database(t testing.TB) string {
	t.Helper()
	name := fmt.Sprintf("test_%d", databases.Add(1))
	if err := s.execute("CREATE DATABASE " + name); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.execute("DROP DATABASE IF EXISTS " + name + " WITH (FORCE)"); err != nil {
			t.Log("the database is left to the end of the server:", err)
		}
	})
	return s.URL(name)
}

func (s *Server) execute(statement string) error {
	db, err := sql.Open("pgx", s.URL("postgres"))
	if err != nil {
		return err
	}
	_, err = db.ExecContext(context.Background(), statement)
	return errors.Join(err, db.Close())
}

func (s *Server) close() error {
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
