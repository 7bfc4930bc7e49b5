// Package overview gathers what an operator sees at a glance. Each part is looked at by itself, in bounded time and at most
// once a second however many look: one that is ill has its error and hides no other. What is not known is absent, never
// zero.
package overview

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"convoke/application/deadletter"
	"convoke/application/fleet"
	"convoke/application/jobs"
	"convoke/application/port"
	"convoke/application/pulse"
	"convoke/application/relay"
	"convoke/domain/fault"
	"convoke/domain/job"
)

// CountTo is how far jobs are counted for each status; beyond it there are "more".
const CountTo = 10_000

// ErrUnknown is the fault of a part that does not answer.
var ErrUnknown = fault.New(fault.Unavailable, "unknown", "this is not known: what it comes from does not answer; the log says why")

// Part is one part of the overview: its value, or the error of looking at it, and when that was.
type Part[T any] struct {
	Value T
	Err   error
	At    time.Time
}

// Count is exact, unless there are more.
type Count struct {
	Number int
	More   bool
}

// Outbox is what waits to be published.
type Outbox struct {
	Batches int           // committed transactions whose events are still in the outbox
	Oldest  time.Duration // the age of the oldest; 0 when there is none
}

// Overview is everything at a glance.
type Overview struct {
	Workers []fleet.Worker // known from what they announce: always there
	Groups  []Group        // each has its own error
	Jobs    Part[map[job.Status]Count]
	Outbox  Part[Outbox]
	Pulse   Part[[]pulse.Point]
	Letters Part[[]deadletter.Heap]
}

// Sources are where the parts come from.
type Sources struct {
	Fleet     *fleet.Fleet
	Inspector port.Inspector
	Groups    []GroupTopic
	Jobs      jobs.Store
	Outbox    relay.Outbox
	Pulse     *pulse.Reader
	Letters   deadletter.Store
}

// Service looks. Safe for concurrent use.
type Service struct {
	fleet   *fleet.Fleet
	names   []GroupTopic
	groups  []*memo[Group] // of the names
	jobs    *memo[map[job.Status]Count]
	outbox  *memo[Outbox]
	pulse   *memo[[]pulse.Point]
	letters *memo[[]deadletter.Heap]
}

// New makes a service.
func New(from Sources, clock port.Clock, log *slog.Logger) *Service {
	s := &Service{
		fleet: from.Fleet, names: from.Groups,
		jobs:   newMemo(clock, log, "jobs", func(ctx context.Context) (map[job.Status]Count, error) { return countJobs(ctx, from.Jobs) }),
		outbox: newMemo(clock, log, "outbox", func(ctx context.Context) (Outbox, error) { return lookAtOutbox(ctx, from.Outbox, clock) }),
		pulse:  newMemo(clock, log, "pulse", func(ctx context.Context) ([]pulse.Point, error) { return from.Pulse.Read(ctx) }),
		letters: newMemo(clock, log, "dead letters", func(ctx context.Context) ([]deadletter.Heap, error) {
			return from.Letters.Heaps(ctx, deadletter.Filter{}, "")
		}),
	}
	for _, g := range from.Groups {
		s.groups = append(s.groups, newMemo(clock, log, "group "+g.Group+" on "+g.Topic, func(ctx context.Context) (Group, error) {
			return lookAtGroup(ctx, from.Inspector, g)
		}))
	}
	return s
}

// Look returns everything, as fresh as a second.
func (s *Service) Look(ctx context.Context) Overview {
	var o Overview
	var all sync.WaitGroup
	all.Go(func() { o.Groups = s.Groups(ctx) })
	all.Go(func() { o.Jobs = s.Jobs(ctx) })
	all.Go(func() { o.Outbox = s.Outbox(ctx) })
	all.Go(func() { o.Pulse = s.Pulse(ctx) })
	all.Go(func() { o.Letters = s.Letters(ctx) })
	o.Workers = s.Workers()
	all.Wait()
	return o
}

// Workers returns the live workers.
func (s *Service) Workers() []fleet.Worker { return s.fleet.Workers() }

// Jobs counts the jobs by status; each status is there.
func (s *Service) Jobs(ctx context.Context) Part[map[job.Status]Count] { return s.jobs.get(ctx) }

// Outbox returns what waits to be published.
func (s *Service) Outbox(ctx context.Context) Part[Outbox] { return s.outbox.get(ctx) }

// Pulse returns the last hour by minutes.
func (s *Service) Pulse(ctx context.Context) Part[[]pulse.Point] { return s.pulse.get(ctx) }

// Letters counts the dead letters by topic, group and reason.
func (s *Service) Letters(ctx context.Context) Part[[]deadletter.Heap] { return s.letters.get(ctx) }

func countJobs(ctx context.Context, store jobs.Store) (map[job.Status]Count, error) {
	found, err := store.Statuses(ctx, CountTo+1)
	counts := map[job.Status]Count{}
	for _, status := range job.Statuses() {
		counts[status] = count(found[status])
	}
	return counts, err
}

func lookAtOutbox(ctx context.Context, outbox relay.Outbox, clock port.Clock) (Outbox, error) {
	batches, oldest, err := outbox.Backlog(ctx)
	o := Outbox{Batches: batches}
	if !oldest.IsZero() {
		o.Oldest = max(0, clock.Now().Sub(oldest))
	}
	return o, err
}

func count(n int) Count { return Count{min(n, CountTo), n > CountTo} }
