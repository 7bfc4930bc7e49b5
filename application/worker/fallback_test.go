package worker_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"convoke/adapters/noop"
	"convoke/application/port"
	"convoke/application/worker"
	"convoke/domain/event"
)

func TestAHangingGeneratorIsCutOffAndItsFallbackHasAFullTurn(t *testing.T) {
	bubble(t, func(t *testing.T) {
		release := make(chan struct{})
		hung := generator{"hung", func(context.Context, func(int, string)) (port.Drawing, error) {
			<-release // it does not even look at its context
			return port.Drawing{}, nil
		}}
		r := newRig(t, worker.Config{JobTimeout: time.Minute, Fallback: []string{"noop"}}, hung, noop.New(30*time.Second))
		start := time.Now()
		r.handle(t.Context(), request("a", 1))
		r.stop(time.Hour)
		answers := r.answers()
		ready, ok := answers[len(answers)-1].(event.DesignReady)
		if !ok || ready.Generator != "noop" || time.Since(start) < 90*time.Second {
			t.Fatalf("after %s: %+v", time.Since(start), answers[len(answers)-1])
		}
		if fallback, _ := ready.Metadata["fallback"].(map[string]any); fallback["from"] != "hung" || fallback["code"] != "timeout" || fallback["reason"] == "" {
			t.Fatalf("metadata %v", ready.Metadata)
		}
		close(release)
	})
}

func TestEveryFailureFallsBackAndTheDesignSaysWhy(t *testing.T) {
	t.Parallel()
	for name, err := range map[string]error{
		"rate-limited":         &port.GenerateError{Code: "rate-limited", Message: "too often", Retryable: true},
		"provider-unavailable": &port.GenerateError{Code: "provider-unavailable", Message: "down", Retryable: true},
		"no-drawing":           &port.GenerateError{Code: "no-drawing", Message: "prose", Retryable: true},
		"refused":              &port.GenerateError{Code: "refused", Message: "will not"},
		"generator-error":      errors.New("whatever"),
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				ill := generator{"ill", func(context.Context, func(int, string)) (port.Drawing, error) { return port.Drawing{}, err }}
				r := newRig(t, worker.Config{Fallback: []string{"ill", "noop"}}, ill, noop.New(0))
				r.handle(t.Context(), request("a", 1))
				r.stop(time.Minute)
				ready, ok := r.answers()[0].(event.DesignReady)
				if !ok || ready.Generator != "noop" {
					t.Fatalf("answer %+v", r.answers()[0])
				}
				if f, _ := ready.Metadata["fallback"].(map[string]any); f["from"] != "ill" || f["code"] != name || f["reason"] == "" {
					t.Fatalf("metadata %v", ready.Metadata)
				}
			})
		})
	}
}

func TestAJobThatEveryGeneratorFailedIsTriedAgainIfOneFailureMayPass(t *testing.T) {
	t.Parallel()
	failing := func(id string, retryable bool) generator {
		return generator{id, func(context.Context, func(int, string)) (port.Drawing, error) {
			return port.Drawing{}, &port.GenerateError{Code: id, Message: "no", Retryable: retryable}
		}}
	}
	for _, c := range []struct{ first, second, want bool }{{false, false, false}, {true, false, true}, {false, true, true}} {
		synctest.Test(t, func(t *testing.T) {
			r := newRig(t, worker.Config{Fallback: []string{"second"}}, failing("first", c.first), failing("second", c.second))
			r.handle(t.Context(), request("a", 1))
			r.stop(time.Minute)
			failed, ok := r.answers()[0].(event.DesignFailed)
			if !ok || failed.Code != "first" || failed.Retryable != c.want {
				t.Fatalf("%+v: answer %+v", c, r.answers()[0])
			}
		})
	}
}

func TestANearDeadlineIsSharedByTheGeneratorsThatAreLeft(t *testing.T) {
	bubble(t, func(t *testing.T) {
		hung := generator{"hung", func(ctx context.Context, _ func(int, string)) (port.Drawing, error) {
			<-ctx.Done()
			return port.Drawing{}, ctx.Err()
		}}
		r := newRig(t, worker.Config{JobTimeout: time.Hour, Fallback: []string{"noop"}}, hung, noop.New(29*time.Second))
		q := request("a", 1)
		q.Deadline = time.Now().Add(time.Minute)
		r.handle(t.Context(), q)
		r.stop(2 * time.Minute)
		answers := r.answers()
		if ready, ok := answers[len(answers)-1].(event.DesignReady); !ok || ready.Generator != "noop" {
			t.Fatalf("answer %+v", answers[len(answers)-1])
		}
	})
}

func TestAGeneratorThatWasLeftBehindIsNotHeardAnyMore(t *testing.T) {
	bubble(t, func(t *testing.T) {
		release := make(chan struct{})
		hung := generator{"hung", func(_ context.Context, progress func(int, string)) (port.Drawing, error) {
			<-release
			progress(80, "a ghost")
			return port.Drawing{}, nil
		}}
		r := newRig(t, worker.Config{JobTimeout: time.Second, Fallback: []string{"noop"}}, hung, noop.New(10*time.Second))
		r.handle(t.Context(), request("a", 1))
		time.Sleep(3 * time.Second)
		close(release)
		r.stop(time.Minute)
		said := ""
		for _, a := range r.answers() {
			if p, ok := a.(event.DesignProgressed); ok {
				said += p.Message + "; "
			}
		}
		if strings.Contains(said, "ghost") || !strings.Contains(said, "waiting") {
			t.Fatalf("said %s", said)
		}
	})
}
