package nats

import (
	"errors"
	"net"
	"sync"
	"time"
)

// wire is how a process reaches the server: it can be cut for good, interrupted, or frozen.
type wire struct {
	dial func() (net.Conn, error)

	mu     sync.Mutex
	conns  []net.Conn
	isCut  bool
	thawed chan struct{} // closed when the process is not frozen; nil: it never was
}

// InProcessConn dials inside the process.
func (w *wire) InProcessConn() (net.Conn, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.isCut {
		return nil, errors.New("cut")
	}
	conn, err := w.dial()
	if err != nil {
		return nil, err
	}
	w.conns = append(w.conns, conn)
	return &freezable{conn, w}, nil
}

// Dial dials over the network.
func (w *wire) Dial(string, string) (net.Conn, error) { return w.InProcessConn() }

// cut closes the sockets for good, as the kernel does for a process that was killed.
func (w *wire) cut() {
	w.mu.Lock()
	w.isCut = true
	w.mu.Unlock()
	w.interrupt(0)
}

// interrupt closes the sockets after a while; new ones may be opened.
func (w *wire) interrupt(after time.Duration) {
	<-time.After(after)
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, conn := range w.conns {
		_ = conn.Close()
	}
	w.conns = nil
}

// freeze stops everything on the way, as for a process that is stopped, until thaw is called.
func (w *wire) freeze() (thaw func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	thawed := make(chan struct{})
	w.thawed = thawed
	return sync.OnceFunc(func() { close(thawed) })
}

func (w *wire) wait() {
	w.mu.Lock()
	thawed := w.thawed
	w.mu.Unlock()
	if thawed != nil {
		<-thawed
	}
}

// freezable is a connection of a wire.
type freezable struct {
	net.Conn
	wire *wire
}

func (f *freezable) Read(p []byte) (int, error) {
	n, err := f.Conn.Read(p)
	f.wire.wait()
	return n, err
}

func (f *freezable) Write(p []byte) (int, error) {
	f.wire.wait()
	return f.Conn.Write(p)
}
