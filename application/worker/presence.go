package worker

import (
	"context"
	"slices"
	"time"

	"convoke/application/metric"
	"convoke/domain/event"
)

const (
	seenEvery  = 5 * time.Second
	checkEvery = time.Second
	beatEvery  = 250 * time.Millisecond // at most four progress reports a second for each job
)

// Beat reports progress and renews leases until ctx ends. It must run for as long as the worker holds anything.
func (w *Worker) Beat(ctx context.Context) error {
	ticker := time.NewTicker(beatEvery)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
			w.beat(ctx)
		case <-ctx.Done():
			return nil
		}
	}
}

func (w *Worker) beat(ctx context.Context) {
	now := w.clock.Now()
	var due []*answer
	w.mu.Lock()
	w.meter.Set(metric.WorkerRunning, float64(len(w.tasks)))
	for _, t := range w.tasks {
		if p, ok := t.due(w.config.ID, now, w.config.Renew); ok {
			if a, err := w.encode(t, p); err == nil {
				due = append(due, a)
			}
		}
	}
	w.mu.Unlock()
	_ = w.answers.Do(ctx, due...) // a lost report is followed by the next
}

// Announce tells the deployment of this worker, at the start, when a generator's health changes and every few seconds,
// until ctx ends.
func (w *Worker) Announce(ctx context.Context) error {
	ticker := time.NewTicker(checkEvery)
	defer ticker.Stop()
	var said []event.GeneratorStatus
	var saidAt time.Time
	for {
		health := w.generators.health(ctx)
		if now := w.clock.Now(); now.Sub(saidAt) >= seenEvery || !slices.Equal(health, said) {
			if w.announce(ctx, health) {
				said, saidAt = health, now
			}
		}
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return nil
		}
	}
}

func (w *Worker) announce(ctx context.Context, health []event.GeneratorStatus) bool {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	err := w.control.Send(ctx, event.WorkerSeen{
		WorkerID: w.config.ID, Generators: health, Concurrency: w.config.Concurrency, Running: w.runs(),
	})
	if err != nil && ctx.Err() == nil {
		w.log.Warn("the worker could not announce itself", "error", err)
	}
	return err == nil
}
