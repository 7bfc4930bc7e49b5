package store

import (
	"reflect"
	"testing"
	"time"

	"convoke/application/jobs"
	"convoke/domain/job"
)

var historyTests = map[string]func(*testing.T, *kit){
	"the attempts of a job come back whole":           attempts,
	"a long history is bounded, and its rest counted": longHistory,
	"a history may hold any text":                     hostileHistory,
}

func attempts(t *testing.T, k *kit) {
	id, at := k.create(), k.clock.Now()
	k.update(id, func(j *job.Job) error { return j.Progress(1, "w1", 10, "on", k.policy, at.Add(time.Second)) })
	k.update(id, func(j *job.Job) error {
		return j.Fail(1, job.Failure{Code: "busy", Message: "later", Retryable: true}, k.policy, at.Add(2*time.Second), 0)
	})
	k.update(id, func(j *job.Job) error { return j.Wake(k.policy, at.Add(4*time.Second)) })
	committed := k.update(id, func(j *job.Job) error {
		c := drawing("<svg/>")
		c.Attempt, c.WorkerID, c.Duration = 2, "w2", 250*time.Millisecond
		return j.Complete(c, at.Add(5*time.Second))
	}).State()
	moment := func(after time.Duration) time.Time { return at.Add(after).UTC().Truncate(time.Microsecond) }
	want := []job.Attempt{
		{
			Number: 1, WorkerID: "w1", RequestedAt: committed.CreatedAt, StartedAt: moment(time.Second), EndedAt: moment(2 * time.Second),
			Outcome: job.OutcomeFailed, ErrorCode: "busy", ErrorMessage: "later",
		},
		{
			Number: 2, WorkerID: "w2", RequestedAt: moment(4 * time.Second), StartedAt: moment(4750 * time.Millisecond),
			EndedAt: moment(5 * time.Second), Outcome: job.OutcomeCompleted,
		},
	}
	page, err := k.store.List(t.Context(), jobs.Query{Limit: 1})
	if err != nil || len(page.Jobs) != 1 {
		t.Fatal(err)
	}
	for name, got := range map[string][]job.Attempt{
		"committed": committed.Attempts, "viewed": k.view(id).Job.Attempts, "listed": page.Jobs[0].Attempts,
	} {
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s:\ngot  %+v\nwant %+v", name, got, want)
		}
	}
}

func longHistory(t *testing.T, k *kit) {
	id := k.create()
	const all = job.Remembered + 7
	for n := 1; n < all; n++ {
		k.update(id, func(j *job.Job) error { return j.Release(n, "w", k.clock.Now()) })
	}
	state := k.view(id).Job
	if len(state.Attempts) != job.Remembered || state.Forgotten() != 7 || state.Attempts[job.Remembered-1].Number != all {
		t.Errorf("%d attempts, %d forgotten", len(state.Attempts), state.Forgotten())
	}
}

func hostileHistory(t *testing.T, k *kit) {
	id := k.create()
	committed := k.update(id, func(j *job.Job) error {
		return j.Fail(1, job.Failure{WorkerID: "w\x00", Code: "c\xff", Message: "<&> \"\\ \u2028 \x00\xfe é"}, k.policy, k.clock.Now(), 0)
	}).State()
	want := job.Attempt{
		Number: 1, WorkerID: "w\uFFFD", ErrorCode: "c\uFFFD", ErrorMessage: "<&> \"\\ \u2028 \uFFFD\uFFFD é", Outcome: job.OutcomeFailed,
		RequestedAt: committed.CreatedAt, EndedAt: committed.CompletedAt,
	}
	if got := k.view(id).Job.Attempts; !reflect.DeepEqual(got, []job.Attempt{want}) || !reflect.DeepEqual(got, committed.Attempts) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}
