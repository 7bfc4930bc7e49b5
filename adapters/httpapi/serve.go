package httpapi

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync"
	"syscall"
	"time"
)

// goneAfter is how long the other side of a connection may leave unanswered what it was sent, which is also what a client
// does that is alive but does not read: no less than an answer may take to be written.
const goneAfter = writeTimeout + 15*time.Second

// Listen takes the address, so that a port in use is known at the start. Serve answers on it.
func (s *Server) Listen(ctx context.Context, addr string) (net.Listener, error) {
	config := net.ListenConfig{Control: control}
	l, err := config.Listen(ctx, "tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("http: %w", err)
	}
	return l, nil
}

// Serve answers on the listener until Shutdown is called; then it returns nil. It may be called once.
func (s *Server) Serve(l net.Listener) error {
	patient := &patientListener{Listener: l, closed: make(chan struct{})}
	s.mu.Lock()
	s.listener = patient
	stopped := s.stopped
	s.mu.Unlock()
	if stopped {
		return patient.Close()
	}
	if err := s.app.Listener(patient); err != nil {
		return fmt.Errorf("http: %w", err)
	}
	return nil
}

// Drain makes the server unready, so that balancers send no more, and ends long waits. Requests are still answered.
func (s *Server) Drain() {
	s.ready.drain()
	s.waits.end()
}

// Shutdown drains, takes no more connections and waits until those that are open have been answered. Event streams and
// WebSockets are to be drained before. It returns the context's error when that ends first. It may be called twice, and
// without Serve.
func (s *Server) Shutdown(ctx context.Context) error {
	s.Drain()
	s.mu.Lock()
	s.stopped = true
	listener := s.listener
	s.mu.Unlock()
	if listener == nil {
		return nil
	}
	_ = listener.Close() // also when Serve has not got round to accepting; it is closed again below
	if err := s.app.ShutdownWithContext(ctx); err != nil && !errors.Is(err, net.ErrClosed) {
		return fmt.Errorf("http: shutdown: %w", err)
	}
	return nil
}

// patientListener waits when the process is out of file descriptors, instead of giving up for good as fasthttp does.
type patientListener struct {
	net.Listener
	once   sync.Once
	closed chan struct{}
}

const acceptPause = 50 * time.Millisecond

func (l *patientListener) Accept() (net.Conn, error) {
	for {
		c, err := l.Listener.Accept()
		if err == nil || !passing(err) {
			return c, err
		}
		select {
		case <-time.After(acceptPause):
		case <-l.closed:
			return nil, net.ErrClosed
		}
	}
}

func (l *patientListener) Close() error {
	var err error
	l.once.Do(func() {
		close(l.closed)
		err = l.Listener.Close()
	})
	return err
}

// passing reports whether accepting may succeed again in a moment.
func passing(err error) bool {
	for _, e := range []error{syscall.EMFILE, syscall.ENFILE, syscall.ENOBUFS, syscall.ENOMEM, syscall.ECONNABORTED} {
		if errors.Is(err, e) {
			return true
		}
	}
	return false
}
