package deadletter

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"log/slog"
	"maps"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"convoke/application/consume"
	"convoke/application/envelope"
	"convoke/application/port"
)

// Collector keeps what arrives on the dead-letter topics.
type Collector struct {
	Consumer port.Consumer
	Store    Store
	Group    string
	IDs      port.IDs
	Clock    port.Clock
	Log      *slog.Logger
}

// Run collects from the dead-letter topic of source until ctx ends.
func (c *Collector) Run(ctx context.Context, source string) error {
	subscription := port.Subscription{Topic: envelope.DLQ(source), Group: c.Group, Mode: port.Shared, MaxBatch: 100}
	return c.Consumer.Consume(ctx, subscription, func(ctx context.Context, batch []port.Message) (int, error) {
		letters := make([]Letter, len(batch))
		for i, m := range batch {
			letters[i] = c.letter(m, source)
		}
		if consume.Retry(ctx, func() error { return c.add(ctx, letters) }) != nil {
			return 0, nil
		}
		return len(batch), nil
	})
}

func (c *Collector) add(ctx context.Context, letters []Letter) error {
	err := c.Store.AddLetters(ctx, letters)
	if err != nil && ctx.Err() == nil {
		c.Log.Warn("dead letters can not be kept; trying again", "letters", len(letters), "error", err)
	}
	return err
}

// letter reads a message of a dead-letter topic. Headers that are missing or malformed, as somebody else's message may
// have them, take harmless values: a letter about a letter would help nobody.
func (c *Collector) letter(m port.Message, source string) Letter {
	topic := m.Headers[envelope.HeaderTopic]
	if topic == "" {
		topic = source
	}
	l := Letter{
		ID: c.IDs.New(), Topic: topic, Partition: int32(number(m, envelope.HeaderPartition, 32)), Offset: number(m, envelope.HeaderOffset, 64),
		Group: m.Headers[envelope.HeaderGroup], Reason: m.Headers[envelope.HeaderReason],
		Attempts: int(number(m, envelope.HeaderAttempts, 32)), Time: c.given(m),
		Key: m.Key, Value: m.Value, Headers: original(m.Headers),
	}
	l.Fingerprint = fingerprint(l)
	l.Topic, l.Group, l.Reason = short(l.Topic), short(l.Group), short(l.Reason)
	return l
}

// maxName is the longest name of a topic in Kafka. Stores index names, and not all can index just any length.
const maxName = 249

// short is at most maxName bytes of a text, whole characters.
func short(text string) string {
	if len(text) <= maxName {
		return text
	}
	text = strings.ToValidUTF8(text, "\uFFFD")
	end := min(len(text), maxName)
	for end < len(text) && !utf8.RuneStart(text[end]) {
		end--
	}
	return text[:end]
}

func number(m port.Message, header string, bits int) int64 {
	n, err := strconv.ParseInt(m.Headers[header], 10, bits)
	if err != nil {
		return -1
	}
	return n
}

func (c *Collector) given(m port.Message) time.Time {
	if t, err := time.Parse(time.RFC3339Nano, m.Headers[envelope.HeaderTime]); err == nil {
		return t.UTC()
	}
	return c.Clock.Now().UTC()
}

func original(headers map[string]string) map[string]string {
	kept := maps.Clone(headers)
	maps.DeleteFunc(kept, func(name, _ string) bool { return strings.HasPrefix(name, "dlq-") })
	return kept
}

func fingerprint(l Letter) [32]byte {
	h := sha256.New()
	h.Write([]byte(l.Topic + "\x00" + l.Group + "\x00"))
	var place [12]byte
	binary.BigEndian.PutUint32(place[:4], uint32(l.Partition))
	binary.BigEndian.PutUint64(place[4:], uint64(l.Offset))
	h.Write(place[:])
	h.Write(l.Value)
	return [32]byte(h.Sum(nil))
}
