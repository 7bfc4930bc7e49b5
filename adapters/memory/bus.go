package memory

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"convoke/application/port"
)

// Errors of a bus.
var (
	ErrClosed       = errors.New("memory: the connection is closed")
	ErrUnknownTopic = errors.New("memory: unknown topic")
)

// errorPause is how long a partition rests after its handler has returned an error.
const errorPause = 100 * time.Millisecond

// Bus is one connection to a broker that lives in the process. Safe for concurrent use.
type Bus struct {
	broker *broker
	id     string

	cut    chan struct{}
	cutOff sync.Once
}

var _ port.Bus = (*Bus)(nil)

// NewBus makes a broker without topics, and the first connection to it.
func NewBus() *Bus { return newBroker().connect() }

// Connect makes a further connection to the same broker, as another process would have.
func (b *Bus) Connect() *Bus { return b.broker.connect() }

// Cut ends the connection as a crash of its process would: its members leave their groups at once, what their handlers
// report from now on is not committed, and nothing can be published any more. Handlers' contexts end.
func (b *Bus) Cut() {
	b.cutOff.Do(func() {
		b.broker.mu.Lock()
		defer b.broker.mu.Unlock()
		close(b.cut)
		b.broker.drop(b)
	})
}

// Close ends the connection. Consumers and listeners are to be stopped before.
func (b *Bus) Close(context.Context) error {
	b.Cut()
	return nil
}

// Publish appends the messages to their topics.
func (b *Bus) Publish(ctx context.Context, batch []port.Message) []error {
	if err := errors.Join(ctx.Err(), b.alive()); err != nil {
		return failAll(batch, err)
	}
	return b.broker.append(batch, time.Now())
}

// Broadcast appends the messages; every listener reads every partition.
func (b *Bus) Broadcast(ctx context.Context, batch []port.Message) error {
	return errors.Join(b.Publish(ctx, batch)...)
}

// Provision creates the topics that are missing.
func (b *Bus) Provision(_ context.Context, topics []port.Topic) error {
	if err := b.alive(); err != nil {
		return err
	}
	b.broker.provision(topics)
	return nil
}

// Check names the topics that are missing.
func (b *Bus) Check(_ context.Context, topics []string) error {
	if err := b.alive(); err != nil {
		return err
	}
	var missing port.MissingTopicsError
	for _, name := range topics {
		if _, err := b.broker.topic(name); err != nil {
			missing.Topics = append(missing.Topics, name)
		}
	}
	if len(missing.Topics) > 0 {
		return &missing
	}
	return nil
}

func (b *Bus) alive() error {
	select {
	case <-b.cut:
		return ErrClosed
	default:
		return nil
	}
}

func failAll(batch []port.Message, err error) []error {
	errs := make([]error, len(batch))
	for i := range errs {
		errs[i] = err
	}
	return errs
}

func unknownTopic(name string) error { return fmt.Errorf("%w %q", ErrUnknownTopic, name) }
