// Command load measures the main job from the outside: it starts the built binary on a fresh data folder with the noop
// generator, sends orders over HTTP, watches each job on a WebSocket, and prints jobs per second and the time from POST
// to job_complete. Everything runs on the same machine, this program included.
package main

import (
	"cmp"
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"runtime"
	"time"
)

func main() {
	options := options{}
	flag.StringVar(&options.binary, "binary", "bin/convoke", "the binary to start")
	flag.StringVar(&options.url, "url", "", "an already running server instead (with GENERATOR=noop and limits off)")
	flag.IntVar(&options.jobs, "jobs", 30_000, "jobs in the throughput run")
	flag.IntVar(&options.clients, "clients", 192, "clients in the throughput run, each with one job under way")
	flag.IntVar(&options.rate, "rate", 100, "jobs a second in the latency run")
	flag.DurationVar(&options.steady, "steady", 15*time.Second, "length of the latency run")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := options.run(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "load:", err)
		os.Exit(1) //nolint:gocritic // nothing is left to be done
	}
}

type options struct {
	binary, url         string
	jobs, clients, rate int
	steady              time.Duration
}

func (o options) run(ctx context.Context) error {
	target, err := o.target(ctx)
	if err != nil {
		return err
	}
	defer target.stop()
	fmt.Printf("%d cores, %s; server and load generator together\n", runtime.NumCPU(), cmp.Or(o.url, o.binary))
	if target.process != nil {
		fmt.Printf("ready after  %s (from exec), idle RSS %d MB\n", target.ready.Round(time.Millisecond), target.rss()>>20)
	}
	if _, err := throughput(ctx, target.url, o.jobs/20, o.clients); err != nil { // connections, prepared statements, caches
		return err
	}
	before := target.cpu()
	flood, err := throughput(ctx, target.url, o.jobs, o.clients)
	if err != nil {
		return err
	}
	flood.print(fmt.Sprintf("flood (%d clients)", o.clients))
	if target.process != nil {
		spent := target.cpu() - before
		fmt.Printf("server CPU   %.0f µs a job, RSS %d MB\n", float64(spent.Microseconds())/float64(o.jobs), target.rss()>>20)
	}
	steady, err := steadily(ctx, target.url, o.rate, o.steady)
	if err != nil {
		return err
	}
	steady.print(fmt.Sprintf("%d jobs/s", o.rate))
	return nil
}
