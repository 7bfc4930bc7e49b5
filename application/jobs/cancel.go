package jobs

import (
	"context"

	"convoke/application/idempotency"
	"convoke/domain/event"
	"convoke/domain/job"
)

// Cancel stops an unfinished job for good, and tells the workers. A finished job answers a conflict.
func (s *Service) Cancel(ctx context.Context, id string, key idempotency.Key) (job.State, error) {
	now := s.Clock.Now()
	cancelled, err := s.update(ctx, id, key, func(j *job.Job) error { return j.Cancel(now) })
	if err != nil {
		return job.State{}, err
	}
	s.tell(ctx, event.JobCancelled{JobID: id})
	return cancelled.State(), nil
}

// Redrive gives a failed job a fresh start. Its watchers see it move again.
func (s *Service) Redrive(ctx context.Context, id string) (job.State, error) {
	now := s.Clock.Now()
	redriven, err := s.update(ctx, id, idempotency.Key{}, func(j *job.Job) error { return j.Redrive(s.Policy, now) })
	if err != nil {
		return job.State{}, err
	}
	return redriven.State(), nil
}

// CancelAll cancels many jobs together. Each has its own outcome: nil, ErrNotFound, a conflict, or a fault.Unavailable.
func (s *Service) CancelAll(ctx context.Context, ids []string) ([]error, error) {
	now := s.Clock.Now()
	errs, err := s.updateAll(ctx, ids, func(j *job.Job) error { return j.Cancel(now) })
	var stop []event.Data
	for i, outcome := range errs {
		if outcome == nil {
			stop = append(stop, event.JobCancelled{JobID: ids[i]})
		}
	}
	s.tell(ctx, stop...)
	return errs, err
}

// RedriveAll gives many failed jobs a fresh start, each with its own outcome as of CancelAll.
func (s *Service) RedriveAll(ctx context.Context, ids []string) ([]error, error) {
	now := s.Clock.Now()
	return s.updateAll(ctx, ids, func(j *job.Job) error { return j.Redrive(s.Policy, now) })
}

// updateAll commits the same decision about many jobs, for each by itself.
func (s *Service) updateAll(ctx context.Context, ids []string, decide func(*job.Job) error) ([]error, error) {
	changes := make([]*Change, len(ids))
	for i, id := range ids {
		changes[i] = &Change{ID: id, Decide: decide}
	}
	if err := s.Store.Commit(ctx, changes...); err != nil {
		return nil, err
	}
	errs := make([]error, len(ids))
	var committed []*Change
	for i, c := range changes {
		if errs[i] = c.Err; c.Err == nil {
			committed = append(committed, c)
		}
	}
	s.announce(committed...)
	return errs, nil
}
