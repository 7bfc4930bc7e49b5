package kafka

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/segmentio/kafka-go"

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
		if errors.Is(err, port.ErrRestart) {
			return a.restart(ctx)
		}
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

// restart goes back to the first message, and commits that, so that another member starts there too if the partition
// moves now. It is part of what the handler did, so the end of ctx does not stop it.
func (a *assignment) restart(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 3*time.Second)
	defer cancel()
	a.cursor.offset = kafka.FirstOffset
	wait := pause{first: 20 * time.Millisecond, longest: time.Second}
	for {
		err := a.cursor.troubled(a.cursor.rewind(ctx))
		if err == nil {
			a.commits.add(a.cursor.partition, a.cursor.offset)
			return nil
		}
		if !wait.wait(ctx) {
			return err
		}
	}
}
