package store

import (
	"reflect"
	"testing"
	"time"

	"convoke/application/bulk"
	"convoke/application/deadletter"
	"convoke/application/jobs"
	"convoke/application/pulse"
	"convoke/domain/job"
)

var minuteTests = map[string]func(*testing.T, *kit){
	"a process writes over its own minute and over no other": putMinutes,
	"old minutes are purged":                                 purgeMinutes,
}

var operationTests = map[string]func(*testing.T, *kit){
	"operations come back as they were, the newest first": putOperations,
	"an operation begins once":                            addOperations,
	"old operations are purged":                           purgeOperations,
}

func minute(start time.Time, process string, n uint64) pulse.Minute {
	m := pulse.Minute{Start: start, Process: process, Until: start.Add(40 * time.Second)}
	m.Taken, m.Completed, m.Failed, m.Cancelled, m.Replies = n, n+1, n+2, n+3, n+4
	m.JobSeconds.Add(time.Duration(n) * time.Second)
	m.ReplySeconds.Add(time.Duration(n) * time.Millisecond)
	m.ReplySeconds.Add(time.Hour)
	return m
}

func (k *kit) put(minutes ...pulse.Minute) {
	k.t.Helper()
	for _, m := range minutes {
		if err := k.store.PutMinute(k.t.Context(), m); err != nil {
			k.t.Fatal(err)
		}
	}
}

func putMinutes(t *testing.T, k *kit) {
	noon := time.Date(2026, 6, 12, 12, 0, 0, 0, time.UTC)
	one, other := k.ids.New(), k.ids.New()
	k.put(minute(noon.Add(time.Minute), one, 9), minute(noon, other, 7), minute(noon, one, 1), minute(noon, one, 5), minute(noon.Add(-time.Minute), one, 3))
	want := []pulse.Minute{minute(noon, one, 5), minute(noon, other, 7), minute(noon.Add(time.Minute), one, 9)}
	if got, err := k.store.Minutes(t.Context(), noon); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v, %v", got, want, err)
	}
	if got, err := k.store.Minutes(t.Context(), noon.Add(time.Hour)); err != nil || len(got) != 0 {
		t.Errorf("%+v, %v", got, err)
	}
}

func purgeMinutes(t *testing.T, k *kit) {
	noon := time.Date(2026, 6, 12, 12, 0, 0, 0, time.UTC)
	one, other := k.ids.New(), k.ids.New()
	for i := range 3 {
		at := noon.Add(time.Duration(i) * time.Minute)
		k.put(minute(at, one, 1), minute(at, other, 1))
	}
	for _, want := range []int{3, 1, 0} {
		if n, err := k.store.PurgeMinutes(t.Context(), noon.Add(2*time.Minute), 3); err != nil || n != want {
			t.Errorf("%d were purged instead of %d, %v", n, want, err)
		}
	}
	if left, err := k.store.Minutes(t.Context(), noon); err != nil || len(left) != 2 {
		t.Errorf("%+v, %v", left, err)
	}
}

func (k *kit) operation(at time.Time) bulk.Operation {
	return bulk.Operation{
		ID: k.ids.New(), State: bulk.Running, Total: 9812, More: true, Done: 3, Skipped: 2, Failed: 1, LastError: "no\x00",
		StartedAt: at, UpdatedAt: at.Add(time.Second), Order: bulk.Order{
			Act: bulk.RedriveJobs, By: "admin\xff", Letters: deadletter.Filter{Topic: "t", Group: "g", Reason: "r"},
			Jobs: jobs.Query{Statuses: []job.Status{job.Failed}, Text: "Zoë\"", ServerID: "studio", Cursor: k.ids.New(), Limit: 7},
		},
	}
}

func putOperations(t *testing.T, k *kit) {
	at := time.Date(2026, 6, 12, 12, 0, 0, 0, time.UTC)
	first, second := k.operation(at), k.operation(at)
	for _, o := range []bulk.Operation{first, second} {
		if err := k.store.PutOperation(t.Context(), o); err != nil {
			t.Fatal(err)
		}
	}
	first.State, first.EndedAt, first.More = bulk.Finished, at.Add(time.Minute), false
	if err := k.store.PutOperation(t.Context(), first); err != nil {
		t.Fatal(err)
	}
	for _, o := range []*bulk.Operation{&first, &second} {
		o.LastError, o.By, o.Jobs.Cursor, o.Jobs.Limit = "no\uFFFD", "admin\uFFFD", "", 0
	}
	got, err := k.store.Operations(t.Context(), 10)
	if want := []bulk.Operation{second, first}; err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v, %v", got, want, err)
	}
	if got, err := k.store.Operations(t.Context(), 1); err != nil || len(got) != 1 || got[0].ID != second.ID {
		t.Errorf("%+v, %v", got, err)
	}
	if got, err := k.store.Operation(t.Context(), first.ID); err != nil || !reflect.DeepEqual(got, first) {
		t.Errorf("%+v, %v", got, err)
	}
	for _, id := range []string{k.ids.New(), "nonsense", ""} {
		_, err := k.store.Operation(t.Context(), id)
		mustFail(t, err, bulk.ErrNotFound)
	}
}

func addOperations(t *testing.T, k *kit) {
	o := k.operation(time.Date(2026, 6, 12, 12, 0, 0, 0, time.UTC))
	again := o
	again.Done = 0
	for i, added := range []bulk.Operation{o, again} {
		if first, err := k.store.AddOperation(t.Context(), added); err != nil || first != (i == 0) {
			t.Errorf("time %d: %v, %v", i, first, err)
		}
	}
	if got, err := k.store.Operation(t.Context(), o.ID); err != nil || got.Done != o.Done || got.By != "admin\uFFFD" {
		t.Errorf("%+v, %v", got, err)
	}
}

func purgeOperations(t *testing.T, k *kit) {
	at := time.Date(2026, 6, 12, 12, 0, 0, 0, time.UTC)
	for i := range 4 {
		if err := k.store.PutOperation(t.Context(), k.operation(at.Add(time.Duration(i)*time.Hour))); err != nil {
			t.Fatal(err)
		}
	}
	for _, want := range []int{2, 1, 0} {
		if n, err := k.store.PurgeOperations(t.Context(), at.Add(3*time.Hour), 2); err != nil || n != want {
			t.Errorf("%d were purged instead of %d, %v", n, want, err)
		}
	}
}
