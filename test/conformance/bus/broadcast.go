package bus

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"

	"convoke/application/port"
)

func broadcasting() []test {
	return []test{
		{"broadcast/every listener hears everything", everyListenerHears},
		{"broadcast/a listener begins with the last messages", listenerBeginsWithLast},
		{"broadcast/a listener can begin with the first message", listenerBeginsWithFirst},
	}
}

// listenerBeginsWithFirst: since may be longer than there have been computers.
func listenerBeginsWithFirst(k *kit) {
	conn := k.broker.Connect(k.T)
	topic := k.topic(conn.Bus, "log")
	sent := interleaved(topic, 5, 6)
	k.publish(conn.Bus, sent...)
	var heard ledger

	k.listen(conn.Bus, topic, 100*365*24*time.Hour, &heard)

	k.soon("everything from the first on", func() bool { return heard.has(sent) })
	heard.wantOnce(k, sent)
	heard.wantOrder(k)
}

// listen starts a Listen that writes into the ledger and waits until it is ready.
func (k *kit) listen(bus port.Bus, topic string, since time.Duration, heard *ledger) {
	k.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	ready, ended := make(chan struct{}), make(chan error, 1)
	var busy atomic.Int32
	go func() {
		ended <- bus.Listen(ctx, topic, since, func() { close(ready) }, func(m port.Message) {
			if busy.Add(1) != 1 {
				k.Error("a listener was called twice at a time")
			}
			heard.add([]port.Message{m})
			busy.Add(-1)
		})
	}()
	k.Cleanup(func() {
		cancel()
		select {
		case err := <-ended:
			if err != nil {
				k.Errorf("listen: %v", err)
			}
		case <-time.After(k.features.Patience):
			k.Error("Listen did not return after its context had ended")
		}
	})
	k.await(ready, "the listener is ready")
}

func (k *kit) broadcast(bus port.Bus, batch ...port.Message) {
	k.Helper()
	ctx, cancel := context.WithTimeout(k.Context(), k.features.Patience)
	defer cancel()
	if err := bus.Broadcast(ctx, batch); err != nil {
		k.Fatalf("broadcast: %v", err)
	}
}

// news makes n messages without a key.
func news(topic, label string, n int) []port.Message {
	batch := numbered(topic, "", n)
	for i := range batch {
		batch[i].Value = fmt.Appendf(nil, "%s/%d", label, i)
	}
	return batch
}

func (k *kit) newsTopic(bus port.Bus) string {
	k.Helper()
	return k.provision(bus, port.Topic{Name: k.name + ".news", Partitions: 1, Retention: time.Hour, MaxBytes: 1 << 20})
}

func everyListenerHears(k *kit) {
	first, second := k.broker.Connect(k.T), k.broker.Connect(k.T)
	topic := k.newsTopic(first.Bus)
	var atFirst, atSecond ledger
	k.listen(first.Bus, topic, 0, &atFirst)
	k.listen(second.Bus, topic, 0, &atSecond)

	sent := news(topic, "news", 100)
	k.broadcast(first.Bus, sent[:50]...)
	k.broadcast(second.Bus, sent[50:]...)

	k.soon("both hear everything", func() bool { return atFirst.has(sent) && atSecond.has(sent) })
	atFirst.wantOnce(k, sent)
	atSecond.wantOnce(k, sent)
	atFirst.wantOrder(k)
	atSecond.wantOrder(k)
}

func listenerBeginsWithLast(k *kit) {
	conn := k.broker.Connect(k.T)
	topic := k.newsTopic(conn.Bus)
	old, fresh := news(topic, "old", 3), news(topic, "fresh", 3)
	k.broadcast(conn.Bus, old...)
	k.pass(time.Second)
	between := time.Now()
	k.pass(3 * time.Second) // to begin a little late does no harm
	k.broadcast(conn.Bus, fresh...)
	var short, long ledger
	k.listen(conn.Bus, topic, time.Since(between), &short)
	k.listen(conn.Bus, topic, time.Minute, &long)

	last := news(topic, "last", 1)
	k.broadcast(conn.Bus, last...)

	k.soon("both hear the last", func() bool { return short.has(last) && long.has(last) })
	short.wantOnce(k, append(fresh, last...))
	long.wantOnce(k, append(append(old, fresh...), last...))
}
