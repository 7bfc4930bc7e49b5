package bus

import (
	"time"

	"convoke/application/port"
)

func groups() []test {
	return []test{
		{"groups/each sees everything from the first message", groupsSeeAll},
		{"groups/a group goes on where it was", groupGoesOn},
		{"groups/a consumer waits for its topic", waitsForTopic},
	}
}

func groupsSeeAll(k *kit) {
	conn := k.broker.Connect(k.T)
	topic := k.topic(conn.Bus, "in")
	early, late := interleaved(topic, 10, 5), numbered(topic, "late", 5)
	k.publish(conn.Bus, early...)
	var first, second ledger
	a, b := k.subscription(topic, port.Ordered), k.subscription(topic, port.Shared)
	a.Group += "-a"
	b.Group += "-b"
	k.consume(conn.Bus, a, first.handle)
	k.consume(conn.Bus, b, second.handle)

	k.publish(conn.Bus, late...)

	sent := append(early, late...)
	k.soon("both groups get everything", func() bool { return first.has(sent) && second.has(sent) })
	first.wantOnce(k, sent)
	second.wantOnce(k, sent)
}

func groupGoesOn(k *kit) {
	conn := k.broker.Connect(k.T)
	topic := k.topic(conn.Bus, "in")
	s := k.subscription(topic, port.Ordered)
	sent := interleaved(topic, 10, 6)
	var got ledger
	r := k.consume(conn.Bus, s, got.handle)
	k.publish(conn.Bus, sent[:30]...)
	k.soon("the first half arrives", func() bool { return got.len() >= 30 })
	r.stop()

	k.publish(conn.Bus, sent[30:]...)
	again := k.broker.Connect(k.T)
	k.consume(again.Bus, s, got.handle)

	k.soon("the second half arrives", func() bool { return got.has(sent) })
	got.wantOnce(k, sent)
	got.wantOrder(k)
}

func waitsForTopic(k *kit) {
	conn := k.broker.Connect(k.T)
	s := k.subscription(k.name+".later", port.Ordered)
	var got ledger
	r := k.consume(conn.Bus, s, got.handle)
	k.pass(50 * time.Millisecond)
	select {
	case err := <-r.ended:
		k.Fatalf("Consume gave up: %v", err)
	default:
	}

	k.provision(conn.Bus, port.Topic{Name: s.Topic, Partitions: k.features.Partitions, Retention: time.Hour, MaxBytes: 1 << 20})
	sent := numbered(s.Topic, "key", 3)
	k.publish(conn.Bus, sent...)

	k.soon("the messages arrive", func() bool { return got.has(sent) })
}
