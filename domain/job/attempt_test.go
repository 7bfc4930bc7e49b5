package job_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"convoke/domain/job"
)

func last(j *job.Job) job.Attempt {
	known := j.State().Attempts
	return known[len(known)-1]
}

func TestAnAttemptIsRequestedStartedAndEnded(t *testing.T) {
	t.Parallel()
	j := pending(t)
	if a := last(j); a != (job.Attempt{Number: 1, RequestedAt: t0}) {
		t.Fatalf("%+v", a)
	}
	for second, worker := range []string{1: "w1", 2: "w2"} {
		if worker != "" {
			if err := j.Progress(1, worker, 10*second, "on", policy, t0.Add(time.Duration(second)*time.Second)); err != nil {
				t.Fatal(err)
			}
		}
	}
	err := j.Complete(job.Completion{Attempt: 1, Duration: time.Hour}, t0.Add(5*time.Second))
	want := job.Attempt{
		Number: 1, WorkerID: "w2", RequestedAt: t0, StartedAt: t0.Add(time.Second), EndedAt: t0.Add(5 * time.Second),
		Outcome: job.OutcomeCompleted,
	}
	if a := last(j); err != nil || a != want {
		t.Fatalf("%+v, %v", a, err)
	}
	waited, _ := want.Waited()
	took, _ := want.Took()
	if waited != time.Second || took != 4*time.Second {
		t.Errorf("waited %s, took %s", waited, took)
	}
}

func TestEachWayToEndAnAttemptHasItsOutcome(t *testing.T) {
	t.Parallel()
	due := t0.Add(policy.Lease)
	for outcome, end := range map[job.Outcome]func(j *job.Job) error{
		job.OutcomeCompleted: func(j *job.Job) error { return j.Complete(job.Completion{}, due) },
		job.OutcomeFailed:    func(j *job.Job) error { return j.Fail(1, job.Failure{Code: "x", Retryable: true}, policy, due, 0) },
		job.OutcomeLost:      func(j *job.Job) error { return j.Wake(policy, due) },
		job.OutcomeReleased:  func(j *job.Job) error { return j.Release(1, "w", due) },
		job.OutcomeCancelled: func(j *job.Job) error { return j.Cancel(due) },
		job.OutcomeDeadline:  func(j *job.Job) error { return j.Wake(policy, t0.Add(policy.Deadline)) },
	} {
		j := in(t, job.Processing)
		if err := end(j); err != nil {
			t.Fatal(outcome, err)
		}
		if a := j.State().Attempts[0]; a.Outcome != outcome || a.EndedAt.IsZero() || a.WorkerID != "w" {
			t.Errorf("%s: %+v", outcome, a)
		}
	}
}

func TestADrawingOfALostAttemptOvertakesTheCurrentOne(t *testing.T) {
	t.Parallel()
	j := in(t, job.Processing)
	_ = j.Wake(policy, t0.Add(policy.Lease))
	if err := j.Complete(job.Completion{Attempt: 1, WorkerID: "w"}, t0.Add(time.Minute)); err != nil {
		t.Fatal(err)
	}
	known := j.State().Attempts
	if len(known) != 2 || known[0].Outcome != job.OutcomeCompleted || known[1].Outcome != job.OutcomeOvertaken {
		t.Errorf("%+v", known)
	}
}

func TestADrawingWithoutAnEarlierSignOfLifeBeganAsLongAgoAsItTook(t *testing.T) {
	t.Parallel()
	for took, want := range map[time.Duration]time.Time{
		100 * time.Millisecond: t0.Add(900 * time.Millisecond), time.Hour: t0, 0: {},
	} {
		j := pending(t)
		_ = j.Complete(job.Completion{Attempt: 1, WorkerID: "w", Duration: took}, t0.Add(time.Second))
		if a := last(j); !a.StartedAt.Equal(want) || a.WorkerID != "w" {
			t.Errorf("%s: %+v", took, a)
		}
	}
}

// Several api processes decide, and each has its own clock.
func TestNoDurationIsNegative(t *testing.T) {
	t.Parallel()
	j := pending(t)
	_ = j.Progress(1, "w", 1, "", policy, t0.Add(-time.Minute))
	_ = j.Fail(1, job.Failure{Code: "x"}, policy, t0.Add(-time.Hour), 0)
	a := last(j)
	waited, _ := a.Waited()
	took, known := a.Took()
	if waited != 0 || took != 0 || !known || !a.EndedAt.Equal(t0) {
		t.Errorf("%+v", a)
	}
}

func TestOfManyAttemptsTheNewestAreRemembered(t *testing.T) {
	t.Parallel()
	j := pending(t)
	for n := 1; n <= 30; n++ {
		if err := j.Release(n, "w", t0); err != nil {
			t.Fatal(err)
		}
	}
	s := j.State()
	if len(s.Attempts) != job.Remembered || s.Forgotten() != 11 || last(j).Number != 31 {
		t.Errorf("%d remembered, %d forgotten", len(s.Attempts), s.Forgotten())
	}
	_ = j.Complete(job.Completion{Attempt: 2}, t0) // one that is forgotten
	if a := last(j); a.Outcome != job.OutcomeOvertaken || len(j.State().Attempts) != job.Remembered {
		t.Errorf("%+v", a)
	}
}

func TestAJobFromBeforeHistoriesBeginsItsOwnWithItsNextChange(t *testing.T) {
	t.Parallel()
	s := in(t, job.Processing).State()
	s.Attempts, s.Attempt = nil, 3
	j := job.Rehydrate(s)
	if n := s.Forgotten(); n != 3 {
		t.Errorf("%d forgotten", n)
	}
	if err := j.Fail(3, job.Failure{Code: "x", Retryable: true}, policy, t0, 0); err != nil {
		t.Fatal(err)
	}
	a := last(j)
	if _, known := a.Took(); known || a.Number != 3 || !a.RequestedAt.IsZero() || j.State().Forgotten() != 2 {
		t.Errorf("%+v, %d forgotten", a, j.State().Forgotten())
	}
}

func TestAStateThatWasHandedOutKeepsItsHistory(t *testing.T) {
	t.Parallel()
	j := in(t, job.Processing)
	before := j.State()
	copied := slices.Clone(before.Attempts)
	clone := j.Clone()
	_, _ = j.Cancel(t0), clone.Release(1, "w", t0)
	if !slices.Equal(before.Attempts, copied) || last(j).Outcome != job.OutcomeCancelled || clone.State().Attempts[0].Outcome != job.OutcomeReleased {
		t.Errorf("%+v", before.Attempts)
	}
}

func TestALongMessageIsCutBetweenTwoCharacters(t *testing.T) {
	t.Parallel()
	j := pending(t)
	_ = j.Fail(1, job.Failure{Code: "x", Message: strings.Repeat("é", 400)}, policy, t0, 0)
	if got := last(j).ErrorMessage; got != strings.Repeat("é", 250) {
		t.Errorf("%d bytes: %q", len(got), got)
	}
}

func TestWhatAWorkerSaysOfItselfIsBoundedWhereverItEnters(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("é", 60)
	want := strings.Repeat("é", 50) // whole characters
	for entry, enter := range map[string]func(j *job.Job) error{
		"progress": func(j *job.Job) error { return j.Progress(1, long, 1, "", policy, t0) },
		"release":  func(j *job.Job) error { return j.Release(1, long, t0) },
		"release after a sign of life": func(j *job.Job) error {
			_ = j.Progress(1, long, 1, "", policy, t0)
			return j.Release(1, long, t0)
		},
		"failure":  func(j *job.Job) error { return j.Fail(1, job.Failure{WorkerID: long, Code: long}, policy, t0, 0) },
		"complete": func(j *job.Job) error { return j.Complete(job.Completion{Attempt: 1, WorkerID: long}, t0) },
	} {
		j := pending(t)
		if err := enter(j); err != nil {
			t.Fatal(entry, err)
		}
		s := j.State()
		a := s.Attempts[0]
		if a.WorkerID != want || a.ErrorCode != "" && a.ErrorCode != want || len(s.WorkerID) > 100 || len(s.ErrorCode) > 100 {
			t.Errorf("%s: %+v", entry, s)
		}
	}
}
