package port

import (
	"context"
	"time"
)

// Clock tells the time. Times carry a monotonic reading, so differences survive a step of the wall clock.
type Clock interface {
	Now() time.Time
}

// IDs makes identifiers: UUIDv7 for everything that is stored, so that rows arrive in index order.
type IDs interface {
	New() string
}

// Notifier tells every process of a deployment that something has changed. It carries hints: they may be lost,
// repeated or late.
type Notifier interface {
	// Notify sends hints to the other processes. It does not block on a slow network longer than ctx allows.
	Notify(ctx context.Context, hints []Hint) error
	// Subscribe calls handle for each hint of another process, one at a time, until ctx ends; it returns nil then.
	// handle must not block.
	Subscribe(ctx context.Context, handle func(Hint)) error
}

// HintKind is the kind of thing that a Hint is about.
type HintKind string

// The closed list of hint kinds.
const (
	JobHint      HintKind = "job"
	OccasionHint HintKind = "occasion"
)

// Hint says that something has reached a number that only grows: a job's version, an occasion's revision.
type Hint struct {
	Kind   HintKind
	ID     string
	Number uint64
}

// Cache keeps bytes for a while, in spaces that are dropped as a whole. It is never the truth: whatever it answers is
// compared with a revision. An ill cache returns errors, and the caller goes on without.
type Cache interface {
	// Get returns the value of a key in a space, and whether it is there.
	Get(ctx context.Context, space, key string) (value []byte, found bool, err error)
	// Set keeps a value. A space is gone at the latest ttl after it got its first one.
	Set(ctx context.Context, space, key string, value []byte, ttl time.Duration) error
	// Drop removes spaces with all that is in them; missing ones are no error.
	Drop(ctx context.Context, spaces ...string) error
	// Clear removes everything.
	Clear(ctx context.Context) error
}

// Leases elects one holder of a named duty among processes.
type Leases interface {
	// Acquire takes or renews the lease for ttl. term grows with each change of holder. held is false when another
	// holder's lease is still running.
	Acquire(ctx context.Context, name, holder string, ttl time.Duration) (term int64, held bool, err error)
	// Release gives the lease up, if holder has it, so that another may take it at once.
	Release(ctx context.Context, name, holder string) error
}

// Checker is anything whose health readiness depends on.
type Checker interface {
	// Check returns nil when the dependency answers.
	Check(ctx context.Context) error
}

// Meter takes measurements. Names are declared once, in application/metric; unknown names are ignored.
type Meter interface {
	// Add raises a counter. labels are values in the order of the declaration.
	Add(name string, n float64, labels ...string)
	// Set sets a gauge.
	Set(name string, value float64, labels ...string)
	// Observe adds a value, in the unit that the name says, to a histogram.
	Observe(name string, value float64, labels ...string)
}
