// Package idempotency lets a client send the same POST twice and have it done once: the key is committed together with
// what the request did.
package idempotency

import (
	"context"
	"crypto/sha256"
	"time"

	"convoke/domain/fault"
)

// Lifetime is how long a key is remembered.
const Lifetime = 24 * time.Hour

// Faults of a repeated request.
var (
	ErrOtherBody = fault.New(fault.Invalid, "idempotency-key-reused", "this Idempotency-Key was used with another body")
	ErrRunning   = fault.New(fault.Conflict, "idempotency-key-running", "a request with this Idempotency-Key is still running")
)

// Key identifies a request. The zero Key stands for a request without one.
type Key struct {
	Scope [32]byte // digest of path, bearer and the client's key: nothing of them is at rest
	Body  [32]byte // digest of the body
}

// NewKey makes the key of a request; an empty client key gives the zero Key.
func NewKey(path, bearer, clientKey string, body []byte) Key {
	if clientKey == "" {
		return Key{}
	}
	h := sha256.New()
	for _, part := range []string{path, bearer, clientKey} {
		h.Write([]byte(part))
		h.Write([]byte{0})
	}
	return Key{Scope: [32]byte(h.Sum(nil)), Body: sha256.Sum256(body)}
}

// IsZero reports whether the request came without a key.
func (k Key) IsZero() bool { return k == Key{} }

// Store forgets keys. Remembering them is part of each commit.
type Store interface {
	// PurgeKeys deletes the keys committed before t, at most limit, and returns how many.
	PurgeKeys(ctx context.Context, before time.Time, limit int) (int, error)
}
