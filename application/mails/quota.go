package mails

import (
	"crypto/sha256"
	"sync"
	"time"
)

// Anybody can give somebody else's address, so what one address gets is bounded, across all occasions.
const (
	quotaMails  = 10
	quotaSpan   = time.Hour
	maxMailable = 1 << 14 // addresses that are remembered
)

// quota counts the mails to each address in spans of an hour, in this process. The zero value is ready. Safe for
// concurrent use.
type quota struct {
	mu    sync.Mutex
	since time.Time // when the present span began
	given map[[sha256.Size]byte]map[string]struct{}
}

// take reports whether the address may get the mail about an event. The same event asks again when its mail has to wait,
// and counts once. When more addresses are written to than can be remembered, the others go uncounted.
func (q *quota) take(eventID, email string, now time.Time) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.given == nil || now.Sub(q.since) >= quotaSpan {
		q.since, q.given = now, map[[sha256.Size]byte]map[string]struct{}{}
	}
	key := sha256.Sum256([]byte(email))
	events := q.given[key]
	if _, again := events[eventID]; again {
		return true
	}
	if len(events) >= quotaMails {
		return false
	}
	if events == nil {
		if len(q.given) >= maxMailable {
			return true
		}
		events = map[string]struct{}{}
		q.given[key] = events
	}
	events[eventID] = struct{}{}
	return true
}
