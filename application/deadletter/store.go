// Package deadletter keeps the messages that could not be worked on, so that an operator can look at them, have them
// tried again by the group that failed, or throw them away.
package deadletter

import (
	"context"
	"time"

	"convoke/application/port"
	"convoke/domain/fault"
)

// ErrNotFound is the fault of an id that no dead letter has.
var ErrNotFound = fault.New(fault.NotFound, "dead-letter-not-found", "there is no such dead letter")

// Retention is how long a letter is kept.
const Retention = 30 * 24 * time.Hour

// Letter is one message that was given up.
type Letter struct {
	ID        string // UUIDv7
	Topic     string // where the message came from
	Partition int32  // -1: it has no place in a topic
	Offset    int64  // -1: likewise
	Group     string // whose consumer gave it up
	Reason    string
	Attempts  int
	Time      time.Time         // when it was given up
	Key       string            // of the original message
	Value     []byte            // of the original message; nil in a listing
	Headers   map[string]string // of the original message, without the dead letter's own; nil in a listing
	// Fingerprint is a digest of what makes the letter one: topic, partition, offset, group and bytes.
	Fingerprint [32]byte
}

// Message is the original message again.
func (l Letter) Message() port.Message {
	return port.Message{Topic: l.Topic, Key: l.Key, Value: l.Value, Headers: l.Headers}
}

// Filter chooses letters; empty fields choose all.
type Filter struct {
	Topic  string
	Group  string
	Reason string
}

// Heap is the letters of one topic and group that were given up for one reason.
type Heap struct {
	Filter  // none of its fields is empty, unless the letters' own are
	Letters int
	Oldest  time.Time // when the first of them was given up
	Newest  time.Time
}

// Store keeps letters. Safe for concurrent use.
type Store interface {
	// AddLetters keeps the letters whose fingerprints are not kept already.
	AddLetters(ctx context.Context, letters []Letter) error
	// Letters returns letters without value and headers, newest id first, after the cursor (a letter's id, empty for the
	// first page). next is empty on the last page.
	Letters(ctx context.Context, f Filter, cursor string, limit int) (letters []Letter, next string, err error)
	// Heaps counts the letters that match and are older than an id (empty: all) by topic, group and reason, in this order.
	Heaps(ctx context.Context, f Filter, before string) ([]Heap, error)
	// Letter returns one letter whole, or ErrNotFound.
	Letter(ctx context.Context, id string) (Letter, error)
	// RemoveLetters deletes letters and returns how many there were.
	RemoveLetters(ctx context.Context, ids []string) (int, error)
	// PurgeLetters deletes the letters given up before t, at most limit, and returns how many.
	PurgeLetters(ctx context.Context, before time.Time, limit int) (int, error)
}
