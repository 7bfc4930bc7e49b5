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
