package nats

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"convoke/application/port"
)

const (
	ackTimeout = 10 * time.Second
	flightMax  = 2048     // messages of one call that wait for their acknowledgement
	flightSize = 16 << 20 // and their bytes
)

// errNoAck means that the server has taken the message, or has not: nobody knows.
var errNoAck = errors.New("no acknowledgement")

// Publish pipelines the batch over one line and waits for the acknowledgements.
func (b *Bus) Publish(ctx context.Context, batch []port.Message) []error {
	ctx, cancel := context.WithTimeoutCause(ctx, ackTimeout, errNoAck)
	defer cancel()
	line, err := b.outlet.line()
	if err != nil {
		err = fmt.Errorf("nats: %w", err)
	}
	f := &flight{line: line, spoilt: map[key]bool{}, errs: make([]error, len(batch))}
	for i, m := range batch {
		switch k := (key{m.Topic, m.Key}); {
		case f.spoilt[k]:
			f.fail(i, k, port.ErrNotSent)
		case err != nil:
			f.fail(i, k, err)
		default:
			f.send(ctx, i, m)
		}
	}
	for len(f.sent) > 0 {
		f.settle(ctx)
	}
	if errors.Is(context.Cause(ctx), errNoAck) {
		b.outlet.condemn(line)
	}
	if !f.failed {
		return nil
	}
	return f.errs
}

// Broadcast publishes; every listener has its own consumer.
func (b *Bus) Broadcast(ctx context.Context, batch []port.Message) error {
	return errors.Join(b.Publish(ctx, batch)...)
}

type key struct{ topic, key string }

// flight is one Publish on its way.
type flight struct {
	line   *line
	sent   []sent
	bytes  int
	spoilt map[key]bool // keys of which a message has failed
	errs   []error
	failed bool
}

type sent struct {
	index  int
	key    key
	size   int
	future jetstream.PubAckFuture
}

// send puts a message on the line, after waiting for earlier ones when too many are under way.
func (f *flight) send(ctx context.Context, i int, m port.Message) {
	k, size := key{m.Topic, m.Key}, len(m.Value)
	for len(f.sent) >= flightMax || len(f.sent) > 0 && f.bytes+size > flightSize {
		f.settle(ctx)
	}
	if ctx.Err() != nil {
		f.fail(i, k, context.Cause(ctx))
		return
	}
	if f.spoilt[k] {
		f.fail(i, k, port.ErrNotSent)
		return
	}
	future, err := f.line.publish(ctx, encode(m))
	if err != nil {
		f.fail(i, k, translate(err))
		return
	}
	f.sent = append(f.sent, sent{i, k, size, future})
	f.bytes += size
}

// settle waits for the oldest message's acknowledgement.
func (f *flight) settle(ctx context.Context) {
	oldest := f.sent[0]
	f.sent = f.sent[1:]
	f.bytes -= oldest.size
	var err error
	select {
	case <-oldest.future.Ok():
	case err = <-oldest.future.Err():
	case <-f.line.broken:
		err = f.line.lastWord(oldest.future)
	case <-ctx.Done():
		err = context.Cause(ctx)
	}
	if err != nil {
		f.fail(oldest.index, oldest.key, translate(err))
	}
}

func (f *flight) fail(i int, k key, err error) {
	f.errs[i], f.failed = err, true
	if k.key != "" && !errors.Is(err, port.ErrTooLarge) {
		f.spoilt[k] = true
	}
}

func translate(err error) error {
	const messageTooLarge = 10054 // "message size exceeds maximum allowed"
	var refused *jetstream.APIError
	if errors.Is(err, nats.ErrMaxPayload) || errors.As(err, &refused) && refused.ErrorCode == messageTooLarge {
		return port.ErrTooLarge
	}
	return fmt.Errorf("nats: publish: %w", err)
}
