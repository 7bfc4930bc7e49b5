// Package realredis starts a real, throw-away Redis for tests from the machine's own redis-server: on a free loopback
// port, in a temporary folder, keeping nothing on disk. A test may freeze, kill and start it again. Where there is no
// redis-server the tests are skipped, unless CONVOKE_TEST_REAL=1 says that they must run. Programs that are no tests use
// Run and Close.
package realredis

import (
	"bufio"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
	"time"

	"convoke/test/loopback"
)

const (
	startLimit = 20 * time.Second
	stopLimit  = 10 * time.Second
	askEvery   = 5 * time.Millisecond
)

// ErrMissing means that this machine has no Redis.
var ErrMissing = errors.New("there is no Redis on this machine: redis-server is not in PATH")

// Server is one Redis.
type Server struct {
	binary string
	folder string
	port   int

	process *os.Process // nil while it is down
	exited  chan struct{}
}

// Start starts a server; it ends with t.
func Start(t testing.TB) *Server {
	t.Helper()
	s := Prepare(t)
	if err := s.Start(); err != nil {
		t.Fatal(err)
	}
	return s
}

// Prepare chooses an address for a server that is not up yet.
func Prepare(t testing.TB) *Server {
	t.Helper()
	s, err := prepare(t.TempDir())
	if errors.Is(err, ErrMissing) && os.Getenv("CONVOKE_TEST_REAL") != "1" {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Kill(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// Run starts a server until Close. Without a redis-server the error is ErrMissing.
func Run() (*Server, error) {
	folder, err := os.MkdirTemp("", "convoke-redis-")
	if err != nil {
		return nil, err
	}
	s, err := prepare(folder)
	if err == nil {
		err = s.Start()
	}
	if err != nil {
		return nil, errors.Join(err, s.Kill(), os.RemoveAll(folder))
	}
	return s, nil
}

// Close ends the server and removes its folder.
func (s *Server) Close() error { return errors.Join(s.Kill(), os.RemoveAll(s.folder)) }

func prepare(folder string) (*Server, error) {
	s := &Server{folder: folder}
	var err error
	if s.binary, err = exec.LookPath("redis-server"); err != nil {
		return s, ErrMissing
	}
	s.port, err = loopback.Port()
	return s, err
}

// PID is the server's process; 0 while it is down.
func (s *Server) PID() int {
	if s.process == nil {
		return 0
	}
	return s.process.Pid
}

// URL is the server's address, the same after every start.
func (s *Server) URL() string { return "redis://" + s.address() }

// Start starts the server, again after Kill, and waits until it answers. It holds nothing then.
func (s *Server) Start() error {
	log, err := os.OpenFile(s.logFile(), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer log.Close()
	command := exec.Command(s.binary, "--bind", "127.0.0.1", "--port", strconv.Itoa(s.port), "--dir", s.folder,
		"--save", "", "--appendonly", "no")
	command.Stdout, command.Stderr = log, log
	command.SysProcAttr = attributes()
	if err := command.Start(); err != nil {
		return err
	}
	exited := make(chan struct{})
	go func() { defer close(exited); _ = command.Wait() }()
	s.process, s.exited = command.Process, exited
	return s.await()
}

// Kill ends the server at once: every connection breaks, everything in it is gone.
func (s *Server) Kill() error {
	if s.process == nil {
		return nil
	}
	if err := s.process.Kill(); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return err
	}
	select {
	case <-s.exited:
		s.process = nil
		return nil
	case <-time.After(stopLimit):
		return errors.New("redis does not end")
	}
}

// Freeze stops the server's clock: connections stay, nothing is answered.
func (s *Server) Freeze() error { return s.process.Signal(syscall.SIGSTOP) }

// Thaw lets a frozen server go on.
func (s *Server) Thaw() error { return s.process.Signal(syscall.SIGCONT) }

// Flush empties the server.
func (s *Server) Flush() error { return s.command("FLUSHALL", "+OK") }

// Publish sends a payload without spaces to a channel, as any other client of the server might.
func (s *Server) Publish(channel, payload string) error {
	return s.command("PUBLISH "+channel+" "+payload, "")
}

func (s *Server) await() error {
	for deadline := time.Now().Add(startLimit); s.command("PING", "+PONG") != nil; {
		select {
		case <-s.exited:
			said, _ := os.ReadFile(s.logFile())
			return fmt.Errorf("redis did not start: %s", said)
		case <-time.After(askEvery):
		}
		if time.Now().After(deadline) {
			return errors.New("redis does not answer")
		}
	}
	return nil
}

// command speaks Redis' inline protocol, which needs no client. An empty want takes any answer but an error.
func (s *Server) command(line, want string) error {
	conn, err := net.DialTimeout("tcp", s.address(), time.Second)
	if err != nil {
		return err
	}
	defer conn.Close()
	if err := conn.SetDeadline(time.Now().Add(5 * time.Second)); err != nil {
		return err
	}
	if _, err := fmt.Fprint(conn, line, "\r\n"); err != nil {
		return err
	}
	answer, err := bufio.NewReader(conn).ReadString('\n')
	if err != nil {
		return err
	}
	if answer[0] == '-' || want != "" && answer != want+"\r\n" {
		return fmt.Errorf("redis answers %q", answer)
	}
	return nil
}

func (s *Server) address() string { return loopback.Address(s.port) }

func (s *Server) logFile() string { return filepath.Join(s.folder, "log") }
