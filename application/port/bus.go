// Package port holds the technology ports: what the use cases ask of a broker, a cache, a mailer or a clock. Each
// method's contract is what test/conformance checks of every adapter.
package port

import (
	"context"
	"errors"
	"strings"
	"time"
)

// Message is what travels on the bus: bytes with a key and headers. Partition, Offset and Time are the broker's and
// are set on receipt only.
type Message struct {
	Topic   string
	Key     string // messages of one key keep their order; empty: no key, any partition
	Value   []byte
	Headers map[string]string

	Partition int32
	Offset    int64
	Time      time.Time
}

// Publisher sends messages.
type Publisher interface {
	// Publish sends a batch and blocks until each message is acknowledged as durable by the broker or has failed.
	// It returns nil when all are acknowledged, else one entry per message, nil for those that are. Messages of one
	// key are sent in order; after the first of a key has failed, the later ones of that key are not sent
	// (ErrNotSent). A message over the topic's limit fails alone with ErrTooLarge and is never worth a retry. When
	// ctx ends first, unanswered messages fail with its error and may still arrive. Safe for concurrent use.
	Publish(ctx context.Context, batch []Message) []error
}

// Errors of a Publisher.
var (
	ErrTooLarge = errors.New("the message is larger than its topic allows")
	ErrNotSent  = errors.New("not sent, because an earlier message of its key failed")
)

// Mode is how the members of a group share a topic.
type Mode uint8

const (
	// Shared spreads the messages over the members; order does not matter.
	Shared Mode = iota
	// Ordered keeps the messages of one key in order, one batch at a time.
	Ordered
)

// Subscription is one group's reading of one topic. A new group starts at the first message that the topic holds.
type Subscription struct {
	Topic    string
	Group    string
	Mode     Mode
	MaxBatch int // messages handed over at once; 0: 256
	// Room, when set, is asked before messages are fetched or handed over: it blocks until the consumer can take at
	// least one and returns how many, at most. It is a hint: by the time they arrive there may be less room, and the
	// handler then waits.
	Room func(ctx context.Context) (int, error)
	// Rewind, when set, is asked each time before this member of an Ordered group is given anything of a partition that
	// it did not have. True: the group is to begin again at the first message that the topic holds, and the broker
	// knows that before anything is handed over. An error is one of an ill dependency: it is asked again after a pause.
	// Partitions may be asked for at the same time.
	Rewind func(ctx context.Context, partition int32) (bool, error)
}

// Handler works on a batch: messages of one partition, oldest first. It returns how many from the front are done;
// exactly those are committed, also when its context has ended. Its context ends when the partition moves to another
// member or the consumer stops: the handler then gives way at once. An error pauses the partition for a moment before
// the rest is delivered again. Handlers of different partitions may run at the same time.
type Handler func(ctx context.Context, batch []Message) (done int, err error)

// Consumer reads topics as a group.
type Consumer interface {
	// Consume joins the group and hands batches to handle until ctx ends; then it waits for running handlers, commits
	// what they did, leaves the group and returns nil. It survives broker outages by itself and returns an error only
	// for what no waiting mends. Delivery is at least once.
	Consume(ctx context.Context, s Subscription, handle Handler) error
}

// Broadcaster reaches every process.
type Broadcaster interface {
	// Broadcast sends a batch to every listener of the topic. It returns when the broker has it, or an error.
	Broadcast(ctx context.Context, batch []Message) error
	// Listen hands every message of the topic to handle, one at a time, beginning with those of the last since, until
	// ctx ends; it returns nil then. ready, when not nil, is called once when nothing sent from now on can be missed.
	// It survives broker outages by itself.
	Listen(ctx context.Context, topic string, since time.Duration, ready func(), handle func(Message)) error
}

// Topic is what a topic must look like.
type Topic struct {
	Name       string
	Partitions int
	Retention  time.Duration // 0: for ever
	MaxBytes   int           // of one message
}

// Provisioner makes sure that topics exist.
type Provisioner interface {
	// Provision creates the topics that are missing. It never changes or removes an existing one.
	Provision(ctx context.Context, topics []Topic) error
	// Check returns nil when the broker answers and every topic exists; else an error, which is a *MissingTopicsError
	// when the broker does answer.
	Check(ctx context.Context, topics []string) error
}

// MissingTopicsError names topics that do not exist.
type MissingTopicsError struct{ Topics []string }

func (e *MissingTopicsError) Error() string { return "missing topics: " + strings.Join(e.Topics, ", ") }

// Position is a group's place in one partition. Offsets are the numbers of the next message.
type Position struct {
	Partition int32
	Committed int64
	End       int64
}

// Member is one live reader of a group, as the broker knows it.
type Member struct {
	ID         string
	Host       string
	Partitions []int32
}

// Inspector looks at a broker without taking part.
type Inspector interface {
	// Positions returns where the group stands in each partition of the topic. Committed is at least the first offset
	// that the topic still holds, also for a group that never committed.
	Positions(ctx context.Context, group, topic string) ([]Position, error)
	// Members returns the live members of the group that read the topic.
	Members(ctx context.Context, group, topic string) ([]Member, error)
	// Tail returns the newest n messages of the topic, oldest first by time.
	Tail(ctx context.Context, topic string, n int) ([]Message, error)
}

// Bus is everything a broker adapter offers.
type Bus interface {
	Publisher
	Consumer
	Broadcaster
	Provisioner
	Inspector
	// Close ends the connections. Consumers and listeners are to be stopped before.
	Close(ctx context.Context) error
}

// LateSync is an optional capability of a Publisher whose acknowledgement comes before its data is on disk: it says
// how long to keep the means to send a message again.
type LateSync interface {
	SyncDelay() time.Duration
}
