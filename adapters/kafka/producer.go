package kafka

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/segmentio/kafka-go"
	"github.com/segmentio/kafka-go/protocol"
	"golang.org/x/sync/semaphore"

	"convoke/application/metric"
	"convoke/application/port"
)

// compression costs this side about as much CPU as none and halves what the broker has to do (BenchmarkCompression).
// zstd costs half as much again. lz4 is a little faster, but kafka-go's takes buffers of 4 MB for every batch whose
// predecessor's have been collected, in readers as well as writers.
const compression = protocol.Snappy

// inFlight bounds the bytes of messages that are being published at the same time.
const inFlight = 64 << 20

// producer publishes. Safe for concurrent use.
type producer struct {
	cluster *cluster
	limits  *limits
	meter   port.Meter
	outage  *outage
	timing  timing
	memory  *semaphore.Weighted
	codec   protocol.Attributes
	turn    atomic.Uint32 // for messages without a key
	senders sync.WaitGroup

	mu    sync.Mutex
	lanes map[int32]*lane // by broker id
}

// Publish sends a batch. When ctx ends first, a message may still be on its way: its value is not to be changed then.
func (b *Bus) Publish(ctx context.Context, batch []port.Message) []error {
	errs := make([]error, len(batch))
	var topics sync.WaitGroup
	for topic, indexes := range byTopic(batch) {
		topics.Go(func() { b.producer.publish(ctx, topic, batch, indexes, errs) })
	}
	topics.Wait()
	for _, err := range errs {
		if err != nil {
			return errs
		}
	}
	return nil
}

// byTopic returns the indexes of each topic's messages.
func byTopic(batch []port.Message) map[string][]int {
	indexes := map[string][]int{}
	for i := range batch {
		indexes[batch[i].Topic] = append(indexes[batch[i].Topic], i)
	}
	return indexes
}

// publish sends the messages of one topic and sets the errors of those that failed.
func (p *producer) publish(ctx context.Context, topic string, batch []port.Message, indexes []int, errs []error) {
	start := time.Now()
	weight := int64(0)
	for _, i := range indexes {
		weight += int64(sizeOf(&batch[i]))
	}
	weight = min(weight, inFlight)
	err := p.memory.Acquire(ctx, weight)
	if err == nil {
		defer p.memory.Release(weight)
		err = p.deliver(ctx, topic, batch, indexes, errs)
	}
	failed := 0
	for _, i := range indexes {
		if err != nil {
			errs[i] = err
		}
		if errs[i] != nil {
			failed++
		}
	}
	p.meter.Observe(metric.PublishSeconds, time.Since(start).Seconds(), topic)
	if failed > 0 {
		p.meter.Add(metric.PublishErrors, float64(failed), topic)
	}
}

// deliver repeats what may be repeated until everything is settled. The error it returns is that of all messages.
func (p *producer) deliver(ctx context.Context, topic string, batch []port.Message, indexes []int, errs []error) error {
	leaders, err := p.await(ctx, topic)
	if err != nil {
		return err
	}
	bytes, certain := p.limits.of(ctx, topic)
	s := &shipment{batch: batch, errs: errs, limit: bytes, strict: certain}
	s.load(topic, indexes, len(leaders), p.turn.Add(1))
	wait := pause{first: 20 * time.Millisecond, longest: time.Second}
	for len(s.streams) > 0 {
		again := p.round(ctx, s, leaders)
		if again == nil {
			p.outage.over()
			wait.reset()
			continue
		}
		if ctx.Err() == nil {
			p.outage.note(again)
			p.cluster.refresh()
			err = again
		}
		if !wait.wait(ctx) {
			s.fail(gaveUp(ctx, err))
			break
		}
		if fresh, err := p.cluster.leaders(ctx, topic); err == nil && len(fresh) >= len(leaders) {
			leaders = fresh
		}
	}
	return nil
}

// round sends the next chunk of each partition and settles what comes back. It returns an error when something must be
// repeated.
func (p *producer) round(ctx context.Context, s *shipment, leaders []int32) (again error) {
	chunks := make([]*chunk, len(s.streams))
	for i, stream := range s.streams {
		chunks[i] = s.next(stream)
		if leader := leaders[stream.partition]; leader < 0 {
			chunks[i].answered <- kafka.LeaderNotAvailable
		} else if len(chunks[i].messages) > 0 {
			p.lane(leader).submit(chunks[i])
		} else {
			chunks[i].answered <- nil
		}
	}
	for i, stream := range s.streams {
		if err := s.settle(stream, chunks[i].await(ctx)); err != nil {
			again = err
		}
	}
	s.sweep()
	return again
}

// await returns the leaders of a topic's partitions as soon as the cluster tells. A topic that is not known for a while
// does not exist.
func (p *producer) await(ctx context.Context, topic string) ([]int32, error) {
	wait := pause{first: 20 * time.Millisecond, longest: time.Second}
	start := time.Now()
	for {
		leaders, err := p.cluster.leaders(ctx, topic)
		switch {
		case err == nil && len(leaders) > 0:
			return leaders, nil
		case err == nil:
			err = kafka.LeaderNotAvailable
		case missing(err) && time.Since(start) > p.timing.unknown, !repeatable(err):
			return nil, explain(err)
		case !missing(err):
			p.outage.note(err)
		}
		p.cluster.refresh()
		if !wait.wait(ctx) {
			return nil, gaveUp(ctx, err)
		}
	}
}

func (p *producer) lane(broker int32) *lane {
	p.mu.Lock()
	defer p.mu.Unlock()
	l := p.lanes[broker]
	if l == nil {
		l = &lane{cluster: p.cluster, timeout: p.timing.produce, codec: p.codec, senders: &p.senders}
		p.lanes[broker] = l
	}
	return l
}

// gaveUp is the error of what ctx's end has cut off, with what had gone wrong until then.
func gaveUp(ctx context.Context, last error) error {
	if last == nil || ctx.Err() == nil {
		return ctx.Err()
	}
	return fmt.Errorf("%w: %w", ctx.Err(), last)
}
