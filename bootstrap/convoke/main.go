// Command convoke runs the product and talks to a running one.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"

	"convoke/bootstrap"
)

// commands is the command line. Each command is a Run method beside its flags.
type commands struct {
	Serve    serve    `cmd:"" default:"withargs" help:"Run the product, or some roles of it."`
	Migrate  migrate  `cmd:"" help:"Bring the database to this version's schema and exit."`
	Config   config   `cmd:"" help:"Print the configuration in force, secrets masked."`
	Generate generate `cmd:"" help:"Have a running convoke make a design from a brief."`
	Refine   refine   `cmd:"" help:"Have a running convoke change a finished design."`
	DLQ      dlq      `cmd:"" name:"dlq" help:"Look at dead letters, have them tried again, or throw them away."`
	Replay   replay   `cmd:"" help:"Have a consumer group build what it keeps anew, from the first event."`
	Counts   counts   `cmd:"" help:"Check what is counted."`
	Groups   groups   `cmd:"" help:"Show the consumer groups: members and lag."`
	Version  version  `cmd:"" help:"Print the version."`
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	var all commands
	line := kong.Parse(&all, kong.Name("convoke"), kong.UsageOnError(),
		kong.Description("An event-driven backend for invitations."),
		kong.BindTo(ctx, (*context.Context)(nil)))
	if err := line.Run(); err != nil {
		if !errors.Is(err, errReported) {
			fmt.Fprintln(os.Stderr, "convoke:", err)
		}
		stop()
		os.Exit(1) //nolint:gocritic // the deferred stop has been called
	}
}

// errReported ends a command whose problems have been printed.
var errReported = errors.New("reported")

type serve struct {
	Role string `default:"all" help:"all, or a comma list of api, worker and consumers."`
}

// Run serves until a signal comes.
func (s serve) Run(ctx context.Context) error {
	roles, err := bootstrap.ParseRoles(s.Role)
	if err != nil {
		return err
	}
	c, err := bootstrap.LoadConfig(roles)
	if err != nil {
		return err
	}
	bootstrap.TuneMemory(c, os.Getenv("GOGC"))
	return bootstrap.Run(ctx, c, os.Stdout)
}

type migrate struct{}

// Run migrates the configured database.
func (migrate) Run(ctx context.Context) error {
	c, err := bootstrap.LoadConfig(bootstrap.AllRoles())
	if err != nil {
		return err
	}
	return bootstrap.Migrate(ctx, c)
}

type config struct {
	Role string `default:"all" help:"The role to check for."`
}

// Run prints the configuration.
func (c config) Run() error {
	roles, err := bootstrap.ParseRoles(c.Role)
	if err != nil {
		return err
	}
	inForce, err := bootstrap.LoadConfig(roles)
	if err != nil {
		return err
	}
	for _, s := range inForce.Settings() {
		fmt.Printf("%s=%s\n", s.Name, s.Value)
	}
	return nil
}

type version struct{}

// Run prints the version.
func (version) Run() error {
	fmt.Println("convoke", bootstrap.Version)
	return nil
}
