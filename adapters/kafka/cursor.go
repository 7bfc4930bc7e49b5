package kafka

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"time"

	"github.com/segmentio/kafka-go"
	"github.com/segmentio/kafka-go/protocol"

	"convoke/application/port"
)

const fetchBytes = 1 << 20 // of one answer; a larger message comes alone

// cursor reads one partition from an offset on. It belongs to one goroutine.
type cursor struct {
	cluster   *cluster
	log       *slog.Logger
	topic     string
	partition int32
	offset    int64           // of the next message; kafka.FirstOffset until it is known
	longPoll  time.Duration   // how long the broker holds a fetch of nothing
	gone      time.Duration   // unknown for so long, the topic is taken for deleted
	stall     time.Duration   // without progress for so long next gives up; 0: never
	lost      func(n float64) // told when retention has removed messages before they were read
}

// next waits for messages and returns those it gets first. It lives through outages; it returns an error when ctx ends,
// when no waiting helps, errGone or errStuck.
func (c *cursor) next(ctx context.Context) ([]port.Message, error) {
	wait := pause{first: 20 * time.Millisecond, longest: time.Second}
	progress, known := time.Now(), time.Now()
	for {
		batch, idle, err := c.step(ctx)
		if !missing(err) {
			known = time.Now()
		}
		switch {
		case ctx.Err() != nil:
			return nil, ctx.Err()
		case hopeless(err):
			return nil, explain(err)
		case len(batch) > 0:
			return batch, nil
		case idle:
			progress = time.Now()
			wait.reset()
			continue
		case time.Since(known) >= c.gone:
			return nil, errors.Join(errGone, err)
		}
		if c.stall > 0 && time.Since(progress) >= c.stall {
			return nil, errors.Join(errStuck, err)
		}
		if !wait.wait(ctx) {
			return nil, ctx.Err()
		}
	}
}

// step makes one attempt. idle says that the broker answered and has nothing new.
func (c *cursor) step(ctx context.Context) (batch []port.Message, idle bool, err error) {
	if c.offset < 0 {
		if err := c.rewind(ctx); err != nil {
			return nil, false, c.troubled(err)
		}
	}
	batch, idle, err = c.fetch(ctx)
	if errors.Is(err, kafka.OffsetOutOfRange) {
		return nil, false, c.skip(ctx)
	}
	return batch, idle, c.troubled(err)
}

// troubled has the picture of the cluster renewed after an error: most often the partition has another leader.
func (c *cursor) troubled(err error) error {
	if err != nil {
		c.cluster.refresh()
	}
	return err
}

// rewind moves to the first offset that the partition holds.
func (c *cursor) rewind(ctx context.Context) error {
	first, err := c.cluster.offset(ctx, c.topic, c.partition, kafka.FirstOffset)
	if err == nil {
		c.offset = first
	}
	return err
}

// skip goes on at the first offset after the cursor's own has been removed, or never was.
func (c *cursor) skip(ctx context.Context) error {
	was := c.offset
	if err := c.rewind(ctx); err != nil {
		return c.troubled(err)
	}
	c.log.Warn("the offset is out of range; reading on at the first message",
		"topic", c.topic, "partition", c.partition, "offset", was, "first", c.offset)
	if c.offset > was && c.lost != nil {
		c.lost(float64(c.offset - was))
	}
	return nil
}

// fetch asks the broker once and moves behind what it gets.
func (c *cursor) fetch(ctx context.Context) (batch []port.Message, idle bool, err error) {
	const margin = 4 * time.Second // for the way and the data
	ctx, cancel := context.WithTimeout(ctx, c.longPoll+margin)
	defer cancel()
	answer, err := c.cluster.client.Fetch(ctx, &kafka.FetchRequest{
		Topic: c.topic, Partition: int(c.partition), Offset: c.offset,
		MinBytes: 1, MaxBytes: fetchBytes, MaxWait: c.longPoll,
	})
	if err == nil {
		err = answer.Error
	}
	if err != nil {
		return nil, false, fmt.Errorf("fetch %s/%d: %w", c.topic, c.partition, err)
	}
	from := c.offset
	batch, err = c.take(answer.Records)
	idle = c.offset > from || c.offset >= answer.HighWatermark
	return batch, idle, err
}

// take reads an answer's records, which may begin before the offset.
func (c *cursor) take(answer kafka.RecordReader) ([]port.Message, error) {
	parts := []protocol.RecordReader{answer}
	if stream, ok := answer.(*protocol.RecordStream); ok {
		parts = stream.Records
	}
	var batch []port.Message
	for _, part := range parts {
		_, control := part.(*protocol.ControlBatch) // a transaction's marker is no message, but has an offset
		for {
			record, err := part.ReadRecord()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				return batch, err
			}
			m, err := c.message(record)
			if err != nil {
				return batch, err
			}
			if m.Offset < c.offset {
				continue
			}
			c.offset = m.Offset + 1
			if !control {
				batch = append(batch, m)
			}
		}
	}
	return batch, nil
}

// message copies a record, whose memory kafka-go uses again.
func (c *cursor) message(r *kafka.Record) (port.Message, error) {
	key, err := drain(r.Key)
	if err != nil {
		return port.Message{}, err
	}
	value, err := drain(r.Value)
	if err != nil {
		return port.Message{}, err
	}
	m := port.Message{Topic: c.topic, Key: string(key), Value: value, Partition: c.partition, Offset: r.Offset, Time: r.Time}
	if len(r.Headers) > 0 {
		m.Headers = make(map[string]string, len(r.Headers))
		for _, h := range r.Headers {
			m.Headers[h.Key] = string(h.Value)
		}
	}
	return m, nil
}

func drain(b kafka.Bytes) ([]byte, error) {
	if b == nil {
		return nil, nil
	}
	defer b.Close()
	return kafka.ReadAll(b)
}
