package worker

import (
	"sync"
	"time"

	"convoke/application/port"
	"convoke/domain/event"
)

const (
	cancelsKept = 10_000
	cancelsFor  = 10 * time.Minute
)

// cancels remembers which jobs are not wanted any more, so that requests still in the topic are dropped unread. It is
// bounded: a forgotten cancel costs a design that nobody takes.
type cancels struct {
	clock port.Clock

	mu    sync.Mutex
	known map[string]cancelled
	order []string
}

type cancelled struct {
	event.JobCancelled
	at time.Time
}

func newCancels(clock port.Clock) *cancels {
	return &cancels{clock: clock, known: map[string]cancelled{}}
}

func (c *cancels) add(e event.JobCancelled) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if known, ok := c.known[e.JobID]; !ok {
		c.order = append(c.order, e.JobID)
	} else if known.Attempt == 0 || e.Attempt != 0 && e.Attempt < known.Attempt {
		return // what is known says more
	}
	c.known[e.JobID] = cancelled{e, c.clock.Now()}
	for len(c.order) > cancelsKept {
		delete(c.known, c.order[0])
		c.order = c.order[1:]
	}
}

func (c *cancels) has(run event.Run) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	known, ok := c.known[run.JobID]
	return ok && covers(known.JobCancelled, run) && c.clock.Now().Sub(known.at) < cancelsFor
}

// covers reports whether a cancel speaks of the run: of all attempts, or of those up to its own.
func covers(c event.JobCancelled, run event.Run) bool {
	return c.JobID == run.JobID && (c.Attempt == 0 || run.Attempt <= c.Attempt)
}
