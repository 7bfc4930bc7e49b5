package bus

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"sync"
	"time"

	"convoke/application/port"
)

func publishing() []test {
	return []test{
		{"publish/a message arrives as it was sent", arrivesAsSent},
		{"publish/messages are copies", messagesAreCopies},
		{"publish/a large batch arrives once", largeBatch},
		{"publish/messages as large as allowed arrive", largeMessages},
		{"publish/an oversized message fails alone", oversizedFailsAlone},
		{"publish/a missing topic fails alone", missingTopicFailsAlone},
		{"publish/a failure stops its key", failureStopsItsKey},
		{"publish/an ended context fails everything", endedContext},
	}
}

func arrivesAsSent(k *kit) {
	conn := k.broker.Connect(k.T)
	topic := k.topic(conn.Bus, "in")
	sent := []port.Message{
		{Topic: topic, Key: "with everything", Value: []byte("a\x00b\r\n\r\nc"), Headers: map[string]string{
			"content-type": "application/cloudevents+json", "ce-id": "0192", "Mixed-Case": "v: \"w\"", "empty": ""}},
		{Topic: topic, Value: []byte("no key")},
		{Topic: topic, Key: "clé/ключ *>", Headers: map[string]string{"traceparent": "00-0af7-b7ad-01"}},
		{Topic: topic},
	}
	before := time.Now().Add(-time.Second)
	k.publish(conn.Bus, sent...)

	var got ledger
	k.consume(conn.Bus, k.subscription(topic, port.Ordered), got.handle)

	k.soon("all messages arrive", func() bool { return got.len() >= len(sent) })
	for _, want := range sent {
		if !containsMessage(got.all(), want) {
			k.Errorf("not received as sent: %+v; got %+v", want, got.all())
		}
	}
	for _, m := range got.all() {
		if m.Topic != topic || m.Offset < 0 || m.Partition < 0 || m.Time.Before(before) || m.Time.After(time.Now().Add(time.Second)) {
			k.Errorf("topic %q, partition %d, offset %d, time %v", m.Topic, m.Partition, m.Offset, m.Time)
		}
	}
}

func containsMessage(got []port.Message, want port.Message) bool {
	for _, m := range got {
		if m.Key == want.Key && bytes.Equal(m.Value, want.Value) && maps.Equal(m.Headers, want.Headers) {
			return true
		}
	}
	return false
}

// messagesAreCopies: neither what the sender nor what a receiver does to a message later changes it for anybody.
func messagesAreCopies(k *kit) {
	conn := k.broker.Connect(k.T)
	topic := k.topic(conn.Bus, "in")
	sent := port.Message{Topic: topic, Key: "key", Value: []byte("value"), Headers: map[string]string{"name": "value"}}
	k.publish(conn.Bus, sent)
	want := port.Message{Key: "key", Value: []byte("value"), Headers: map[string]string{"name": "value"}}
	sent.Value[0], sent.Headers["name"] = 'X', "X"

	for i := range 2 {
		s := k.subscription(topic, port.Ordered)
		s.Group += fmt.Sprint(i)
		right := make(chan bool, 10)
		k.consume(conn.Bus, s, func(_ context.Context, batch []port.Message) (int, error) {
			right <- containsMessage(batch, want)
			batch[0].Value[0], batch[0].Headers["name"] = 'X', "X"
			return len(batch), nil
		})
		select {
		case ok := <-right:
			if !ok {
				k.Errorf("group %d got a message that somebody has changed", i)
			}
		case <-time.After(k.features.Patience):
			k.Fatalf("group %d got nothing", i)
		}
	}
}

func largeBatch(k *kit) {
	conn := k.broker.Connect(k.T)
	topic := k.topic(conn.Bus, "in")
	sent := interleaved(topic, 50, 100)
	k.publish(conn.Bus, sent...)

	var got ledger
	k.consume(conn.Bus, k.subscription(topic, port.Ordered), got.handle)

	k.soon("all messages arrive", func() bool { return got.len() >= len(sent) })
	got.wantOnce(k, sent)
	got.wantOrder(k)
}

// largeMessages: in Ordered and Shared groups, more of them than anybody should hold in memory at once.
func largeMessages(k *kit) {
	conn := k.broker.Connect(k.T)
	topic := k.topic(conn.Bus, "in")
	sent := numbered(topic, "key", 24)
	for i := range sent {
		sent[i].Headers = map[string]string{"number": string(sent[i].Value)}
		sent[i].Value = bytes.Repeat(sent[i].Value[:1], 1000<<10)
	}
	k.publish(conn.Bus, sent...)

	for _, mode := range []port.Mode{port.Ordered, port.Shared} {
		var mu sync.Mutex
		arrived := map[string]int{}
		s := k.subscription(topic, mode)
		s.Group += fmt.Sprint(mode)
		r := k.consume(conn.Bus, s, func(_ context.Context, batch []port.Message) (int, error) {
			mu.Lock()
			defer mu.Unlock()
			for _, m := range batch {
				arrived[m.Headers["number"]] += len(m.Value)
			}
			return len(batch), nil
		})
		k.soon("all messages arrive", func() bool {
			mu.Lock()
			defer mu.Unlock()
			return len(arrived) == len(sent)
		})
		r.stop()
		for number, size := range arrived {
			if size != len(sent[0].Value) {
				k.Errorf("%d bytes of message %s arrived, want %d", size, number, len(sent[0].Value))
			}
		}
	}
}

func oversizedFailsAlone(k *kit) {
	conn := k.broker.Connect(k.T)
	topic := k.provision(conn.Bus, port.Topic{Name: k.name + ".small", Partitions: k.features.Partitions, MaxBytes: 64 << 10})
	batch := numbered(topic, "key", 5)
	batch[2].Value = bytes.Repeat([]byte("x"), 128<<10)

	errs := conn.Bus.Publish(k.Context(), batch)

	if len(errs) != len(batch) {
		k.Fatalf("%d errors for %d messages", len(errs), len(batch))
	}
	for i, err := range errs {
		switch {
		case i == 2 && !errors.Is(err, port.ErrTooLarge):
			k.Errorf("the oversized message: %v, want ErrTooLarge", err)
		case i != 2 && err != nil:
			k.Errorf("message %d: %v", i, err)
		}
	}
	k.wantStored(conn.Bus, topic, append(batch[:2:2], batch[3:]...))
}

func missingTopicFailsAlone(k *kit) {
	conn := k.broker.Connect(k.T)
	topic := k.topic(conn.Bus, "in")
	good, lost := numbered(topic, "key", 2), numbered(k.name+".missing", "key", 2)
	ctx, cancel := context.WithTimeout(k.Context(), k.features.Patience)
	defer cancel()

	errs := conn.Bus.Publish(ctx, []port.Message{good[0], lost[0], good[1], lost[1]})

	if len(errs) != 4 || errs[0] != nil || errs[1] == nil || errs[2] != nil || errs[3] == nil {
		k.Fatalf("errors %v, want them for the second and fourth message", errs)
	}
	k.wantStored(conn.Bus, topic, good)
}

func failureStopsItsKey(k *kit) {
	if k.broker.Refuse == nil {
		k.Skip("the harness can not make the broker refuse messages")
	}
	conn := k.broker.Connect(k.T)
	topic := k.topic(conn.Bus, "in")
	batch := interleaved(topic, 5, 20)
	accept := k.broker.Refuse(k.T, topic)
	ctx, cancel := context.WithTimeout(k.Context(), k.features.Patience)
	defer cancel()

	errs := conn.Bus.Publish(ctx, batch)
	accept()

	if len(errs) != len(batch) || errors.Join(errs...) == nil {
		k.Fatalf("%d errors for %d messages, none of them set", len(errs), len(batch))
	}
	failed := map[string]bool{}
	var stored []port.Message
	for i, m := range batch {
		if errs[i] == nil {
			stored = append(stored, m)
			if failed[m.Key] {
				k.Errorf("%s was sent after an earlier message of its key had failed", m.Value)
			}
		}
		failed[m.Key] = failed[m.Key] || errs[i] != nil
	}
	k.wantStored(conn.Bus, topic, stored)
}

func endedContext(k *kit) {
	conn := k.broker.Connect(k.T)
	topic := k.topic(conn.Bus, "in")
	ctx, cancel := context.WithCancel(k.Context())
	cancel()

	errs := conn.Bus.Publish(ctx, numbered(topic, "key", 3))

	if len(errs) != 3 {
		k.Fatalf("%d errors for 3 messages", len(errs))
	}
	for i, err := range errs {
		if err == nil {
			k.Errorf("message %d was reported as sent", i)
		}
	}
}

// wantStored fails the test unless the topic holds exactly the messages.
func (k *kit) wantStored(bus port.Bus, topic string, want []port.Message) {
	k.Helper()
	last := port.Message{Topic: topic, Key: "end", Value: []byte("end")}
	k.publish(bus, last)
	var got ledger
	k.consume(bus, port.Subscription{Topic: topic, Group: k.name + "-audit", Mode: port.Ordered}, got.handle)
	k.soon("the stored messages arrive", func() bool { return got.has(append(want[:len(want):len(want)], last)) })
	got.wantOnce(k, append(want[:len(want):len(want)], last))
}
