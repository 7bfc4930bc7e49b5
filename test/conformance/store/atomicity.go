package store

import (
	"errors"
	"fmt"
	"testing"

	"convoke/application/jobs"
	"convoke/domain/job"
)

var atomicityTests = map[string]func(*testing.T, *kit){
	"a decision that fails in a batch leaves no trace":        failureInside,
	"a row that can not be written fails alone":               badRow,
	"a decision gets a copy: what it spoils is thrown away":   copies,
	"a decision that panics does so in its caller":            panics,
	"a new job may be changed further by the same commit":     createAndChange,
	"two new jobs of one id: the second fails, in any batch":  sameID,
	"after a failure the job is as it was, for the next one":  failureThenSuccess,
	"a very large commit is taken in parts that each succeed": large,
}

var errRefused = errors.New("refused")

func failureInside(t *testing.T, k *kit) {
	ids := []string{k.create(), k.create(), k.create()}
	sentBefore, _ := k.sent()
	refuse := func(j *job.Job) error {
		if err := j.Release(1, "", k.clock.Now()); err != nil { // asks for another attempt, which must not be sent
			return err
		}
		return errRefused
	}
	changes := []*jobs.Change{
		{ID: ids[0], Decide: k.progress("one")},
		{ID: ids[1], Decide: refuse},
		{ID: ids[2], Decide: k.progress("three")},
	}
	if err := k.store.Commit(t.Context(), changes...); err != nil {
		t.Fatal(err)
	}
	if changes[0].Err != nil || changes[2].Err != nil {
		t.Error(changes[0].Err, changes[2].Err)
	}
	mustFail(t, changes[1].Err, errRefused)
	for i, version := range []uint64{2, 1, 2} {
		if got := k.view(ids[i]).Job.Version; got != version {
			t.Errorf("job %d is at version %d", i, got)
		}
	}
	if sent, _ := k.sent(); len(sent) != len(sentBefore) {
		t.Errorf("%d messages were sent", len(sent)-len(sentBefore))
	}
}

func badRow(t *testing.T, k *kit) {
	taken := k.create()
	changes := make([]*jobs.Change, 9)
	for i := range changes {
		changes[i] = &jobs.Change{New: k.order()}
	}
	bad := job.Rehydrate(job.State{ID: taken, DesignID: k.ids.New(), Status: job.Pending, Deadline: k.clock.Now()})
	changes[5] = &jobs.Change{New: bad}
	if err := k.store.Commit(t.Context(), changes...); err != nil {
		t.Fatal(err)
	}
	for i, c := range changes {
		if (c.Err != nil) != (i == 5) {
			t.Errorf("change %d: %v", i, c.Err)
		}
	}
	if sent, _ := k.sent(); len(sent) != 9 {
		t.Errorf("%d messages were sent", len(sent))
	}
}

func copies(t *testing.T, k *kit) {
	id := k.create()
	var seen []*job.Job
	spoil := func(j *job.Job) error {
		seen = append(seen, j)
		if j.State().Version != 1 || j.Changes().Dirty {
			t.Error("the decision was given somebody's leavings")
		}
		if err := k.progress("spoiled")(j); err != nil {
			return err
		}
		return errRefused
	}
	first, second := &jobs.Change{ID: id, Decide: spoil}, &jobs.Change{ID: id, Decide: spoil}
	if err := k.store.Commit(t.Context(), first, second); err != nil {
		t.Fatal(err)
	}
	mustFail(t, first.Err, errRefused)
	mustFail(t, second.Err, errRefused)
	if got := k.view(id).Job; got.Version != 1 || got.Status != job.Pending {
		t.Errorf("%s at version %d", got.Status, got.Version)
	}
	kept := k.update(id, k.progress("kept"))
	_ = kept.Cancel(k.clock.Now()) // what a caller does with its copy is its own business
	if got := k.view(id).Job; got.Status != job.Processing {
		t.Errorf("%s", got.Status)
	}
}

func panics(t *testing.T, k *kit) {
	bad, good := k.create(), k.create()
	other := &jobs.Change{ID: good, Decide: k.progress("fine")}
	func() {
		defer func() {
			if value := recover(); value != "out of paper" {
				t.Errorf("recovered %v", value)
			}
		}()
		_ = k.store.Commit(t.Context(), other, &jobs.Change{ID: bad, Decide: func(*job.Job) error { panic("out of paper") }})
		t.Error("Commit returned")
	}()
	if got := k.view(good).Job.Version; got != 2 {
		t.Errorf("the other job is at version %d", got)
	}
	k.update(bad, k.progress("the store works on"))
}

func createAndChange(t *testing.T, k *kit) {
	order := k.order()
	id := order.State().ID
	create, cancel := &jobs.Change{New: order}, &jobs.Change{ID: id, Decide: func(j *job.Job) error { return j.Cancel(k.clock.Now()) }}
	if err := errors.Join(k.store.Commit(t.Context(), create, cancel), create.Err, cancel.Err); err != nil {
		t.Fatal(err)
	}
	if got := create.Job.State().Status; got != job.Pending {
		t.Errorf("created as %s", got)
	}
	if got := k.view(id).Job.Status; got != job.Cancelled {
		t.Errorf("found as %s", got)
	}
}

func sameID(t *testing.T, k *kit) {
	first, second := k.order(), k.order()
	state := second.State()
	state.ID = first.State().ID
	changes := []*jobs.Change{{New: first}, {New: job.Rehydrate(state)}}
	if err := k.store.Commit(t.Context(), changes...); err != nil {
		t.Fatal(err)
	}
	if changes[0].Err != nil || changes[1].Err == nil {
		t.Errorf("%v, %v", changes[0].Err, changes[1].Err)
	}
	if got := k.view(state.ID).Job.DesignID; got != first.State().DesignID {
		t.Error("the second job replaced the first")
	}
}

func failureThenSuccess(t *testing.T, k *kit) {
	id := k.create()
	changes := []*jobs.Change{
		{ID: id, Decide: func(j *job.Job) error { return errors.Join(j.Cancel(k.clock.Now()), errRefused) }},
		{ID: id, Decide: k.progress("goes on")},
	}
	if err := k.store.Commit(t.Context(), changes...); err != nil {
		t.Fatal(err)
	}
	mustFail(t, changes[0].Err, errRefused)
	if changes[1].Err != nil || changes[1].Job.State().Status != job.Processing {
		t.Errorf("%v", changes[1].Err)
	}
}

func large(t *testing.T, k *kit) {
	const n = 1300
	changes := make([]*jobs.Change, n)
	for i := range changes {
		changes[i] = &jobs.Change{New: k.order(), Key: key(fmt.Sprint("large ", i), "")}
	}
	if err := k.store.Commit(t.Context(), changes...); err != nil {
		t.Fatal(err)
	}
	for i, c := range changes {
		if c.Err != nil {
			t.Fatalf("change %d: %v", i, c.Err)
		}
	}
	if sent, _ := k.sent(); len(sent) != n {
		t.Errorf("%d messages", len(sent))
	}
}
