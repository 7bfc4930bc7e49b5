package bus

import (
	"context"
	"fmt"
	"sync"
	"time"

	"convoke/application/port"
)

const (
	churnRounds = 8
	churnKeys   = 6
)

// comeAndGo: members join and leave while messages pour in. Nothing is lost, and keys keep their order.
func comeAndGo(mode port.Mode) func(*kit) {
	return func(k *kit) {
		conn := k.broker.Connect(k.T)
		topic := k.topic(conn.Bus, "in")
		s := k.subscription(topic, mode)
		s.MaxBatch = 5
		var done ledger
		work := func(ctx context.Context, batch []port.Message) (int, error) {
			for i := range batch {
				select {
				case <-time.After(500 * time.Microsecond): // so that members leave in the middle of a batch
					done.add(batch[i : i+1])
				case <-ctx.Done():
					return i, nil
				}
			}
			return len(batch), nil
		}
		sent, finish := k.pour(conn.Bus, topic)
		members := []*reader{k.consume(k.broker.Connect(k.T).Bus, s, work)}
		for range churnRounds {
			before := done.len()
			members = append(members, k.consume(k.broker.Connect(k.T).Bus, s, work))
			k.soon("the group works on", func() bool { return done.len() > before })
			members[0].stop()
			members = members[1:]
		}
		finish()

		k.soon("everything is done", func() bool { return done.has(sent()) })
		if mode == port.Ordered {
			done.wantOrder(k)
		}
	}
}

// pour publishes numbered messages of several keys until finish is called; sent returns them then.
func (k *kit) pour(bus port.Bus, topic string) (sent func() []port.Message, finish func()) {
	enough := make(chan struct{})
	var pouring sync.WaitGroup
	var poured []port.Message
	pouring.Go(func() {
		for n := 0; ; n++ {
			select {
			case <-enough:
				return
			case <-time.After(2 * time.Millisecond):
			}
			var batch []port.Message
			for key := range churnKeys {
				batch = append(batch, numberedFrom(topic, fmt.Sprintf("key-%d", key), n, 1)...)
			}
			for _, err := range bus.Publish(k.Context(), batch) {
				if err != nil {
					k.Errorf("publish: %v", err)
					return
				}
			}
			poured = append(poured, batch...)
		}
	})
	finish = sync.OnceFunc(func() {
		close(enough)
		pouring.Wait()
	})
	k.Cleanup(finish)
	return func() []port.Message { return poured }, finish
}
