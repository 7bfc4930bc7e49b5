package consume

import (
	"context"
	"errors"
	"sync"
	"time"

	"convoke/domain/event"
)

// epochBeat is how often a member looks whether its projection is to be made again, in case it was not told.
const epochBeat = 5 * time.Second

// ErrEpoch is the error of working on a projection that is being made anew: the member begins again.
var ErrEpoch = errors.New("the projection is being made anew")

// Epochs number the makings of a projection: what a group has made of a topic's events, from the first one on, and can
// make again. Safe for concurrent use.
type Epochs interface {
	// Epoch returns the number of the current making.
	Epoch(ctx context.Context) (uint64, error)
	// Begun reports whether an effect of the partition has been committed in the making.
	Begun(ctx context.Context, epoch uint64, partition int32) (bool, error)
	// Reset clears the projection and begins its next making, in one transaction.
	Reset(ctx context.Context) (epoch uint64, err error)
}

// Place is where in the making of a projection a batch belongs.
type Place struct {
	Epoch     uint64
	Partition int32
}

// Projection is a group whose effects can be cleared and made again from the topic's first event. Each effect is committed
// together with a look at the epoch, so that nothing of an earlier making gets into a later one; and a partition counts as
// begun only once the broker knows that the group is back at its first message. So a replay is whole whichever process
// dies on whichever line.
type Projection struct {
	Group  Group // without Handle and Rewind, which follow from the rest
	Epochs Epochs
	// Apply commits the effects of a batch of one partition in one transaction, which also notes that the partition has
	// begun. It returns ErrEpoch for a place that is not of the current making, and otherwise errors as Group.Handle.
	Apply func(ctx context.Context, at Place, batch []Delivery) []error

	told chan struct{}
}

// NewProjection makes a projection of a group.
func NewProjection(g Group, epochs Epochs, apply func(context.Context, Place, []Delivery) []error) *Projection {
	return &Projection{Group: g, Epochs: epochs, Apply: apply, told: make(chan struct{}, 1)}
}

// Take hears that a group is to be replayed. It does not block.
func (p *Projection) Take(d event.Data) {
	if replay, ok := d.(event.GroupReplay); ok && replay.Group == p.Group.Name {
		select {
		case p.told <- struct{}{}:
		default:
		}
	}
}

// Project runs a projection's group until ctx ends, then returns nil. When a new making begins, it leaves the group and
// joins again, from the first messages.
func (r *Runner) Project(ctx context.Context, p *Projection) error {
	for ctx.Err() == nil {
		var epoch uint64
		if Retry(ctx, func() (err error) { epoch, err = p.Epochs.Epoch(ctx); return err }) != nil {
			return nil
		}
		if err := r.making(ctx, p, epoch); err != nil {
			return err
		}
	}
	return nil
}

// making takes part in one making of the projection.
func (r *Runner) making(ctx context.Context, p *Projection, epoch uint64) error {
	ctx, end := context.WithCancel(ctx)
	var watching sync.WaitGroup
	defer watching.Wait()
	defer end()
	watching.Go(func() { p.watch(ctx, end, epoch) })

	g := p.Group
	g.Rewind = func(ctx context.Context, partition int32) (bool, error) {
		begun, err := p.Epochs.Begun(ctx, epoch, partition)
		return !begun, err
	}
	g.Handle = func(ctx context.Context, batch []Delivery) []error {
		errs := p.Apply(ctx, Place{epoch, batch[0].Message.Partition}, batch)
		for _, err := range errs {
			if errors.Is(err, ErrEpoch) {
				end()
			}
		}
		return errs
	}
	return r.Run(ctx, g)
}

// watch ends the making when there is a newer one.
func (p *Projection) watch(ctx context.Context, end func(), epoch uint64) {
	beat := time.NewTicker(epochBeat)
	defer beat.Stop()
	for {
		select {
		case <-beat.C:
		case <-p.told:
		case <-ctx.Done():
			return
		}
		if now, err := p.Epochs.Epoch(ctx); err == nil && now != epoch {
			end()
			return
		}
	}
}
