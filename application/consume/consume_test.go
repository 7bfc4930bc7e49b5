package consume_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"

	"convoke/application/consume"
	"convoke/application/envelope"
	"convoke/application/metric"
	"convoke/application/port"
	"convoke/domain/event"
	"convoke/test/fake"
)

type rig struct {
	consumer  *fake.Consumer
	publisher *fake.Publisher
	meter     *fake.Meter
	runner    *consume.Runner
}

func newRig(batch ...port.Message) *rig {
	r := &rig{consumer: &fake.Consumer{Batch: batch}, publisher: &fake.Publisher{}, meter: &fake.Meter{}}
	r.runner = &consume.Runner{Consumer: r.consumer, Publisher: r.publisher, Clock: fake.NewClock(), Meter: r.meter, Log: fake.Log()}
	return r
}

func (r *rig) run(t *testing.T, ctx context.Context, handle func(context.Context, []consume.Delivery) []error) {
	t.Helper()
	if err := r.runner.Run(ctx, consume.Group{Name: "g", Topic: "topic", Handle: handle}); err != nil {
		t.Fatal(err)
	}
}

func message(t *testing.T, job string) port.Message {
	t.Helper()
	m, err := envelope.Encode("topic", event.Event{ID: "id-" + job, Data: event.JobChanged{JobID: job, Version: 1}})
	if err != nil {
		t.Fatal(err)
	}
	m.Offset = 7
	return m
}

func jobOf(d consume.Delivery) string { return d.Event.Data.Subject() }

func TestWhatCanNeverBeReadBecomesALetterAndTheRestIsHandled(t *testing.T) {
	t.Parallel()
	broken := port.Message{Topic: "topic", Key: "k", Value: []byte("{"), Partition: 3, Offset: 9}
	r := newRig(message(t, "a"), broken, message(t, "b"))
	var handled []string
	r.run(t, t.Context(), func(_ context.Context, batch []consume.Delivery) []error {
		for _, d := range batch {
			handled = append(handled, jobOf(d))
		}
		return nil
	})
	letters := r.publisher.Sent()
	if fmt.Sprint(handled) != "[a b]" || r.consumer.Done != 3 || len(letters) != 1 {
		t.Fatalf("handled %v, done %d, letters %v", handled, r.consumer.Done, letters)
	}
	l := letters[0]
	for header, want := range map[string]string{
		envelope.HeaderReason: consume.ReasonUndecodable, envelope.HeaderTopic: "topic", envelope.HeaderGroup: "g",
		envelope.HeaderPartition: "3", envelope.HeaderOffset: "9", envelope.HeaderAttempts: "1", envelope.HeaderTime: "2026-06-12T16:00:00Z",
	} {
		if l.Headers[header] != want {
			t.Errorf("%s: %q, want %q", header, l.Headers[header], want)
		}
	}
	if l.Topic != "topic.dlq" || l.Key != "k" || string(l.Value) != "{" {
		t.Errorf("letter %+v", l)
	}
}

func TestUnknownTypesAndOtherGroupsRedrivesAreSkipped(t *testing.T) {
	t.Parallel()
	unknown := port.Message{Value: []byte(`{"specversion":"1.0","id":"1","type":"SOMETHING_NEW","source":"s","data":{}}`)}
	foreign, own := message(t, "foreign"), message(t, "own")
	foreign.Headers[envelope.HeaderRedrive] = "other"
	own.Headers[envelope.HeaderRedrive] = "g"
	r := newRig(unknown, foreign, own)
	var handled []string
	r.run(t, t.Context(), func(_ context.Context, batch []consume.Delivery) []error {
		for _, d := range batch {
			handled = append(handled, jobOf(d))
		}
		return nil
	})
	if fmt.Sprint(handled) != "[own]" || r.consumer.Done != 3 || len(r.publisher.Sent()) != 0 {
		t.Fatalf("handled %v, done %d", handled, r.consumer.Done)
	}
	if r.meter.Value(metric.Consumed, "g", "unknown-type") != 1 {
		t.Error("the unknown type was not counted")
	}
}

func TestAnIllDependencyBlocksUntilItIsWell(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := newRig(message(t, "a"), message(t, "b"), message(t, "c"))
		calls := []string{}
		r.run(t, t.Context(), func(_ context.Context, batch []consume.Delivery) []error {
			seen := ""
			errs := make([]error, len(batch))
			for i, d := range batch {
				seen += jobOf(d)
				if jobOf(d) == "b" && len(calls) < 5 {
					errs[i] = errors.New("the database is down")
				}
			}
			calls = append(calls, seen)
			return errs
		})
		if fmt.Sprint(calls) != "[abc b b b b b]" || r.consumer.Done != 3 || len(r.publisher.Sent()) != 0 {
			t.Fatalf("calls %v, done %d", calls, r.consumer.Done)
		}
	})
}

func TestARefusedEventBecomesALetterAlsoWhenTheBrokerIsIllForAWhile(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := newRig(message(t, "a"), message(t, "b"))
		tries := 0
		r.publisher.Fail = func(port.Message) error {
			if tries++; tries < 4 {
				return errors.New("no leader")
			}
			return nil
		}
		handled := 0
		r.run(t, t.Context(), func(_ context.Context, batch []consume.Delivery) []error {
			handled += len(batch)
			return []error{consume.Refuse("unknown-job", errors.New("x")), nil}
		})
		letters := r.publisher.Sent()
		if len(letters) != 1 || letters[0].Headers[envelope.HeaderReason] != "unknown-job" || handled != 2 || r.consumer.Done != 2 {
			t.Fatalf("letters %v, handled %d, done %d", letters, handled, r.consumer.Done)
		}
	})
}

func TestAMessageThatPanicsThreeTimesIsFoundAndGivenUp(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := newRig(message(t, "a"), message(t, "bomb"), message(t, "c"))
		handled := map[string]int{}
		r.run(t, t.Context(), func(_ context.Context, batch []consume.Delivery) []error {
			for _, d := range batch {
				if jobOf(d) == "bomb" {
					panic("bomb")
				}
			}
			for _, d := range batch {
				handled[jobOf(d)]++
			}
			return nil
		})
		letters := r.publisher.Sent()
		if len(letters) != 1 || letters[0].Key != "bomb" || letters[0].Headers[envelope.HeaderReason] != consume.ReasonPanic {
			t.Fatalf("letters %v", letters)
		}
		if r.consumer.Done != 3 || handled["a"] != 1 || handled["c"] != 1 {
			t.Fatalf("done %d, handled %v", r.consumer.Done, handled)
		}
	})
}

func TestGivingWayCommitsExactlyWhatIsDoneFromTheFront(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	r := newRig(message(t, "a"), message(t, "b"), message(t, "c"))
	r.run(t, ctx, func(ctx context.Context, _ []consume.Delivery) []error {
		cancel()
		return []error{nil, ctx.Err(), nil}
	})
	if r.consumer.Done != 1 {
		t.Fatalf("done %d, want 1", r.consumer.Done)
	}
}
