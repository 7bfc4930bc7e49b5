package worker_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"convoke/adapters/noop"
	"convoke/application/consume"
	"convoke/application/envelope"
	"convoke/application/port"
	"convoke/application/worker"
	"convoke/domain/design"
	"convoke/domain/event"
	"convoke/test/fake"
)

// generator does what its function does.
type generator struct {
	id   string
	make func(ctx context.Context, progress func(int, string)) (port.Drawing, error)
}

func (g generator) ID() string { return g.id }

func (g generator) Generate(ctx context.Context, _ port.Request, progress func(int, string)) (port.Drawing, error) {
	return g.make(ctx, progress)
}

func drawing() port.Drawing {
	return port.Drawing{Asset: design.Asset{MediaType: design.SVGType, Data: []byte(`<svg xmlns="http://www.w3.org/2000/svg" width="64" height="64"></svg>`)}}
}

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
	t         *testing.T
	publisher *fake.Publisher
	control   *control
	worker    *worker.Worker
	stopBeat  context.CancelFunc
	beat      chan struct{}
}

func newRig(t *testing.T, c worker.Config, generators ...port.Generator) *rig {
	t.Helper()
	r := &rig{t: t, publisher: &fake.Publisher{}, control: &control{}, beat: make(chan struct{})}
	if c.Default == "" {
		c.Default = generators[0].ID()
	}
	c.ID = "w"
	r.worker = worker.New(c, envelope.DefaultNames(""), generators, r.publisher, r.control, wallClock{}, &fake.IDs{}, &fake.Meter{}, fake.Log())
	ctx, cancel := context.WithCancel(context.Background())
	r.stopBeat = cancel
	go func() { _ = r.worker.Beat(ctx); close(r.beat) }()
	return r
}

// wallClock follows the time of the test's bubble.
type wallClock struct{}

func (wallClock) Now() time.Time { return time.Now() }

// stop drains the worker as a process would, giving it the time that it takes to finish.
func (r *rig) stop(patience time.Duration) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	r.worker.Stop(ctx)
	r.stopBeat()
	<-r.beat
}

func (r *rig) handle(ctx context.Context, requests ...event.DesignRequested) []error {
	batch := make([]consume.Delivery, len(requests))
	for i, q := range requests {
		batch[i].Event = event.Event{Data: q}
	}
	return r.worker.Requests().Handle(ctx, batch)
}

func (r *rig) answers() []event.Data {
	r.t.Helper()
	var all []event.Data
	for _, m := range r.publisher.Sent() {
		e, err := envelope.Decode(m)
		if err != nil {
			r.t.Fatal(err)
		}
		all = append(all, e.Data)
	}
	return all
}

func request(id string, attempt int) event.DesignRequested {
	return event.DesignRequested{JobID: id, Attempt: attempt, Brief: design.Brief{Description: "x", Size: design.Size{Width: 64, Height: 64}}}
}

// bubble runs a test in which time passes only when everybody waits.
func bubble(t *testing.T, test func(t *testing.T)) {
	t.Helper()
	t.Parallel()
	synctest.Test(t, test)
}

func TestAQuickDesignIsAnsweredBeforeTheRequestIsDone(t *testing.T) {
	bubble(t, func(t *testing.T) {
		r := newRig(t, worker.Config{}, noop.New(0))
		defer r.stop(time.Second)
		if errs := r.handle(t.Context(), request("a", 1), request("b", 2)); errors.Join(errs...) != nil {
			t.Fatal(errs)
		}
		answers := r.answers()
		if len(answers) != 2 {
			t.Fatalf("answers %v", answers)
		}
		for _, a := range answers {
			ready, ok := a.(event.DesignReady)
			if !ok || ready.Generator != "noop" || ready.Asset.MediaType != design.SVGType {
				t.Fatalf("answer %+v", a)
			}
			if report, _ := ready.Metadata[design.ReportKey].(map[string]any); report["sha256"] == nil {
				t.Errorf("no report of the cleaning in %v", ready.Metadata)
			}
		}
	})
}

func TestADesignThatTakesNoTimeIsOneThatTookAMillisecond(t *testing.T) {
	bubble(t, func(t *testing.T) {
		r := newRig(t, worker.Config{}, noop.New(0))
		if errs := r.handle(t.Context(), request("a", 1)); errors.Join(errs...) != nil {
			t.Fatal(errs)
		}
		if ready, ok := r.answers()[0].(event.DesignReady); !ok || ready.Duration != time.Millisecond {
			t.Errorf("%+v", r.answers())
		}
		r.stop(time.Second)
	})
}

func TestASlowDesignIsPickedUpThenRenewedThenAnswered(t *testing.T) {
	bubble(t, func(t *testing.T) {
		r := newRig(t, worker.Config{}, noop.New(10*time.Second))
		start := time.Now()
		if errs := r.handle(t.Context(), request("a", 1)); errors.Join(errs...) != nil {
			t.Fatal(errs)
		}
		if took := time.Since(start); took != 250*time.Millisecond {
			t.Fatalf("picked up after %s", took)
		}
		time.Sleep(11 * time.Second)
		synctest.Wait()
		answers := r.answers()
		reports := answers[:len(answers)-1]
		if _, ok := answers[len(answers)-1].(event.DesignReady); !ok || len(reports) < 3 || len(reports) > 5 {
			t.Fatalf("answers %+v", answers)
		}
		for _, a := range reports {
			if p, ok := a.(event.DesignProgressed); !ok || p.WorkerID != "w" || p.Progress != 50 {
				t.Fatalf("report %+v", a)
			}
		}
		r.stop(time.Second)
	})
}

func TestGivingWayPicksUpWhatRunsAndLeavesTheRestToOthers(t *testing.T) {
	bubble(t, func(t *testing.T) {
		r := newRig(t, worker.Config{Concurrency: 1}, noop.New(time.Minute))
		defer r.stop(0)
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		errs := r.handle(ctx, request("a", 1), request("b", 1))
		if errs[0] != nil || !errors.Is(errs[1], context.DeadlineExceeded) {
			t.Fatalf("errors %v", errs)
		}
		p, ok := r.answers()[0].(event.DesignProgressed)
		if !ok || p.JobID != "a" {
			t.Fatalf("answers %v", r.answers())
		}
	})
}

func TestTheSameRequestAgainIsNotRunTwice(t *testing.T) {
	bubble(t, func(t *testing.T) {
		runs := 0
		r := newRig(t, worker.Config{}, generator{"g", func(context.Context, func(int, string)) (port.Drawing, error) {
			runs++
			time.Sleep(2 * time.Second)
			return drawing(), nil
		}})
		r.handle(t.Context(), request("a", 1))
		r.handle(t.Context(), request("a", 1))
		r.stop(time.Minute)
		if runs != 1 {
			t.Fatalf("%d runs", runs)
		}
	})
}

func TestACancelStopsWhatRunsAndDropsWhatWaits(t *testing.T) {
	bubble(t, func(t *testing.T) {
		r := newRig(t, worker.Config{}, noop.New(time.Minute))
		r.handle(t.Context(), request("a", 1))
		before := len(r.answers())
		r.worker.Take(event.JobCancelled{JobID: "a"})
		r.worker.Take(event.JobCancelled{JobID: "b", Attempt: 2})
		synctest.Wait()
		if errs := r.handle(t.Context(), request("a", 1), request("b", 2)); errors.Join(errs...) != nil {
			t.Fatal(errs)
		}
		if got := r.answers()[before:]; len(got) != 0 {
			t.Fatalf("answers after the cancel: %v", got)
		}
		r.handle(t.Context(), request("b", 3))
		if got := r.answers()[before:]; len(got) != 1 {
			t.Fatalf("a later attempt must run: %v", got)
		}
		r.stop(0)
	})
}

func TestFailuresAreReportedWithTheirCode(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		make      func(context.Context, func(int, string)) (port.Drawing, error)
		server    string
		code      string
		retryable bool
	}{
		"a panic": {make: func(context.Context, func(int, string)) (port.Drawing, error) { panic("x") }, code: "generator-panic", retryable: true},
		"its own error": {make: func(context.Context, func(int, string)) (port.Drawing, error) {
			return port.Drawing{}, &port.GenerateError{Code: "refused", Message: "no"}
		}, code: "refused"},
		"any error": {make: func(context.Context, func(int, string)) (port.Drawing, error) {
			return port.Drawing{}, errors.New("secret detail")
		}, code: "generator-error", retryable: true},
		"garbage": {make: func(context.Context, func(int, string)) (port.Drawing, error) {
			return port.Drawing{Asset: design.Asset{MediaType: design.SVGType, Data: []byte("<html>")}}, nil
		}, code: "unsafe-svg"},
		"too large": {make: func(context.Context, func(int, string)) (port.Drawing, error) {
			return port.Drawing{Asset: design.Asset{MediaType: design.PNGType, Data: make([]byte, design.MaxAssetBytes+1)}}, nil
		}, code: "asset-too-large"},
		"an unknown server": {server: "nobody", code: "unknown-server"},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				r := newRig(t, worker.Config{}, generator{"g", c.make})
				q := request("a", 4)
				q.ServerID = c.server
				r.handle(t.Context(), q)
				r.stop(time.Second)
				failed, ok := r.answers()[0].(event.DesignFailed)
				if !ok || failed.Code != c.code || failed.Retryable != c.retryable || failed.Attempt != 4 {
					t.Fatalf("answer %+v", r.answers()[0])
				}
			})
		})
	}
}

func TestAnIllBrokerKeepsTheAnswerUntilItIsWell(t *testing.T) {
	bubble(t, func(t *testing.T) {
		r := newRig(t, worker.Config{}, noop.New(0))
		tries := 0
		r.publisher.Fail = func(port.Message) error {
			if tries++; tries < 6 {
				return errors.New("no leader")
			}
			return nil
		}
		r.handle(t.Context(), request("a", 1))
		r.stop(time.Hour)
		answers := r.answers()
		if _, ok := answers[len(answers)-1].(event.DesignReady); !ok {
			t.Fatalf("answers %v", answers)
		}
	})
}

func TestTheGoodbyeNamesWhatWasStillRunning(t *testing.T) {
	bubble(t, func(t *testing.T) {
		r := newRig(t, worker.Config{}, noop.New(time.Hour))
		r.handle(t.Context(), request("a", 3))
		r.stop(2 * time.Second)
		gone, ok := r.control.sent[len(r.control.sent)-1].(event.WorkerGone)
		if !ok || len(gone.Running) != 1 || gone.Running[0] != (event.Run{JobID: "a", Attempt: 3}) {
			t.Fatalf("control %+v", r.control.sent)
		}
	})
}

func TestAWorkerAnnouncesItselfAtOnceAndThenEveryFiveSeconds(t *testing.T) {
	bubble(t, func(t *testing.T) {
		r := newRig(t, worker.Config{Concurrency: 3}, noop.New(0))
		ctx, cancel := context.WithTimeout(t.Context(), 11*time.Second)
		defer cancel()
		_ = r.worker.Announce(ctx)
		r.stop(0)
		seen, ok := r.control.sent[0].(event.WorkerSeen)
		if !ok || seen.Concurrency != 3 || len(seen.Generators) != 1 || seen.Generators[0].Health != event.HealthOK {
			t.Fatalf("announced %+v", r.control.sent[0])
		}
		if n := len(r.control.sent) - 1; n != 3 {
			t.Fatalf("announced %d times in 11 s", n)
		}
	})
}
