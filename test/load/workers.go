package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync/atomic"
	"time"
)

// workers measures what more worker processes are worth, with designs that take a while and cost nothing.
type workers struct {
	Workers     int           `default:"4" help:"Worker processes to compare with one."`
	Concurrency int           `default:"8" help:"WORKER_CONCURRENCY: designs that each makes at a time."`
	Delay       time.Duration `default:"200ms" help:"NOOP_DELAY: how long a design takes."`
	Warm        time.Duration `default:"10s" help:"Load before each measurement."`
	Length      time.Duration `default:"15s" help:"Length of each measurement."`
	Target      float64       `default:"3.6" help:"How many times as much is promised; less fails."`
}

// Run measures.
func (c workers) Run(ctx context.Context, r *rig) (err error) {
	settings := []string{"NOOP_DELAY=" + c.Delay.String(), fmt.Sprintf("WORKER_CONCURRENCY=%d", c.Concurrency)}
	d, err := r.deploy(ctx, real, shape{apis: 1, workers: 1, settings: settings})
	if err != nil {
		return err
	}
	defer d.finish(&err)
	one, err := c.measure(ctx, d, 1)
	if err != nil {
		return err
	}
	if err := d.add(ctx, "worker", c.Workers-1); err != nil {
		return err
	}
	many, err := c.measure(ctx, d, c.Workers)
	if err != nil {
		return err
	}
	fmt.Printf("%d workers do %.2f times what one does (promised: %.1f)\n", c.Workers, many/one, c.Target)
	if many/one < c.Target {
		return errors.New("that is less than promised")
	}
	return nil
}

// backlog is how many jobs wait for each place at a worker. Partitions get jobs by chance and give them back as they are
// done, so a short backlog would leave one worker idle while others have too much.
const backlog = 32

// measure counts the jobs that end within a window under a constant backlog.
func (c workers) measure(ctx context.Context, d *deployment, n int) (rate float64, err error) {
	if err := c.join(ctx, d, n); err != nil {
		return 0, err
	}
	ws, err := dialWatchers(ctx, d.addresses(), backlog*c.Concurrency*n)
	if err != nil {
		return 0, err
	}
	defer ws.close()
	var over atomic.Bool
	ended := make(chan outcome, 1)
	go func() { ended <- ws.run(ctx, func() bool { return !over.Load() && ctx.Err() == nil }) }()
	pause(ctx, c.Warm)
	d.warmedUp()
	begun, before := time.Now(), ws.done.Load()
	pause(ctx, c.Length)
	rate = float64(ws.done.Load()-before) / time.Since(begun).Seconds()
	over.Store(true)
	o := <-ended
	d.printComplaints()
	most := float64(n*c.Concurrency) / c.Delay.Seconds()
	fmt.Printf("%d workers × %d designs of %s: %.1f jobs/s, %.0f %% of the most that is possible; %s\n",
		n, c.Concurrency, c.Delay, rate, 100*rate/most, o.latencies)
	return rate, errors.Join(ctx.Err(), o.err())
}

// join waits until n workers share the topic.
func (c workers) join(ctx context.Context, d *deployment, n int) error {
	return await(ctx, fmt.Sprintf("%d workers in the group", n), time.Minute, func() (bool, error) {
		var answer struct {
			Groups []struct {
				Topic   string
				Members []struct{ Partitions []int }
			}
		}
		err := call(ctx, http.MethodGet, d.apis()[0].url()+"/api/admin/groups", adminToken, "", &answer)
		for _, g := range answer.Groups {
			if g.Topic != "design-requests" {
				continue
			}
			busy := 0
			for _, m := range g.Members {
				if len(m.Partitions) > 0 {
					busy++
				}
			}
			return busy == n, err
		}
		return false, err
	})
}
