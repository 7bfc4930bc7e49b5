package bootstrap

import (
	"context"
	"errors"
	"fmt"
	"net"
	"time"

	"convoke/application/consume"
	"convoke/application/leader"
	"convoke/application/port"
	"convoke/application/worker"
	"convoke/domain/event"
	"convoke/domain/fault"
)

// process is one running convoke: the base and the roles that it plays, as stages that are stopped one after another.
type process struct {
	*Base
	api       *API           // nil without the role
	worker    *worker.Worker // nil without the role
	consumers *Consumers     // nil without the role

	fatal    chan error
	topics   chan struct{} // closed when every topic is there
	listener net.Listener

	edge      *stage // HTTP
	intake    *stage // requests for designs
	work      *stage // what the worker says while it holds anything
	gateway   *stage // answers and dead letters
	followers *stage // the groups that follow occasions and replies
	lead      *stage // relay, sweep, retention
	link      *stage // control channel, watching, topics
}

func newProcess(b *Base) *process {
	p := &process{Base: b, fatal: make(chan error, 1), topics: make(chan struct{})}
	for _, s := range []**stage{&p.edge, &p.intake, &p.work, &p.gateway, &p.followers, &p.lead, &p.link} {
		*s = newStage(p.fatal)
	}
	return p
}

// start lets everything run. It returns once the address is taken; the broker is waited for in the background.
func (p *process) start(ctx context.Context) error {
	listener, err := p.Server.Listen(ctx, fmt.Sprintf(":%d", p.Config.Port))
	if err != nil {
		return err
	}
	p.listener = listener
	if p.api != nil {
		p.startAPI()
	}
	if p.worker != nil {
		p.startWorker()
	}
	if p.consumers != nil {
		p.startConsumers()
	}
	p.startLink() // last: everybody who listens to the control channel is there
	p.check("broker", checkFunc(p.checkBroker))
	p.edge.run("http", func(context.Context) error { return p.Server.Serve(listener) })
	return nil
}

func (p *process) startLink() {
	p.link.run("control", func(ctx context.Context) error {
		return p.afterTopics(ctx, func() error { return p.Control.Run(ctx, nil) })
	})
	p.link.run("topics", p.provision)
}

func (p *process) startAPI() {
	a := p.api
	p.check("database", a.Store)
	p.Control.On(p.releaseGone)
	p.link.run("watching", a.Hub.Run)
	p.link.run("announcing", a.Announcer.Run)
	p.link.run("links", a.Links.Run)
	p.link.run("pulse", a.Beat.Run)
	p.gateway.run("operations", a.Bulk.Run)
	p.link.run("notifier", func(ctx context.Context) error { return a.Notifier.Subscribe(ctx, p.hinted) })
	p.lead.run("leader", func(ctx context.Context) error {
		return a.Leader.Run(ctx, p.relay, a.Sweep.Run, a.Retention.Run, a.Promotion.Run)
	})
	p.consume(p.gateway, a.Jobs.Answers(p.Names.Gateway, p.Names.DesignReady))
	for _, source := range p.Names.Sources() {
		p.gateway.run("dead letters of "+source, func(ctx context.Context) error {
			return p.afterTopics(ctx, func() error { return a.Collector.Run(ctx, source) })
		})
	}
	p.Meter.OnScrape(p.gauge)
}

func (p *process) startWorker() {
	p.work.run("heartbeat", p.worker.Beat)
	p.work.run("presence", func(ctx context.Context) error {
		return p.afterTopics(ctx, func() error { return p.worker.Announce(ctx) })
	})
	p.consume(p.intake, p.worker.Requests())
	if p.api != nil {
		p.check("worker", checkFunc(p.checkWorker))
	}
}

// consume runs a group once its topic is there.
func (p *process) consume(s *stage, g consume.Group) {
	s.run("group "+g.Name, func(ctx context.Context) error {
		return p.afterTopics(ctx, func() error { return p.Runner.Run(ctx, g) })
	})
}

// provision creates the topics, for as long as it takes: a broker may well start after us.
func (p *process) provision(ctx context.Context) error {
	warned := false
	err := consume.Retry(ctx, func() error {
		err := p.Bus.Provision(ctx, p.Names.Topics())
		if err != nil && !warned && ctx.Err() == nil {
			p.Log.Warn("the broker's topics are not there yet; waiting", "broker", p.Config.Broker, "error", err)
			warned = true
		}
		return err
	})
	if err == nil {
		close(p.topics)
	}
	return nil
}

func (p *process) afterTopics(ctx context.Context, work func() error) error {
	select {
	case <-p.topics:
		return work()
	case <-ctx.Done():
		return nil
	}
}

// relay publishes once there is something to publish to.
func (p *process) relay(ctx context.Context, term leader.Term) {
	_ = p.afterTopics(ctx, func() error {
		p.api.Relay.Run(ctx, term)
		return nil
	})
}

// releaseGone hands the jobs of a worker that said goodbye to others.
func (p *process) releaseGone(d event.Data) {
	gone, ok := d.(event.WorkerGone)
	if !ok || len(gone.Running) == 0 {
		return
	}
	p.link.run("release", func(ctx context.Context) error {
		p.api.Jobs.Release(ctx, gone)
		return nil
	})
}

// hinted takes another process's hint: somebody here may watch, and there may be something to publish.
func (p *process) hinted(h port.Hint) {
	p.api.Hub.Hint(h)
	p.api.Relay.Nudge()
}

// check adds a dependency to readiness.
func (p *process) check(name string, c port.Checker) { p.Checks[name] = c }

type checkFunc func(context.Context) error

func (f checkFunc) Check(ctx context.Context) error { return f(ctx) }

func (p *process) checkBroker(ctx context.Context) error {
	topics := p.Names.Topics()
	names := make([]string, len(topics))
	for i, t := range topics {
		names[i] = t.Name
	}
	err := p.Bus.Check(ctx, names)
	var missing *port.MissingTopicsError
	if errors.As(err, &missing) {
		return fault.New(fault.Unavailable, "missing-topics", missing.Error())
	}
	return err
}

func (p *process) checkWorker(context.Context) error {
	if !p.api.Fleet.Has(p.worker.ID()) {
		return fault.New(fault.Unavailable, "worker-not-announced", "this process's worker has not announced itself yet")
	}
	return nil
}

// awaitReady returns nil when every check passes, else, when ctx ends, what is still missing.
func (p *process) awaitReady(ctx context.Context) error {
	ticker := time.NewTicker(5 * time.Millisecond)
	defer ticker.Stop()
	for {
		missing := p.Checks.pass(ctx)
		if missing == nil {
			return nil
		}
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return missing
		}
	}
}

// Checks are the dependencies that readiness asks.
type Checks map[string]port.Checker

func (c Checks) pass(ctx context.Context) error {
	for name, checker := range c {
		if err := checker.Check(ctx); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
}
