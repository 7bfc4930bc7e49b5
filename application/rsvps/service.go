package rsvps

import (
	"context"
	"log/slog"

	"convoke/application/port"
	"convoke/application/pulse"
	"convoke/application/watch"
	"convoke/domain/rsvp"
)

// Service is the use cases' common ground. Safe for concurrent use.
type Service struct {
	Store     Store
	Signer    *Signer
	Announcer *watch.Announcer
	Reads     *Reads
	Clock     port.Clock
	IDs       port.IDs
	Meter     port.Meter
	Pulse     *pulse.Recorder // nil: nobody counts
	Log       *slog.Logger
}

// commit commits one change and tells those who watch the occasion.
func (s *Service) commit(ctx context.Context, c *Change) error {
	if err := s.Store.CommitReplies(ctx, c); err != nil {
		return err
	}
	if c.Err == nil && !c.Replayed {
		s.Announcer.Announce(Watched{c.Occasion})
	}
	return c.Err
}

// Watched is an occasion as a watcher gets it: its counts at a revision.
type Watched struct{ Occasion rsvp.State }

// Topic names the occasion.
func (w Watched) Topic() watch.Topic { return watch.Topic{Kind: port.OccasionHint, ID: w.Occasion.ID} }

// Number is the occasion's revision.
func (w Watched) Number() uint64 { return w.Occasion.Revision }

// Settled reports whether the occasion can never change again.
func (w Watched) Settled() bool { return w.Occasion.Deleted }

// Source lets the hub read occasions.
type Source struct{ Store Store }

// Load reads occasions.
func (s Source) Load(ctx context.Context, ids []string) ([]watch.State, error) {
	occasions, err := s.Store.Occasions(ctx, ids...)
	states := make([]watch.State, len(occasions))
	for i, o := range occasions {
		states[i] = Watched{o}
	}
	return states, err
}

// Numbers reads revisions only.
func (s Source) Numbers(ctx context.Context, ids []string) (map[string]uint64, error) {
	return s.Store.Revisions(ctx, ids...)
}
