package kafka

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"sync"
	"time"
)

// dial opens a connection, as net.Dialer.DialContext does.
type dial func(ctx context.Context, protocol, addr string) (net.Conn, error)

// dialing connects and shakes hands. TLS is made here and not by kafka-go, whose dialer loses the connection when the
// handshake fails. Without a config connections are plain.
func dialing(config *tls.Config) dial {
	return func(ctx context.Context, protocol, addr string) (net.Conn, error) {
		ctx, cancel := context.WithTimeout(ctx, dialTimeout)
		defer cancel()
		raw, err := new(net.Dialer).DialContext(ctx, protocol, addr)
		if err != nil || config == nil {
			return raw, err
		}
		host, _, _ := net.SplitHostPort(addr)
		config := config.Clone()
		config.ServerName = host
		secured := tls.Client(raw, config)
		if err := secured.HandshakeContext(ctx); err != nil {
			_ = raw.Close()
			return nil, fmt.Errorf("TLS with %s: %w", addr, err)
		}
		return secured, nil
	}
}

// network opens connections and knows those that are open, so that whoever owns it can end them: a kafka-go request
// that waits on a dead connection then returns at once.
type network struct {
	connect dial

	// longestWait bounds every read and write for which kafka-go sets no deadline, as it forgets to during SASL. 0: none.
	longestWait time.Duration

	mu     sync.Mutex
	open   map[*connection]struct{}
	dials  map[*context.CancelFunc]struct{} // those under way
	closed bool
}

func newNetwork(connect dial, longestWait time.Duration) *network {
	return &network{
		connect: connect, longestWait: longestWait,
		open: map[*connection]struct{}{}, dials: map[*context.CancelFunc]struct{}{},
	}
}

func (n *network) dial(ctx context.Context, protocol, addr string) (net.Conn, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	n.mu.Lock()
	n.dials[&cancel] = struct{}{}
	if n.closed {
		cancel()
	}
	n.mu.Unlock()
	defer func() {
		n.mu.Lock()
		defer n.mu.Unlock()
		delete(n.dials, &cancel)
	}()
	raw, err := n.connect(ctx, protocol, addr)
	if err != nil {
		return nil, err
	}
	return n.register(raw)
}

func (n *network) register(raw net.Conn) (net.Conn, error) {
	c := &connection{Conn: raw, network: n}
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.closed {
		_ = raw.Close()
		return nil, net.ErrClosed
	}
	n.open[c] = struct{}{}
	return c, nil
}

// hangUp ends the open connections. New ones may follow.
func (n *network) hangUp() {
	n.mu.Lock()
	open := n.open
	n.open = map[*connection]struct{}{}
	n.mu.Unlock()
	for c := range open {
		_ = c.Conn.Close()
	}
}

// close ends the open connections and those being opened, and refuses new ones.
func (n *network) close() {
	n.mu.Lock()
	n.closed = true
	for cancel := range n.dials {
		(*cancel)()
	}
	n.mu.Unlock()
	n.hangUp()
}

// connection is one that its network knows.
type connection struct {
	net.Conn
	network *network
}

func (c *connection) Close() error {
	c.network.mu.Lock()
	delete(c.network.open, c)
	c.network.mu.Unlock()
	return c.Conn.Close()
}

func (c *connection) SetReadDeadline(t time.Time) error {
	return c.Conn.SetReadDeadline(c.bounded(t))
}

func (c *connection) SetWriteDeadline(t time.Time) error {
	return c.Conn.SetWriteDeadline(c.bounded(t))
}

func (c *connection) bounded(t time.Time) time.Time {
	if t.IsZero() && c.network.longestWait > 0 {
		return time.Now().Add(c.network.longestWait)
	}
	return t
}
