package nats

import (
	"context"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"convoke/application/port"
)

// Listen reads with a consumer of its own, which the client library makes anew, behind the last message that arrived,
// whenever it is lost.
func (b *Bus) Listen(ctx context.Context, topic string, since time.Duration, ready func(), handle func(port.Message)) error {
	var listening jetstream.ConsumeContext
	for warned := false; ; warned = true {
		var err error
		if listening, err = b.listen(ctx, topic, since, handle); err == nil {
			break
		}
		if ctx.Err() != nil {
			return nil
		}
		if !warned {
			b.config.Log.Warn("can not listen; trying again", "topic", topic, "error", err)
		}
		rest(ctx, retryInterval)
	}
	if ready != nil {
		ready()
	}
	<-ctx.Done()
	closed := listening.Closed()
	listening.Stop()
	<-closed
	return nil
}

// listen starts at the server's clock, which is the one that messages are stamped with.
func (b *Bus) listen(ctx context.Context, topic string, since time.Duration, handle func(port.Message)) (jetstream.ConsumeContext, error) {
	ctx, cancel := context.WithTimeout(ctx, requestLimit)
	defer cancel()
	info, err := b.stream(ctx, topic)
	if err != nil {
		return nil, err
	}
	start := info.TimeStamp.Add(-since)
	consumer, err := b.js.OrderedConsumer(ctx, streamName(topic), jetstream.OrderedConsumerConfig{
		DeliverPolicy: jetstream.DeliverByStartTimePolicy, OptStartTime: &start})
	if err != nil {
		return nil, err
	}
	return consumer.Consume(func(m jetstream.Msg) {
		place, err := m.Metadata()
		if err != nil {
			b.config.Log.Warn("a message without its place", "topic", topic, "error", err)
			return
		}
		handle(decode(topic, m.Headers(), m.Data(), place.Sequence.Stream, place.Timestamp))
	})
}
