package jobs

import (
	"context"
	"errors"
	"time"

	"convoke/application/leader"
	"convoke/application/port"
	"convoke/domain/event"
	"convoke/domain/fault"
	"convoke/domain/job"
)

const (
	sweepEvery  = 250 * time.Millisecond
	sweepBatch  = 500
	releaseWait = 10 * time.Second
)

// Sweep moves on the jobs that time has made due: retries, lost leases, deadlines. It is a duty of the leader.
//
// Time runs only while the answers that workers sent are being read: after an outage of this side or of the broker, a
// silent worker may have spoken in a message that is still unread. So nothing is swept while the group is behind, and a
// lease is judged only after the group has kept up for as long as a lease lasts.
type Sweep struct {
	Service   *Service
	Inspector port.Inspector
	Group     string
	Topic     string
	Clock     port.Clock
}

// Run sweeps until ctx ends.
func (w *Sweep) Run(ctx context.Context, term leader.Term) {
	ticker := time.NewTicker(sweepEvery)
	defer ticker.Stop()
	abreast := &abreast{clock: w.Clock}
	for {
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return
		}
		abreast.observe(w.positions(ctx))
		since, ok := abreast.since()
		for ok && term.Valid() && ctx.Err() == nil {
			leases := w.Clock.Now().Sub(since) >= w.Service.Policy.Lease
			if n := w.sweep(ctx, leases); n < sweepBatch {
				break
			}
		}
	}
}

// sweep moves on one batch of due jobs and returns how many it could.
func (w *Sweep) sweep(ctx context.Context, leases bool) int {
	s := w.Service
	now := w.Clock.Now()
	ids, err := s.Store.Due(ctx, now, leases, sweepBatch)
	if err != nil || len(ids) == 0 {
		if err != nil && ctx.Err() == nil {
			s.Log.Warn("due jobs can not be found", "error", err)
		}
		return 0
	}
	changes := make([]*Change, len(ids))
	for i, id := range ids {
		changes[i] = &Change{ID: id, Decide: func(j *job.Job) error { return j.Wake(s.Policy, now) }}
	}
	return s.commitAll(ctx, "sweep", changes)
}

func (w *Sweep) positions(ctx context.Context) ([]port.Position, error) {
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	return w.Inspector.Positions(ctx, w.Group, w.Topic)
}

// Release hands the jobs of a worker that said goodbye to others at once. Any number of processes may hear the goodbye:
// the first decision counts and the others change nothing.
func (s *Service) Release(ctx context.Context, gone event.WorkerGone) {
	ctx, cancel := context.WithTimeout(ctx, releaseWait)
	defer cancel()
	now := s.Clock.Now()
	changes := make([]*Change, len(gone.Running))
	for i, run := range gone.Running {
		changes[i] = &Change{ID: run.JobID, Decide: func(j *job.Job) error { return j.Release(run.Attempt, gone.WorkerID, now) }}
	}
	s.commitAll(ctx, "release", changes)
}

// commitAll commits decisions that nobody waits for and returns how many succeeded; what fails is found again by the
// next sweep.
func (s *Service) commitAll(ctx context.Context, what string, changes []*Change) int {
	err := s.Store.Commit(ctx, changes...)
	if err != nil {
		if ctx.Err() == nil {
			s.Log.Warn("jobs could not be moved on", "by", what, "jobs", len(changes), "error", err)
		}
		return 0
	}
	var committed []*Change
	for _, c := range changes {
		switch {
		case c.Err == nil:
			committed = append(committed, c)
		case errors.Is(c.Err, job.ErrFinished), errors.Is(c.Err, job.ErrSuperseded), errors.Is(c.Err, ErrNotFound):
		case fault.KindOf(c.Err) == fault.Unavailable:
		default:
			s.Log.Error("a job could not be moved on", "by", what, "job", c.ID, "error", c.Err)
		}
	}
	s.announce(committed...)
	return len(committed)
}
