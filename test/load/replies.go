package main

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// replies measures how fast replies are accepted. Each is a POST of a new guest, on one occasion, and its 201 comes
// after the commit.
type replies struct {
	Backends    string        `enum:"embedded,real" default:"embedded" help:"embedded or real."`
	Apis        int           `default:"1" help:"Api processes on the same database."`
	Connections int           `default:"256" help:"Connections, each with one reply under way."`
	Length      time.Duration `default:"10s" help:"Length of a round."`
	Warm        time.Duration `default:"3s" help:"Length of the warm-up."`
	Rounds      int           `default:"3" help:"Rounds; the median counts."`
	Pgbench     bool          `help:"After each round, measure what Postgres does with one transaction per reply."`
	Clients     int           `default:"32" help:"Connections of pgbench."`
}

// Run measures.
func (c replies) Run(ctx context.Context, r *rig) (err error) {
	if c.Pgbench && c.Backends != real {
		return errors.New("-pgbench needs -backends=real")
	}
	d, err := r.deploy(ctx, c.Backends, shape{apis: c.Apis, consumers: 1})
	if err != nil {
		return err
	}
	defer d.finish(&err)
	o, err := openOccasion(ctx, d.apis()[0])
	if err != nil {
		return err
	}
	wires, err := dialWires(ctx, d.addresses(), c.Connections)
	if err != nil {
		return err
	}
	defer closeWires(wires)
	round := burst{deployment: d, occasion: o, wires: wires, ask: o.writers(len(wires))}
	fmt.Printf("replies: %d connections, %d api processes, unique guests, warm-up %s\n", c.Connections, len(d.apis()), c.Warm)
	if _, err := round.run(ctx, c.Warm); err != nil {
		return err
	}
	d.warmedUp()
	return c.rounds(ctx, &round)
}

func (c replies) rounds(ctx context.Context, b *burst) error {
	var y *yardstick
	var rates, transactions []float64
	for range c.Rounds {
		o, err := b.run(ctx, c.Length)
		if err != nil {
			return err
		}
		b.print(o)
		rates = append(rates, o.rate())
		if !c.Pgbench {
			continue
		}
		if y == nil {
			if y, err = newYardstick(ctx, b.postgres, b.folder); err != nil {
				return err
			}
		}
		tps, err := y.run(ctx, c.Clients, c.Length)
		if err != nil {
			return err
		}
		fmt.Printf("  pgbench, %d clients: %.0f transactions/s\n", c.Clients, tps)
		transactions = append(transactions, tps)
	}
	b.printMemory("after it")
	fmt.Printf("median of %d: %.0f replies/s", c.Rounds, median(rates))
	if c.Pgbench {
		fmt.Printf(", %.0f transactions/s by pgbench: %.1f times as many", median(transactions), median(rates)/median(transactions))
	}
	fmt.Println()
	return nil
}

// burst is a flood of replies on one occasion.
type burst struct {
	*deployment
	occasion *occasion
	wires    []*wire
	ask      func(i int, w *wire) error

	accepted int // so far
	settled  settled
	used     usage
}

// run floods for a while and waits until everything that follows from it is done; the processor time includes that.
func (b *burst) run(ctx context.Context, length time.Duration) (outcome, error) {
	published, err := b.published(ctx)
	if err != nil {
		return outcome{}, err
	}
	before := measure(b.parts)
	o := flood(ctx, b.wires, length, nil, b.ask)
	load := measure(nil).load - before.load // without the waiting below
	b.accepted += len(o.latencies)
	if err := errors.Join(ctx.Err(), o.err()); err != nil {
		return o, err
	}
	b.settled, err = b.settle(ctx, b.occasion, published+len(o.latencies), b.accepted)
	b.used = measure(b.parts).since(before)
	b.used.load = load
	return o, err
}

func (b *burst) print(o outcome) {
	n := len(o.latencies)
	fmt.Printf("%.0f replies/s (%d in %s), %s, %d errors\n", o.rate(), n, o.took.Round(time.Millisecond), o.latencies, o.failed)
	fmt.Printf("  everything published %s after the last answer, counted by the analytics %s after it; the outbox is empty\n",
		b.settled.published.Round(time.Millisecond), b.settled.counted.Round(time.Millisecond))
	fmt.Printf("  CPU a reply: %s; this program besides: %s µs\n", b.used.each(n), per(b.used.load, n))
}
