package kafka

import (
	"net"
	"sync"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kfake"

	"convoke/test/fakekafka"
)

// line is the network between a fake broker and its clients, seen from the broker. It can spoil answers of requests
// that have been carried out. Safe for concurrent use.
type line struct {
	mu    sync.Mutex
	spoil func(net.Conn, []byte) (n int, err error) // nil: answers pass
	left  int
}

// startFakeOn runs an in-process Kafka behind a line.
func startFakeOn(tb testing.TB, l *line) *kfake.Cluster {
	return fakekafka.Start(tb, kfake.ListenFn(func(network, address string) (net.Listener, error) {
		inner, err := fakekafka.Listen(network, address)
		return &listening{inner, l}, err
	}))
}

// next has the next n answers spoilt.
func (l *line) next(n int, spoil func(net.Conn, []byte) (int, error)) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.spoil, l.left = spoil, n
}

func (l *line) take() func(net.Conn, []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.left == 0 {
		return nil
	}
	l.left--
	return l.spoil
}

// cutOff ends the connection in place of the answer.
func cutOff(c net.Conn, _ []byte) (int, error) { return 0, c.Close() }

// swallow keeps the answer for ever.
func swallow(_ net.Conn, answer []byte) (int, error) { return len(answer), nil }

// late holds the answer back.
func late(c net.Conn, answer []byte) (int, error) {
	<-time.After(150 * time.Millisecond)
	return c.Write(answer)
}

type listening struct {
	net.Listener
	line *line
}

func (l *listening) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return &answering{c, l.line}, nil
}

type answering struct {
	net.Conn
	line *line
}

func (a *answering) Write(answer []byte) (int, error) {
	if spoil := a.line.take(); spoil != nil {
		return spoil(a.Conn, answer)
	}
	return a.Conn.Write(answer)
}
