package bootstrap

import (
	"context"
	"strconv"

	"convoke/application/metric"
	"convoke/domain/job"
)

// gauge measures what is only looked at when somebody asks.
func (p *process) gauge(ctx context.Context) {
	if active, err := p.api.Store.Active(ctx); err == nil {
		for _, status := range []job.Status{job.Pending, job.Processing} {
			p.Meter.Set(metric.JobsActive, float64(active[status]), string(status))
		}
	}
	if batches, oldest, err := p.api.Store.Backlog(ctx); err == nil {
		age := 0.0
		if !oldest.IsZero() {
			age = max(0, p.Clock.Now().Sub(oldest).Seconds())
		}
		p.Meter.Set(metric.OutboxBatches, float64(batches))
		p.Meter.Set(metric.OutboxAge, age)
	}
	for _, g := range groups(p.Names) {
		positions, err := p.Bus.Positions(ctx, g.Group, g.Topic)
		if err != nil {
			continue
		}
		for _, at := range positions {
			p.Meter.Set(metric.Lag, float64(max(0, at.End-at.Committed)), g.Group, g.Topic, strconv.Itoa(int(at.Partition)))
		}
	}
}
