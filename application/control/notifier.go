package control

import (
	"context"

	"convoke/application/port"
	"convoke/domain/event"
)

// Notifier carries hints over the control channel, for deployments without Redis. A process also hears its own hints;
// they are as harmless as any repeated one.
type Notifier struct {
	channel *Channel
	hints   chan port.Hint
}

var _ port.Notifier = (*Notifier)(nil)

// NewNotifier makes a notifier on a channel that is not running yet.
func NewNotifier(channel *Channel) *Notifier {
	n := &Notifier{channel: channel, hints: make(chan port.Hint, 4096)}
	channel.On(n.take)
	return n
}

// Notify sends the hints to every process.
func (n *Notifier) Notify(ctx context.Context, hints []port.Hint) error {
	data := make([]event.Data, 0, len(hints))
	for _, h := range hints {
		switch h.Kind {
		case port.JobHint:
			data = append(data, event.JobChanged{JobID: h.ID, Version: h.Number})
		case port.OccasionHint:
			data = append(data, event.OccasionChanged{OccasionID: h.ID, Revision: h.Number})
		}
	}
	if len(data) == 0 {
		return nil
	}
	return n.channel.Send(ctx, data...)
}

// Subscribe calls handle for each hint until ctx ends.
func (n *Notifier) Subscribe(ctx context.Context, handle func(port.Hint)) error {
	for {
		select {
		case h := <-n.hints:
			handle(h)
		case <-ctx.Done():
			return nil
		}
	}
}

// take queues a hint for the subscriber; when it can not keep up, hints are lost, which is allowed.
func (n *Notifier) take(d event.Data) {
	var hint port.Hint
	switch d := d.(type) {
	case event.JobChanged:
		hint = port.Hint{Kind: port.JobHint, ID: d.JobID, Number: d.Version}
	case event.OccasionChanged:
		hint = port.Hint{Kind: port.OccasionHint, ID: d.OccasionID, Number: d.Revision}
	default:
		return
	}
	select {
	case n.hints <- hint:
	default:
	}
}
