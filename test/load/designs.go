package main

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"
)

// designs measures the way of a design from POST to job_complete, with the generator that does nothing.
type designs struct {
	Backends string        `enum:"embedded,real" default:"embedded" help:"embedded or real."`
	Apis     int           `default:"1" help:"Api processes; real only."`
	Workers  int           `default:"1" help:"Worker processes; real only."`
	Jobs     int           `default:"30000" help:"Jobs of the throughput run."`
	Warm     int           `default:"3000" help:"Jobs of the warm-up."`
	Clients  int           `default:"192" help:"Clients of the throughput run, each with one job under way."`
	Rate     int           `default:"100" help:"Jobs a second of the latency run."`
	Steady   time.Duration `default:"15s" help:"Length of the latency run."`
}

// Run measures.
func (c designs) Run(ctx context.Context, r *rig) (err error) {
	d, err := r.deploy(ctx, c.Backends, shape{apis: c.Apis, workers: c.Workers, consumers: 1})
	if err != nil {
		return err
	}
	defer d.finish(&err)
	time.Sleep(time.Second) // idle, for the memory
	d.printMemory("idle")
	ws, err := dialWatchers(ctx, d.addresses(), c.Clients)
	if err != nil {
		return err
	}
	defer ws.close()
	if o := ws.run(ctx, upTo(c.Warm)); o.err() != nil { // connections, prepared statements, caches
		return o.err()
	}
	d.warmedUp()
	before := measure(d.parts)
	o := ws.run(ctx, upTo(c.Jobs))
	if err := errors.Join(ctx.Err(), o.err()); err != nil {
		return err
	}
	used := measure(d.parts).since(before)
	fmt.Printf("flood, %d clients: %d jobs in %s: %.0f jobs/s, %s\n", c.Clients, len(o.latencies), o.took.Round(time.Millisecond), o.rate(), o.latencies)
	fmt.Printf("  CPU a job: %s; this program besides: %s µs\n", used.each(c.Jobs), per(used.load, c.Jobs))
	d.printMemory("after it")
	turns := pace(ctx, c.Rate, c.Steady)
	o = ws.run(ctx, func() bool { _, ok := <-turns; return ok })
	if err := errors.Join(ctx.Err(), o.err()); err != nil {
		return err
	}
	fmt.Printf("%d jobs/s: %d jobs in %s, %s\n", c.Rate, len(o.latencies), o.took.Round(time.Millisecond), o.latencies)
	return nil
}

// upTo says yes n times.
func upTo(n int) func() bool {
	var given atomic.Int64
	return func() bool { return given.Add(1) <= int64(n) }
}
