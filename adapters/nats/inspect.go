package nats

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"convoke/application/port"
)

// rollCall is how long members may take to answer when somebody asks for them.
const rollCall = 150 * time.Millisecond

// Positions returns the group's place; a stream is one partition.
func (b *Bus) Positions(ctx context.Context, group, topic string) ([]port.Position, error) {
	info, err := b.stream(ctx, topic)
	if err != nil {
		return nil, fmt.Errorf("nats: topic %s: %w", topic, err)
	}
	first, end := int64(max(info.State.FirstSeq, 1)), int64(info.State.LastSeq)+1
	consumer, err := b.js.Consumer(ctx, streamName(topic), durableName(group))
	if errors.Is(err, jetstream.ErrConsumerNotFound) {
		return []port.Position{{Committed: first, End: end}}, nil
	}
	if err != nil {
		return nil, fmt.Errorf("nats: group %s on %s: %w", group, topic, err)
	}
	committed := int64(consumer.CachedInfo().AckFloor.Stream) + 1
	return []port.Position{{Committed: min(max(committed, first), end), End: end}}, nil
}

// presence is a member's answer to a roll call.
type presence struct {
	ID     string `json:"id"`
	Host   string `json:"host"`
	Active bool   `json:"active"`
}

func rollCallSubject(stream, durable string) string {
	return "convoke.members." + stream + "." + durable
}

// announce answers roll calls.
func (m *member) announce() (*nats.Subscription, error) {
	id := nats.NewInbox()[len(nats.InboxPrefix):]
	return m.bus.conn.Subscribe(rollCallSubject(m.stream, m.durable), func(call *nats.Msg) {
		answer, err := json.Marshal(presence{ID: id, Host: m.bus.host, Active: m.active.Load()})
		if err == nil {
			err = call.Respond(answer)
		}
		if err != nil {
			m.ill("a member can not answer a roll call", err)
		}
	})
}

// Members calls the roll: the server does not know who pulls from a consumer.
func (b *Bus) Members(ctx context.Context, group, topic string) ([]port.Member, error) {
	inbox := b.conn.NewInbox()
	answers, err := b.conn.SubscribeSync(inbox)
	if err != nil {
		return nil, fmt.Errorf("nats: roll call: %w", err)
	}
	defer func() { _ = answers.Unsubscribe() }() // it fails only when the connection has gone
	if err := b.conn.PublishRequest(rollCallSubject(streamName(topic), durableName(group)), inbox, nil); err != nil {
		return nil, fmt.Errorf("nats: roll call: %w", err)
	}
	call, cancel := context.WithTimeout(ctx, rollCall)
	defer cancel()
	var members []port.Member
	for {
		answer, err := answers.NextMsgWithContext(call)
		if err != nil { // the time is up, or nobody is there
			return members, ctx.Err()
		}
		var p presence
		if json.Unmarshal(answer.Data, &p) == nil {
			members = append(members, asMember(p))
		}
	}
}

func asMember(p presence) port.Member {
	m := port.Member{ID: p.ID, Host: p.Host}
	if p.Active {
		m.Partitions = []int32{0}
	}
	return m
}

// Tail reads backwards from the end.
func (b *Bus) Tail(ctx context.Context, topic string, n int) ([]port.Message, error) {
	stream, err := b.js.Stream(ctx, streamName(topic))
	if err != nil {
		return nil, fmt.Errorf("nats: topic %s: %w", topic, err)
	}
	state := stream.CachedInfo().State
	var tail []port.Message
	for sequence := state.LastSeq; sequence >= max(state.FirstSeq, 1) && len(tail) < n; sequence-- {
		m, err := stream.GetMsg(ctx, sequence)
		if errors.Is(err, jetstream.ErrMsgNotFound) {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("nats: topic %s: %w", topic, err)
		}
		tail = append(tail, decode(topic, m.Header, m.Data, m.Sequence, m.Time))
	}
	slices.Reverse(tail)
	return tail, nil
}
