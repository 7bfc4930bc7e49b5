package database

import (
	"context"
	"sync"
	"time"

	"convoke/application/lane"
)

const (
	firstRecess  = 10 * time.Millisecond
	longestPause = 200 * time.Millisecond
	callersApart = 256 // share a transaction
)

// groupCommit is the way into the database for every decision: one lane in which everything is committed together, and
// a second place for what somebody else keeps locked, so that it holds up nobody else. Safe for concurrent use.
type groupCommit struct {
	lane  *lane.Lane[*entry]
	apart *lane.Lane[[]*entry] // each element is what one caller waits for, in order
	known lockedSubjects

	patience time.Duration // with what somebody else keeps locked
}

// newGroupCommit starts the lanes; life ends whatever they are doing.
func newGroupCommit(life context.Context, together, apart *committer, patience time.Duration) *groupCommit {
	return &groupCommit{
		lane: lane.NewFair(lane.Config{}, (*entry).share, func(batch []*entry) { together.work(life, batch) }),
		apart: lane.New(lane.Config{MaxBatch: callersApart}, func(batch [][]*entry) {
			for _, entries := range partsApart(batch) {
				apart.work(life, entries)
			}
		}),
		known:    lockedSubjects{waiting: map[string]int{}},
		patience: patience,
	}
}

// do commits the entries and returns when each has its outcome. After an error none may be looked at.
func (g *groupCommit) do(ctx context.Context, entries []*entry) error {
	together := g.known.without(entries)
	if err := g.lane.Do(ctx, together...); err != nil {
		return err
	}
	if blocked := stillBlocked(entries); len(blocked) > 0 {
		return g.doApart(ctx, blocked)
	}
	return nil
}

// doApart tries again and again, with a growing pause, until nothing is in the way or the patience is at its end.
func (g *groupCommit) doApart(ctx context.Context, entries []*entry) error {
	g.known.add(entries)
	defer g.known.remove(entries)
	giveUp := time.Now().Add(g.patience)
	for pause := firstRecess; ; pause = min(2*pause, longestPause) {
		blocked := stillBlocked(entries)
		if len(blocked) == 0 {
			return nil
		}
		if time.Now().After(giveUp) {
			for _, e := range blocked {
				e.err, e.blocked = e.blocked.fault(), free
			}
			return nil
		}
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			return ctx.Err()
		}
		if err := g.apart.Do(ctx, blocked); err != nil {
			if ctx.Err() != nil {
				return err
			}
			fail(blocked, err) // the others of this call are committed
		}
	}
}

// partsApart joins what callers wait for apart, so that a burst about one aggregate which other processes use as much is
// committed in a few transactions. Whoever brings a key stays alone: a key that is locked blocks every other key beside it.
func partsApart(callers [][]*entry) [][]*entry {
	var joined []*entry
	parts := make([][]*entry, 1, len(callers)+1)
	for _, entries := range callers {
		if keyed, _ := splitKeyed(entries); len(keyed) > 0 {
			parts = append(parts, entries)
		} else {
			joined = append(joined, entries...)
		}
	}
	parts[0] = joined
	return parts
}

// stop takes nothing more, finishes what waits and returns. It may be called twice.
func (g *groupCommit) stop() {
	g.lane.Stop()
	g.apart.Stop()
}

// lockedSubjects remembers which aggregates are waited for apart, so that further decisions about them go there at
// once, behind the ones that wait already.
type lockedSubjects struct {
	mu      sync.Mutex
	waiting map[string]int
}

// without marks the entries about known subjects as blocked and returns the others.
func (l *lockedSubjects) without(entries []*entry) []*entry {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.waiting) == 0 {
		return entries
	}
	var others []*entry
	for _, e := range entries {
		if l.waiting[e.subject] > 0 {
			e.blocked = rowLocked
		} else {
			others = append(others, e)
		}
	}
	return others
}

func (l *lockedSubjects) add(entries []*entry) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, e := range entries {
		l.waiting[e.subject]++
	}
}

func (l *lockedSubjects) remove(entries []*entry) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, e := range entries {
		if l.waiting[e.subject]--; l.waiting[e.subject] == 0 {
			delete(l.waiting, e.subject)
		}
	}
}
