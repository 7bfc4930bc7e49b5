package job

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"convoke/domain/design"
	"convoke/domain/event"
	"convoke/domain/fault"
)

// Facts about a worker's answer that comes too late. They change nothing and are no failures.
var (
	ErrFinished   = errors.New("the job is finished")
	ErrSuperseded = errors.New("the attempt is not the current one")
)

// Error codes that the job itself gives; a generator's codes pass through.
const (
	CodeDeadline   = "deadline-exceeded"
	CodeWorkerLost = "worker-lost"
)

// Reasons for which a job's request becomes a dead letter.
const (
	ReasonSpent    = "attempts-spent"
	ReasonDeadline = CodeDeadline
)

// State is everything a job is, as a plain value for stores and views. Times are UTC; a zero time means "none".
type State struct {
	ID            string
	DesignID      string
	Brief         design.Brief
	ServerID      string
	ParentVersion int    // the refined version, 0 for a first design
	Instructions  string // of a refinement
	Trace         string // traceparent of the request that made the job

	Status          Status
	Attempt         int    // number of the current attempt, from 1; it only grows
	Failures        int    // attempts that counted against the limit since creation or redrive
	Version         uint64 // grows with every change that a watcher can see
	Progress        int    // per cent
	ProgressMessage string
	ErrorCode       string
	ErrorMessage    string

	WorkerID    string
	LeaseUntil  time.Time // set while PROCESSING
	RetryAt     time.Time // set while PENDING between two attempts
	Deadline    time.Time
	CreatedAt   time.Time
	UpdatedAt   time.Time
	CompletedAt time.Time // when the job finished, however it did

	// Attempts is the history of the newest attempts, the oldest of them first; see Forgotten. It is empty for a job that
	// has not changed since histories are kept. It is never changed in place.
	Attempts []Attempt
}

// WakeAt is when time alone will change the job: its deadline, its next attempt or the end of its lease, whichever
// comes first. Zero for a finished job. Stores index it.
func (s State) WakeAt() time.Time {
	if s.Status.Finished() {
		return time.Time{}
	}
	wake := s.Deadline
	for _, t := range []time.Time{s.RetryAt, s.LeaseUntil} {
		if !t.IsZero() && t.Before(wake) {
			wake = t
		}
	}
	return wake
}

// Job is the aggregate. It is not safe for concurrent use; stores hand out copies.
type Job struct {
	state   State
	changes Changes
}

// Changes is what a job's decisions want to be committed together with its state.
type Changes struct {
	Dirty    bool // the state differs from what was loaded
	Requests []event.DesignRequested
	Letters  []Letter
	Result   *design.Result // to be added to the design
}

// Letter is a request that is given up, with the reason.
type Letter struct {
	Reason  string
	Request event.DesignRequested
}

// Order is what a new job is made from.
type Order struct {
	ID       string
	Brief    design.Brief
	ServerID string
	Parent   *design.Parent // for a refinement; only DesignID, Version and Instructions are used
	DesignID string         // of a first design
	Deadline time.Time      // zero: the policy's
	Trace    string
}

// New makes a PENDING job that asks for its first attempt.
func New(o Order, p Policy, now time.Time) *Job {
	deadline := o.Deadline
	if deadline.IsZero() {
		deadline = now.Add(p.Deadline)
	}
	j := &Job{state: State{
		ID: o.ID, DesignID: o.DesignID, Brief: o.Brief, ServerID: o.ServerID, Trace: o.Trace,
		Status: Pending, CreatedAt: now, Deadline: deadline,
	}}
	if o.Parent != nil {
		j.state.DesignID, j.state.ParentVersion, j.state.Instructions = o.Parent.DesignID, o.Parent.Version, o.Parent.Instructions
	}
	j.request(now)
	return j
}

// Rehydrate restores a job from its state. It is for stores only.
func Rehydrate(s State) *Job { return &Job{state: s} }

// State returns the job's state as a value.
func (j *Job) State() State { return j.state }

// Changes returns what is to be committed with the state.
func (j *Job) Changes() Changes { return j.changes }

// Clone returns an independent copy, so that a decision can be tried and thrown away.
func (j *Job) Clone() *Job {
	c := *j
	c.changes.Requests = slices.Clone(j.changes.Requests)
	c.changes.Letters = slices.Clone(j.changes.Letters)
	return &c
}

// Progress takes a worker's sign of life. The first one of an attempt starts it; each renews the lease. Progress never
// falls within an attempt. Returns ErrFinished or ErrSuperseded when the worker should stop.
func (j *Job) Progress(attempt int, workerID string, progress int, message string, p Policy, now time.Time) error {
	if err := j.current(attempt); err != nil {
		return err
	}
	workerID, progress = cut(workerID, maxName), max(0, min(progress, 100))
	visible := progress > j.state.Progress || message != j.state.ProgressMessage && progress == j.state.Progress
	if j.state.Status == Pending {
		if err := j.become(Processing); err != nil {
			return err
		}
		visible = true
	}
	j.state.WorkerID, j.state.LeaseUntil = workerID, now.Add(p.Lease)
	j.alive(workerID, now)
	j.changes.Dirty = true
	if visible {
		j.state.Progress, j.state.ProgressMessage = max(progress, j.state.Progress), message
		j.seen(now)
	}
	return nil
}

// Completion is a finished drawing as a worker hands it in.
type Completion struct {
	Attempt   int    // whose drawing it is; 0: not known
	WorkerID  string // empty: not known
	Asset     design.Asset
	Generator string
	Duration  time.Duration
	Spec      []byte
	Metadata  map[string]any
}

// Complete ends the job with its design. Any attempt's drawing will do. Returns ErrFinished for a finished job.
func (j *Job) Complete(c Completion, now time.Time) error {
	if err := j.finish(Completed, now); err != nil {
		return err
	}
	j.state.Progress, j.state.ProgressMessage = 100, ""
	c.WorkerID = cut(c.WorkerID, maxName)
	j.drawn(c, now)
	j.changes.Result = &design.Result{
		JobID: j.state.ID, Brief: j.state.Brief, Instructions: j.state.Instructions, ParentVersion: j.state.ParentVersion,
		Asset: c.Asset, Generator: c.Generator, Duration: c.Duration, Spec: c.Spec, Metadata: c.Metadata, CreatedAt: now,
	}
	return nil
}

// Failure is why an attempt did not succeed.
type Failure struct {
	WorkerID  string // whose report it is; empty: not known
	Code      string
	Message   string
	Retryable bool
}

// Fail takes the failure of the current attempt: the job waits for another attempt, or fails when the failure cannot
// be retried or the attempts are spent. jitter is in [0,1).
func (j *Job) Fail(attempt int, f Failure, p Policy, now time.Time, jitter float64) error {
	if err := j.current(attempt); err != nil {
		return err
	}
	f.WorkerID, f.Code = cut(f.WorkerID, maxName), cut(f.Code, maxName)
	j.state.Failures++
	j.reported(f, now)
	if !f.Retryable {
		return j.fail(f.Code, f.Message, "", now)
	}
	if j.state.Failures >= p.MaxAttempts {
		return j.fail(f.Code, f.Message, ReasonSpent, now)
	}
	if err := j.wait(now); err != nil {
		return err
	}
	j.state.ErrorCode, j.state.ErrorMessage = f.Code, f.Message
	j.state.RetryAt = now.Add(p.backoff(j.state.Failures, jitter))
	return nil
}

// Release takes the job back from a worker that said goodbye, and asks for another attempt at once. It does not count
// as a failure. The goodbye may overtake the worker's first sign of life, so a PENDING attempt is released too.
func (j *Job) Release(attempt int, workerID string, now time.Time) error {
	if err := j.current(attempt); err != nil {
		return err
	}
	workerID = cut(workerID, maxName)
	if j.state.Status == Processing && j.state.WorkerID != workerID {
		return ErrSuperseded
	}
	j.released(workerID, now)
	return j.again(now)
}

// Wake does what is due at now: ends the job at its deadline, starts the next attempt after a wait, or takes the job
// from a worker whose lease has run out. It does nothing when nothing is due.
func (j *Job) Wake(p Policy, now time.Time) error {
	s := j.state
	due := func(t time.Time) bool { return !t.IsZero() && !now.Before(t) }
	switch {
	case s.Status.Finished():
		return nil
	case due(s.Deadline):
		j.end(OutcomeDeadline, "", "", now)
		return j.fail(CodeDeadline, "the job's deadline has passed", ReasonDeadline, now)
	case due(s.LeaseUntil):
		return j.loseWorker(p, now)
	case due(s.RetryAt):
		return j.again(now)
	}
	return nil
}

// Cancel stops the job for good. A finished job answers a conflict.
func (j *Job) Cancel(now time.Time) error {
	if err := j.finish(Cancelled, now); err != nil {
		return fault.New(fault.Conflict, "already-finished", fmt.Sprintf("the job is %s and can not be cancelled", j.state.Status))
	}
	j.end(OutcomeCancelled, "", "", now)
	return nil
}

// Redrive gives a failed job a fresh start: next attempt number, no failures, a new deadline. Any other job answers a
// conflict.
func (j *Job) Redrive(p Policy, now time.Time) error {
	if j.state.Status != Failed {
		return fault.New(fault.Conflict, "not-failed", fmt.Sprintf("the job is %s; only a FAILED job can be redriven", j.state.Status))
	}
	j.state.Failures = 0
	j.state.Deadline = now.Add(p.Deadline)
	j.state.CompletedAt = time.Time{}
	return j.again(now)
}

// current checks that an answer belongs to the attempt that is under way.
func (j *Job) current(attempt int) error {
	switch {
	case j.state.Status.Finished():
		return ErrFinished
	case attempt != j.state.Attempt || !j.state.RetryAt.IsZero():
		return ErrSuperseded
	}
	return nil
}

func (j *Job) loseWorker(p Policy, now time.Time) error {
	j.state.Failures++
	j.end(OutcomeLost, "", "", now)
	if j.state.Failures >= p.MaxAttempts {
		return j.fail(CodeWorkerLost, "the worker fell silent", ReasonSpent, now)
	}
	return j.again(now)
}

// again asks for the next attempt, from whichever state.
func (j *Job) again(now time.Time) error {
	if err := j.wait(now); err != nil {
		return err
	}
	j.request(now)
	return nil
}

// wait puts the job back to PENDING, without progress, lease or error.
func (j *Job) wait(now time.Time) error {
	if j.state.Status != Pending {
		if err := j.become(Pending); err != nil {
			return err
		}
	}
	j.state.Progress, j.state.ProgressMessage = 0, ""
	j.state.ErrorCode, j.state.ErrorMessage = "", ""
	j.state.WorkerID, j.state.LeaseUntil, j.state.RetryAt = "", time.Time{}, time.Time{}
	j.seen(now)
	return nil
}

// request asks for the next attempt. The watchers' version grows with the attempt.
func (j *Job) request(now time.Time) {
	j.state.Attempt++
	j.requested(now)
	if j.state.Version == 0 {
		j.seen(now)
	}
	j.changes.Requests = append(j.changes.Requests, j.asRequest())
}

func (j *Job) asRequest() event.DesignRequested {
	s := j.state
	r := event.DesignRequested{
		JobID: s.ID, Attempt: s.Attempt, Brief: s.Brief, ServerID: s.ServerID, Deadline: s.Deadline,
	}
	if s.ParentVersion > 0 {
		r.Parent = &design.Parent{DesignID: s.DesignID, Version: s.ParentVersion, Instructions: s.Instructions}
	}
	return r
}

// fail ends the job with an error; a reason makes its request a dead letter.
func (j *Job) fail(code, message, reason string, now time.Time) error {
	if err := j.finish(Failed, now); err != nil {
		return err
	}
	j.state.ErrorCode, j.state.ErrorMessage = code, message
	if reason != "" {
		j.changes.Letters = append(j.changes.Letters, Letter{Reason: reason, Request: j.asRequest()})
	}
	return nil
}

func (j *Job) finish(end Status, now time.Time) error {
	if j.state.Status.Finished() {
		return ErrFinished
	}
	if err := j.become(end); err != nil {
		return err
	}
	j.state.ErrorCode, j.state.ErrorMessage = "", ""
	j.state.WorkerID, j.state.LeaseUntil, j.state.RetryAt = "", time.Time{}, time.Time{}
	j.state.CompletedAt = now
	j.seen(now)
	return nil
}

func (j *Job) become(next Status) error {
	if !j.state.Status.CanBecome(next) {
		return fmt.Errorf("job %s: no transition from %s to %s", j.state.ID, j.state.Status, next)
	}
	j.state.Status = next
	return nil
}

// seen marks a change that a watcher can see.
func (j *Job) seen(now time.Time) {
	j.state.Version++
	j.state.UpdatedAt = now
	j.changes.Dirty = true
}
