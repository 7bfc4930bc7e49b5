// Package fakekafka runs kfake, an in-process Kafka, for tests.
package fakekafka

import (
	"net"
	"sync"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kfake"
)

// linger is longer than a group waits for members that must join again.
const linger = time.Minute

// Start runs a cluster of three brokers, unless the options say otherwise, until the test ends.
func Start(tb testing.TB, options ...kfake.Opt) *kfake.Cluster {
	tb.Helper()
	fake, err := kfake.NewCluster(append([]kfake.Opt{kfake.NumBrokers(3), kfake.ListenFn(Listen)}, options...)...)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(fake.Close)
	return fake
}

// Listen listens for a broker that notices late that a client is gone. To kfake a member whose connection ended while it
// waited to join has no session that could time out: it would keep partitions that nobody reads until the group is
// rebalanced for another reason. A real broker gives it a session, whatever becomes of the connection.
func Listen(network, address string) (net.Listener, error) {
	inner, err := net.Listen(network, address)
	if err != nil {
		return nil, err
	}
	return listener{inner}, nil
}

type listener struct{ net.Listener }

func (l listener) Accept() (net.Conn, error) {
	inner, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return &conn{Conn: inner, closed: make(chan struct{})}, nil
}

type conn struct {
	net.Conn
	once   sync.Once
	closed chan struct{}
}

func (c *conn) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	if err != nil {
		select {
		case <-c.closed:
		case <-time.After(linger):
		}
	}
	return n, err
}

func (c *conn) Close() error {
	c.once.Do(func() { close(c.closed) })
	return c.Conn.Close()
}
