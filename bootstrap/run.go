package bootstrap

import (
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"runtime/debug"
	"time"
)

// Version is what this build calls itself.
const Version = "0.1.0"

// readyPatience is how long a start may take before it says that it still waits.
const readyPatience = 10 * time.Second

// Run plays the configured roles until ctx ends, then drains and returns nil. It writes to out, once it is ready, where
// it can be reached. An error means that it could not start, or that a part broke down for good.
func Run(ctx context.Context, c Config, out io.Writer) error {
	begun := time.Now()
	base, closeBase, err := initializeBase(ctx, c)
	if err != nil {
		return err
	}
	defer closeBase()
	p, closeRoles, err := assemble(ctx, base)
	if err != nil {
		return err
	}
	defer closeRoles()
	if err := p.start(ctx); err != nil {
		return err
	}
	defer p.stop(c.ShutdownTimeout)
	go p.sayWhenReady(ctx, out, begun)
	select {
	case <-ctx.Done():
		base.Log.Info("stopping", "within", c.ShutdownTimeout)
		return nil
	case err := <-p.fatal:
		return err
	}
}

// assemble builds the parts of the roles on their common base.
func assemble(ctx context.Context, b *Base) (*process, func(), error) {
	p, closers := newProcess(b), []func(){}
	closeAll := func() {
		for i := len(closers) - 1; i >= 0; i-- {
			closers[i]()
		}
	}
	if b.Config.Roles.Has(RoleAPI) || b.Config.Roles.Has(RoleConsumers) {
		k, closeBackends, err := initializeBackends(ctx, b)
		if err != nil {
			return nil, nil, err
		}
		closers = append(closers, closeBackends)
		closeRoles, err := p.build(b, k)
		closers = append(closers, closeRoles)
		if err != nil {
			closeAll()
			return nil, nil, err
		}
	}
	if b.Config.Roles.Has(RoleWorker) {
		w, closeWorker, err := initializeWorker(b)
		if err != nil {
			closeAll()
			return nil, nil, err
		}
		p.worker, closers = w, append(closers, closeWorker)
	}
	return p, closeAll, nil
}

// build adds the roles that keep something.
func (p *process) build(b *Base, k *Backends) (closeRoles func(), err error) {
	closeRoles = func() {}
	if b.Config.Roles.Has(RoleAPI) {
		if p.api, closeRoles, err = initializeAPI(b, k); err != nil {
			return func() {}, err
		}
		p.api.mount(b)
	}
	if b.Config.Roles.Has(RoleConsumers) {
		p.consumers, err = initializeConsumers(b, k)
	}
	b.Control.On(clearOwnCache(k, b.Names))
	return closeRoles, err
}

// sayWhenReady prints the banner once everything answers, and says from time to time what it waits for.
func (p *process) sayWhenReady(ctx context.Context, out io.Writer, begun time.Time) {
	for ctx.Err() == nil {
		patience, cancel := context.WithTimeout(ctx, readyPatience)
		missing := p.awaitReady(patience)
		cancel()
		if missing == nil {
			p.banner(out, time.Since(begun))
			return
		}
		if ctx.Err() == nil {
			p.Log.Warn("not ready yet", "missing", missing)
		}
	}
}

// banner says where to find everything and what to try.
func (p *process) banner(out io.Writer, took time.Duration) {
	url := p.address()
	fmt.Fprintf(out, "\nConvoke %s is ready after %d ms. Role %s, broker %s, database %s.\n\n",
		Version, took.Milliseconds(), p.Config.Roles, p.Config.Broker, p.Config.databaseName())
	fmt.Fprintf(out, "  health   %s/readyz\n  metrics  %s/metrics\n", url, url)
	if p.api == nil {
		fmt.Fprintln(out)
		return
	}
	fmt.Fprintf(out, "  studio   %s/studio\n  guests   %s/o/default\n  console  %s\n", url, url, p.consoleAt(url, onScreen(out)))
	fmt.Fprintf(out, "  api      %s/api, described at %s/docs\n  live     %s/ws and %s/api/streams/jobs/:id\n", url, url, "ws"+url[len("http"):], url)
	if p.Data != nil && p.Config.AdminToken == "" {
		fmt.Fprintf(out, "  admin    bearer token in %s\n", p.Data.file("admin-token"))
	}
	fmt.Fprintf(out, "\nTry:\n  curl -s -H 'Prefer: wait=10' %s/api/mcp/tools/generate --json '{\"description\":\"A garden party for Ada, 12 June at 4 pm\"}'\n\n", url)
}

// consoleAt is where the operator's console is. Somebody who has just started it on their own machine and looks at its
// screen is let in by the address itself; into a log it is written without the token.
func (p *process) consoleAt(url string, screen bool) string {
	if screen && p.Data != nil && p.Config.AdminToken == "" && p.Config.PublicURL == "" {
		return url + "/console#a=" + p.Secrets.AdminToken
	}
	return url + "/console"
}

// onScreen reports whether what is written is read by somebody now, and kept by nobody.
func onScreen(out io.Writer) bool {
	file, ok := out.(*os.File)
	if !ok {
		return false
	}
	info, err := file.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

func (p *process) address() string {
	_, port, _ := net.SplitHostPort(p.listener.Addr().String())
	return "http://127.0.0.1:" + port
}

func (c *Config) databaseName() string {
	switch {
	case !c.Roles.Has(RoleAPI) && !c.Roles.Has(RoleConsumers):
		return "none"
	case c.DatabaseURL == "":
		return "embedded SQLite"
	}
	return "PostgreSQL"
}

// TuneMemory lets processes that take in bursts collect garbage less often, unless GOGC says otherwise: they have little
// live memory and make much short-lived.
func TuneMemory(c Config, gogc string) {
	if gogc == "" && (c.Roles.Has(RoleAPI) || c.Roles.Has(RoleConsumers)) {
		debug.SetGCPercent(200)
	}
}
