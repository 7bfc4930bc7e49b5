// Package jobs holds the use cases of design jobs: taking an order, applying what workers answer, cancelling, looking,
// and moving on what time has made due.
package jobs

import (
	"context"
	"time"

	"convoke/application/idempotency"
	"convoke/domain/design"
	"convoke/domain/fault"
	"convoke/domain/job"
)

// ErrNotFound is the fault of an id that no job has.
var ErrNotFound = fault.New(fault.NotFound, "job-not-found", "there is no such job")

// Change is one decision waiting to be committed: about a new job (New) or an existing one (ID and Decide). Its
// outcome is set by Store.Commit and is not to be read before it returns, nor after it returned an error.
type Change struct {
	Key idempotency.Key // zero: none

	New *job.Job

	ID string
	// Decide is pure: it may run more than once, each time on a fresh copy. Its error leaves the job as it was.
	Decide func(*job.Job) error

	Job      *job.Job        // outcome: the job as committed, or as it was found when Replayed
	Design   *design.Version // outcome: what the job's result became, when this change completed it
	Replayed bool            // the key was used before with the same body: nothing was decided, Job is the first answer's
	Err      error           // ErrNotFound, Decide's own error, a fault of the key, or a fault.Unavailable
}

// Store keeps jobs and the designs they lead to. Safe for concurrent use.
type Store interface {
	// Commit decides the changes in order and commits state, requests, letters, finished designs and keys together,
	// sharing a transaction with whatever else waits. Each change succeeds or fails by itself, and a failed one leaves
	// nothing behind, its key included. A returned error (the queue is full, the store is stopping, ctx has ended)
	// speaks for all of them; after the end of ctx they may still be committed.
	Commit(ctx context.Context, changes ...*Change) error
	// Views returns the jobs that exist among ids, in no particular order.
	Views(ctx context.Context, ids ...string) ([]View, error)
	// Versions returns the version of each job that exists among ids.
	Versions(ctx context.Context, ids ...string) (map[string]uint64, error)
	// List returns a page of jobs, newest first.
	List(ctx context.Context, q Query) (Page, error)
	// Matching counts the jobs that a query finds, those older than its cursor and whatever its own limit, up to limit. more
	// says that there are further ones, or that there may be, because a search has looked at CountReach jobs.
	Matching(ctx context.Context, q Query, limit int) (n int, more bool, err error)
	// Statuses counts the jobs by status, finished ones too, each up to limit: more are not looked for.
	Statuses(ctx context.Context, limit int) (map[job.Status]int, error)
	// Due returns the ids of unfinished jobs that time has made due at now, the longest overdue first. Without leases,
	// jobs that a worker holds are left out.
	Due(ctx context.Context, now time.Time, leases bool, limit int) ([]string, error)
	// Active counts the unfinished jobs by status.
	Active(ctx context.Context) (map[job.Status]int, error)
	// Ahead returns how many PENDING jobs are older than a PENDING one, which is its place in the queue: at most MaxAhead,
	// and 0 for a job that does not wait.
	Ahead(ctx context.Context, id string) (int, error)
	// Unfinished returns up to limit of the unfinished jobs that will add to a design, oldest first.
	Unfinished(ctx context.Context, designID string, limit int) ([]job.State, error)
}

// MaxAhead is how far Store.Ahead counts: it stands for itself and for all that is more.
const MaxAhead = 1000

// View is a job with its design, which only a COMPLETED job has.
type View struct {
	Job    job.State
	Design *design.Version
}
