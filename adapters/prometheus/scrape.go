package prometheus

import (
	"context"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus/promhttp"
)

const (
	hooksEvery   = time.Second // the most often that hooks run, however many scrape
	hooksTimeout = 2 * time.Second
)

// scrape runs the hooks that set gauges just before they are read.
type scrape struct {
	mu    sync.Mutex
	hooks []*hook
	last  time.Time
}

type hook struct {
	set     func(context.Context)
	running atomic.Bool
}

// OnScrape registers a function that sets gauges just before a scrape. It is called at most once a second, never twice at
// the same time, and beside the other hooks; its context ends after two seconds. A hook that fails or panics leaves its
// gauges as they were; one that does not return in time is no longer waited for.
func (m *Meter) OnScrape(set func(context.Context)) {
	m.scrape.mu.Lock()
	defer m.scrape.mu.Unlock()
	m.scrape.hooks = append(m.scrape.hooks, &hook{set: set})
}

// Handler serves the measurements in Prometheus' text format.
func (m *Meter) Handler() http.Handler {
	text := promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{ErrorHandling: promhttp.ContinueOnError})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		m.scrape.run()
		text.ServeHTTP(w, r)
	})
}

// run calls the hooks that are due and waits for them, as long as the timeout allows. Their context is not the request's:
// a slow hook may outlive that.
func (s *scrape) run() {
	ctx, cancel := context.WithTimeout(context.Background(), hooksTimeout)
	defer cancel()
	finished := make(chan struct{})
	hooks := s.due()
	go func() {
		defer close(finished)
		var all sync.WaitGroup
		for _, h := range hooks {
			all.Go(func() { h.run(ctx) })
		}
		all.Wait()
	}()
	select {
	case <-finished:
	case <-ctx.Done():
	}
}

func (s *scrape) due() []*hook {
	s.mu.Lock()
	defer s.mu.Unlock()
	if now := time.Now(); now.Sub(s.last) >= hooksEvery {
		s.last = now
		return s.hooks
	}
	return nil
}

func (h *hook) run(ctx context.Context) {
	if !h.running.CompareAndSwap(false, true) {
		return
	}
	defer h.running.Store(false)
	defer func() { _ = recover() }() // a hook's fault is no reason to be without all other measurements
	h.set(ctx)
}
