package overview_test

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"convoke/adapters/memory"
	"convoke/adapters/system"
	"convoke/application/deadletter"
	"convoke/application/envelope"
	"convoke/application/fleet"
	"convoke/application/jobs"
	"convoke/application/overview"
	"convoke/application/port"
	"convoke/application/pulse"
	"convoke/application/relay"
	"convoke/domain/event"
	"convoke/domain/job"
	"convoke/test/fake"
)

var errIll = errors.New("ill")

// world is the memory's store, and a broker, either ill or silent as a test says.
type world struct {
	*memory.Store

	positions func(ctx context.Context, group string) ([]port.Position, error)
	statuses  func(ctx context.Context) error
	looks     atomic.Int64 // at the statuses
}

func newWorld(t *testing.T) *world {
	t.Helper()
	ids, clock, names := &fake.IDs{}, system.Clock{}, envelope.DefaultNames("")
	return &world{
		Store:    memory.NewStore(&jobs.Encoder{Names: names, IDs: ids, Clock: clock}, nil, relay.NewFeed()),
		statuses: func(context.Context) error { return nil },
		positions: func(context.Context, string) ([]port.Position, error) {
			return []port.Position{{Partition: 0, Committed: 3, End: 5}, {Partition: 1, Committed: 9, End: 7}}, nil
		},
	}
}

func (w *world) Statuses(ctx context.Context, limit int) (map[job.Status]int, error) {
	w.looks.Add(1)
	if err := w.statuses(ctx); err != nil {
		return nil, err
	}
	return w.Store.Statuses(ctx, limit)
}

func (w *world) Positions(ctx context.Context, group, _ string) ([]port.Position, error) {
	return w.positions(ctx, group)
}

func (w *world) Members(context.Context, string, string) ([]port.Member, error) {
	return []port.Member{{ID: "m", Host: "h", Partitions: []int32{0}}}, nil
}

func (w *world) Tail(context.Context, string, int) ([]port.Message, error) { return nil, errIll }

func (w *world) service() *overview.Service {
	clock := system.Clock{}
	f := fleet.New(clock)
	f.Take(event.WorkerSeen{WorkerID: "w", Concurrency: 8})
	return overview.New(overview.Sources{
		Fleet: f, Inspector: w, Groups: []overview.GroupTopic{{Group: "one", Topic: "t"}, {Group: "other", Topic: "t"}},
		Jobs: w, Outbox: w, Letters: w, Pulse: &pulse.Reader{Store: w, Clock: clock},
	}, clock, fake.Log())
}

func (w *world) order(t *testing.T, ids port.IDs) {
	t.Helper()
	c := &jobs.Change{New: job.New(job.Order{ID: ids.New(), DesignID: ids.New()}, job.DefaultPolicy(), time.Now())}
	if err := errors.Join(w.Commit(t.Context(), c), c.Err); err != nil {
		t.Fatal(err)
	}
}

func TestEverythingIsSeenAtAGlance(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.order(t, &fake.IDs{})
		letter := deadletter.Letter{ID: "01890000-0000-7000-8000-000000000001", Topic: "t", Group: "g", Reason: "panic"}
		if err := w.AddLetters(t.Context(), []deadletter.Letter{letter}); err != nil {
			t.Fatal(err)
		}
		time.Sleep(3 * time.Second)
		o := w.service().Look(t.Context())
		if err := errors.Join(o.Jobs.Err, o.Outbox.Err, o.Pulse.Err, o.Letters.Err, o.Groups[0].Err); err != nil {
			t.Fatal(err)
		}
		if len(o.Workers) != 1 || len(o.Pulse.Value) != 60 || len(o.Letters.Value) != 1 || o.Letters.Value[0].Letters != 1 {
			t.Errorf("%+v", o)
		}
		if one := (overview.Count{Number: 1}); o.Jobs.Value[job.Pending] != one || len(o.Jobs.Value) != len(job.Statuses()) {
			t.Errorf("%+v", o.Jobs.Value)
		}
		if want := (overview.Outbox{Batches: 1, Oldest: 3 * time.Second}); o.Outbox.Value != want {
			t.Errorf("%+v", o.Outbox.Value)
		}
		g := o.Groups[1]
		if g.Group != "other" || *g.Lag != 2 || g.Partitions[0].Lag != 2 || g.Partitions[1].Lag != 0 || len(g.Members) != 1 {
			t.Errorf("%+v", g)
		}
	})
}

func TestOneIllPartHidesNoOther(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	well := w.positions
	w.statuses = func(context.Context) error { return errIll }
	w.positions = func(ctx context.Context, group string) ([]port.Position, error) {
		if group == "one" {
			return nil, errIll
		}
		return well(ctx, group)
	}
	o := w.service().Look(t.Context())
	if !errors.Is(o.Jobs.Err, errIll) || o.Outbox.Err != nil || o.Letters.Err != nil || o.Pulse.Err != nil {
		t.Errorf("%+v", o)
	}
	if ill, well := o.Groups[0], o.Groups[1]; ill.Err == nil || ill.Lag != nil || ill.Group != "one" || well.Err != nil || *well.Lag != 2 {
		t.Errorf("%+v and %+v", ill, well)
	}
}

func TestAPartThatDoesNotAnswerIsNotWaitedForForLong(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		let := make(chan struct{})
		w.statuses = func(context.Context) error { <-let; return nil } // it does not care who waits
		began := time.Now()
		o := w.service().Look(t.Context())
		if o.Jobs.Err == nil || o.Letters.Err != nil || time.Since(began) != 3*time.Second {
			t.Errorf("%v after %s", o.Jobs.Err, time.Since(began))
		}
		close(let)
	})
}

func TestManyLookersAreOneLookASecond(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.statuses = func(context.Context) error { time.Sleep(100 * time.Millisecond); return nil }
		s := w.service()
		look := func() {
			var all sync.WaitGroup
			for range 50 {
				all.Go(func() {
					if part := s.Jobs(t.Context()); part.Err != nil {
						t.Error(part.Err)
					}
				})
			}
			all.Wait()
		}
		look()
		look()
		if n := w.looks.Load(); n != 1 {
			t.Errorf("%d looks", n)
		}
		time.Sleep(time.Second)
		look()
		if n := w.looks.Load(); n != 2 {
			t.Errorf("%d looks after a second", n)
		}
	})
}

func TestWhoGoesAwayTakesNobodysAnswerAlong(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		w.statuses = func(ctx context.Context) error {
			select {
			case <-time.After(time.Second):
				return nil
			case <-ctx.Done():
				return ctx.Err()
			}
		}
		s := w.service()
		hasty, leave := context.WithCancel(t.Context())
		var both sync.WaitGroup
		both.Go(func() {
			if part := s.Jobs(hasty); part.Err == nil {
				t.Error("answered before it was known")
			}
		})
		synctest.Wait()
		both.Go(func() {
			if part := s.Jobs(t.Context()); part.Err != nil {
				t.Error(part.Err)
			}
		})
		synctest.Wait()
		leave()
		both.Wait()
	})
}
