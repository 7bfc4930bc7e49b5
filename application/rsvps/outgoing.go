package rsvps

import (
	"strconv"

	"convoke/application/envelope"
	"convoke/application/port"
	"convoke/domain/event"
	"convoke/domain/rsvp"
)

// Encoder makes the messages that an occasion's decisions send. Stores call it inside the commit.
type Encoder struct {
	Names envelope.Names
	IDs   port.IDs
	Clock port.Clock
}

// Outgoing returns the messages of the occasion's events after the first already sent, in order. trace is the
// traceparent of the request that led to them, or empty.
func (e *Encoder) Outgoing(o *rsvp.Occasion, sent int, trace string) ([]port.Message, error) {
	events := o.Events()[sent:]
	messages := make([]port.Message, len(events))
	for i, data := range events {
		m, err := envelope.Encode(e.Names.RSVPEvents, event.Event{ID: e.IDs.New(), Time: e.Clock.Now(), Trace: trace, Data: data})
		if err != nil {
			return nil, err
		}
		if numbered, ok := data.(event.Numbered); ok {
			m.Headers[envelope.HeaderSequence] = strconv.FormatUint(numbered.Number(), 10)
		}
		messages[i] = m
	}
	return messages, nil
}
