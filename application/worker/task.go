package worker

import (
	"context"
	"sync"
	"time"

	"convoke/domain/event"
)

// task is one attempt that this worker is at.
type task struct {
	run    event.Run
	trace  string
	cancel context.CancelCauseFunc
	over   chan struct{} // closed when the attempt is answered or dropped

	mu       sync.Mutex
	err      error
	picked   bool // held by a lease: progress is reported from now on
	finished bool // the answer is on its way: no more progress
	percent  int
	message  string
	changed  bool
	sentAt   time.Time
}

// report takes a generator's progress.
func (t *task) report(percent int, message string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	percent = max(t.percent, min(percent, 99))
	if percent != t.percent || message != t.message {
		t.percent, t.message, t.changed = percent, message, true
	}
}

// finish ends the reporting of progress.
func (t *task) finish() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.finished = true
}

func (t *task) end(err error) {
	t.mu.Lock()
	t.err, t.finished = err, true
	t.mu.Unlock()
	close(t.over)
}

// outcome is what became of a task that is over.
func (t *task) outcome() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.err
}

// hold marks the task as picked up and returns the progress to say so with; false when its answer is on its way already.
func (t *task) hold(worker string, now time.Time) (event.DesignProgressed, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.finished {
		return event.DesignProgressed{}, false
	}
	t.picked = true
	if t.message == "" {
		t.message = "picked up"
	}
	return t.progress(worker, now), true
}

// due returns the progress to report now, if any: what has changed, or the same again after a long silence.
func (t *task) due(worker string, now time.Time, silence time.Duration) (event.DesignProgressed, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if !t.picked || t.finished || !t.changed && now.Sub(t.sentAt) < silence {
		return event.DesignProgressed{}, false
	}
	return t.progress(worker, now), true
}

func (t *task) progress(worker string, now time.Time) event.DesignProgressed {
	t.changed, t.sentAt = false, now
	return event.DesignProgressed{
		JobID: t.run.JobID, Attempt: t.run.Attempt, WorkerID: worker, Progress: t.percent, Message: t.message,
	}
}
