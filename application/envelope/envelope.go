// Package envelope turns events into messages and back: CloudEvents 1.0 in JSON, structured mode, readable with any
// console consumer. It is the only place that knows how an event looks on the wire.
package envelope

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"convoke/application/port"
	"convoke/domain/event"
)

// Headers of every message.
const (
	HeaderContentType = "content-type"
	HeaderTrace       = "traceparent"
	HeaderID          = "ce-id"         // the event's id, for brokers that drop repetitions
	HeaderRedrive     = "redrive-group" // only this group is to read the message
	HeaderSequence    = "ce-sequence"   // number of the event among those of its key, without gaps; not on every event
	ContentType       = "application/cloudevents+json"
)

// Headers that a dead letter has besides the original ones.
const (
	HeaderReason    = "dlq-reason"
	HeaderAttempts  = "dlq-attempts"
	HeaderGroup     = "dlq-group"
	HeaderTopic     = "dlq-topic"
	HeaderPartition = "dlq-partition"
	HeaderOffset    = "dlq-offset"
	HeaderTime      = "dlq-time"
)

// ErrUnknownType marks an envelope whose type this version does not know; such messages are skipped and counted.
var ErrUnknownType = errors.New("unknown event type")

type wire struct {
	SpecVersion     string          `json:"specversion"`
	ID              string          `json:"id"`
	Type            event.Type      `json:"type"`
	Source          string          `json:"source"`
	Subject         string          `json:"subject"`
	Time            time.Time       `json:"time"`
	DataContentType string          `json:"datacontenttype"`
	Data            json.RawMessage `json:"data"`
}

// Encode makes the message of an event for a topic, keyed by its subject.
func Encode(topic string, e event.Event) (port.Message, error) {
	value, err := encodeValue(e)
	if err != nil {
		return port.Message{}, fmt.Errorf("encode %s: %w", e.Data.Type(), err)
	}
	trace := e.Trace
	if trace == "" {
		trace = NewTrace()
	}
	return port.Message{
		Topic: topic, Key: e.Data.Subject(), Value: value,
		Headers: map[string]string{HeaderContentType: ContentType, HeaderTrace: trace, HeaderID: e.ID},
	}, nil
}

func encodeValue(e event.Event) ([]byte, error) {
	if change, ok := e.Data.(event.RSVPChange); ok {
		if value, ok := appendReply(make([]byte, 0, usualReply), e, &change); ok {
			return value, nil
		}
	}
	return marshalEvent(e)
}

func marshalEvent(e event.Event) ([]byte, error) {
	data, err := encodeData(e.Data)
	if err != nil {
		return nil, err
	}
	return marshal(wire{
		SpecVersion: "1.0", ID: e.ID, Type: e.Data.Type(), Source: sourceOf(e.Data), Subject: e.Data.Subject(),
		Time: e.Time.UTC(), DataContentType: "application/json", Data: data,
	})
}

// Decode reads a message. Its error is ErrUnknownType for an envelope of a type that this version does not know; any
// other error means that the message can never be read.
func Decode(m port.Message) (event.Event, error) {
	if e, ok := readReply(m.Value); ok {
		e.Trace = m.Headers[HeaderTrace]
		return e, nil
	}
	return decodeEvent(m)
}

func decodeEvent(m port.Message) (event.Event, error) {
	var w wire
	if err := json.Unmarshal(m.Value, &w); err != nil {
		return event.Event{}, fmt.Errorf("no envelope: %w", err)
	}
	if w.SpecVersion != "1.0" || w.ID == "" || w.Type == "" || w.Source == "" {
		return event.Event{}, errors.New("no envelope: specversion 1.0, id, type and source are required")
	}
	data, err := decodeData(w.Type, w.Data)
	if err != nil {
		return event.Event{}, err
	}
	return event.Event{ID: w.ID, Time: w.Time, Trace: m.Headers[HeaderTrace], Data: data}, nil
}

// marshal is json.Marshal without HTML escaping, which would make six bytes of each "<" of a design.
func marshal(v any) ([]byte, error) {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

func sourceOf(d event.Data) string {
	switch d.(type) {
	case event.DesignRequested, event.JobCancelled, event.JobChanged, event.GroupReplay:
		return "convoke/jobs"
	case event.RSVPChange, event.OccasionChange, event.OccasionChanged:
		return "convoke/rsvps"
	default:
		return "convoke/worker"
	}
}
