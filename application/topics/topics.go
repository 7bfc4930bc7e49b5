// Package topics shows an operator what was said last on a topic, in a form for people: personal data are folded away
// unless they are asked for, and so is what is too long to be read.
package topics

import (
	"context"
	"fmt"
	"log/slog"
	"strconv"
	"time"

	"convoke/application/envelope"
	"convoke/application/port"
	"convoke/domain/fault"
)

const (
	// MaxTail is how many messages can be looked at together.
	MaxTail     = 50
	usualTail   = 20
	tailTimeout = 5 * time.Second
)

var (
	errUnknown = fault.New(fault.NotFound, "topic-not-found", "the deployment has no such topic")
	errSilent  = fault.New(fault.Unavailable, "broker-unavailable", "the broker does not answer; the log says why")
)

// Message is one message of a topic, for people.
type Message struct {
	Time      time.Time
	Partition int32
	Offset    string // a number; as a text, because it may be larger than a script's numbers
	Key       string
	ID        string // of the event; empty like the next two when the message is no envelope
	Type      string
	Subject   string
	Payload   string   // indented JSON, or base64 for what is no text
	Encoding  string   // of the payload: json, utf-8 or base64
	Bytes     int      // of the original
	Folded    []string // what was taken out of the payload for being personal, as dotted paths; "" is all of it
	Shortened []string // what was cut for being long or deep, likewise; both end with "…" when there is more
}

// Viewer looks at topics. Safe for concurrent use.
type Viewer struct {
	inspector port.Inspector
	names     envelope.Names
	log       *slog.Logger
	one       chan struct{} // messages can be large, so they are fetched and read for one after the other
}

// NewViewer makes a viewer of the deployment's topics.
func NewViewer(inspector port.Inspector, names envelope.Names, log *slog.Logger) *Viewer {
	return &Viewer{inspector, names, log, make(chan struct{}, 1)}
}

// Topics lists the deployment's topics: events, control, dead letters.
func (v *Viewer) Topics() []string {
	all := v.names.Topics()
	names := make([]string, len(all))
	for i, t := range all {
		names[i] = t.Name
	}
	return names
}

// View asks for the newest messages of a topic.
type View struct {
	Topic    string
	Messages int    // 1 to MaxTail; 0: 20
	Reveal   bool   // personal data too; the log says that it was asked for
	By       string // who asks
}

// Tail returns the newest messages, oldest first. It answers within five seconds, whatever the broker does.
func (v *Viewer) Tail(ctx context.Context, ask View) ([]Message, error) {
	if ask.Messages == 0 {
		ask.Messages = usualTail
	}
	if ask.Messages < 1 || ask.Messages > MaxTail {
		return nil, fault.Field("messages", fmt.Sprintf("must be between 1 and %d", MaxTail))
	}
	if !v.has(ask.Topic) {
		return nil, errUnknown
	}
	shown, err := v.fetch(ctx, ask)
	if err != nil {
		v.log.Warn("a topic can not be looked at", "topic", ask.Topic, "error", err)
		return nil, errSilent.Because(err)
	}
	if ask.Reveal {
		v.log.Info("messages were looked at with their personal data", "topic", ask.Topic, "messages", len(shown), "by", ask.By)
	}
	return shown, nil
}

func (v *Viewer) has(topic string) bool {
	for _, name := range v.Topics() {
		if name == topic {
			return true
		}
	}
	return false
}

// fetch asks the broker and reads what it says. It gives up in time even if the broker's adapter does not.
func (v *Viewer) fetch(ctx context.Context, ask View) ([]Message, error) {
	ctx, cancel := context.WithTimeout(ctx, tailTimeout)
	select {
	case v.one <- struct{}{}:
	case <-ctx.Done():
		cancel()
		return nil, ctx.Err()
	}
	type answer struct {
		messages []Message
		err      error
	}
	answers := make(chan answer, 1)
	go func() {
		defer cancel()
		defer func() { <-v.one }()
		found, err := v.inspector.Tail(ctx, ask.Topic, ask.Messages)
		shown := make([]Message, len(found))
		for i, m := range found {
			shown[i] = asMessage(m, ask.Reveal)
		}
		answers <- answer{shown, err}
	}()
	select {
	case a := <-answers:
		return a.messages, a.err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func asMessage(m port.Message, reveal bool) Message {
	shown := Message{
		Time: m.Time.UTC(), Partition: m.Partition, Offset: strconv.FormatInt(m.Offset, 10), Key: m.Key, Bytes: len(m.Value),
	}
	r := Read(m.Value, reveal)
	shown.ID, shown.Type, shown.Subject = r.ID, r.Type, r.Subject
	shown.Payload, shown.Encoding, shown.Folded, shown.Shortened = r.Payload, r.Encoding, r.Folded, r.Shortened
	return shown
}
