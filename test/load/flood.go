package main

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"
)

// patience is how long an answer may take before its connection is given up.
const patience = 10 * time.Second

// outcome is what a flood has seen.
type outcome struct {
	latencies
	took   time.Duration
	failed int
	first  error // of the failures
}

func (o outcome) rate() float64 { return float64(len(o.latencies)) / o.took.Seconds() }

// err is nil when everything was answered as it should be.
func (o outcome) err() error {
	if o.failed == 0 {
		return nil
	}
	return fmt.Errorf("%d requests failed, one of them: %w", o.failed, o.first)
}

// flood has each wire ask one thing after the other for a while: at each turn, or without turns as soon as the last
// answer has come. It ends when ctx does, too. ask is called with the index of the wire.
func flood(ctx context.Context, wires []*wire, length time.Duration, turns <-chan struct{}, ask func(i int, w *wire) error) outcome {
	begun := time.Now()
	end := begun.Add(length)
	expire(wires, end.Add(patience))
	defer context.AfterFunc(ctx, func() { expire(wires, time.Now()) })()
	all := make([]outcome, len(wires))
	var running sync.WaitGroup
	for i, w := range wires {
		running.Go(func() { all[i].collect(end, turns, func() error { return ask(i, w) }) })
	}
	running.Wait()
	sum := outcome{took: time.Since(begun)}
	for _, o := range all {
		sum.latencies = append(sum.latencies, o.latencies...)
		if sum.failed += o.failed; sum.first == nil {
			sum.first = o.first
		}
	}
	return sum
}

// collect asks until the end. A connection that breaks ends it sooner.
func (o *outcome) collect(end time.Time, turns <-chan struct{}, ask func() error) {
	for begun := time.Now(); begun.Before(end); begun = time.Now() {
		if turns != nil {
			if _, ok := <-turns; !ok {
				return
			}
			begun = time.Now()
		}
		err := ask()
		if err == nil {
			o.latencies = append(o.latencies, time.Since(begun))
			continue
		}
		o.failed++
		if o.first == nil {
			o.first = err
		}
		var status *statusError
		if !errors.As(err, &status) {
			return
		}
	}
}

// pace gives turns at a rate until ctx ends or the time is up, and closes the channel then.
func pace(ctx context.Context, rate int, length time.Duration) <-chan struct{} {
	turns := make(chan struct{}, rate)
	go func() {
		defer close(turns)
		tick := time.NewTicker(2 * time.Millisecond)
		defer tick.Stop()
		begun, given := time.Now(), 0
		for passed := time.Duration(0); passed < length && ctx.Err() == nil; passed = time.Since(begun) {
			for due := int(passed.Seconds() * float64(rate)); given < due; given++ {
				select {
				case turns <- struct{}{}:
				case <-ctx.Done():
					return
				}
			}
			<-tick.C
		}
	}()
	return turns
}
