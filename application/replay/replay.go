// Package replay makes what a consumer group has built from the event stream anew, from the first event on.
package replay

import (
	"context"
	"log/slog"
	"slices"

	"convoke/domain/event"
	"convoke/domain/fault"
)

// Faults of asking for a replay.
var (
	ErrUnknownGroup   = fault.New(fault.NotFound, "unknown-group", "there is no such consumer group")
	ErrNotRebuildable = fault.New(fault.Conflict, "not-rebuildable", "what this group does can not be done again: only groups that build a projection can be replayed")
)

// Projection can be emptied and built again.
type Projection interface {
	// Reset empties it and begins its next making, in one transaction. Whoever works for the making before is refused.
	Reset(ctx context.Context) (epoch uint64, err error)
}

// Control reaches every process.
type Control interface {
	Send(ctx context.Context, data ...event.Data) error
}

// Service starts replays. Safe for concurrent use.
type Service struct {
	Projections map[string]Projection // by group
	Groups      []string              // every group that there is
	Control     Control
	Log         *slog.Logger
}

// Replay empties a group's projection and has its members begin again at the first message. It returns the number of the
// new making as soon as that has begun. Members that the word does not reach find out within seconds.
func (s *Service) Replay(ctx context.Context, group string) (epoch uint64, err error) {
	p := s.Projections[group]
	switch {
	case p != nil:
	case slices.Contains(s.Groups, group):
		return 0, ErrNotRebuildable
	default:
		return 0, ErrUnknownGroup
	}
	if epoch, err = p.Reset(ctx); err != nil {
		return 0, err
	}
	s.Log.Info("a group is replayed", "group", group, "epoch", epoch)
	if err := s.Control.Send(ctx, event.GroupReplay{Group: group, Epoch: epoch}); err != nil {
		s.Log.Warn("the replay could not be told; members find out by themselves", "group", group, "error", err)
	}
	return epoch, nil
}
