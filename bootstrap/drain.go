package bootstrap

import (
	"context"
	"sync"
	"time"
)

// stop drains the process in an order in which each part can still use those that it needs: first nothing new is taken,
// then what is in flight is finished or handed back, then what was decided is published, then the rest ends.
func (p *process) stop(timeout time.Duration) {
	ctx, cancel := context.WithTimeout(context.Background(), timeout)
	defer cancel()
	p.Server.Drain()
	var front sync.WaitGroup
	front.Go(func() { p.stopEdge(ctx, timeout/4) })
	front.Go(func() { p.stopWorker(ctx, timeout/2) })
	front.Go(p.followers.stop)
	front.Wait()
	p.gateway.stop()
	p.lead.stop()
	p.link.stop()
}

// stopEdge closes the watchers' connections, spread over half of the time, and answers the requests that are open.
func (p *process) stopEdge(ctx context.Context, patience time.Duration) {
	if p.api != nil {
		sockets, cancel := context.WithTimeout(ctx, patience/2)
		defer cancel()
		var live sync.WaitGroup
		live.Go(func() { p.api.Sockets.Drain(sockets) })
		live.Go(func() { p.api.Streams.Drain(sockets) })
		live.Wait()
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	if err := p.Server.Shutdown(ctx); err != nil {
		p.Log.Warn("open requests were cut off", "error", err)
	}
	p.edge.stop()
}

// stopWorker takes no more requests, gives those that run some time, and hands back the rest.
func (p *process) stopWorker(ctx context.Context, patience time.Duration) {
	p.intake.stop()
	if p.worker != nil {
		ctx, cancel := context.WithTimeout(ctx, patience)
		defer cancel()
		p.worker.Stop(ctx)
	}
	p.work.stop()
}
