package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"
)

// reads measures the first page of the guest list, as its host sees it, and the counts, as everybody does, while replies
// come in.
type reads struct {
	Backends    string        `enum:"embedded,real" default:"embedded" help:"embedded or real."`
	Apis        int           `default:"1" help:"Api processes; real only."`
	Connections int           `default:"128" help:"Connections that read, each page and counts in turn."`
	Writes      int           `default:"1000" help:"Replies a second meanwhile."`
	Length      time.Duration `default:"15s" help:"Length of the measurement."`
	Warm        time.Duration `default:"3s" help:"Length of the warm-up."`
}

// Run measures.
func (c reads) Run(ctx context.Context, r *rig) (err error) {
	d, err := r.deploy(ctx, c.Backends, shape{apis: c.Apis, consumers: 1})
	if err != nil {
		return err
	}
	defer d.finish(&err)
	o, err := openOccasion(ctx, d.apis()[0])
	if err != nil {
		return err
	}
	readers, err := dialWires(ctx, d.addresses(), c.Connections)
	if err != nil {
		return err
	}
	defer closeWires(readers)
	writers, err := dialWires(ctx, d.addresses(), c.Connections)
	if err != nil {
		return err
	}
	defer closeWires(writers)
	fmt.Printf("reads: %d connections, page 1 and counts in turn, beside %d replies/s\n", c.Connections, c.Writes)
	warm, written := c.both(ctx, o, readers, writers, c.Warm)
	if err := errors.Join(ctx.Err(), warm.err(), written.err()); err != nil {
		return err
	}
	d.warmedUp()
	before := measure(d.parts)
	seen, later := c.both(ctx, o, readers, writers, c.Length)
	used := measure(d.parts).since(before)
	if err := errors.Join(ctx.Err(), seen.err(), later.err()); err != nil {
		return err
	}
	n := len(seen.latencies)
	fmt.Printf("%.0f reads/s (%d in %s), %s, %d errors\n", seen.rate(), n, seen.took.Round(time.Millisecond), seen.latencies, seen.failed)
	fmt.Printf("  beside %.0f replies/s, %s, %d errors\n", later.rate(), later.latencies, later.failed)
	fmt.Printf("  CPU a read, replies included: %s; this program besides: %s µs\n", used.each(n), per(used.load, n))
	accepted := len(written.latencies) + len(later.latencies)
	_, err = d.settle(ctx, o, accepted, accepted)
	return err
}

// both reads and writes for a while.
func (c reads) both(ctx context.Context, o *occasion, readers, writers []*wire, length time.Duration) (seen, written outcome) {
	page := get("/api/rsvps?limit=20&occasionId="+o.id, o.host)
	counts := get("/api/occasions/"+o.id+"/counts", "")
	turn := make([]int, len(readers))
	done := make(chan outcome, 1)
	go func() { done <- flood(ctx, writers, length, pace(ctx, c.Writes, length), o.writers(len(writers))) }()
	seen = flood(ctx, readers, length, nil, func(i int, w *wire) error {
		turn[i]++
		request := page
		if turn[i]%2 == 0 {
			request = counts
		}
		_, err := w.ask(request, http.StatusOK)
		return err
	})
	return seen, <-done
}

// get is a whole request.
func get(path, token string) []byte {
	text := "GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\n"
	if token != "" {
		text += "Authorization: Bearer " + token + "\r\n"
	}
	return []byte(text + "\r\n")
}
