package kafka

import (
	"context"
	"errors"
	"sync"

	"convoke/application/port"
)

// assignment is one partition for the time of one generation.
type assignment struct {
	subscription port.Subscription
	handle       port.Handler
	asking       *sync.Mutex
	commits      *commits
	cursor       *cursor
	pause        pause
}

// run reads and hands over until ctx ends or the cursor gives up.
func (a *assignment) run(ctx context.Context) error {
	if err := a.begin(ctx); err != nil {
		return err
	}
	for {
		messages, err := a.cursor.next(ctx)
		if ctx.Err() != nil {
			return nil
		}
		if err != nil {
			return err
		}
		if err := a.handOver(ctx, messages); err != nil {
			return err
		}
	}
}

// handOver gives the messages to the handler, piece by piece, until they are done or ctx ends.
func (a *assignment) handOver(ctx context.Context, messages []port.Message) error {
	for len(messages) > 0 && ctx.Err() == nil {
		room, err := a.room(ctx)
		if err != nil {
			a.pause.wait(ctx)
			continue
		}
		piece := messages[:min(room, len(messages))]
		done, err := a.handle(ctx, piece)
		done = max(0, min(done, len(piece)))
		if done > 0 {
			a.commits.add(a.cursor.partition, piece[done-1].Offset+1)
			messages = messages[done:]
			a.pause.reset()
		}
		if err != nil || done == 0 {
			a.pause.wait(ctx)
		}
	}
	return nil
}

// room asks how many messages may be handed over. One partition asks at a time, so that each gets an answer of its own.
func (a *assignment) room(ctx context.Context) (int, error) {
	if a.subscription.Room == nil {
		return a.subscription.MaxBatch, nil
	}
	a.asking.Lock()
	defer a.asking.Unlock()
	n, err := a.subscription.Room(ctx)
	return max(1, min(n, a.subscription.MaxBatch)), errors.Join(err, ctx.Err())
}

// begin asks whether the group is to begin the partition again, and if so commits that before anything is handed over.
// The generation may end meanwhile: whoever has the partition in the next one asks anew.
func (a *assignment) begin(ctx context.Context) error {
	if a.subscription.Rewind == nil {
		return nil
	}
	for ctx.Err() == nil {
		again, err := a.subscription.Rewind(ctx, a.cursor.partition)
		if err == nil && !again {
			return nil
		}
		if err == nil {
			err = a.cursor.troubled(a.cursor.rewind(ctx))
		}
		if err == nil {
			return a.commits.now(a.cursor.partition, a.cursor.offset)
		}
		a.pause.wait(ctx)
	}
	return nil
}
