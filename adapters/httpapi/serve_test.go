package httpapi

import (
	"errors"
	"net"
	"syscall"
	"testing"

	"github.com/gofiber/fiber/v2"
)

func TestShutdownFinishesWhatIsInFlight(t *testing.T) {
	t.Parallel()
	s := open(t, Config{})
	entered, leave := make(chan struct{}), make(chan struct{})
	s.server.App().Get("/slow", func(c *fiber.Ctx) error { close(entered); <-leave; return c.SendString("done") })
	s.serve()
	answers := make(chan answer, 1)
	go func() { answers <- s.ask("GET", "/slow", "") }()
	<-entered
	down := make(chan error, 1)
	go func() { down <- s.server.Shutdown(t.Context()) }()
	eventually(t, "no connection is taken any more", func() bool {
		c, err := net.Dial("tcp", s.addr)
		if err == nil {
			c.Close()
		}
		return err != nil
	})
	close(leave)
	if a := <-answers; string(a.body) != "done" {
		t.Errorf("%s", a.body)
	}
	if err := <-down; err != nil {
		t.Error(err)
	}
}

func TestAServerThatNeverServedShutsDownAndStaysDown(t *testing.T) {
	t.Parallel()
	s := open(t, Config{})
	if err := errors.Join(s.server.Shutdown(t.Context()), s.server.Shutdown(t.Context())); err != nil {
		t.Error(err)
	}
	l, err := s.server.Listen(t.Context(), "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	if err := s.server.Serve(l); err != nil {
		t.Error(err)
	}
}

func TestAPortInUseIsKnownAtTheStart(t *testing.T) {
	t.Parallel()
	s := open(t, Config{}).serve()
	if _, err := s.server.Listen(t.Context(), s.addr); !errors.Is(err, syscall.EADDRINUSE) {
		t.Errorf("%v", err)
	}
}

// exhausted is a listener of a process without file descriptors, for a while.
type exhausted struct {
	net.Listener
	times int
}

func (e *exhausted) Accept() (net.Conn, error) {
	if e.times--; e.times >= 0 {
		return nil, &net.OpError{Op: "accept", Err: syscall.EMFILE}
	}
	return e.Listener.Accept()
}

func TestAcceptingGoesOnAfterDescriptorsWereExhausted(t *testing.T) {
	t.Parallel()
	s := open(t, Config{})
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s.addr = l.Addr().String()
	served := make(chan error, 1)
	go func() { served <- s.server.Serve(&exhausted{l, 3}) }()
	if a := s.ask("GET", "/healthz", ""); a.status != 200 {
		t.Errorf("status %d", a.status)
	}
	s.client.CloseIdleConnections()
	if err := errors.Join(s.server.Shutdown(t.Context()), <-served); err != nil {
		t.Error(err)
	}
}
