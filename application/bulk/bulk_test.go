package bulk_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"convoke/application/bulk"
	"convoke/application/deadletter"
	"convoke/application/envelope"
	"convoke/application/jobs"
	"convoke/application/port"
	"convoke/domain/event"
	"convoke/domain/fault"
	"convoke/domain/job"
	"convoke/test/backend"
	"convoke/test/fake"
)

// ended waits until an operation is no longer running.
func ended(t *testing.T, s *bulk.Service, id string) bulk.Operation {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for {
		op, err := s.Get(ctx, id)
		if err != nil {
			t.Fatal(err)
		}
		if op.State != bulk.Running {
			return op
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			t.Fatalf("still running: %+v", op)
		}
	}
}

func begin(t *testing.T, s *bulk.Service, o bulk.Order) bulk.Operation {
	t.Helper()
	op, err := s.Start(t.Context(), o, shown(t, s, o))
	if err != nil {
		t.Fatal(err)
	}
	return op
}

// shown is what an operator sees of an order before it is confirmed.
func shown(t *testing.T, s *bulk.Service, o bulk.Order) bulk.Preview {
	t.Helper()
	p, err := s.Preview(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestEveryFailedJobThatMatchesIsRedriven(t *testing.T) {
	t.Parallel()
	b := backend.New(t)
	var failed []string
	for range 230 { // more than two steps
		id := b.Order()
		b.Fail(id)
		failed = append(failed, id)
	}
	other, err := b.Jobs.Generate(t.Context(), jobs.Generate{Description: "A wedding"})
	if err != nil {
		t.Fatal(err)
	}
	b.Fail(other.ID)
	completed := b.Order()
	b.Complete(completed)

	order := bulk.Order{Act: bulk.RedriveJobs, Jobs: jobs.Query{Text: "garden"}, By: "test"}
	if p, err := b.Bulk.Preview(t.Context(), order); err != nil || p.Matching != 230 || p.More {
		t.Errorf("%+v, %v", p, err)
	}
	op := ended(t, b.Bulk, begin(t, b.Bulk, order).ID)
	if op.State != bulk.Finished || op.Total != 230 || op.Done != 230 || op.Skipped+op.Failed != 0 || op.EndedAt.IsZero() {
		t.Errorf("%+v", op)
	}
	for _, id := range failed {
		if view, err := b.Jobs.Get(t.Context(), id); err != nil || view.Job.Status != job.Pending || view.Job.Attempt != 2 {
			t.Fatalf("%+v, %v", view.Job, err)
		}
	}
	for id, want := range map[string]job.Status{other.ID: job.Failed, completed: job.Completed} {
		if view, _ := b.Jobs.Get(t.Context(), id); view.Job.Status != want {
			t.Errorf("%s instead of %s", view.Job.Status, want)
		}
	}
	if again := ended(t, b.Bulk, begin(t, b.Bulk, order).ID); again.Done != 0 || again.State != bulk.Finished {
		t.Errorf("done twice: %+v", again)
	}
}

func TestEveryUnfinishedJobIsCancelledAndItsWorkerTold(t *testing.T) {
	t.Parallel()
	b := backend.New(t)
	waiting, running, done := b.Order(), b.Order(), b.Order()
	b.Progress(running, 10, "on")
	b.Complete(done)
	op := ended(t, b.Bulk, begin(t, b.Bulk, bulk.Order{Act: bulk.CancelJobs}).ID)
	if op.Done != 2 || op.Total != 2 {
		t.Errorf("%+v", op)
	}
	told, err := b.Bus.Tail(t.Context(), b.Names.Control, 100)
	if err != nil {
		t.Fatal(err)
	}
	var stopped []string
	for _, m := range told {
		if e, err := envelope.Decode(m); err == nil && e.Data.Type() == event.TypeJobCancelled {
			stopped = append(stopped, e.Data.Subject())
		}
	}
	slices.Sort(stopped)
	if want := []string{waiting, running}; !slices.Equal(stopped, want) {
		t.Errorf("told to stop: %v instead of %v", stopped, want)
	}
}

func TestWhatCanNotBeChangedIsRefused(t *testing.T) {
	t.Parallel()
	b := backend.New(t)
	for _, o := range []bulk.Order{
		{Act: "delete-everything"}, {},
		{Act: bulk.RedriveJobs, Jobs: jobs.Query{Statuses: []job.Status{job.Completed}}},
		{Act: bulk.CancelJobs, Jobs: jobs.Query{Statuses: []job.Status{job.Failed}}},
		{Act: bulk.CancelJobs, Jobs: jobs.Query{Text: strings.Repeat("x", 1000)}},
	} {
		if _, err := b.Bulk.Start(t.Context(), o, bulk.Preview{ID: older().New()}); fault.KindOf(err) != fault.Invalid {
			t.Errorf("%+v: %v", o, err)
		}
		if _, err := b.Bulk.Preview(t.Context(), o); fault.KindOf(err) != fault.Invalid {
			t.Errorf("%+v: %v", o, err)
		}
	}
}

// keep puts dead letters of replies' events into the store.
func keep(t *testing.T, b *backend.Backend, ids port.IDs, n int) {
	t.Helper()
	letters := make([]deadletter.Letter, n)
	for i := range letters {
		letters[i] = deadletter.Letter{
			ID: ids.New(), Topic: b.Names.RSVPEvents, Group: b.Names.Mail, Reason: "panic", Value: fmt.Append(nil, i), Time: time.Now(),
			Fingerprint: [32]byte{byte(i), byte(i >> 8)},
		}
	}
	if err := b.Store.AddLetters(t.Context(), letters); err != nil {
		t.Fatal(err)
	}
}

func TestLettersAreRedrivenToTheirGroupAndThenGone(t *testing.T) {
	t.Parallel()
	b := backend.New(t)
	keep(t, b, &fake.IDs{}, 120)
	order := bulk.Order{Act: bulk.RedriveLetters, Letters: deadletter.Filter{Group: b.Names.Mail}}
	p, err := b.Bulk.Preview(t.Context(), order)
	if err != nil || p.Matching != 120 || len(p.Heaps) != 1 || p.Heaps[0].Topic != b.Names.RSVPEvents || p.Heaps[0].Group != b.Names.Mail {
		t.Errorf("%+v, %v", p, err)
	}
	if op := ended(t, b.Bulk, begin(t, b.Bulk, order).ID); op.Done != 120 || op.State != bulk.Finished {
		t.Errorf("%+v", op)
	}
	sent, err := b.Bus.Tail(t.Context(), b.Names.RSVPEvents, 1000)
	if err != nil || len(sent) != 120 || sent[0].Headers[envelope.HeaderRedrive] != b.Names.Mail {
		t.Errorf("%d were sent, %v", len(sent), err)
	}
	if left, _, err := b.Store.Letters(t.Context(), deadletter.Filter{}, "", 100); err != nil || len(left) != 0 {
		t.Errorf("%d are left, %v", len(left), err)
	}
}

func TestLettersAreDiscardedByFilter(t *testing.T) {
	t.Parallel()
	b := backend.New(t)
	keep(t, b, &fake.IDs{}, 120)
	none := begin(t, b.Bulk, bulk.Order{Act: bulk.DiscardLetters, Letters: deadletter.Filter{Reason: "another"}})
	if op := ended(t, b.Bulk, none.ID); op.Done != 0 || op.Total != 0 || op.State != bulk.Finished {
		t.Errorf("%+v", op)
	}
	all := begin(t, b.Bulk, bulk.Order{Act: bulk.DiscardLetters, Letters: deadletter.Filter{Reason: "panic"}})
	if op := ended(t, b.Bulk, all.ID); op.Done != 120 || op.Total != 120 {
		t.Errorf("%+v", op)
	}
	if recent, err := b.Bulk.Recent(t.Context()); err != nil || len(recent) != 2 || recent[0].ID != all.ID {
		t.Errorf("%+v, %v", recent, err)
	}
}

// letters is a desk whose broker a test drives.
type letters struct {
	bulk.Letters
	redrive func(ctx context.Context, id string) error
}

func (l *letters) Redrive(ctx context.Context, id string) error { return l.redrive(ctx, id) }

// drive runs a service over the backend's store, with letters that redrive as the test says.
func drive(t *testing.T, b *backend.Backend, redrive func(context.Context, string) error) (s *bulk.Service, stop func()) {
	t.Helper()
	s = bulk.New(b.Jobs, &letters{b.Letters, redrive}, b.Store, fake.NewClock(), &fake.IDs{}, fake.Log())
	ctx, cancel := context.WithCancel(t.Context())
	var running sync.WaitGroup
	running.Go(func() { _ = s.Run(ctx) })
	stop = func() { cancel(); running.Wait() }
	t.Cleanup(stop)
	return s, stop
}

// older gives ids that are older than any operation's.
func older() port.IDs { return new(past) }

type past struct{ n int }

func (p *past) New() string { p.n++; return fmt.Sprintf("01880000-0000-7000-8000-%012x", p.n) }

func TestALetterThatIsRefusedStaysAndTheOthersGoOn(t *testing.T) {
	t.Parallel()
	b := backend.New(t)
	keep(t, b, older(), 5)
	n := 0
	s, _ := drive(t, b, func(context.Context, string) error {
		switch n++; n {
		case 2:
			return fault.New(fault.Invalid, "too-large", "it is too large")
		case 3:
			return deadletter.ErrNotFound
		}
		return nil
	})
	op := ended(t, s, begin(t, s, bulk.Order{Act: bulk.RedriveLetters}).ID)
	if op.Done != 3 || op.Skipped != 1 || op.Failed != 1 || op.LastError != "it is too large" || op.State != bulk.Finished {
		t.Errorf("%+v", op)
	}
}

func TestAnIllBrokerIsWaitedFor(t *testing.T) {
	t.Parallel()
	b := backend.New(t)
	keep(t, b, older(), 2)
	tried := map[string]int{}
	s, _ := drive(t, b, func(_ context.Context, id string) error {
		if tried[id]++; tried[id] == 1 {
			return fault.New(fault.Unavailable, "broker-unavailable", "the broker did not take it").Because(errors.New("secret host"))
		}
		return nil
	})
	op := ended(t, s, begin(t, s, bulk.Order{Act: bulk.RedriveLetters}).ID)
	if op.Done != 2 || op.Failed != 0 || op.LastError != "the broker did not take it" || op.State != bulk.Finished {
		t.Errorf("%+v", op)
	}
}

func TestOnlyAFewRunAtATimeAndAStopLeavesTheRest(t *testing.T) {
	t.Parallel()
	b := backend.New(t)
	keep(t, b, older(), 50)
	busy := make(chan struct{}, 100)
	s, stop := drive(t, b, func(ctx context.Context, _ string) error {
		busy <- struct{}{}
		<-ctx.Done()
		return ctx.Err()
	})
	order := bulk.Order{Act: bulk.RedriveLetters}
	one := begin(t, s, order)
	other := begin(t, s, order)
	<-busy
	<-busy
	if _, err := s.Start(t.Context(), order, shown(t, s, order)); fault.KindOf(err) != fault.Exhausted {
		t.Errorf("a third one: %v", err)
	}
	stop()
	for _, op := range []bulk.Operation{ended(t, s, one.ID), ended(t, s, other.ID)} {
		if op.State != bulk.Stopped || op.Done != 0 || op.Failed != 0 {
			t.Errorf("%+v", op)
		}
	}
	if _, err := s.Start(t.Context(), order, shown(t, s, order)); fault.KindOf(err) != fault.Unavailable {
		t.Errorf("after the stop: %v", err)
	}
	if left, err := b.Store.Heaps(t.Context(), deadletter.Filter{}, ""); err != nil || left[0].Letters != 50 {
		t.Errorf("%+v, %v", left, err)
	}
}

func TestWhatComesAfterTheStartIsNotTouched(t *testing.T) {
	t.Parallel()
	b := backend.New(t)
	keep(t, b, older(), 1)
	var seen []string
	s, _ := drive(t, b, func(_ context.Context, id string) error { seen = append(seen, id); return nil })
	for range 3 {
		b.Fail(b.Order()) // their ids are of today, the operation's of long ago
	}
	op := ended(t, s, begin(t, s, bulk.Order{Act: bulk.RedriveJobs}).ID)
	if op.Done != 0 || op.State != bulk.Finished {
		t.Errorf("%+v", op)
	}
	keepLate(t, b)
	if op := ended(t, s, begin(t, s, bulk.Order{Act: bulk.RedriveLetters}).ID); op.Done != 1 || len(seen) != 1 {
		t.Errorf("%+v, %v", op, seen)
	}
}

func keepLate(t *testing.T, b *backend.Backend) {
	t.Helper()
	late := deadletter.Letter{ID: "ffffffff-0000-7000-8000-000000000001", Topic: "t", Time: time.Now(), Fingerprint: [32]byte{9}}
	if err := b.Store.AddLetters(t.Context(), []deadletter.Letter{late}); err != nil {
		t.Fatal(err)
	}
}

func TestAnOperationWhoseProcessDiedIsLost(t *testing.T) {
	t.Parallel()
	b := backend.New(t)
	op := bulk.Operation{ID: "01890000-0000-7000-8000-000000000001", State: bulk.Running, UpdatedAt: time.Now().Add(-time.Hour)}
	if err := b.Store.PutOperation(t.Context(), op); err != nil {
		t.Fatal(err)
	}
	if got, err := b.Bulk.Get(t.Context(), op.ID); err != nil || got.State != bulk.Lost {
		t.Errorf("%+v, %v", got, err)
	}
}
