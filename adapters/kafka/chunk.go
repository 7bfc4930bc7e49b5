package kafka

import (
	"context"
	"io"
	"sync/atomic"

	"github.com/segmentio/kafka-go"

	"convoke/application/port"
)

const (
	chunkBytes   = 1 << 20  // of one partition in one request, unless a single message is larger
	requestBytes = 16 << 20 // of one request
)

// chunk is a run of messages of one partition that is sent at once.
type chunk struct {
	topic     string
	partition int32
	messages  []*port.Message
	bytes     int
	limit     int  // of a batch in this topic
	alone     bool // not to be merged with others, to find out what is too large

	abandoned atomic.Bool // nobody waits any more: not worth sending
	answered  chan error  // gets one
}

// await returns the answer. When ctx ends first, the chunk is not sent if that can still be helped.
func (c *chunk) await(ctx context.Context) error {
	select {
	case err := <-c.answered:
		return err
	default:
	}
	select {
	case err := <-c.answered:
		return err
	case <-ctx.Done():
		c.abandoned.Store(true)
		return ctx.Err()
	}
}

// sizeOf is the most that a message takes in a batch of its own, before compression.
func sizeOf(m *port.Message) int {
	const (
		batch  = 61 // header of a record batch
		record = 36 // lengths, deltas and counts of a record, as variable-length integers
		header = 10
	)
	n := batch + record + len(m.Key) + len(m.Value)
	for name, value := range m.Headers {
		n += header + len(name) + len(value)
	}
	return n
}

// records lets kafka-go encode messages without a copy of them.
type records struct {
	messages []*port.Message
	current  kafka.Record
}

func (r *records) ReadRecord() (*kafka.Record, error) {
	if len(r.messages) == 0 {
		return nil, io.EOF
	}
	m := r.messages[0]
	r.messages = r.messages[1:]
	r.current = kafka.Record{Value: kafka.NewBytes(m.Value)}
	if m.Key != "" {
		r.current.Key = kafka.NewBytes([]byte(m.Key))
	}
	for name, value := range m.Headers {
		r.current.Headers = append(r.current.Headers, kafka.Header{Key: name, Value: []byte(value)})
	}
	return &r.current, nil
}
