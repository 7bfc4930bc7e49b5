package job_test

import (
	"errors"
	"reflect"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"convoke/domain/design"
	"convoke/domain/fault"
	"convoke/domain/job"
)

var (
	t0     = time.Date(2026, 6, 12, 16, 0, 0, 0, time.UTC)
	policy = job.DefaultPolicy()
)

func brief(t *testing.T) design.Brief {
	t.Helper()
	b, err := design.NewBrief("A garden party", design.Elegant, []string{"#AABBCC"}, design.Size{})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func pending(t *testing.T) *job.Job {
	t.Helper()
	return job.New(job.Order{ID: "j", DesignID: "d", Brief: brief(t), Trace: "t"}, policy, t0)
}

// in brings a job into a state by legal steps.
func in(t *testing.T, status job.Status) *job.Job {
	t.Helper()
	j := pending(t)
	steps := map[job.Status]func() error{
		job.Pending:    func() error { return nil },
		job.Processing: func() error { return j.Progress(1, "w", 10, "drawing", policy, t0) },
		job.Completed:  func() error { return j.Complete(job.Completion{Generator: "studio"}, t0) },
		job.Failed:     func() error { return j.Fail(1, job.Failure{Code: "x"}, policy, t0, 0) },
		job.Cancelled:  func() error { return j.Cancel(t0) },
	}
	if err := steps[status](); err != nil {
		t.Fatal(err)
	}
	if got := j.State().Status; got != status {
		t.Fatalf("setup: status %s, want %s", got, status)
	}
	return j
}

func TestANewJobIsPendingAndAsksForItsFirstAttempt(t *testing.T) {
	t.Parallel()
	j := pending(t)
	s, c := j.State(), j.Changes()
	if s.Status != job.Pending || s.Attempt != 1 || s.Version != 1 || !s.Deadline.Equal(t0.Add(policy.Deadline)) {
		t.Fatalf("state %+v", s)
	}
	if len(c.Requests) != 1 || c.Requests[0].Attempt != 1 || c.Requests[0].JobID != "j" {
		t.Fatalf("requests %+v", c.Requests)
	}
	if !s.WakeAt().Equal(s.Deadline) {
		t.Fatalf("wakes at %s, want its deadline", s.WakeAt())
	}
}

func TestEveryOperationInEveryState(t *testing.T) {
	t.Parallel()
	after := t0.Add(time.Second)
	operations := map[string]func(*job.Job) error{
		"progress": func(j *job.Job) error { return j.Progress(1, "w", 50, "half", policy, after) },
		"complete": func(j *job.Job) error { return j.Complete(job.Completion{}, after) },
		"fail for good": func(j *job.Job) error {
			return j.Fail(1, job.Failure{Code: "x"}, policy, after, 0)
		},
		"fail for now": func(j *job.Job) error {
			return j.Fail(1, job.Failure{Code: "x", Retryable: true}, policy, after, 0)
		},
		"release":      func(j *job.Job) error { return j.Release(1, "w", after) },
		"lease lost":   func(j *job.Job) error { return j.Wake(policy, t0.Add(policy.Lease)) },
		"deadline":     func(j *job.Job) error { return j.Wake(policy, t0.Add(policy.Deadline)) },
		"nothing due":  func(j *job.Job) error { return j.Wake(policy, after) },
		"cancel":       func(j *job.Job) error { return j.Cancel(after) },
		"redrive":      func(j *job.Job) error { return j.Redrive(policy, after) },
		"old progress": func(j *job.Job) error { return j.Progress(0, "w", 50, "half", policy, after) },
		"old failure":  func(j *job.Job) error { return j.Fail(0, job.Failure{}, policy, after, 0) },
	}
	const ok, finished, superseded, conflict = "", "finished", "superseded", "conflict"
	type want struct {
		next job.Status
		err  string
	}
	final := func(s job.Status, err string) want { return want{s, err} }
	table := map[string]map[job.Status]want{
		"progress":      {job.Pending: {job.Processing, ok}, job.Processing: {job.Processing, ok}},
		"complete":      {job.Pending: {job.Completed, ok}, job.Processing: {job.Completed, ok}},
		"fail for good": {job.Pending: {job.Failed, ok}, job.Processing: {job.Failed, ok}},
		"fail for now":  {job.Pending: {job.Pending, ok}, job.Processing: {job.Pending, ok}},
		"release":       {job.Pending: {job.Pending, ok}, job.Processing: {job.Pending, ok}},
		"lease lost":    {job.Pending: {job.Pending, ok}, job.Processing: {job.Pending, ok}},
		"deadline":      {job.Pending: {job.Failed, ok}, job.Processing: {job.Failed, ok}},
		"nothing due":   {job.Pending: {job.Pending, ok}, job.Processing: {job.Processing, ok}},
		"cancel":        {job.Pending: {job.Cancelled, ok}, job.Processing: {job.Cancelled, ok}},
		"redrive":       {job.Pending: {job.Pending, conflict}, job.Processing: {job.Processing, conflict}},
		"old progress":  {job.Pending: {job.Pending, superseded}, job.Processing: {job.Processing, superseded}},
		"old failure":   {job.Pending: {job.Pending, superseded}, job.Processing: {job.Processing, superseded}},
	}
	for _, s := range []job.Status{job.Completed, job.Failed, job.Cancelled} {
		for name := range operations {
			switch name {
			case "cancel":
				table[name][s] = final(s, conflict)
			case "lease lost", "deadline", "nothing due":
				table[name][s] = final(s, ok)
			case "redrive":
				table[name][s] = final(s, conflict)
			default:
				table[name][s] = final(s, finished)
			}
		}
	}
	table["redrive"][job.Failed] = want{job.Pending, ok}

	for name, operate := range operations {
		for _, from := range job.Statuses() {
			t.Run(name+" when "+string(from), func(t *testing.T) {
				t.Parallel()
				j := in(t, from)
				before := j.State()
				err := operate(j)
				expected := table[name][from]
				if got := kind(err); got != expected.err {
					t.Fatalf("error %v, want %q", err, expected.err)
				}
				s := j.State()
				if s.Status != expected.next {
					t.Fatalf("status %s, want %s", s.Status, expected.next)
				}
				if err != nil && !reflect.DeepEqual(before, s) {
					t.Fatalf("a refused operation changed the job: %+v", s)
				}
				if s.Status != from && !from.CanBecome(s.Status) {
					t.Fatalf("illegal transition %s → %s", from, s.Status)
				}
			})
		}
	}
}

func kind(err error) string {
	switch {
	case err == nil:
		return ""
	case errors.Is(err, job.ErrFinished):
		return "finished"
	case errors.Is(err, job.ErrSuperseded):
		return "superseded"
	case fault.KindOf(err) == fault.Conflict:
		return "conflict"
	}
	return err.Error()
}

func TestProgressNeverFallsAndTheSameAgainOnlyRenewsTheLease(t *testing.T) {
	t.Parallel()
	j := in(t, job.Processing)
	report := func(at time.Duration, percent int, message string) job.State {
		t.Helper()
		if err := j.Progress(1, "w", percent, message, policy, t0.Add(at)); err != nil {
			t.Fatal(err)
		}
		return j.State()
	}
	moved := report(time.Second, 40, "ornament")
	again := report(2*time.Second, 40, "ornament")
	back := report(3*time.Second, 20, "layout")
	if again.Version != moved.Version || back.Version != moved.Version || back.Progress != 40 || back.ProgressMessage != "ornament" {
		t.Fatalf("moved %+v, again %+v, back %+v", moved, again, back)
	}
	if !back.LeaseUntil.Equal(t0.Add(3*time.Second + policy.Lease)) {
		t.Fatalf("lease until %s", back.LeaseUntil)
	}
}

func TestARetryWaitsWithBackoffAndThenAsksForTheNextAttempt(t *testing.T) {
	t.Parallel()
	j := in(t, job.Processing)
	_ = j.Fail(1, job.Failure{Code: "http-429", Retryable: true}, policy, t0, .5)
	s := j.State()
	if wait := s.RetryAt.Sub(t0); wait != policy.BackoffBase*3/4 {
		t.Fatalf("waits %s", wait)
	}
	if err := j.Progress(1, "w", 60, "late", policy, t0); !errors.Is(err, job.ErrSuperseded) {
		t.Fatalf("progress of an attempt that failed: %v", err)
	}
	if err := j.Wake(policy, s.RetryAt); err != nil {
		t.Fatal(err)
	}
	s = j.State()
	requests := j.Changes().Requests
	if s.Attempt != 2 || s.Status != job.Pending || !s.RetryAt.IsZero() || len(requests) != 2 || requests[1].Attempt != 2 {
		t.Fatalf("state %+v, requests %+v", s, requests)
	}
}

func TestASpentJobFailsAndItsRequestBecomesALetter(t *testing.T) {
	t.Parallel()
	j := pending(t)
	now := t0
	for attempt := 1; attempt <= policy.MaxAttempts; attempt++ {
		if err := j.Fail(attempt, job.Failure{Code: "http-500", Message: "no", Retryable: true}, policy, now, 0); err != nil {
			t.Fatal(err)
		}
		now = now.Add(policy.BackoffCap)
		if err := j.Wake(policy, now); err != nil {
			t.Fatal(err)
		}
	}
	s, letters := j.State(), j.Changes().Letters
	if s.Status != job.Failed || s.ErrorCode != "http-500" || len(letters) != 1 || letters[0].Reason != job.ReasonSpent {
		t.Fatalf("state %+v, letters %+v", s, letters)
	}
	if err := j.Redrive(policy, now); err != nil {
		t.Fatal(err)
	}
	s = j.State()
	if s.Attempt != policy.MaxAttempts+1 || s.Failures != 0 || s.ErrorCode != "" || !s.Deadline.Equal(now.Add(policy.Deadline)) || !s.CompletedAt.IsZero() {
		t.Fatalf("redriven: %+v", s)
	}
}

func TestAGoodbyeCountsNoFailureAndALostLeaseDoes(t *testing.T) {
	t.Parallel()
	released, lost := in(t, job.Processing), in(t, job.Processing)
	if err := released.Release(1, "somebody else", t0); !errors.Is(err, job.ErrSuperseded) {
		t.Fatalf("another worker's goodbye: %v", err)
	}
	if err := errors.Join(released.Release(1, "w", t0), lost.Wake(policy, t0.Add(policy.Lease))); err != nil {
		t.Fatal(err)
	}
	if r, l := released.State(), lost.State(); r.Failures != 0 || l.Failures != 1 || r.Attempt != 2 || l.Attempt != 2 {
		t.Fatalf("released %+v, lost %+v", r, l)
	}
}

func TestARefinementAsksWithItsParent(t *testing.T) {
	t.Parallel()
	j := job.New(job.Order{ID: "j", Brief: brief(t), Parent: &design.Parent{DesignID: "d", Version: 3, Instructions: "darker"}}, policy, t0)
	request := j.Changes().Requests[0]
	if j.State().DesignID != "d" || request.Parent == nil || request.Parent.Version != 3 || request.Parent.Instructions != "darker" {
		t.Fatalf("request %+v", request)
	}
}

func TestACloneIsIndependent(t *testing.T) {
	t.Parallel()
	j := in(t, job.Failed)
	c := j.Clone()
	if err := c.Redrive(policy, t0); err != nil {
		t.Fatal(err)
	}
	if j.State().Status != job.Failed || len(j.Changes().Requests) != 1 || len(c.Changes().Requests) != 2 {
		t.Fatal("the original changed with its clone")
	}
}

// TestAnyHistoryKeepsTheInvariants drives a job through random operations, as workers, clocks and people would.
func TestAnyHistoryKeepsTheInvariants(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(r *rapid.T) {
		j := job.New(job.Order{ID: "j", DesignID: "d"}, policy, t0)
		now := t0
		results := 0
		for range rapid.IntRange(1, 40).Draw(r, "operations") {
			before := j.State()
			now = now.Add(time.Duration(rapid.IntRange(0, 30_000).Draw(r, "pause")) * time.Millisecond)
			attempt := before.Attempt + rapid.IntRange(-1, 1).Draw(r, "attempt")
			switch rapid.IntRange(0, 6).Draw(r, "operation") {
			case 0:
				_ = j.Progress(attempt, rapid.SampledFrom([]string{"w1", "w2"}).Draw(r, "worker"), rapid.IntRange(-5, 120).Draw(r, "percent"), "", policy, now)
			case 1:
				if j.Complete(job.Completion{}, now) == nil {
					results++
				}
			case 2:
				_ = j.Fail(attempt, job.Failure{Code: "x", Retryable: rapid.Bool().Draw(r, "retryable")}, policy, now, rapid.Float64Range(0, .999).Draw(r, "jitter"))
			case 3:
				_ = j.Release(attempt, "w1", now)
			case 4:
				_ = j.Cancel(now)
			case 5:
				_ = j.Redrive(policy, now)
			case 6:
				if err := j.Wake(policy, now); err != nil {
					r.Fatalf("wake: %v", err)
				}
			}
			holds(r, before, j)
		}
		if results > 1 {
			r.Fatalf("%d results", results)
		}
	})
}

func holds(r *rapid.T, before job.State, j *job.Job) {
	after, c := j.State(), j.Changes()
	switch {
	case after.Version < before.Version, after.Attempt < before.Attempt:
		r.Fatalf("a number fell: %+v → %+v", before, after)
	case after.Status != before.Status && !before.Status.CanBecome(after.Status):
		r.Fatalf("illegal transition %s → %s", before.Status, after.Status)
	case (after.Status != before.Status || after.Attempt != before.Attempt || after.Progress != before.Progress) && after.Version == before.Version:
		r.Fatalf("a visible change without a new version: %+v → %+v", before, after)
	case after.Status.Finished() != after.WakeAt().IsZero():
		r.Fatalf("a %s job wakes at %s", after.Status, after.WakeAt())
	case (after.Status == job.Processing) == after.LeaseUntil.IsZero():
		r.Fatalf("a %s job with lease %s", after.Status, after.LeaseUntil)
	case len(c.Requests) != after.Attempt:
		r.Fatalf("%d requests for %d attempts", len(c.Requests), after.Attempt)
	case after.Failures > policy.MaxAttempts:
		r.Fatalf("%d failures", after.Failures)
	case after.Progress < 0 || after.Progress > 100:
		r.Fatalf("progress %d", after.Progress)
	case after.Status == job.Failed && after.ErrorCode == "":
		r.Fatalf("failed without a code")
	}
	remembers(r, after)
}

// remembers holds for the history: the newest attempts without a gap, none too many, each in the order of its times, and
// only the last one under way.
func remembers(r *rapid.T, s job.State) {
	known := s.Attempts
	if len(known) != min(s.Attempt, job.Remembered) || s.Forgotten()+len(known) != s.Attempt {
		r.Fatalf("%d of %d attempts, %d forgotten", len(known), s.Attempt, s.Forgotten())
	}
	for i, a := range known {
		ended := i < len(known)-1 || s.Status.Finished() || !s.RetryAt.IsZero()
		switch {
		case a.Number != s.Forgotten()+i+1:
			r.Fatalf("attempt %d at place %d", a.Number, i)
		case a.RequestedAt.IsZero(), !a.StartedAt.IsZero() && a.StartedAt.Before(a.RequestedAt):
			r.Fatalf("times run backwards: %+v", a)
		case ended != !a.EndedAt.IsZero(), ended != slices.Contains(job.Outcomes(), a.Outcome):
			r.Fatalf("a %s job, %+v", s.Status, a)
		case ended && (a.EndedAt.Before(a.StartedAt) || a.EndedAt.Before(a.RequestedAt)):
			r.Fatalf("times run backwards: %+v", a)
		}
	}
}
