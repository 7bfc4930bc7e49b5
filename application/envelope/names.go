package envelope

import (
	"time"

	"convoke/application/port"
)

// Names are the topics and groups of one deployment, prefix included.
type Names struct {
	DesignRequests string
	DesignReady    string
	RSVPEvents     string
	Control        string

	Workers     string // group that makes designs
	Gateway     string // group that applies their answers
	DeadLetters string // group that keeps dead letters
	Cache       string // group that drops what is cached of changed occasions
	Analytics   string // group that counts replies
	Mail        string // group that writes to guests
}

// DefaultNames are the contract's names behind prefix.
func DefaultNames(prefix string) Names {
	return Names{
		DesignRequests: prefix + "design-requests",
		DesignReady:    prefix + "design-ready",
		RSVPEvents:     prefix + "rsvp-events",
		Control:        prefix + "convoke-control",
		Workers:        prefix + "mcp-registry-workers",
		Gateway:        prefix + "mcp-registry-api-gateway",
		DeadLetters:    prefix + "dead-letters",
		Cache:          prefix + "cache-invalidation-group",
		Analytics:      prefix + "analytics-group",
		Mail:           prefix + "mail-group",
	}
}

// DLQ is the dead-letter topic of a topic.
func DLQ(topic string) string { return topic + ".dlq" }

// Sources are the topics whose messages can become dead letters.
func (n Names) Sources() []string { return []string{n.DesignRequests, n.DesignReady, n.RSVPEvents} }

// Topics is what the broker must hold.
func (n Names) Topics() []port.Topic {
	const (
		partitions = 12
		day        = 24 * time.Hour
		maxBytes   = 8 << 20
		maxLetter  = 9 << 20
	)
	topics := []port.Topic{
		{Name: n.DesignRequests, Partitions: partitions, Retention: 7 * day, MaxBytes: maxBytes},
		{Name: n.DesignReady, Partitions: partitions, Retention: 7 * day, MaxBytes: maxBytes},
		{Name: n.RSVPEvents, Partitions: partitions, MaxBytes: maxBytes},
		{Name: n.Control, Partitions: 1, Retention: time.Hour, MaxBytes: maxBytes},
	}
	for _, source := range n.Sources() {
		topics = append(topics, port.Topic{Name: DLQ(source), Partitions: partitions, Retention: 30 * day, MaxBytes: maxLetter})
	}
	return topics
}
