package httpapi

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp/fasthttpadaptor"

	"convoke/application/port"
	"convoke/domain/fault"
)

const (
	checkTimeout = 2 * time.Second
	checkEvery   = 500 * time.Millisecond // the most often that dependencies are asked, however many ask us
	checkSoon    = 20 * time.Millisecond  // the same while something is missing, so that a start is not told late
)

func (s *Server) mountHealth() {
	s.app.Get("/healthz", func(c *fiber.Ctx) error {
		return writeJSON(c, http.StatusOK, map[string]string{"status": "ok"})
	})
	s.app.Get("/readyz", func(c *fiber.Ctx) error {
		r := s.ready.report()
		if r.Status == statusReady {
			return writeJSON(c, http.StatusOK, r)
		}
		c.Set(fiber.HeaderRetryAfter, "1")
		return writeJSON(c, http.StatusServiceUnavailable, r)
	})
	if s.config.Metrics != nil {
		text := fasthttpadaptor.NewFastHTTPHandler(s.config.Metrics)
		s.app.Get("/metrics", func(c *fiber.Ctx) error { text(c.Context()); return nil })
	}
}

const (
	statusReady    = "ready"
	statusUnready  = "unready"
	statusDraining = "draining"
)

type report struct {
	Status string                 `json:"status"`
	Checks map[string]checkResult `json:"checks"`
}

type checkResult struct {
	OK     bool   `json:"ok"`
	Detail string `json:"detail,omitempty"`
}

// readiness asks the dependencies whether they answer.
type readiness struct {
	checks map[string]port.Checker
	log    *slog.Logger

	mu       sync.Mutex
	draining bool

	asking sync.Mutex // held while the dependencies are asked; the others wait for the result
	asked  time.Time
	every  time.Duration
	last   map[string]checkResult
}

func newReadiness(checks map[string]port.Checker, log *slog.Logger) *readiness {
	return &readiness{checks: checks, log: log, last: map[string]checkResult{}}
}

func (r *readiness) drain() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.draining = true
}

func (r *readiness) report() report {
	result := report{statusReady, r.results()}
	for _, check := range result.Checks {
		if !check.OK {
			result.Status = statusUnready
		}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.draining {
		result.Status = statusDraining
	}
	return result
}

func (r *readiness) results() map[string]checkResult {
	r.asking.Lock()
	defer r.asking.Unlock()
	if time.Since(r.asked) < r.every {
		return r.last
	}
	now := map[string]checkResult{}
	for name, err := range r.ask() {
		now[name] = r.judge(name, err)
	}
	r.asked, r.last, r.every = time.Now(), now, checkEvery
	for _, result := range now {
		if !result.OK {
			r.every = checkSoon
		}
	}
	return now
}

// ask runs the checks side by side. One that does not come back counts as failed and is no longer waited for.
func (r *readiness) ask() map[string]error {
	ctx, cancel := context.WithTimeout(context.Background(), checkTimeout)
	defer cancel()
	type answer struct {
		name string
		err  error
	}
	answers := make(chan answer, len(r.checks))
	errs := map[string]error{}
	for name, checker := range r.checks {
		errs[name] = context.DeadlineExceeded
		go func() { answers <- answer{name, checker.Check(ctx)} }()
	}
	for range r.checks {
		select {
		case a := <-answers:
			errs[a.name] = a.err
		case <-ctx.Done():
			return errs
		}
	}
	return errs
}

// judge says what the public may know of a check, and logs the rest when it changes.
func (r *readiness) judge(name string, err error) checkResult {
	before, known := r.last[name]
	if err == nil {
		if known && !before.OK {
			r.log.Info("a dependency answers again", "dependency", name)
		}
		return checkResult{OK: true}
	}
	if known && before.OK { // one that has not been well yet is still starting
		r.log.Warn("a dependency is ill", "dependency", name, "error", err)
	}
	var public *fault.Error
	switch {
	case errors.As(err, &public):
		return checkResult{Detail: public.Message}
	case errors.Is(err, context.DeadlineExceeded):
		return checkResult{Detail: "no answer within " + checkTimeout.String()}
	}
	return checkResult{Detail: "it does not answer; the log says why"}
}
