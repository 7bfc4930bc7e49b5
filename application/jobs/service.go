package jobs

import (
	"context"
	"log/slog"
	"time"

	"convoke/application/fleet"
	"convoke/application/idempotency"
	"convoke/application/metric"
	"convoke/application/port"
	"convoke/application/pulse"
	"convoke/application/watch"
	"convoke/domain/event"
	"convoke/domain/job"
)

// sendTimeout bounds a hint on the control channel; a lost one is made good elsewhere.
const sendTimeout = 2 * time.Second

// Sender sends control messages; see control.Channel.
type Sender interface {
	Send(ctx context.Context, data ...event.Data) error
}

// Service is the use cases' common ground. Safe for concurrent use.
type Service struct {
	Store     Store
	Announcer *watch.Announcer
	Hub       *watch.Hub
	Fleet     *fleet.Fleet
	Control   Sender
	Policy    job.Policy
	Clock     port.Clock
	IDs       port.IDs
	Meter     port.Meter
	Pulse     *pulse.Recorder // nil: nobody counts
	Log       *slog.Logger
}

// commit commits one change and tells its watchers.
func (s *Service) commit(ctx context.Context, change *Change) (*job.Job, error) {
	if err := s.Store.Commit(ctx, change); err != nil {
		return nil, err
	}
	if change.Err != nil {
		return nil, change.Err
	}
	if !change.Replayed {
		s.announce(change)
	}
	return change.Job, nil
}

// update commits a decision about one job.
func (s *Service) update(ctx context.Context, id string, key idempotency.Key, decide func(*job.Job) error) (*job.Job, error) {
	return s.commit(ctx, &Change{ID: id, Key: key, Decide: decide})
}

// announce tells watchers of committed changes.
func (s *Service) announce(committed ...*Change) {
	states := make([]watch.State, 0, len(committed))
	for _, c := range committed {
		state := c.Job.State()
		if state.Status.Finished() {
			s.Meter.Add(metric.JobsFinished, 1, string(state.Status))
			took := state.CompletedAt.Sub(state.CreatedAt)
			s.Meter.Observe(metric.JobSeconds, took.Seconds(), string(state.Status))
			s.Pulse.Finished(state.Status, took)
		}
		states = append(states, Watched{View{Job: state, Design: c.Design}})
	}
	s.Announcer.Announce(states...)
}

// tell sends control messages after the commit. They are hints, so a failure is only logged.
func (s *Service) tell(ctx context.Context, data ...event.Data) {
	if len(data) == 0 {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), sendTimeout)
	defer cancel()
	if err := s.Control.Send(ctx, data...); err != nil {
		s.Log.Warn("control messages were lost", "messages", len(data), "error", err)
	}
}
