package site

import (
	"io"
	"net"
	"strings"
	"sync"
	"testing"
)

// Wire passes connections on to a site. It can cut them all, and hold back what they carry.
type Wire struct {
	URL string

	gate  sync.RWMutex // whoever passes something on reads it
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
	var accepting, running sync.WaitGroup
	accepting.Go(func() {
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
			running.Go(func() { w.pass(near, far) })
			running.Go(func() { w.pass(far, near) })
		}
	})
	t.Cleanup(func() {
		_ = l.Close()
		accepting.Wait() // nothing is added any more
		w.Cut()
		running.Wait()
	})
	return w
}

func (w *Wire) pass(to, from net.Conn) {
	_, _ = io.Copy(gated{to, &w.gate}, from)
	_ = to.Close()
	_ = from.Close()
}

// gated writes while its gate is open.
type gated struct {
	io.Writer
	gate *sync.RWMutex
}

func (g gated) Write(b []byte) (int, error) {
	g.gate.RLock()
	defer g.gate.RUnlock()
	return g.Writer.Write(b)
}

// Hold lets nothing pass until release is called, or the test ends.
func (w *Wire) Hold(t testing.TB) (release func()) {
	w.gate.Lock()
	release = sync.OnceFunc(w.gate.Unlock)
	t.Cleanup(release)
	return release
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
