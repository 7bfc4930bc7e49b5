package nats

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"convoke/application/port"
)

// duplicateWindow is how long the server remembers message ids: long enough for a relay that sends again, short enough
// to keep them in memory at full load.
const duplicateWindow = 10 * time.Second

// nameSafe replaces what names of streams and consumers may not hold.
var nameSafe = strings.NewReplacer(".", "_", " ", "_", "*", "_", ">", "_", "/", "_", "\\", "_")

func streamName(topic string) string { return nameSafe.Replace(topic) }

func durableName(group string) string { return nameSafe.Replace(group) }

// Provision creates the streams that are missing.
func (b *Bus) Provision(ctx context.Context, topics []port.Topic) error {
	var errs []error
	for _, t := range topics {
		if t.MaxBytes > int(b.conn.MaxPayload()) {
			b.config.Log.Warn("the broker takes no messages as large as the topic may have; raise its max_payload",
				"topic", t.Name, "topicBytes", t.MaxBytes, "maxPayload", b.conn.MaxPayload())
		}
		if err := b.create(ctx, t); err != nil {
			errs = append(errs, fmt.Errorf("nats: topic %s: %w", t.Name, err))
		}
	}
	return errors.Join(errs...)
}

func (b *Bus) create(ctx context.Context, t port.Topic) error {
	config := jetstream.StreamConfig{
		Name: streamName(t.Name), Subjects: []string{t.Name}, Description: "convoke topic",
		Retention: jetstream.LimitsPolicy, Storage: jetstream.FileStorage,
		MaxAge: t.Retention, MaxMsgSize: int32(t.MaxBytes), Duplicates: duplicateWindow,
		Discard: jetstream.DiscardOld, MaxBytes: b.config.TopicBytes,
	}
	if t.Retention > 0 {
		config.Duplicates = min(duplicateWindow, t.Retention)
	} else {
		config.Discard, config.MaxBytes = jetstream.DiscardNew, -1
	}
	_, err := b.js.CreateStream(ctx, config)
	if errors.Is(err, jetstream.ErrStreamNameAlreadyInUse) {
		return b.check(ctx, t.Name) // it is there with other settings, which are its owner's business
	}
	return err
}

// Check asks the server for every stream.
func (b *Bus) Check(ctx context.Context, topics []string) error {
	var missing port.MissingTopicsError
	for _, topic := range topics {
		err := b.check(ctx, topic)
		switch {
		case errors.Is(err, jetstream.ErrStreamNotFound):
			missing.Topics = append(missing.Topics, topic)
		case err != nil:
			return fmt.Errorf("nats: topic %s: %w", topic, err)
		}
	}
	if len(missing.Topics) > 0 {
		return &missing
	}
	return nil
}

func (b *Bus) check(ctx context.Context, topic string) error {
	info, err := b.stream(ctx, topic)
	if err != nil {
		return err
	}
	if subjects := info.Config.Subjects; len(subjects) != 1 || subjects[0] != topic {
		return fmt.Errorf("stream %s holds %v instead", info.Config.Name, subjects)
	}
	return nil
}

func (b *Bus) stream(ctx context.Context, topic string) (*jetstream.StreamInfo, error) {
	stream, err := b.js.Stream(ctx, streamName(topic))
	if err != nil {
		return nil, err
	}
	return stream.CachedInfo(), nil
}
