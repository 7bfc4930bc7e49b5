package bulk

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"

	"convoke/application/deadletter"
	"convoke/application/jobs"
	"convoke/application/port"
	"convoke/application/uuid"
	"convoke/domain/fault"
	"convoke/domain/job"
)

const (
	atOnce    = 2       // operations of one process
	countTo   = 100_000 // matching jobs; beyond that there are "more"
	lostAfter = 2 * time.Minute
	remember  = 20 // operations in a list
)

var (
	errBusy    = fault.New(fault.Exhausted, "too-many-operations", "other operations are running; wait until one has ended")
	errStopped = fault.New(fault.Unavailable, "stopping", "this process is stopping; try again in a moment")
)

// Jobs is what acts on jobs need.
type Jobs interface {
	List(ctx context.Context, q jobs.Query) (jobs.Page, error)
	Matching(ctx context.Context, q jobs.Query, limit int) (n int, more bool, err error)
	RedriveAll(ctx context.Context, ids []string) ([]error, error)
	CancelAll(ctx context.Context, ids []string) ([]error, error)
}

// Letters is what acts on letters need.
type Letters interface {
	List(ctx context.Context, f deadletter.Filter, cursor string, limit int) ([]deadletter.Letter, string, error)
	Heaps(ctx context.Context, f deadletter.Filter, before string) ([]deadletter.Heap, error)
	Redrive(ctx context.Context, id string) error
	Discard(ctx context.Context, ids ...string) (int, error)
}

// Service takes orders and carries them out while it runs. Safe for concurrent use.
type Service struct {
	jobs    Jobs
	letters Letters
	store   Store
	clock   port.Clock
	ids     port.IDs
	log     *slog.Logger

	orders chan Operation // never full

	mu      sync.Mutex
	open    bool
	running int
}

// New makes a service. It takes orders until Run has ended.
func New(ofJobs Jobs, letters Letters, store Store, clock port.Clock, ids port.IDs, log *slog.Logger) *Service {
	return &Service{
		jobs: ofJobs, letters: letters, store: store, clock: clock, ids: ids, log: log, orders: make(chan Operation, atOnce), open: true,
	}
}

// Preview says what an order would do now, and changes nothing.
func (s *Service) Preview(ctx context.Context, o Order) (Preview, error) {
	o, err := o.checked()
	if err != nil {
		return Preview{}, err
	}
	return s.count(ctx, o, s.ids.New())
}

// count counts what matches and is older than the operation of an id.
func (s *Service) count(ctx context.Context, o Order, id string) (p Preview, err error) {
	p.ID = id
	if o.aboutJobs() {
		o.Jobs.Cursor = id
		p.Matching, p.More, err = s.jobs.Matching(ctx, o.Jobs, countTo)
		return p, err
	}
	p.Heaps, err = s.letters.Heaps(ctx, o.Letters, id)
	for _, h := range p.Heaps {
		p.Matching += h.Letters
	}
	return p, err
}

// Start begins the operation of a preview that was confirmed, and returns it at once. It is refused when more match by
// now: something older may have come to match since. A preview becomes one operation, however often it is started.
func (s *Service) Start(ctx context.Context, o Order, shown Preview) (Operation, error) {
	o, err := o.checked()
	if err != nil {
		return Operation{}, err
	}
	id, ok := uuid.Parse(shown.ID)
	if !ok || id > s.ids.New() {
		return Operation{}, ErrNotShown
	}
	if op, err := s.started(ctx, id, o); !errors.Is(err, ErrNotFound) {
		return op, err
	}
	now, err := s.count(ctx, o, id)
	if err != nil {
		return Operation{}, err
	}
	if now.Matching > shown.Matching || now.More && !shown.More {
		return Operation{}, ErrMoreMatch
	}
	return s.begin(ctx, o, now)
}

// started returns what a preview has become already.
func (s *Service) started(ctx context.Context, id string, o Order) (Operation, error) {
	op, err := s.Get(ctx, id)
	if err == nil && (op.Act != o.Act || op.filter() != o.filter()) {
		return Operation{}, ErrNotShown // it was another order's
	}
	return op, err
}

func (s *Service) begin(ctx context.Context, o Order, p Preview) (Operation, error) {
	if err := s.enter(); err != nil {
		return Operation{}, err
	}
	now := s.clock.Now().UTC()
	op := Operation{ID: p.ID, Order: o, State: Running, Total: p.Matching, More: p.More, StartedAt: now, UpdatedAt: now}
	if first, err := s.store.AddOperation(ctx, op); err != nil || !first {
		s.leave()
		if err != nil {
			return Operation{}, err
		}
		return s.started(ctx, op.ID, o) // at the same time, by another
	}
	s.log.Info("an operation on everything that matches was ordered",
		"operation", op.ID, "by", o.By, "act", string(o.Act), "filter", o.filter(), "matching", op.Total, "more", op.More)
	return s.hand(op)
}

// hand gives an operation to Run, unless that has ended since the operation was let in.
func (s *Service) hand(op Operation) (Operation, error) {
	s.mu.Lock()
	open := s.open
	if open {
		s.orders <- op // there is room for as many as may run at once
	}
	s.mu.Unlock()
	if open {
		return op, nil
	}
	s.end(op, Stopped)
	s.leave()
	return Operation{}, errStopped
}

// Get returns an operation as it stands.
func (s *Service) Get(ctx context.Context, id string) (Operation, error) {
	op, err := s.store.Operation(ctx, id)
	return s.judged(op), err
}

// Recent returns the newest operations, newest first.
func (s *Service) Recent(ctx context.Context) ([]Operation, error) {
	all, err := s.store.Operations(ctx, remember)
	for i := range all {
		all[i] = s.judged(all[i])
	}
	return all, err
}

// judged tells an operation whose process has died from one that runs.
func (s *Service) judged(op Operation) Operation {
	if op.State == Running && s.clock.Now().Sub(op.UpdatedAt) > lostAfter {
		op.State = Lost
	}
	return op
}

// enter takes one of the few places; leave gives it back.
func (s *Service) enter() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case !s.open:
		return errStopped
	case s.running == atOnce:
		return errBusy
	}
	s.running++
	return nil
}

func (s *Service) leave() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.running--
}

// checked gives the order's query the statuses that its act can change, or refuses it.
func (o Order) checked() (Order, error) {
	var able []job.Status
	switch o.Act {
	case RedriveJobs:
		able = []job.Status{job.Failed}
	case CancelJobs:
		able = []job.Status{job.Pending, job.Processing}
	case RedriveLetters, DiscardLetters:
		return o, nil
	default:
		return o, fault.Field("act", "is none of those that there are")
	}
	o.Jobs.Cursor, o.Jobs.Back, o.Jobs.Limit = "", false, 0
	if len(o.Jobs.Statuses) > 0 {
		able = slices.DeleteFunc(able, func(s job.Status) bool { return !slices.Contains(o.Jobs.Statuses, s) })
	}
	if len(able) == 0 {
		return o, fault.Field("status", fmt.Sprintf("no job that is %v can be changed so", o.Jobs.Statuses))
	}
	o.Jobs.Statuses = able
	return o, nil
}

func (o Order) aboutJobs() bool { return o.Act == RedriveJobs || o.Act == CancelJobs }

// filter is what the log says of it.
func (o Order) filter() string {
	if o.aboutJobs() {
		return fmt.Sprintf("status %v, text %q, server %q", o.Jobs.Statuses, o.Jobs.Text, o.Jobs.ServerID)
	}
	return fmt.Sprintf("topic %q, group %q, reason %q", o.Letters.Topic, o.Letters.Group, o.Letters.Reason)
}

// moved reports whether an error says that the thing has moved on by itself since it matched.
func moved(err error) bool {
	return errors.Is(err, jobs.ErrNotFound) || errors.Is(err, deadletter.ErrNotFound) || fault.KindOf(err) == fault.Conflict
}
