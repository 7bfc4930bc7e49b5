package kafka

import (
	"context"
	"errors"
	"slices"
	"testing"

	"github.com/segmentio/kafka-go"
	"pgregory.net/rapid"

	"convoke/application/port"
)

// When the context ends, the rest of a key is not sent any more, because its beginning is in doubt.
func TestTheRestOfAKeyIsNotSent(t *testing.T) {
	t.Parallel()
	batch := make([]port.Message, 6)
	for i := range batch {
		batch[i] = port.Message{Topic: "in", Key: string("ab"[i%2]), Value: noise(600 << 10)}
	}
	batch[5].Key = "c"
	s := &shipment{batch: batch, errs: make([]error, len(batch)), limit: 1 << 20, strict: true}
	s.load("in", []int{0, 1, 2, 3, 4, 5}, 1, 0)
	first := s.next(s.streams[0])
	if len(first.messages) != 1 {
		t.Fatalf("the first chunk has %d messages, want 1", len(first.messages))
	}

	s.fail(context.Canceled)

	want := []error{context.Canceled, context.Canceled, port.ErrNotSent, context.Canceled, port.ErrNotSent, context.Canceled}
	for i, err := range s.errs {
		if !errors.Is(err, want[i]) {
			t.Errorf("message %d: %v, want %v", i, err, want[i])
		}
	}
}

func TestARefusedMessageSpoilsItsKey(t *testing.T) {
	t.Parallel()
	batch := make([]port.Message, 4)
	for i := range batch {
		batch[i] = port.Message{Topic: "in", Key: string("ab"[i%2]), Value: noise(600 << 10)}
	}
	s := &shipment{batch: batch, errs: make([]error, len(batch)), limit: 1 << 20, strict: true}
	s.load("in", []int{0, 1, 2, 3}, 1, 0)
	stream := s.streams[0]

	s.next(stream)
	_ = s.settle(stream, asError(87)) // INVALID_RECORD
	second := s.next(stream)

	if len(second.messages) != 1 || second.messages[0] != &batch[1] {
		t.Fatalf("after message 0, %d messages are sent, want message 1", len(second.messages))
	}
	_ = s.settle(stream, nil)
	if third := s.next(stream); len(third.messages) != 1 || third.messages[0] != &batch[3] {
		t.Fatalf("then %d messages are sent, want message 3", len(third.messages))
	}
	if !errors.Is(s.errs[2], port.ErrNotSent) {
		t.Errorf("message 2: %v, want ErrNotSent", s.errs[2])
	}
}

// Whatever the broker answers and whenever the context ends: a message has no error exactly if it was acknowledged, each
// key's messages are acknowledged in order, and none after one that failed, unless that was too large.
func TestAShipmentIsSettledInFull(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		const allowed = 500 << 10 // by the broker, which the shipment does not know
		batch := make([]port.Message, rapid.IntRange(1, 30).Draw(t, "messages"))
		indexes := make([]int, len(batch))
		for i := range batch {
			indexes[i] = i
			batch[i].Key = rapid.SampledFrom([]string{"", "a", "b", "c", "d"}).Draw(t, "key")
			batch[i].Value = make([]byte, rapid.SampledFrom([]int{10, 100 << 10, 400 << 10, 600 << 10}).Draw(t, "size"))
		}
		s := &shipment{batch: batch, errs: make([]error, len(batch)), limit: 1 << 20}
		s.load("in", indexes, rapid.IntRange(1, 3).Draw(t, "partitions"), 1)
		acked := map[int]bool{}
		for rounds := 0; len(s.streams) > 0; rounds++ {
			if rounds > 1000 {
				t.Fatal("it does not come to an end")
			}
			for _, stream := range s.streams {
				answerChunk(t, s, stream, allowed, acked)
			}
			s.sweep()
			if rapid.IntRange(0, 20).Draw(t, "end") == 0 {
				s.fail(context.Canceled)
			}
		}
		checkSettled(t, s, acked)
	})
}

// answerChunk makes the stream's next chunk and settles it in some way.
func answerChunk(t *rapid.T, s *shipment, to *stream, allowed int, acked map[int]bool) {
	c := s.next(to)
	sent := slices.Clone(to.sending)
	answer := rapid.SampledFrom([]error{nil, nil, nil, kafka.NotLeaderForPartition, context.DeadlineExceeded, asError(87)}).Draw(t, "answer")
	if answer == nil && c.bytes > allowed {
		answer = kafka.MessageSizeTooLarge
	}
	_ = s.settle(to, answer)
	if answer != nil {
		return
	}
	for _, i := range sent {
		for j := range acked {
			if key := s.batch[i].Key; key != "" && j > i && s.batch[j].Key == key {
				t.Fatalf("message %d of key %q was acknowledged before message %d", j, key, i)
			}
		}
		acked[i] = true
	}
}

func checkSettled(t *rapid.T, s *shipment, acked map[int]bool) {
	failed := map[string]bool{}
	for i, m := range s.batch {
		if acked[i] != (s.errs[i] == nil) {
			t.Fatalf("message %d: acknowledged %v, error %v", i, acked[i], s.errs[i])
		}
		if acked[i] && failed[m.Key] {
			t.Fatalf("message %d was sent after an earlier one of key %q had failed", i, m.Key)
		}
		if m.Key != "" && s.errs[i] != nil && !errors.Is(s.errs[i], port.ErrTooLarge) {
			failed[m.Key] = true
		}
	}
}
