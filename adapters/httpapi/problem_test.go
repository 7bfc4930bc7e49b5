package httpapi

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/gofiber/fiber/v2"

	"convoke/application/jobs"
	"convoke/application/lane"
	"convoke/application/metric"
	"convoke/domain/fault"
	"convoke/test/backend"
)

// moody is a store of jobs that fails as it is told, and counts how often it is asked.
type moody struct {
	jobs.Store
	err   error
	asked atomic.Int32
}

func (m *moody) Commit(ctx context.Context, changes ...*jobs.Change) error {
	m.asked.Add(1)
	if m.err != nil {
		return m.err
	}
	return m.Store.Commit(ctx, changes...)
}

func (m *moody) Views(ctx context.Context, ids ...string) ([]jobs.View, error) {
	m.asked.Add(1)
	if m.err != nil {
		return nil, m.err
	}
	return m.Store.Views(ctx, ids...)
}

func openMoody(t *testing.T, err error) (*site, *moody) {
	m := &moody{err: err}
	s := openOver(t, Config{}, backend.NewOver(t, func(store jobs.Store) jobs.Store {
		m.Store = store
		return m
	}))
	return s.serve(), m
}

func TestInternalFaultsAreHiddenButTraceable(t *testing.T) {
	t.Parallel()
	s, _ := openMoody(t, errors.New("secret: relation jobs is on fire"))
	a := s.ask("POST", "/api/mcp/tools/generate", brief)
	p := wantProblem(t, a, 500, "internal")
	if strings.Contains(string(a.body), "secret") {
		t.Errorf("internal text reaches the client: %s", a.body)
	}
	if log := s.log.String(); p.CorrelationID == "" || !strings.Contains(log, p.CorrelationID) ||
		!strings.Contains(log, "secret") || !strings.Contains(log, "route=/api/mcp/tools/generate") {
		t.Errorf("correlation id %q is not to be found in the log: %s", p.CorrelationID, log)
	}
}

func TestAnIllDependencyAsksToComeBack(t *testing.T) {
	t.Parallel()
	for code, err := range map[string]error{
		"overloaded":           lane.ErrFull,
		"timeout":              context.DeadlineExceeded,
		"database-unavailable": fault.New(fault.Unavailable, "database-unavailable", "the database does not answer").Because(errors.New("secret")),
	} {
		s, _ := openMoody(t, err)
		a := s.ask("POST", "/api/mcp/tools/generate", brief)
		p := wantProblem(t, a, 503, code)
		if a.header.Get("Retry-After") != "1" || p.CorrelationID == "" || strings.Contains(string(a.body), "secret") {
			t.Errorf("Retry-After %q: %s", a.header.Get("Retry-After"), a.body)
		}
	}
}

func TestIDsThatNobodyGaveAreNotLookedUp(t *testing.T) {
	t.Parallel()
	s, store := openMoody(t, nil)
	for _, id := range []string{"1", "..", noSuchID + "0", "{" + noSuchID + "}", "urn:uuid:" + noSuchID, strings.ReplaceAll(noSuchID, "-", ""), "%00", "a'b"} {
		wantProblem(t, s.ask("GET", "/api/mcp/tools/job/"+strings.ReplaceAll(id, "..", "%2e%2e"), ""), 404, "job-not-found")
		wantProblem(t, s.ask("POST", "/api/mcp/tools/job/x"+id+"/cancel", ""), 404, "job-not-found")
	}
	if n := store.asked.Load(); n != 0 {
		t.Errorf("the store was asked %d times", n)
	}
	wantProblem(t, s.ask("GET", "/api/mcp/tools/job/"+noSuchID, ""), 404, "job-not-found")
	if n := store.asked.Load(); n != 1 {
		t.Errorf("the store was asked %d times", n)
	}
}

func TestWhatDoesNotExistIsAProblemToo(t *testing.T) {
	t.Parallel()
	s := open(t, Config{}).serve()
	wantProblem(t, s.ask("GET", "/nothing/here", ""), 404, "no-such-path")
	wantProblem(t, s.ask("GET", "/API/mcp/servers", ""), 404, "no-such-path")
	a := s.ask("PUT", "/api/mcp/tools/generate", brief)
	wantProblem(t, a, 405, "method-not-allowed")
	if a.header.Get("Allow") != "POST" {
		t.Errorf("Allow: %q", a.header.Get("Allow"))
	}
	a = s.ask("BREW", "/healthz", "")
	wantProblem(t, a, 405, "method-not-allowed")
	if a.header.Get("Allow") != "GET, HEAD" {
		t.Errorf("Allow of a method that nobody knows: %q", a.header.Get("Allow"))
	}
	wantProblem(t, s.ask("BREW", "/nothing/here", ""), 404, "no-such-path")
	if v := s.Meter.Value(metric.HTTPRequests, "GET", "unmatched", "404"); v != 2 {
		t.Errorf("%v requests were counted as unmatched, want 2", v)
	}
}

func TestAPanicIsAnInternalFaultOfOneRequest(t *testing.T) {
	t.Parallel()
	s := open(t, Config{})
	s.server.App().Get("/panic", func(c *fiber.Ctx) error {
		c.Set("Content-Type", "text/html")
		_ = c.SendString("half an answer")
		panic("secret")
	})
	s.serve()
	a := s.ask("GET", "/panic", "")
	p := wantProblem(t, a, 500, "internal")
	if strings.Contains(string(a.body), "secret") || strings.Contains(string(a.body), "half") {
		t.Errorf("it shows: %s", a.body)
	}
	if log := s.log.String(); !strings.Contains(log, p.CorrelationID) || !strings.Contains(log, "problem_test.go") {
		t.Errorf("the log lacks id or stack: %s", log)
	}
	if a := s.ask("GET", "/healthz", ""); a.status != 200 {
		t.Errorf("status %d", a.status)
	}
}

func TestEveryKindHasItsStatus(t *testing.T) {
	t.Parallel()
	for kind, want := range map[fault.Kind]int{
		fault.Internal: 500, fault.Invalid: 422, fault.NotFound: 404, fault.Conflict: 409, fault.Gone: 410,
		fault.Forbidden: 403, fault.Unauthenticated: 401, fault.Exhausted: 429, fault.Unavailable: 503,
	} {
		if got := status(kind); got != want || http.StatusText(got) == "" {
			t.Errorf("kind %d becomes %d, want %d", kind, got, want)
		}
	}
}

func TestRequestsAreMeasuredByRouteNotByPath(t *testing.T) {
	t.Parallel()
	s := open(t, Config{}).serve()
	s.ask("GET", "/api/mcp/tools/job/"+noSuchID, "")
	s.ask("GET", "/api/mcp/tools/job/made-up", "")
	s.ask("GET", "/api/mcp/tools/jobs", "")
	if v := s.Meter.Value(metric.HTTPRequests, "GET", "/api/mcp/tools/job/:jobId", "404"); v != 2 {
		t.Errorf("%v requests of the route, want 2", v)
	}
	if v := s.Meter.Value(metric.HTTPSeconds, "/api/mcp/tools/jobs"); v != 1 {
		t.Errorf("%v durations of the route, want 1", v)
	}
}
