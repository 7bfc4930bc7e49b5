package redis

import (
	"context"
	"errors"
	"math/rand/v2"
	"net"
	"strings"
	"sync"
	"time"

	client "github.com/redis/go-redis/v9"

	"convoke/application/port"
)

const (
	queueLength  = 4096            // hints that wait for a slow subscriber; beyond it they are lost
	quietFor     = 3 * time.Second // after which a silent connection is asked for a sign of life
	firstPause   = 50 * time.Millisecond
	longestPause = 2 * time.Second
)

// Notifier carries hints over pub/sub. Safe for concurrent use.
type Notifier struct {
	client  *Client
	channel string
}

var _ port.Notifier = (*Notifier)(nil)

// Notify sends the hints with one round trip. It returns when the server has them, or an error within the timeout. While
// Redis is known to be ill they are lost without an error: that has been said once, and would be at every commit.
func (n *Notifier) Notify(ctx context.Context, hints []port.Hint) error {
	messages := encode(n.client.sender, hints)
	if len(messages) == 0 {
		return nil
	}
	err := n.client.do(ctx, "publish", func(ctx context.Context) error {
		_, err := n.client.redis.Pipelined(ctx, func(p client.Pipeliner) error {
			for _, message := range messages {
				p.Publish(ctx, n.channel, message)
			}
			return nil
		})
		return err
	})
	if errors.Is(err, ErrIll) {
		return nil
	}
	return err
}

// Subscribe calls handle until ctx ends. It survives outages of the server by itself.
func (n *Notifier) Subscribe(ctx context.Context, handle func(port.Hint)) error {
	queue := make(chan port.Hint, queueLength)
	var listening sync.WaitGroup
	listening.Go(func() { n.listen(ctx, queue) })
	defer listening.Wait()
	for {
		select {
		case hint := <-queue:
			handle(hint)
		case <-ctx.Done():
			return nil
		}
	}
}

// listen fills the queue until ctx ends; a broken connection is replaced, after a pause that grows.
func (n *Notifier) listen(ctx context.Context, queue chan<- port.Hint) {
	pause := firstPause
	for ctx.Err() == nil {
		subscribed, err := n.receive(ctx, queue)
		if subscribed {
			pause = firstPause
		}
		if ctx.Err() == nil {
			n.client.config.Log.Debug("the subscription to hints broke", "error", err)
		}
		select {
		case <-time.After(pause/2 + rand.N(pause)): //nolint:gosec // jitter
		case <-ctx.Done():
		}
		pause = min(2*pause, longestPause)
	}
}

// receive subscribes once and fills the queue until the connection breaks or ctx ends.
func (n *Notifier) receive(ctx context.Context, queue chan<- port.Hint) (subscribed bool, err error) {
	subscription := n.client.redis.Subscribe(ctx)
	closed := make(chan struct{})
	stop := context.AfterFunc(ctx, func() { // a read knows nothing of contexts
		defer close(closed)
		_ = subscription.Close()
	})
	defer func() {
		if !stop() {
			<-closed
		}
		_ = subscription.Close()
	}()
	if err := subscription.Subscribe(ctx, n.channel); err != nil {
		return false, err
	}
	for asked := false; ; {
		answer, err := subscription.ReceiveTimeout(ctx, quietFor)
		switch {
		case err == nil:
			asked, subscribed = false, true
			n.take(answer, queue)
		case asked || !isTimeout(err):
			return subscribed, err
		default:
			asked = true
			if err := subscription.Ping(ctx); err != nil {
				return subscribed, err
			}
		}
	}
}

// take queues the hints of a message. What is malformed is skipped, what has no room is lost: both are only hints.
func (n *Notifier) take(answer any, queue chan<- port.Hint) {
	message, ok := answer.(*client.Message)
	if !ok {
		return // a confirmation, or a sign of life
	}
	err := decode(message.Payload, n.client.sender, func(h port.Hint) {
		h.ID = strings.Clone(h.ID) // not the whole message with it
		select {
		case queue <- h:
		default:
		}
	})
	if err != nil {
		n.client.config.Log.Debug("a message of hints was skipped", "bytes", len(message.Payload), "error", err)
	}
}

func isTimeout(err error) bool {
	var failure net.Error
	return errors.As(err, &failure) && failure.Timeout()
}
