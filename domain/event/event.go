// Package event holds the meaning of everything that travels: the closed list of types and their data. How an event
// looks on the wire is the envelope's business, not this package's.
package event

import (
	"time"

	"convoke/domain/design"
)

// Type names an event. The strings are promises to other services.
type Type string

// The closed list of types.
const (
	TypeDesignRequested  Type = "DESIGN_REQUEST_RECEIVED"
	TypeDesignProgressed Type = "DESIGN_PROGRESS"
	TypeDesignReady      Type = "DESIGN_READY"
	TypeDesignFailed     Type = "DESIGN_FAILED"
	TypeJobCancelled     Type = "JOB_CANCELLED"
	TypeJobChanged       Type = "JOB_CHANGED"
	TypeWorkerSeen       Type = "WORKER_SEEN"
	TypeWorkerGone       Type = "WORKER_GONE"
	TypeGroupReplay      Type = "GROUP_REPLAY"
	TypeRSVPCreated      Type = "RSVP_CREATED"
	TypeRSVPUpdated      Type = "RSVP_UPDATED"
	TypeRSVPDeleted      Type = "RSVP_DELETED"   // removed by the host or the admin
	TypeRSVPCancelled    Type = "RSVP_CANCELLED" // cancelled by the guest
	TypeOccasionCreated  Type = "OCCASION_CREATED"
	TypeOccasionUpdated  Type = "OCCASION_UPDATED"
	TypeOccasionDeleted  Type = "OCCASION_DELETED"
	TypeOccasionChanged  Type = "OCCASION_CHANGED"
)

// Data is what an event says. Its subject is the id of what it is about.
type Data interface {
	Type() Type
	Subject() string
}

// Event is a fact with its identity. ID is a UUIDv7, the same at every delivery; Trace is a W3C traceparent.
type Event struct {
	ID    string
	Time  time.Time
	Trace string
	Data  Data
}

// DesignRequested asks a worker for one attempt at a job.
type DesignRequested struct {
	JobID    string
	Attempt  int
	Brief    design.Brief
	ServerID string         // empty: the worker's default generator
	Parent   *design.Parent // nil unless it is a refinement
	Deadline time.Time
}

// DesignProgressed says that a worker is at it; it renews the job's lease.
type DesignProgressed struct {
	JobID    string
	Attempt  int
	WorkerID string
	Progress int // per cent
	Message  string
}

// DesignReady carries a finished drawing.
type DesignReady struct {
	JobID     string
	Attempt   int
	WorkerID  string // empty: not known
	Asset     design.Asset
	Generator string
	Duration  time.Duration
	Spec      []byte
	Metadata  map[string]any
}

// DesignFailed says that one attempt failed; whether another follows is the job's decision.
type DesignFailed struct {
	JobID     string
	Attempt   int
	WorkerID  string // empty: not known
	Code      string
	Message   string
	Retryable bool
}

// JobCancelled tells workers to stop: one attempt, or all of them when Attempt is 0.
type JobCancelled struct {
	JobID   string
	Attempt int
}

// JobChanged hints that a job has reached a version.
type JobChanged struct {
	JobID   string
	Version uint64
}

// Health of a generator, as its worker sees it.
type Health string

// The closed list of healths.
const (
	HealthOK  Health = "ok"
	HealthIll Health = "ill"
)

// GeneratorStatus is one generator that a worker offers.
type GeneratorStatus struct {
	ID     string
	Health Health
	Detail string
}

// Run names one attempt at a job.
type Run struct {
	JobID   string
	Attempt int
}

// WorkerSeen announces a worker, what it offers and what it runs.
type WorkerSeen struct {
	WorkerID    string
	Generators  []GeneratorStatus
	Concurrency int
	Running     []Run
}

// WorkerGone is a worker's goodbye: what it still ran is to be given to others.
type WorkerGone struct {
	WorkerID string
	Running  []Run
}

// GroupReplay tells the members of a group to start again from the first event.
type GroupReplay struct {
	Group string
	Epoch uint64
}

func (DesignRequested) Type() Type  { return TypeDesignRequested }
func (DesignProgressed) Type() Type { return TypeDesignProgressed }
func (DesignReady) Type() Type      { return TypeDesignReady }
func (DesignFailed) Type() Type     { return TypeDesignFailed }
func (JobCancelled) Type() Type     { return TypeJobCancelled }
func (JobChanged) Type() Type       { return TypeJobChanged }
func (WorkerSeen) Type() Type       { return TypeWorkerSeen }
func (WorkerGone) Type() Type       { return TypeWorkerGone }
func (GroupReplay) Type() Type      { return TypeGroupReplay }

func (e DesignRequested) Subject() string  { return e.JobID }
func (e DesignProgressed) Subject() string { return e.JobID }
func (e DesignReady) Subject() string      { return e.JobID }
func (e DesignFailed) Subject() string     { return e.JobID }
func (e JobCancelled) Subject() string     { return e.JobID }
func (e JobChanged) Subject() string       { return e.JobID }
func (e WorkerSeen) Subject() string       { return e.WorkerID }
func (e WorkerGone) Subject() string       { return e.WorkerID }
func (e GroupReplay) Subject() string      { return e.Group }
