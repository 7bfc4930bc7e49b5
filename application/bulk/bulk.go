// Package bulk carries out what an operator wants done to everything that matches a filter: on the server, in steps that
// are each whole by themselves, with progress that every process can show. What is done stays done when it is broken off,
// and to order the same again does the rest.
package bulk

import (
	"context"
	"time"

	"convoke/application/deadletter"
	"convoke/application/jobs"
	"convoke/domain/fault"
)

// Act is what is done to each thing that matches.
type Act string

// The closed list of acts.
const (
	RedriveJobs    Act = "redrive-jobs"    // FAILED jobs start afresh
	CancelJobs     Act = "cancel-jobs"     // PENDING and PROCESSING jobs
	RedriveLetters Act = "redrive-letters" // each goes once the broker has its message, or its job has started afresh
	DiscardLetters Act = "discard-letters"
)

// State is where an operation stands.
type State string

// The closed list of states.
const (
	Running  State = "running"
	Finished State = "finished" // it has seen everything that matched
	Stopped  State = "stopped"  // its process was stopped; the rest is not done
	GaveUp   State = "gave-up"  // what it needs was ill for too long; the rest is not done
	Lost     State = "lost"     // its process died; the rest is not done
)

// Order is what an operator wants done.
type Order struct {
	Act     Act
	Jobs    jobs.Query        // of acts on jobs; its cursor and limit play no part
	Letters deadletter.Filter // of acts on letters
	By      string            // who ordered it, for the log
}

// Operation is an order on its way.
type Operation struct {
	ID string // its preview's; what has a later id is not touched
	Order
	State     State
	Total     int  // how many matched when it began
	More      bool // there were even more
	Done      int
	Skipped   int // they had moved on by themselves
	Failed    int // refused; they are as they were
	LastError string
	StartedAt time.Time
	UpdatedAt time.Time
	EndedAt   time.Time // zero while it is running
}

// Preview is what an order would do.
type Preview struct {
	ID       string // UUIDv7, of the operation that it becomes: what has a later id is not counted
	Matching int
	More     bool              // there are even more
	Heaps    []deadletter.Heap // of acts on letters: the topics and groups that they go back to, or are gone from
}

// Retention is how long operations are remembered.
const Retention = 30 * 24 * time.Hour

var (
	// ErrNotFound is the fault of an id that no operation has.
	ErrNotFound = fault.New(fault.NotFound, "operation-not-found", "there is no such operation")
	// ErrNotShown is the fault of a start without what the order would do having been shown.
	ErrNotShown = fault.New(fault.Conflict, "not-shown", "nothing was done: look at how many match, and then confirm")
	// ErrMoreMatch is the fault of a start when more match than were shown.
	ErrMoreMatch = fault.New(fault.Conflict, "more-match", "nothing was done: more match now than were shown")
)

// Store remembers operations. Safe for concurrent use.
type Store interface {
	// AddOperation keeps an operation unless there is one of its id already; then it reports false.
	AddOperation(ctx context.Context, o Operation) (bool, error)
	// PutOperation keeps an operation, in the place of what it was before.
	PutOperation(ctx context.Context, o Operation) error
	// Operation returns one, or ErrNotFound.
	Operation(ctx context.Context, id string) (Operation, error)
	// Operations returns the newest, at most limit, newest first.
	Operations(ctx context.Context, limit int) ([]Operation, error)
	// PurgeOperations deletes those that started before t, at most limit, and returns how many.
	PurgeOperations(ctx context.Context, before time.Time, limit int) (int, error)
}
