package worker

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"log/slog"
	"runtime/debug"
	"slices"
	"time"

	"convoke/application/metric"
	"convoke/application/port"
	"convoke/domain/design"
	"convoke/domain/event"
	"convoke/domain/fault"
)

// generators runs a request on the generator that it names, then on the fallbacks.
type generators struct {
	byID    map[string]port.Generator
	first   string
	rest    []string
	timeout time.Duration
	clock   port.Clock
	meter   port.Meter
	log     *slog.Logger
}

func newGenerators(offered []port.Generator, c Config, clock port.Clock, meter port.Meter, log *slog.Logger) generators {
	byID := make(map[string]port.Generator, len(offered))
	for _, g := range offered {
		byID[g.ID()] = g
	}
	return generators{byID, c.Default, c.Fallback, c.JobTimeout, clock, meter, log}
}

// run makes the answer to a request: DESIGN_READY by the first generator that succeeds, else DESIGN_FAILED with the
// first one's failure. When ctx ends the answer is meaningless.
func (g generators) run(ctx context.Context, r event.DesignRequested, report func(int, string)) event.Data {
	chain, err := g.chain(r.ServerID)
	if err != nil {
		return failed(r, err, false)
	}
	var first *port.GenerateError
	retryable := false
	for i, generator := range chain {
		if i > 0 {
			report(0, generator.ID()+" takes over from "+chain[i-1].ID())
		}
		started := g.clock.Now()
		drawing, err := g.try(ctx, generator, g.turn(r.Deadline, len(chain)-i), r, report)
		took := g.clock.Now().Sub(started)
		g.meter.Observe(metric.GenerateSecs, took.Seconds(), generator.ID())
		if err == nil {
			g.meter.Add(metric.Attempts, 1, generator.ID(), "ready")
			return ready(r, generator.ID(), drawing, took, first, chain[0].ID())
		}
		g.meter.Add(metric.Attempts, 1, generator.ID(), err.Code)
		if first == nil {
			first = err
		}
		retryable = retryable || err.Retryable
		if ctx.Err() != nil {
			break
		}
	}
	return failed(r, first, retryable)
}

// chain lists the generators to try, the requested one first.
func (g generators) chain(serverID string) ([]port.Generator, *port.GenerateError) {
	id := cmp.Or(serverID, g.first)
	generator, ok := g.byID[id]
	if !ok {
		return nil, &port.GenerateError{Code: "unknown-server", Message: fmt.Sprintf("this worker has no generator %q", id)}
	}
	chain := []port.Generator{generator}
	for _, fallback := range g.rest {
		if next, ok := g.byID[fallback]; ok && fallback != id {
			chain = append(chain, next)
		}
	}
	return chain, nil
}

// turn is how long the next generator may take. When the job's deadline is too near for a whole timeout for each of
// those that are left, they share what there is, so that a hung one never eats the turn of its fallback.
func (g generators) turn(deadline time.Time, left int) time.Duration {
	if deadline.IsZero() {
		return g.timeout
	}
	share := deadline.Sub(g.clock.Now()) / time.Duration(left)
	if share <= 0 { // the api judges deadlines, by its own clock
		return g.timeout
	}
	return min(share, g.timeout)
}

// try runs one generator within its turn and checks what it made. A generator that ignores its context is left behind,
// and not heard any more, when the time is over.
func (g generators) try(ctx context.Context, generator port.Generator, turn time.Duration, r event.DesignRequested,
	report func(int, string),
) (port.Drawing, *port.GenerateError) {
	ctx, cancel := context.WithTimeout(ctx, turn)
	defer cancel()
	type result struct {
		drawing port.Drawing
		err     error
	}
	results := make(chan result, 1)
	heard := func(percent int, message string) {
		if ctx.Err() == nil {
			report(percent, message)
		}
	}
	go func() {
		drawing, err := g.guarded(ctx, generator, r, heard)
		results <- result{drawing, err}
	}()
	select {
	case made := <-results:
		if made.err == nil {
			made.err = clean(&made.drawing)
		}
		return made.drawing, asGenerateError(ctx, made.err)
	case <-ctx.Done():
		return port.Drawing{}, asGenerateError(ctx, ctx.Err())
	}
}

func (g generators) guarded(ctx context.Context, generator port.Generator, r event.DesignRequested, report func(int, string)) (drawing port.Drawing, err error) {
	defer func() {
		if value := recover(); value != nil {
			g.log.Error("a generator panicked", "generator", generator.ID(), "panic", value, "stack", string(debug.Stack()))
			err = &port.GenerateError{Code: "generator-panic", Message: "the generator broke down", Retryable: true}
		}
	}()
	return generator.Generate(ctx, port.Request{Brief: r.Brief, Parent: r.Parent, Seed: seed(r.JobID)}, report)
}

// health lists what this worker offers, by id.
func (g generators) health(ctx context.Context) []event.GeneratorStatus {
	all := make([]event.GeneratorStatus, 0, len(g.byID))
	for id, generator := range g.byID {
		status := event.GeneratorStatus{ID: id, Health: event.HealthOK}
		if checker, ok := generator.(port.HealthChecker); ok {
			status.Health, status.Detail = checker.Health(ctx)
		}
		all = append(all, status)
	}
	slices.SortFunc(all, func(a, b event.GeneratorStatus) int { return cmp.Compare(a.ID, b.ID) })
	return all
}

// clean checks a drawing's type and size, and rebuilds markup so that only safe markup leaves the worker, with a report of
// what was left out.
func clean(d *port.Drawing) (err error) {
	if d.Asset, err = design.NewAsset(d.Asset.MediaType, d.Asset.Data); err != nil || !d.Asset.IsText() {
		return err
	}
	svg, err := design.ParseSVG(d.Asset.Data)
	if err != nil {
		return err
	}
	if d.Metadata == nil {
		d.Metadata = map[string]any{}
	}
	d.Asset.Data, d.Metadata[design.ReportKey] = svg.Bytes(), svg.Report()
	return nil
}

// asGenerateError makes every failure one with a code: a generator's own passes, a refused drawing is final, running
// out of time and whatever else can be tried again.
func asGenerateError(ctx context.Context, err error) *port.GenerateError {
	var own *port.GenerateError
	var refused *fault.Error
	switch {
	case err == nil:
		return nil
	case errors.As(err, &own):
		return own
	case errors.As(err, &refused):
		return &port.GenerateError{Code: refused.Code, Message: refused.Message}
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		return &port.GenerateError{Code: "timeout", Message: "the generator took too long", Retryable: true}
	}
	return &port.GenerateError{Code: "generator-error", Message: "the generator failed", Retryable: true}
}

func ready(r event.DesignRequested, generator string, d port.Drawing, took time.Duration, first *port.GenerateError, wanted string) event.Data {
	if first != nil {
		if d.Metadata == nil {
			d.Metadata = map[string]any{}
		}
		d.Metadata["fallback"] = map[string]any{"from": wanted, "code": first.Code, "reason": first.Message}
	}
	took = max(took, time.Millisecond) // it travels in milliseconds, and none would say that it is not known
	return event.DesignReady{
		JobID: r.JobID, Attempt: r.Attempt, Asset: d.Asset, Generator: generator, Duration: took, Spec: d.Spec, Metadata: d.Metadata,
	}
}

func failed(r event.DesignRequested, err *port.GenerateError, retryable bool) event.Data {
	return event.DesignFailed{JobID: r.JobID, Attempt: r.Attempt, Code: err.Code, Message: err.Message, Retryable: retryable}
}

// seed makes two jobs with the same brief differ, and each attempt at one job alike.
func seed(jobID string) uint64 {
	h := fnv.New64a()
	h.Write([]byte(jobID))
	return h.Sum64()
}
