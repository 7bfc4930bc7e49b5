// Command load measures the product from the outside: it starts the built binary, alone or as separate processes on real
// servers, drives it over loopback and prints what it saw. Everything runs on one machine, this program included, so it
// also prints what it costs itself. It fails when an answer is wrong, a process ends, or something does not add up.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/alecthomas/kong"
)

// commands is the command line. Each command is a Run method beside its flags.
type commands struct {
	rig

	Jobs     designs  `cmd:"" default:"withargs" help:"Designs from POST to job_complete on a WebSocket."`
	Workers  workers  `cmd:"" help:"How much more four workers do than one, on real Kafka."`
	Replies  replies  `cmd:"" help:"Replies of unique guests, as fast as they are accepted."`
	Reads    reads    `cmd:"" help:"The guest list and the counts, while replies come in."`
	Scale    scale    `cmd:"" help:"What pages and counts cost at a thousand and at a million replies."`
	Watchers watching `cmd:"" help:"Twenty thousand idle sockets, half of which learn of the same reply."`
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // a second signal ends the program at once
	var all commands
	line := kong.Parse(&all, kong.Name("load"), kong.UsageOnError(),
		kong.Description("Measures the product on this machine. Build it first: make build."))
	ctx, cancel := context.WithTimeoutCause(ctx, all.Limit, fmt.Errorf("not done within %s", all.Limit))
	defer cancel()
	line.BindTo(ctx, (*context.Context)(nil))
	printMachine()
	begun := time.Now()
	err := line.Run(&all.rig)
	if err == nil {
		fmt.Printf("done in %s\n", time.Since(begun).Round(time.Second))
		return
	}
	if cause := context.Cause(ctx); cause != nil {
		err = fmt.Errorf("%w: %w", cause, err)
	}
	fmt.Fprintln(os.Stderr, "load:", err)
	os.Exit(1) //nolint:gocritic // the command has cleaned up; the rest ends with the process
}
