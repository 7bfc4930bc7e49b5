package nats

import (
	"context"
	"errors"
	"sync"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// outlet is where messages leave. It keeps one line open and opens another when it has broken.
type outlet struct {
	url     string
	options []nats.Option

	mu      sync.Mutex
	current *line
	closed  bool
}

// line is a connection that never reconnects, so that what is sent after something was lost can not overtake it.
type line struct {
	conn   *nats.Conn
	js     jetstream.JetStream
	broken chan struct{}
}

func newOutlet(url string, options []nats.Option) *outlet { return &outlet{url: url, options: options} }

// line returns the open line, or opens one.
func (o *outlet) line() (*line, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.closed {
		return nil, nats.ErrConnectionClosed
	}
	if o.current != nil && !o.current.conn.IsClosed() {
		return o.current, nil
	}
	l := &line{broken: make(chan struct{})}
	var err error
	options := append(o.options[:len(o.options):len(o.options)], nats.ClosedHandler(func(*nats.Conn) { close(l.broken) }))
	if l.conn, err = nats.Connect(o.url, options...); err != nil {
		return nil, err
	}
	if l.js, err = jetstream.New(l.conn, jetstream.WithPublishAsyncMaxPending(2*flightMax)); err != nil {
		l.conn.Close()
		return nil, err
	}
	o.current = l
	return l, nil
}

// condemn closes a line that does not answer any more.
func (o *outlet) condemn(l *line) {
	if l != nil {
		l.conn.Close()
	}
}

func (o *outlet) close() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.closed = true
	if o.current != nil {
		o.current.conn.Close()
		<-o.current.broken
	}
}

// publish sends without waiting for the acknowledgement. Too many under way from all callers is back-pressure: it waits.
func (l *line) publish(ctx context.Context, m *nats.Msg) (jetstream.PubAckFuture, error) {
	for {
		future, err := l.js.PublishMsgAsync(m, jetstream.WithRetryAttempts(0))
		if !errors.Is(err, jetstream.ErrTooManyStalledMsgs) {
			return future, err
		}
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
	}
}

// lastWord is what a broken line had heard about a message before it broke.
func (l *line) lastWord(future jetstream.PubAckFuture) error {
	select {
	case <-future.Ok():
		return nil
	case err := <-future.Err():
		return err
	default:
		return nats.ErrConnectionClosed
	}
}
