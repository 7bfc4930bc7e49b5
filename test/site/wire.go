package site

import (
	"io"
	"net"
	"strings"
	"sync"
	"testing"
)

// Wire passes connections on to a site, and can cut them all.
type Wire struct {
	URL string

	mu    sync.Mutex
	conns []net.Conn
}

// NewWire lays a wire to an address; it is taken away with the test.
func NewWire(t testing.TB, target string) *Wire {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	w := &Wire{URL: "http://" + l.Addr().String()}
	var running sync.WaitGroup
	running.Go(func() {
		for {
			near, err := l.Accept()
			if err != nil {
				return
			}
			far, err := net.Dial("tcp", strings.TrimPrefix(target, "http://"))
			if err != nil {
				_ = near.Close()
				continue
			}
			w.keep(near, far)
			running.Go(func() { pass(near, far) })
			running.Go(func() { pass(far, near) })
		}
	})
	t.Cleanup(func() {
		_ = l.Close()
		w.Cut()
		running.Wait()
	})
	return w
}

func pass(to, from net.Conn) {
	_, _ = io.Copy(to, from)
	_ = to.Close()
	_ = from.Close()
}

func (w *Wire) keep(conns ...net.Conn) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.conns = append(w.conns, conns...)
}

// Cut breaks every connection there is. New ones may follow.
func (w *Wire) Cut() {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, c := range w.conns {
		_ = c.Close()
	}
	w.conns = nil
}
