package console

import (
	"context"
	"errors"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/gofiber/fiber/v2"

	"convoke/adapters/web/console/pages"
	"convoke/adapters/web/words"
	"convoke/domain/event"
	"convoke/domain/fault"
)

const checkTimeout = 2 * time.Second

// overview is everything at a glance. Each panel is looked at by itself, at the same time as the others, and has its own
// trouble.
func (h *Handler) overview(c *fiber.Ctx) error {
	ctx, cancel := bounded()
	defer cancel()
	v := pages.OverviewView{Shell: h.shell(ctx, c, words.ConsoleOverview, cookiePath)}
	var all sync.WaitGroup
	look := func(part string, at func()) {
		if wants(c, part) {
			all.Go(at)
		}
	}
	look("hour", func() { v.Hour = h.hour(ctx) })
	look("outbox", func() { v.Outbox = h.outbox(ctx) })
	look("groups", func() { v.Groups = h.groupViews(ctx) })
	look("letters", func() { found := h.Overview.Letters(ctx); v.Letters = h.heapViews(found.Value, found.Err) })
	look("workers", func() { v.Alive, v.Generators = h.alive() })
	look("ready", func() { v.Ready = h.ready(ctx) })
	all.Wait()
	return show(c, pages.Overview(v))
}

func (h *Handler) outbox(ctx context.Context) pages.Part[pages.Outbox] {
	found := h.Overview.Outbox(ctx)
	part := pages.Part[pages.Outbox]{Trouble: trouble(found.Err)}
	part.Value = pages.Outbox{Count: words.Count(int64(found.Value.Batches), false)}
	if found.Value.Batches > 0 {
		part.Value.Line, part.Value.Oldest = words.Batches(int64(found.Value.Batches)), words.Took(found.Value.Oldest)
	}
	return part
}

// alive sums the workers up; a generator is well when any worker says so.
func (h *Handler) alive() (line string, generators []pages.Generator) {
	workers := h.Overview.Workers()
	running, places := 0, 0
	best := map[string]event.GeneratorStatus{}
	for _, w := range workers {
		running, places = running+len(w.Running), places+w.Concurrency
		for _, g := range w.Generators {
			if known, ok := best[g.ID]; !ok || known.Health != event.HealthOK {
				best[g.ID] = g
			}
		}
	}
	if len(workers) > 0 {
		line = words.WorkersAlive(len(workers), running, places)
	}
	for _, id := range slices.Sorted(maps.Keys(best)) {
		generators = append(generators, pages.Generator{ID: id, Mark: health(string(best[id].Health)), Detail: best[id].Detail})
	}
	return line, generators
}

// ready asks the dependencies, side by side. One that does not come back is not waited for.
func (h *Handler) ready(ctx context.Context) (all []pages.Dependency) {
	ctx, cancel := context.WithTimeout(ctx, checkTimeout)
	defer cancel()
	names := slices.Sorted(maps.Keys(h.Checks))
	answers := make([]chan error, len(names))
	for i, name := range names {
		answers[i] = make(chan error, 1)
		go func() { answers[i] <- h.Checks[name].Check(ctx) }()
	}
	for i, name := range names {
		err := context.DeadlineExceeded
		select {
		case err = <-answers[i]:
		case <-ctx.Done():
		}
		all = append(all, dependency(name, err))
	}
	return all
}

func dependency(name string, err error) pages.Dependency {
	if err == nil {
		return pages.Dependency{Name: name, Mark: pages.Mark{Kind: "good", Word: words.ReadyYes}}
	}
	d := pages.Dependency{Name: name, Mark: pages.Mark{Kind: "bad", Word: words.ReadyNo}, Detail: words.NoAnswer}
	var public *fault.Error
	if errors.As(err, &public) {
		d.Detail = words.Sentence(public.Message)
	}
	return d
}
