package deadletter_test

import (
	"errors"
	"testing"
	"time"

	"convoke/application/bulk"
	"convoke/application/deadletter"
	"convoke/application/envelope"
	"convoke/domain/event"
	"convoke/domain/job"
	"convoke/test/backend"
	"convoke/test/fake"
)

const letterID = "01890000-0000-7000-8000-00000000000a"

// keep puts the letter of a job into the store.
func keep(t *testing.T, b *backend.Backend, jobID, reason string) {
	t.Helper()
	m, err := envelope.Encode(b.Names.DesignRequests, event.Event{ID: letterID, Time: time.Unix(1, 0), Data: event.DesignRequested{JobID: jobID, Attempt: 1}})
	if err != nil {
		t.Fatal(err)
	}
	letter := deadletter.Letter{
		ID: letterID, Topic: m.Topic, Partition: -1, Offset: -1, Reason: reason, Time: time.Unix(1, 0), Key: m.Key, Value: m.Value, Headers: m.Headers,
	}
	if err := b.Store.AddLetters(t.Context(), []deadletter.Letter{letter}); err != nil {
		t.Fatal(err)
	}
}

// wantGone checks that the letter is away, and how many attempts the job has had.
func wantGone(t *testing.T, b *backend.Backend, jobID string, attempt int) {
	t.Helper()
	if _, err := b.Letters.Get(t.Context(), letterID); !errors.Is(err, deadletter.ErrNotFound) {
		t.Errorf("the letter: %v", err)
	}
	if view, err := b.Jobs.Get(t.Context(), jobID); err != nil || view.Job.Attempt != attempt {
		t.Errorf("attempt %d instead of %d, %v", view.Job.Attempt, attempt, err)
	}
	if sent, err := b.Bus.Tail(t.Context(), b.Names.DesignRequests, 10); err != nil || len(sent) != 0 {
		t.Errorf("%d requests were sent again, %v", len(sent), err)
	}
}

func TestALetterOfASpentJobStartsItAfreshAndIsGone(t *testing.T) {
	t.Parallel()
	for _, reason := range []string{job.ReasonSpent, job.ReasonDeadline} {
		b := backend.New(t)
		id := b.Order()
		b.Fail(id)
		keep(t, b, id, reason)
		if err := b.Letters.Redrive(t.Context(), letterID); err != nil {
			t.Fatal(reason, err)
		}
		wantGone(t, b, id, 2)
	}
}

func TestTheLetterOfAJobThatStartedAfreshBeforeIsLeftOverAndGoes(t *testing.T) {
	t.Parallel()
	b := backend.New(t)
	id := b.Order()
	b.Fail(id)
	keep(t, b, id, job.ReasonSpent)
	if _, err := b.Jobs.Redrive(t.Context(), id); err != nil { // by itself, or by a process that then died
		t.Fatal(err)
	}
	if err := b.Letters.Redrive(t.Context(), letterID); err != nil {
		t.Fatal(err)
	}
	wantGone(t, b, id, 2)
}

func TestManyLettersOfJobsThatStartedAfreshAreDone(t *testing.T) {
	t.Parallel()
	b := backend.New(t)
	id := b.Order()
	keep(t, b, id, job.ReasonDeadline)
	order := bulk.Order{Act: bulk.RedriveLetters, By: "test"}
	shown, err := b.Bulk.Preview(t.Context(), order)
	if err != nil {
		t.Fatal(err)
	}
	op, err := b.Bulk.Start(t.Context(), order, shown)
	if err != nil {
		t.Fatal(err)
	}
	ctx, tick := t.Context(), time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for op.State == bulk.Running {
		<-tick.C
		if op, err = b.Bulk.Get(ctx, op.ID); err != nil {
			t.Fatal(err)
		}
	}
	if op.State != bulk.Finished || op.Done != 1 || op.Skipped+op.Failed != 0 {
		t.Errorf("%+v", op)
	}
	wantGone(t, b, id, 1)
}

func TestALetterWithoutAPlaceThatNoJobWroteGoesToTheBroker(t *testing.T) {
	t.Parallel()
	b := backend.New(t)
	id := b.Order()
	keep(t, b, id, "undecodable")
	if err := b.Letters.Redrive(t.Context(), letterID); err != nil {
		t.Fatal(err)
	}
	if sent, err := b.Bus.Tail(t.Context(), b.Names.DesignRequests, 10); err != nil || len(sent) != 1 {
		t.Errorf("%d requests were sent again, %v", len(sent), err)
	}
}

func TestAnErrorThatIsNoConflictKeepsTheLetter(t *testing.T) {
	t.Parallel()
	b := backend.New(t)
	keep(t, b, (&fake.IDs{}).New(), job.ReasonSpent)
	if err := b.Letters.Redrive(t.Context(), letterID); err == nil {
		t.Error("a job that nobody knows was started afresh")
	}
	if _, err := b.Letters.Get(t.Context(), letterID); err != nil {
		t.Error(err)
	}
}
