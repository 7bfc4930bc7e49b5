// Package job holds the life of one request for a design: its states, attempts, lease, retry policy and version.
package job

import "slices"

// Status is where a job stands.
type Status string

// The closed list of states.
const (
	Pending    Status = "PENDING"    // waits for a worker, or for its next attempt
	Processing Status = "PROCESSING" // a worker holds it by a lease
	Completed  Status = "COMPLETED"  // has its design; final
	Failed     Status = "FAILED"     // has its error; only a redrive moves it
	Cancelled  Status = "CANCELLED"  // stopped by its owner; final
)

// transitions is the whole state machine. Staying in a state is no transition: renewing a lease, making progress or
// waiting for another attempt changes the job within its state.
var transitions = map[Status][]Status{
	Pending:    {Processing, Completed, Failed, Cancelled},
	Processing: {Pending, Completed, Failed, Cancelled},
	Completed:  {},
	Failed:     {Pending},
	Cancelled:  {},
}

// Statuses lists every state in the order of a job's life.
func Statuses() []Status { return []Status{Pending, Processing, Completed, Failed, Cancelled} }

// Known reports whether s is one of the states.
func (s Status) Known() bool { _, ok := transitions[s]; return ok }

// Finished reports whether no worker's answer can change a job in this state any more.
func (s Status) Finished() bool { return s != Pending && s != Processing }

// CanBecome reports whether the state machine has a transition from s to next.
func (s Status) CanBecome(next Status) bool { return slices.Contains(transitions[s], next) }
