package kafka

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/segmentio/kafka-go"
	"github.com/segmentio/kafka-go/protocol"
	"github.com/segmentio/kafka-go/protocol/produce"
)

// lane sends chunks to one broker, one request at a time. What arrives while a request is under way goes together with
// the next one, so that many small publishers cost few requests and nobody lingers. Safe for concurrent use.
type lane struct {
	cluster *cluster
	timeout time.Duration
	codec   protocol.Attributes
	senders *sync.WaitGroup

	mu      sync.Mutex
	waiting []*chunk
	busy    bool
}

// submit hands over a chunk, which is answered in time.
func (l *lane) submit(c *chunk) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.waiting = append(l.waiting, c)
	if !l.busy {
		l.busy = true
		l.senders.Go(l.drain)
	}
}

// drain sends until nothing waits. It does so for several publishers, so none of their contexts governs it.
func (l *lane) drain() {
	for load := l.take(); load != nil; load = l.take() {
		l.send(load)
	}
}

// take returns the chunks of the next request by partition, or nil when nothing waits.
func (l *lane) take() map[place][]*chunk {
	l.mu.Lock()
	defer l.mu.Unlock()
	load := map[place][]*chunk{}
	total := 0
	var left []*chunk
	full := map[place]bool{}
	for _, c := range l.waiting {
		at := place{c.topic, c.partition}
		switch {
		case c.abandoned.Load():
			c.answered <- context.Canceled
		case full[at], total > 0 && total+c.bytes > requestBytes, !fits(load[at], c):
			full[at] = true
			left = append(left, c)
		default:
			load[at] = append(load[at], c)
			total += c.bytes
		}
	}
	l.waiting = left
	if len(load) == 0 {
		l.busy = false
		return nil
	}
	return load
}

// place is a partition of a topic.
type place struct {
	topic     string
	partition int32
}

func fits(chunks []*chunk, c *chunk) bool {
	if len(chunks) == 0 {
		return true
	}
	bytes := c.bytes
	for _, other := range chunks {
		if other.alone {
			return false
		}
		bytes += other.bytes
	}
	return !c.alone && bytes <= min(chunkBytes, c.limit)
}

// send makes one request and answers its chunks.
func (l *lane) send(load map[place][]*chunk) {
	answers, err := l.request(load)
	for at, chunks := range load {
		outcome := err
		if outcome == nil {
			outcome = answers[at]
		}
		for _, c := range chunks {
			c.answered <- outcome
		}
	}
}

// request returns the broker's answer for each partition, or the error of the whole.
func (l *lane) request(load map[place][]*chunk) (map[place]error, error) {
	const margin = 2 * time.Second // for the way to the broker, beyond its own work
	answer, err := l.cluster.ask(context.Background(), l.timeout+margin, &produce.Request{
		Acks:    int16(kafka.RequireAll),
		Timeout: int32(l.timeout.Milliseconds()),
		Topics:  l.topics(load),
	})
	if err != nil {
		return nil, fmt.Errorf("produce: %w", err)
	}
	answers := make(map[place]error, len(load))
	for at := range load {
		answers[at] = errNoAnswer
	}
	for _, t := range answer.(*produce.Response).Topics {
		for _, p := range t.Partitions {
			answers[place{t.Topic, p.Partition}] = asError(p.ErrorCode)
		}
	}
	return answers, nil
}

var errNoAnswer = errors.New("the broker did not answer for the partition")

func (l *lane) topics(load map[place][]*chunk) []produce.RequestTopic {
	partitions := map[string][]produce.RequestPartition{}
	for at, chunks := range load {
		partitions[at.topic] = append(partitions[at.topic], produce.RequestPartition{
			Partition: at.partition,
			RecordSet: protocol.RecordSet{Attributes: l.codec, Records: together(chunks)},
		})
	}
	topics := make([]produce.RequestTopic, 0, len(partitions))
	for topic, list := range partitions {
		topics = append(topics, produce.RequestTopic{Topic: topic, Partitions: list})
	}
	return topics
}

// together makes one batch of the chunks of a partition.
func together(chunks []*chunk) *records {
	messages := chunks[0].messages
	if len(chunks) > 1 {
		messages = nil
		for _, c := range chunks {
			messages = append(messages, c.messages...)
		}
	}
	return &records{messages: messages}
}
