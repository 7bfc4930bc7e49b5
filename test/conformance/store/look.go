package store

import (
	"fmt"
	"reflect"
	"slices"
	"testing"
	"time"

	"convoke/application/jobs"
	"convoke/domain/fault"
	"convoke/domain/job"
)

var lookTests = map[string]func(*testing.T, *kit){
	"many jobs are looked at together":                       views,
	"versions are those of the jobs that exist":              versions,
	"a list is walked newest first, by status too":           list,
	"a bad cursor is the caller's fault":                     badCursor,
	"due jobs are found, the longest overdue first":          due,
	"without leases, jobs that a worker holds are not due":   dueWithoutLeases,
	"unfinished jobs are counted by status":                  active,
	"finished jobs are never due, and a redriven one can be": dueAgain,
}

func views(t *testing.T, k *kit) {
	var ids []string
	want := map[string]job.Status{}
	for i := range 30 {
		id := k.create()
		if want[id] = job.Pending; i%3 == 0 {
			k.update(id, k.completion(fmt.Sprintf("<svg>%d</svg>", i)))
			want[id] = job.Completed
		}
		ids = append(ids, id, id, k.ids.New()) // twice, and one that does not exist
	}
	found, err := k.store.Views(t.Context(), ids...)
	if err != nil || len(found) != len(want) {
		t.Fatalf("%d views, %v", len(found), err)
	}
	for _, v := range found {
		if v.Job.Status != want[v.Job.ID] || (v.Design != nil) != (v.Job.Status == job.Completed) {
			t.Errorf("%s is %s", v.Job.ID, v.Job.Status)
		}
		if v.Design != nil && v.Design.JobID != v.Job.ID {
			t.Error("somebody else's design")
		}
	}
	if none, err := k.store.Views(t.Context()); err != nil || len(none) != 0 {
		t.Errorf("%d views of nothing, %v", len(none), err)
	}
}

func versions(t *testing.T, k *kit) {
	first, second := k.create(), k.create()
	k.update(second, k.progress("on"))
	found, err := k.store.Versions(t.Context(), first, second, k.ids.New(), "nonsense", "")
	if want := map[string]uint64{first: 1, second: 2}; err != nil || !reflect.DeepEqual(found, want) {
		t.Errorf("%v, %v", found, err)
	}
	if none, err := k.store.Versions(t.Context()); err != nil || len(none) != 0 {
		t.Errorf("%v, %v", none, err)
	}
}

func list(t *testing.T, k *kit) {
	const n = 25
	var all, cancelled []string
	for i := range n {
		id := k.create()
		all = append(all, id)
		if i%4 == 0 {
			k.update(id, func(j *job.Job) error { return j.Cancel(k.clock.Now()) })
			cancelled = append(cancelled, id)
		}
	}
	slices.Reverse(all)
	slices.Reverse(cancelled)
	for _, walk := range []struct {
		query jobs.Query
		want  []string
	}{
		{jobs.Query{Limit: 10}, all},
		{jobs.Query{Limit: 5}, all}, // the last page is full
		{jobs.Query{Limit: 100}, all},
		{jobs.Query{Limit: 3, Statuses: []job.Status{job.Cancelled}}, cancelled},
		{jobs.Query{Limit: 3, Statuses: []job.Status{job.Completed}}, nil},
	} {
		var got []string
		for query := walk.query; ; {
			page, err := k.store.List(t.Context(), query)
			if err != nil || len(page.Jobs) > query.Limit {
				t.Fatalf("%d jobs, %v", len(page.Jobs), err)
			}
			for _, s := range page.Jobs {
				got = append(got, s.ID)
			}
			if page.NextCursor == "" {
				break
			}
			if len(page.Jobs) < query.Limit {
				t.Fatal("a page in the middle is not full")
			}
			query.Cursor = page.NextCursor
		}
		if !slices.Equal(got, walk.want) {
			t.Errorf("%+v: %d jobs instead of %d, or in another order", walk.query, len(got), len(walk.want))
		}
	}
}

func badCursor(t *testing.T, k *kit) {
	for _, cursor := range []string{"nonsense", "' OR 1=1 --", "\x00", "999"} {
		if _, err := k.store.List(t.Context(), jobs.Query{Cursor: cursor, Limit: 1}); fault.KindOf(err) != fault.Invalid {
			t.Errorf("cursor %q: %v", cursor, err)
		}
		if _, _, err := k.store.Letters(t.Context(), noFilter, cursor, 1); fault.KindOf(err) != fault.Invalid {
			t.Errorf("cursor %q: %v", cursor, err)
		}
	}
}

// waiting makes a job that waits for its second attempt since a time, and returns its id and when that is due.
func (k *kit) waiting(since time.Time, jitter float64) (string, time.Time) {
	k.t.Helper()
	id := k.create()
	state := k.update(id, func(j *job.Job) error {
		return j.Fail(1, job.Failure{Code: "busy", Retryable: true}, k.policy, since, jitter)
	}).State()
	return id, state.RetryAt
}

func due(t *testing.T, k *kit) {
	now := k.clock.Now()
	deadline := k.create() // due in 15 minutes
	late, lateAt := k.waiting(now, 0.9)
	early, _ := k.waiting(now, 0)
	held := k.create()
	k.update(held, k.progress("held")) // due in 12 seconds
	for _, moment := range []struct {
		at    time.Time
		limit int
		want  []string
	}{
		{now, 10, nil},
		{lateAt.Add(-time.Millisecond), 10, []string{early}},
		{lateAt, 10, []string{early, late}},
		{now.Add(time.Minute), 10, []string{early, late, held}},
		{now.Add(time.Hour), 10, []string{early, late, held, deadline}},
		{now.Add(time.Hour), 2, []string{early, late}},
	} {
		got, err := k.store.Due(t.Context(), moment.at, true, moment.limit)
		if err != nil || !slices.Equal(got, moment.want) {
			t.Errorf("after %v: %v instead of %v, %v", moment.at.Sub(now), got, moment.want, err)
		}
	}
}

func dueWithoutLeases(t *testing.T, k *kit) {
	held, pending := k.create(), k.create()
	k.update(held, k.progress("held"))
	hours := k.clock.Now().Add(2 * time.Hour)
	if got, err := k.store.Due(t.Context(), hours, false, 10); err != nil || !slices.Equal(got, []string{pending}) {
		t.Errorf("%v, %v", got, err)
	}
	if got, err := k.store.Due(t.Context(), hours, true, 10); err != nil || len(got) != 2 {
		t.Errorf("%v, %v", got, err)
	}
}

func active(t *testing.T, k *kit) {
	for i := range 6 {
		id := k.create()
		if i%2 == 0 {
			k.update(id, k.progress("on"))
		}
		if i == 4 {
			k.update(id, k.completion("<svg/>"))
		}
	}
	want := map[job.Status]int{job.Pending: 3, job.Processing: 2}
	if got, err := k.store.Active(t.Context()); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%v, %v", got, err)
	}
}

func dueAgain(t *testing.T, k *kit) {
	id := k.create()
	k.update(id, func(j *job.Job) error { return j.Wake(k.policy, k.clock.Now().Add(time.Hour)) })
	later := k.clock.Now().Add(24 * time.Hour)
	if got, err := k.store.Due(t.Context(), later, true, 10); err != nil || len(got) != 0 {
		t.Errorf("%v, %v", got, err)
	}
	k.update(id, func(j *job.Job) error { return j.Redrive(k.policy, k.clock.Now()) })
	if got, err := k.store.Due(t.Context(), later, true, 10); err != nil || !slices.Equal(got, []string{id}) {
		t.Errorf("%v, %v", got, err)
	}
}
