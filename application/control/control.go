// Package control is the channel on which processes tell each other things that nobody must rely on: cancels, workers'
// presence, hints. What is lost here is made good elsewhere.
package control

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"convoke/application/envelope"
	"convoke/application/port"
	"convoke/domain/event"
)

// memory is how far back a starting process reads.
const memory = time.Minute

// Channel is one process's end of the control topic. Safe for concurrent use once it runs.
type Channel struct {
	bus      port.Broadcaster
	topic    string
	ids      port.IDs
	clock    port.Clock
	log      *slog.Logger
	handlers []func(event.Data)
}

// New makes a channel on the topic.
func New(bus port.Broadcaster, topic string, ids port.IDs, clock port.Clock, log *slog.Logger) *Channel {
	return &Channel{bus: bus, topic: topic, ids: ids, clock: clock, log: log}
}

// On registers a handler for everything that arrives. It must be called before Run; the handler must not block.
func (c *Channel) On(handle func(event.Data)) { c.handlers = append(c.handlers, handle) }

// Send tells every process, the own one included. It returns when the broker has it.
func (c *Channel) Send(ctx context.Context, data ...event.Data) error {
	batch := make([]port.Message, len(data))
	for i, d := range data {
		m, err := envelope.Encode(c.topic, event.Event{ID: c.ids.New(), Time: c.clock.Now(), Data: d})
		if err != nil {
			return err
		}
		m.Key = "" // the topic has one partition, and keys are not for hints
		batch[i] = m
	}
	if err := c.bus.Broadcast(ctx, batch); err != nil {
		return fmt.Errorf("control: %w", err)
	}
	return nil
}

// Run hands what arrives to the handlers until ctx ends. ready is called once when nothing can be missed any more.
func (c *Channel) Run(ctx context.Context, ready func()) error {
	return c.bus.Listen(ctx, c.topic, memory, ready, func(m port.Message) {
		e, err := envelope.Decode(m)
		if err != nil {
			if !errors.Is(err, envelope.ErrUnknownType) {
				c.log.Warn("a control message can not be read", "offset", m.Offset, "error", err)
			}
			return
		}
		for _, handle := range c.handlers {
			handle(e.Data)
		}
	})
}
