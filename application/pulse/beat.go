package pulse

import (
	"context"
	"log/slog"
	"time"

	"convoke/application/port"
)

const (
	beatEvery  = 5 * time.Second
	putTimeout = 2 * time.Second
)

// Beat writes down what one process counts, every few seconds and at the end of each minute. What can not be written, it
// writes the next time.
type Beat struct {
	recorder *Recorder
	store    Store
	process  string
	clock    port.Clock
	log      *slog.Logger

	counted Counts // up to the last look
	current Minute
	owed    []Minute // not written yet, but the current one
	dirty   bool
	ill     bool
}

// NewBeat makes one for the process, whose name must be new with each start.
func NewBeat(recorder *Recorder, store Store, process string, clock port.Clock, log *slog.Logger) *Beat {
	return &Beat{recorder: recorder, store: store, process: process, clock: clock, log: log}
}

// Run writes until ctx ends, and once more then.
func (b *Beat) Run(ctx context.Context) error {
	for {
		b.look()
		b.write(ctx)
		select {
		case <-time.After(b.pause()):
		case <-ctx.Done():
			b.look()
			b.write(context.WithoutCancel(ctx))
			return nil
		}
	}
}

// pause ends with the minute, so that little is counted in the wrong one.
func (b *Beat) pause() time.Duration {
	now := b.clock.Now()
	return min(beatEvery, now.Truncate(time.Minute).Add(time.Minute).Sub(now)+time.Millisecond)
}

// look moves what was counted since the last time into the current minute. What comes at the turn of a minute belongs to
// the old one.
func (b *Beat) look() {
	now := b.clock.Now().UTC()
	all := b.recorder.counts()
	fresh := all.since(&b.counted)
	b.counted = all
	if !b.current.Start.IsZero() && fresh != (Counts{}) {
		b.current.Merge(&fresh)
		b.current.Until, b.dirty = earlier(now, b.current.Start.Add(time.Minute)), true
		fresh = Counts{}
	}
	if start := now.Truncate(time.Minute); start.After(b.current.Start) {
		b.turn(Minute{Start: start, Process: b.process, Until: now, Counts: fresh})
	}
}

// turn begins another minute. A few old ones are kept while the store is ill.
func (b *Beat) turn(next Minute) {
	if b.dirty {
		b.owed = append(b.owed, b.current)
		b.owed = b.owed[max(0, len(b.owed)-int(Window/time.Minute)):]
	}
	b.current, b.dirty = next, true
}

func (b *Beat) write(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, putTimeout)
	defer cancel()
	for len(b.owed) > 0 {
		if !b.put(ctx, b.owed[0]) {
			return
		}
		b.owed = b.owed[1:]
	}
	if b.dirty && b.put(ctx, b.current) {
		b.dirty = false
	}
}

func (b *Beat) put(ctx context.Context, m Minute) bool {
	err := b.store.PutMinute(ctx, m)
	if err != nil && !b.ill {
		b.log.Warn("the last minute's numbers can not be kept; trying again", "error", err)
	}
	b.ill = err != nil
	return err == nil
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}
