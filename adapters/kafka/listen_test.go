package kafka

import (
	"context"
	"fmt"
	"testing"
	"time"

	"convoke/application/port"
	"convoke/test/fakekafka"
)

// listen runs a listener until the test ends and returns when it is ready.
func listen(tb testing.TB, b *Bus, topic string, since time.Duration, book *ledger) {
	tb.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	ready, ended := make(chan struct{}), make(chan error, 1)
	go func() {
		ended <- b.Listen(ctx, topic, since, func() { close(ready) }, func(m port.Message) {
			_, _ = book.handle(ctx, []port.Message{m})
		})
	}()
	tb.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			tb.Errorf("listen: %v", err)
		}
	})
	select {
	case <-ready:
	case <-time.After(20 * time.Second):
		tb.Fatal("the listener is not ready")
	}
}

func TestAListenerReadsEveryPartitionAndThoseThatAreAdded(t *testing.T) {
	t.Parallel()
	fake, book := fakekafka.Start(t), newLedger()
	b := connectWith(t, Config{Brokers: fake.ListenAddrs()}, impatient)
	topic := provision(t, b, 2)
	listen(t, b, topic, 0, book)
	for i := range 10 {
		send(t, b, topic, fmt.Sprintf("early-%d", i), 1, 3, book)
	}
	book.settle(t, 20*time.Second)

	addPartitions(t, b, topic, 5)

	eventually(t, 20*time.Second, func() string {
		if leaders, err := b.cluster.leaders(t.Context(), topic); err != nil || len(leaders) != 5 {
			return fmt.Sprint(leaders, err)
		}
		return ""
	})
	for i := range 20 {
		send(t, b, topic, fmt.Sprintf("late-%d", i), 1, 3, book)
	}
	book.settle(t, 20*time.Second)
}

func TestAListenerOutlastsLeaderChanges(t *testing.T) {
	t.Parallel()
	fake, book := fakekafka.Start(t), newLedger()
	b := connectWith(t, Config{Brokers: fake.ListenAddrs()}, impatient)
	topic := provision(t, b, 3)
	listen(t, b, topic, time.Minute, book)
	g := startLoad(t, b, topic, book)
	book.reached(t, 100, 20*time.Second)

	repeat(t, 5, 100*time.Millisecond, fake.ShufflePartitionLeaders)

	book.reached(t, book.total()+500, 30*time.Second)
	g.end()
	book.settle(t, 30*time.Second)
}

func TestAListenerReadsATopicThatIsMadeAnew(t *testing.T) {
	t.Parallel()
	fake, book := fakekafka.Start(t), newLedger()
	b := connectWith(t, Config{Brokers: fake.ListenAddrs()}, impatient)
	topic := provision(t, b, 1)
	listen(t, b, topic, time.Minute, book)
	send(t, b, topic, "key", 1, 5, book)
	book.settle(t, 20*time.Second)

	if err := fake.DeleteTopic(topic); err != nil {
		t.Fatal(err)
	}
	<-time.After(10 * b.timing.gone)
	if err := fake.CreateTopic(topic, 1, nil); err != nil {
		t.Fatal(err)
	}

	send(t, b, topic, "new", 1, 3, book) // fewer than it has read
	book.settle(t, 20*time.Second)
}
