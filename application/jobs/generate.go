package jobs

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"convoke/application/envelope"
	"convoke/application/idempotency"
	"convoke/domain/design"
	"convoke/domain/fault"
	"convoke/domain/job"
)

// maxDeadline is the longest life that a client may ask for.
const maxDeadline = 24 * time.Hour

// Generate orders a first design.
type Generate struct {
	Description string
	Style       design.Style
	Palette     []string
	Size        design.Size // zero: the default
	ServerID    string      // empty: the deployment's default generator
	Deadline    time.Time   // zero: the deployment's default
	Trace       string      // traceparent of the request, if any
	Key         idempotency.Key
}

// Generate takes an order and returns its PENDING job at once. Its error joins every problem of the input.
func (s *Service) Generate(ctx context.Context, g Generate) (job.State, error) {
	now := s.Clock.Now()
	brief, err := design.NewBrief(g.Description, g.Style, g.Palette, g.Size)
	if err := errors.Join(err, s.checkServer(g.ServerID), checkDeadline(g.Deadline, now)); err != nil {
		return job.State{}, err
	}
	return s.order(ctx, job.Order{
		ID: s.IDs.New(), DesignID: s.IDs.New(), Brief: brief, ServerID: g.ServerID,
		Deadline: g.Deadline, Trace: envelope.TraceOr(g.Trace),
	}, g.Key, now)
}

// Refine orders the next version of a design.
type Refine struct {
	JobID        string // whose design is to be changed; any version will do
	Instructions string
	Trace        string
	Key          idempotency.Key
}

// ErrNotCompleted is the fault of refining a job that has no design.
var ErrNotCompleted = fault.New(fault.Conflict, "not-completed", "only a COMPLETED job has a design to refine")

// Refine takes an order for a changed version and returns its PENDING job at once.
func (s *Service) Refine(ctx context.Context, r Refine) (job.State, error) {
	instructions, err := design.NewInstructions(r.Instructions)
	if err != nil {
		return job.State{}, err
	}
	parent, err := s.Get(ctx, r.JobID)
	if err != nil {
		return job.State{}, err
	}
	if parent.Design == nil {
		return job.State{}, ErrNotCompleted
	}
	return s.order(ctx, job.Order{
		ID: s.IDs.New(), Brief: parent.Job.Brief, ServerID: parent.Job.ServerID, Trace: envelope.TraceOr(r.Trace),
		Parent: &design.Parent{DesignID: parent.Design.DesignID, Version: parent.Design.Number, Instructions: instructions},
	}, r.Key, s.Clock.Now())
}

func (s *Service) order(ctx context.Context, o job.Order, key idempotency.Key, now time.Time) (job.State, error) {
	change := &Change{New: job.New(o, s.Policy, now), Key: key}
	committed, err := s.commit(ctx, change)
	if err != nil {
		return job.State{}, err
	}
	if !change.Replayed {
		s.Pulse.Took()
	}
	return committed.State(), nil
}

// checkServer refuses what can be no generator's name, and a generator that no live worker offers; while no worker is known,
// the worker decides.
func (s *Service) checkServer(id string) error {
	if id == "" {
		return nil
	}
	if len(id) > maxServer {
		return fault.Field("serverId", fmt.Sprintf("must be at most %d characters", maxServer))
	}
	if !utf8.ValidString(id) || strings.ContainsFunc(id, unicode.IsControl) {
		return fault.Field("serverId", "must not contain control characters")
	}
	if offered, sure := s.Fleet.Offers(id); sure && !offered {
		return fault.Field("serverId", "no worker offers this generator; GET /api/mcp/servers lists them")
	}
	return nil
}

func checkDeadline(deadline, now time.Time) error {
	switch {
	case deadline.IsZero():
		return nil
	case !deadline.After(now):
		return fault.Field("deadline", "must be in the future")
	case deadline.After(now.Add(maxDeadline)):
		return fault.Field("deadline", "must be within 24 hours")
	}
	return nil
}
