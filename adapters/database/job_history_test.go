package database

import (
	"reflect"
	"testing"
	"time"

	"convoke/domain/job"
)

func someAttempts() []job.Attempt {
	at := time.Date(2026, 6, 12, 16, 0, 0, 123_000, time.UTC)
	return []job.Attempt{
		{Number: 7, RequestedAt: at, StartedAt: at, EndedAt: at.Add(time.Hour), Outcome: job.OutcomeFailed, ErrorCode: "a,b:c", ErrorMessage: "é\n1,2:3"},
		{Number: 8, WorkerID: "01a20718-de40-70b9-a4e6-28d5f1037c9b", RequestedAt: at.Add(-time.Second)},
	}
}

func TestAHistoryIsReadAsItWasWritten(t *testing.T) {
	t.Parallel()
	created := micros(someAttempts()[0].RequestedAt)
	for _, attempts := range [][]job.Attempt{nil, someAttempts()[:1], someAttempts()} {
		if got := attemptsOf(historyOf(attempts, created), created); !reflect.DeepEqual(got, attempts) {
			t.Errorf("%+v\ninstead of\n%+v", got, attempts)
		}
	}
}

func TestAJobThatSucceedsAtOnceHasAShortHistory(t *testing.T) {
	t.Parallel()
	a := someAttempts()[1]
	a.StartedAt, a.EndedAt, a.Outcome = a.RequestedAt.Add(time.Second), a.RequestedAt.Add(2*time.Second), job.OutcomeCompleted
	if text := historyOf([]job.Attempt{a}, micros(a.RequestedAt)); len(text) > 80 {
		t.Errorf("%d bytes: %s", len(text), text)
	}
}

func FuzzHistory(f *testing.F) {
	f.Add(historyOf(someAttempts(), 0))
	f.Add("1,,,,,0:0:0:")
	f.Add("1,,,,,9:")
	f.Fuzz(func(t *testing.T, history string) {
		attempts := attemptsOf(history, 0)
		if again := attemptsOf(historyOf(attempts, 0), 0); len(again) != len(attempts) {
			t.Errorf("%q is read as %+v and then as %+v", history, attempts, again)
		}
	})
}

func BenchmarkHistory(b *testing.B) {
	attempts := someAttempts()[1:]
	for b.Loop() {
		if len(attemptsOf(historyOf(attempts, 0), 0)) != 1 {
			b.Fatal("lost")
		}
	}
}
