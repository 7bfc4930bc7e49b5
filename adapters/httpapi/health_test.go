package httpapi

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"convoke/application/port"
	"convoke/domain/fault"
)

type check func(context.Context) error

func (c check) Check(ctx context.Context) error { return c(ctx) }

func TestReadinessNamesEveryDependency(t *testing.T) {
	t.Parallel()
	var ill error
	s := open(t, Config{Checks: map[string]port.Checker{
		"database": check(func(context.Context) error { return nil }),
		"broker":   check(func(context.Context) error { return ill }),
	}})
	r := s.server.ready
	if got := r.report(); got.Status != "ready" || !got.Checks["database"].OK || !got.Checks["broker"].OK {
		t.Errorf("%+v", got)
	}
	ill = errors.New("secret: 10.0.0.7 refused")
	r.asked = time.Time{}
	s.serve()
	a := s.ask("GET", "/readyz", "")
	got := read[report](t, a)
	if a.status != 503 || a.header.Get("Retry-After") == "" || got.Status != "unready" || !got.Checks["database"].OK || got.Checks["broker"].OK || got.Checks["broker"].Detail == "" {
		t.Errorf("status %d: %s", a.status, a.body)
	}
	if strings.Contains(string(a.body), "secret") || !strings.Contains(s.log.String(), "10.0.0.7") {
		t.Errorf("what is for the log is shown: %s", a.body)
	}
	if a := s.ask("GET", "/healthz", ""); a.status != 200 {
		t.Errorf("an ill dependency kills the process: status %d", a.status)
	}
	ill = fault.New(fault.Unavailable, "broker", "topic design-ready is missing")
	r.asked = time.Time{}
	if got := r.report().Checks["broker"]; got.Detail != "topic design-ready is missing" {
		t.Errorf("%+v", got)
	}
}

func TestReadinessDoesNotHangWithADependency(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		r := newReadiness(map[string]port.Checker{
			"polite": check(func(ctx context.Context) error { <-ctx.Done(); return fmt.Errorf("ask: %w", ctx.Err()) }),
			"stuck":  check(func(context.Context) error { <-release; return nil }),
			"fine":   check(func(context.Context) error { return nil }),
		}, openLog())
		began := time.Now()
		got := r.report()
		if time.Since(began) != checkTimeout || got.Checks["polite"].OK || got.Checks["stuck"].OK || !got.Checks["fine"].OK {
			t.Errorf("after %v: %+v", time.Since(began), got)
		}
		close(release)
	})
}

func TestADrainingServerIsUnreadyButAnswers(t *testing.T) {
	t.Parallel()
	s := open(t, Config{}).serve()
	if a := s.ask("GET", "/readyz", ""); a.status != 200 {
		t.Errorf("status %d", a.status)
	}
	s.server.Drain()
	if a := s.ask("GET", "/readyz", ""); a.status != 503 || read[report](t, a).Status != "draining" {
		t.Errorf("status %d: %s", a.status, a.body)
	}
	if a := s.ask("POST", "/api/mcp/tools/generate", brief); a.status != 202 {
		t.Errorf("status %d", a.status)
	}
}

func TestMeasurementsAreServed(t *testing.T) {
	t.Parallel()
	s := open(t, Config{Metrics: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "up 1") })}).serve()
	if a := s.ask("GET", "/metrics", ""); a.status != 200 || string(a.body) != "up 1" {
		t.Errorf("status %d: %s", a.status, a.body)
	}
}
