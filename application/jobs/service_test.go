package jobs_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"convoke/adapters/memory"
	"convoke/application/consume"
	"convoke/application/envelope"
	"convoke/application/fleet"
	"convoke/application/idempotency"
	"convoke/application/jobs"
	"convoke/application/leader"
	"convoke/application/port"
	"convoke/application/relay"
	"convoke/application/watch"
	"convoke/domain/design"
	"convoke/domain/event"
	"convoke/domain/fault"
	"convoke/domain/job"
	"convoke/test/fake"
)

// bubbleClock follows the time of the test's bubble.
type bubbleClock struct{}

func (bubbleClock) Now() time.Time { return time.Now() }

type control struct {
	mu   sync.Mutex
	sent []event.Data
}

func (c *control) Send(_ context.Context, data ...event.Data) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.sent = append(c.sent, data...)
	return nil
}

type rig struct {
	t       *testing.T
	store   *memory.Store
	control *control
	fleet   *fleet.Fleet
	hub     *watch.Hub
	*jobs.Service
}

func newRig(t *testing.T) *rig {
	t.Helper()
	clock, ids := bubbleClock{}, &fake.IDs{}
	encoder := &jobs.Encoder{Names: envelope.DefaultNames(""), IDs: ids, Clock: clock}
	r := &rig{t: t, store: memory.NewStore(encoder, nil, relay.NewFeed()), control: &control{}, fleet: fleet.New(clock)}
	r.hub = watch.New(map[port.HintKind]watch.Source{port.JobHint: jobs.Source{Store: r.store}}, watch.Config{}, fake.Log())
	t.Cleanup(r.hub.Stop)
	r.Service = &jobs.Service{
		Store: r.store, Hub: r.hub, Announcer: watch.NewAnnouncer(r.hub, nil, fake.Log()), Fleet: r.fleet, Control: r.control,
		Policy: job.DefaultPolicy(), Clock: clock, IDs: ids, Meter: &fake.Meter{}, Log: fake.Log(),
	}
	return r
}

func (r *rig) generate() job.State {
	r.t.Helper()
	s, err := r.Generate(r.t.Context(), jobs.Generate{Description: "A garden party"})
	if err != nil {
		r.t.Fatal(err)
	}
	return s
}

// answer applies what workers said, as one batch.
func (r *rig) answer(data ...event.Data) []error {
	batch := make([]consume.Delivery, len(data))
	for i, d := range data {
		batch[i].Event.Data = d
	}
	return r.Answers("g", "t").Handle(r.t.Context(), batch)
}

func (r *rig) view(id string) jobs.View {
	r.t.Helper()
	v, err := r.Get(r.t.Context(), id)
	if err != nil {
		r.t.Fatal(err)
	}
	return v
}

// sent returns what waits in the outbox.
func (r *rig) sent() []port.Message {
	r.t.Helper()
	batches, err := r.store.Pending(r.t.Context(), nil, 1000)
	if err != nil {
		r.t.Fatal(err)
	}
	var all []port.Message
	for _, b := range batches {
		all = append(all, b.Messages...)
	}
	return all
}

const markup = `<svg xmlns="http://www.w3.org/2000/svg" width="64" height="64" viewBox="0 0 64 64"><rect width="64" height="64"/></svg>`

func ready(id string, attempt int) event.DesignReady {
	return event.DesignReady{JobID: id, Attempt: attempt, Generator: "studio", Asset: design.Asset{MediaType: design.SVGType, Data: []byte(markup)}}
}

func bubble(t *testing.T, test func(t *testing.T)) {
	t.Helper()
	t.Parallel()
	synctest.Test(t, test)
}

func TestAnOrderIsAPendingJobAndARequestInOneStep(t *testing.T) {
	bubble(t, func(t *testing.T) {
		r := newRig(t)
		s := r.generate()
		sent := r.sent()
		if s.Status != job.Pending || len(sent) != 1 || sent[0].Topic != "design-requests" || sent[0].Key != s.ID {
			t.Fatalf("state %+v, sent %+v", s, sent)
		}
		if sent[0].Headers[envelope.HeaderTrace] != s.Trace || s.Trace == "" {
			t.Fatalf("trace %q, header %q", s.Trace, sent[0].Headers[envelope.HeaderTrace])
		}
	})
}

func TestBadOrdersNameEveryFieldAndStoreNothing(t *testing.T) {
	bubble(t, func(t *testing.T) {
		r := newRig(t)
		r.fleet.Take(event.WorkerSeen{WorkerID: "w", Generators: []event.GeneratorStatus{{ID: "studio", Health: event.HealthOK}}})
		_, err := r.Generate(t.Context(), jobs.Generate{
			Description: strings.Repeat("x", 4001), Style: "baroque", Palette: []string{"#12345g"},
			Size: design.Size{Width: 63, Height: 4097}, ServerID: "nobody", Deadline: time.Now(),
		})
		var fields []string
		for _, f := range fault.All(err) {
			fields = append(fields, f.Field)
		}
		if fmt.Sprint(fields) != "[description style colorPalette[0] size.width size.height serverId deadline]" {
			t.Fatalf("fields %v", fields)
		}
		if len(r.sent()) != 0 {
			t.Fatal("something was stored")
		}
	})
}

func TestAServerThatNobodyKnowsIsAcceptedWhileNoWorkerIsKnown(t *testing.T) {
	bubble(t, func(t *testing.T) {
		r := newRig(t)
		if _, err := r.Generate(t.Context(), jobs.Generate{Description: "x", ServerID: "gemini"}); err != nil {
			t.Fatal(err)
		}
	})
}

func TestAJobThatSucceedsHasItsDesign(t *testing.T) {
	bubble(t, func(t *testing.T) {
		r := newRig(t)
		s := r.generate()
		if errs := r.answer(event.DesignProgressed{JobID: s.ID, Attempt: 1, WorkerID: "w", Progress: 40}, ready(s.ID, 1)); errors.Join(errs...) != nil {
			t.Fatal(errs)
		}
		v := r.view(s.ID)
		if v.Job.Status != job.Completed || v.Design == nil || v.Design.Number != 1 || v.Design.DesignID != s.DesignID {
			t.Fatalf("view %+v", v)
		}
	})
}

func TestLateDuplicateAndForeignAnswersChangeNothing(t *testing.T) {
	bubble(t, func(t *testing.T) {
		r := newRig(t)
		s := r.generate()
		r.answer(ready(s.ID, 1))
		before := r.view(s.ID)
		errs := r.answer(ready(s.ID, 1), event.DesignFailed{JobID: s.ID, Attempt: 1, Code: "x"},
			event.DesignProgressed{JobID: s.ID, Attempt: 1, WorkerID: "w2"}, event.DesignProgressed{JobID: "01890000-0000-7000-8000-ffffffffffff", Attempt: 1})
		if errors.Join(errs[:3]...) != nil || errs[3] == nil {
			t.Fatalf("errors %v", errs)
		}
		if after := r.view(s.ID); after.Job.Version != before.Job.Version || after.Design.Number != 1 {
			t.Fatalf("before %+v, after %+v", before, after)
		}
		if fmt.Sprint(r.control.sent) != fmt.Sprint([]event.Data{event.JobCancelled{JobID: s.ID, Attempt: 1}}) {
			t.Fatalf("control %+v", r.control.sent)
		}
	})
}

func TestAnUnsafeDesignFailsTheJobForGood(t *testing.T) {
	bubble(t, func(t *testing.T) {
		r := newRig(t)
		s := r.generate()
		answer := ready(s.ID, 1)
		answer.Asset.Data = []byte("<html/>")
		r.answer(answer)
		if v := r.view(s.ID); v.Job.Status != job.Failed || v.Job.ErrorCode != "unsafe-asset" || v.Design != nil {
			t.Fatalf("view %+v", v)
		}
	})
}

func TestARefinementBecomesTheNextVersionAndCarriesItsParent(t *testing.T) {
	bubble(t, func(t *testing.T) {
		r := newRig(t)
		first := r.generate()
		if _, err := r.Refine(t.Context(), jobs.Refine{JobID: first.ID, Instructions: "darker"}); !errors.Is(err, jobs.ErrNotCompleted) {
			t.Fatalf("refining an unfinished job: %v", err)
		}
		r.answer(ready(first.ID, 1))
		second, err := r.Refine(t.Context(), jobs.Refine{JobID: first.ID, Instructions: "darker"})
		if err != nil {
			t.Fatal(err)
		}
		sent := r.sent()
		e, err := envelope.Decode(sent[len(sent)-1])
		if err != nil {
			t.Fatal(err)
		}
		request, _ := e.Data.(event.DesignRequested)
		if request.Parent == nil || string(request.Parent.Asset.Data) != markup || request.Parent.Instructions != "darker" || request.Parent.Version != 1 {
			t.Fatalf("request %+v", request)
		}
		r.answer(ready(second.ID, 1))
		if v := r.view(second.ID); v.Design.Number != 2 || v.Design.ParentVersion != 1 || v.Design.DesignID != first.DesignID {
			t.Fatalf("design %+v", v.Design)
		}
	})
}

func TestTheSameKeyIsDecidedOnceAndOtherBodiesAreRefused(t *testing.T) {
	bubble(t, func(t *testing.T) {
		r := newRig(t)
		order := jobs.Generate{Description: "x", Key: idempotency.NewKey("/p", "", "k", []byte("body"))}
		first, err1 := r.Generate(t.Context(), order)
		again, err2 := r.Generate(t.Context(), order)
		order.Key = idempotency.NewKey("/p", "", "k", []byte("other"))
		_, err3 := r.Generate(t.Context(), order)
		if err := errors.Join(err1, err2); err != nil || first.ID != again.ID || !errors.Is(err3, idempotency.ErrOtherBody) || len(r.sent()) != 1 {
			t.Fatalf("first %s, again %s, errors %v, %v", first.ID, again.ID, err, err3)
		}
	})
}

func TestACancelTellsTheWorkersAndASecondOneIsAConflict(t *testing.T) {
	bubble(t, func(t *testing.T) {
		r := newRig(t)
		s := r.generate()
		cancelled, err := r.Cancel(t.Context(), s.ID, idempotency.Key{})
		if err != nil || cancelled.Status != job.Cancelled {
			t.Fatalf("%+v, %v", cancelled, err)
		}
		if fmt.Sprint(r.control.sent) != fmt.Sprint([]event.Data{event.JobCancelled{JobID: s.ID}}) {
			t.Fatalf("control %+v", r.control.sent)
		}
		if _, err := r.Cancel(t.Context(), s.ID, idempotency.Key{}); fault.KindOf(err) != fault.Conflict {
			t.Fatalf("second cancel: %v", err)
		}
	})
}

func TestWaitReturnsWhenTheJobIsFinishedOrPatienceIsOver(t *testing.T) {
	bubble(t, func(t *testing.T) {
		r := newRig(t)
		s := r.generate()
		start := time.Now()
		v, err := r.Wait(t.Context(), s.ID, 5*time.Second)
		if err != nil || v.Job.Status != job.Pending || time.Since(start) != 5*time.Second {
			t.Fatalf("%s after %s, %v", v.Job.Status, time.Since(start), err)
		}
		time.AfterFunc(2*time.Second, func() { r.answer(ready(s.ID, 1)) })
		start = time.Now()
		v, err = r.Wait(t.Context(), s.ID, time.Minute)
		if err != nil || v.Job.Status != job.Completed || v.Design == nil || time.Since(start) != 2*time.Second {
			t.Fatalf("%s after %s, %v", v.Job.Status, time.Since(start), err)
		}
	})
}

// inspector says where the gateway's group stands.
type inspector struct {
	mu        sync.Mutex
	committed int64
	end       int64
	err       error
}

func (i *inspector) set(committed, end int64, err error) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.committed, i.end, i.err = committed, end, err
}

func (i *inspector) Positions(context.Context, string, string) ([]port.Position, error) {
	i.mu.Lock()
	defer i.mu.Unlock()
	return []port.Position{{Committed: i.committed, End: i.end}}, i.err
}
func (*inspector) Members(context.Context, string, string) ([]port.Member, error) { return nil, nil }
func (*inspector) Tail(context.Context, string, int) ([]port.Message, error)      { return nil, nil }

// sweeping runs the sweep as the leader's duty until stop is called.
func (r *rig) sweeping(i port.Inspector) (stop func()) {
	sweep := &jobs.Sweep{Service: r.Service, Inspector: i, Group: "g", Topic: "t", Clock: bubbleClock{}}
	l := leader.New(r.store, "leader", "me", leader.Config{}, bubbleClock{}, &fake.Meter{}, fake.Log())
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { defer close(done); _ = l.Run(ctx, sweep.Run) }()
	return func() { cancel(); <-done }
}

func TestASilentWorkersJobIsGivenToAnotherAndAGoodbyeMovesItAtOnce(t *testing.T) {
	bubble(t, func(t *testing.T) {
		r := newRig(t)
		defer r.sweeping(&inspector{})()
		silent, goodbye := r.generate(), r.generate()
		time.Sleep(time.Minute)
		for _, s := range []job.State{silent, goodbye} {
			r.answer(event.DesignProgressed{JobID: s.ID, Attempt: 1, WorkerID: "w"})
		}
		r.Release(t.Context(), event.WorkerGone{WorkerID: "w", Running: []event.Run{{JobID: goodbye.ID, Attempt: 1}}})
		if v := r.view(goodbye.ID); v.Job.Attempt != 2 || v.Job.Failures != 0 {
			t.Fatalf("after the goodbye: %+v", v.Job)
		}
		time.Sleep(11 * time.Second)
		if v := r.view(silent.ID); v.Job.Attempt != 1 {
			t.Fatalf("too early: %+v", v.Job)
		}
		time.Sleep(2 * time.Second)
		if v := r.view(silent.ID); v.Job.Attempt != 2 || v.Job.Status != job.Pending || v.Job.Failures != 1 {
			t.Fatalf("after the lease: %+v", v.Job)
		}
	})
}

func TestAnOutageKillsNoLease(t *testing.T) {
	bubble(t, func(t *testing.T) {
		r := newRig(t)
		i := &inspector{}
		defer r.sweeping(i)()
		s := r.generate()
		time.Sleep(time.Minute)
		r.answer(event.DesignProgressed{JobID: s.ID, Attempt: 1, WorkerID: "w"})
		i.set(0, 0, errors.New("no broker"))
		time.Sleep(5 * time.Minute)
		i.set(3, 5, nil) // the broker is back, with answers that nobody has read
		time.Sleep(20 * time.Second)
		i.set(5, 5, nil)
		time.Sleep(5 * time.Second) // the worker may have spoken in them, or be about to
		if v := r.view(s.ID); v.Job.Attempt != 1 || v.Job.Status != job.Processing {
			t.Fatalf("the outage killed the lease: %+v", v.Job)
		}
		time.Sleep(10 * time.Second)
		if v := r.view(s.ID); v.Job.Attempt != 2 {
			t.Fatalf("a silent worker keeps its job after the outage: %+v", v.Job)
		}
	})
}

func TestRetriesAndDeadlinesComeWhenDue(t *testing.T) {
	bubble(t, func(t *testing.T) {
		r := newRig(t)
		defer r.sweeping(&inspector{})()
		retried, forgotten := r.generate(), r.generate()
		r.answer(event.DesignFailed{JobID: retried.ID, Attempt: 1, Code: "http-503", Retryable: true})
		time.Sleep(3 * time.Second)
		if v := r.view(retried.ID); v.Job.Attempt != 2 {
			t.Fatalf("not retried: %+v", v.Job)
		}
		time.Sleep(16 * time.Minute)
		if v := r.view(forgotten.ID); v.Job.Status != job.Failed || v.Job.ErrorCode != job.CodeDeadline {
			t.Fatalf("past its deadline: %+v", v.Job)
		}
		letters := 0
		for _, m := range r.sent() {
			if m.Topic == "design-requests.dlq" && m.Headers[envelope.HeaderReason] == job.ReasonDeadline && m.Headers[envelope.HeaderOffset] == "-1" {
				letters++
			}
		}
		if letters != 2 {
			t.Fatalf("%d letters", letters)
		}
	})
}

func TestARedrivenJobKeepsItsIDAndItsWatchersSeeItMove(t *testing.T) {
	bubble(t, func(t *testing.T) {
		r := newRig(t)
		s := r.generate()
		r.answer(event.DesignFailed{JobID: s.ID, Attempt: 1, Code: "refused"})
		var heard []job.Status
		subscription, _, err := r.hub.Watch(t.Context(), watch.Topic{Kind: port.JobHint, ID: s.ID}, func(state watch.State) {
			heard = append(heard, state.(jobs.Watched).Job.Status)
		})
		if err != nil {
			t.Fatal(err)
		}
		defer subscription.Close()
		subscription.Resume()
		if _, err := r.Redrive(t.Context(), s.ID); err != nil {
			t.Fatal(err)
		}
		r.answer(ready(s.ID, 2))
		if fmt.Sprint(heard) != "[PENDING COMPLETED]" {
			t.Fatalf("heard %v", heard)
		}
	})
}
