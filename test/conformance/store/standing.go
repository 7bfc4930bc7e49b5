package store

import (
	"reflect"
	"slices"
	"testing"

	"convoke/application/jobs"
	"convoke/domain/job"
)

var standingTests = map[string]func(*testing.T, *kit){
	"the older jobs that wait are ahead of a job that waits": ahead,
	"more than a thousand jobs ahead are not counted":        farAhead,
	"the unfinished jobs of a design are found":              unfinished,
}

func (k *kit) ahead(id string) int {
	k.t.Helper()
	n, err := k.store.Ahead(k.t.Context(), id)
	if err != nil {
		k.t.Fatal(err)
	}
	return n
}

func ahead(t *testing.T, k *kit) {
	ids := []string{k.create(), k.create(), k.create(), k.create()}
	for n, id := range ids {
		if got := k.ahead(id); got != n {
			t.Errorf("%d are ahead of number %d", got, n)
		}
	}
	k.update(ids[0], k.progress("on"))
	k.update(ids[1], k.completion("<svg/>"))
	for n, want := range []int{0, 0, 0, 1} {
		if got := k.ahead(ids[n]); got != want {
			t.Errorf("%d are ahead of number %d once two have begun", got, n)
		}
	}
	k.update(ids[0], func(j *job.Job) error { return j.Release(1, "worker", k.clock.Now()) })
	if got := k.ahead(ids[3]); got != 2 {
		t.Errorf("%d are ahead once one waits again", got)
	}
	for _, id := range []string{k.ids.New(), "nonsense", "\x00"} {
		if got := k.ahead(id); got != 0 {
			t.Errorf("%d are ahead of %q, which is no job", got, id)
		}
	}
}

func farAhead(t *testing.T, k *kit) {
	changes := make([]*jobs.Change, jobs.MaxAhead+2)
	for i := range changes {
		changes[i] = &jobs.Change{New: k.order()}
	}
	for some := range slices.Chunk(changes, 500) {
		if err := k.store.Commit(t.Context(), some...); err != nil {
			t.Fatal(err)
		}
	}
	for n, want := range map[int]int{jobs.MaxAhead - 1: jobs.MaxAhead - 1, jobs.MaxAhead: jobs.MaxAhead, jobs.MaxAhead + 1: jobs.MaxAhead} {
		if got := k.ahead(changes[n].Job.State().ID); got != want {
			t.Errorf("%d are ahead of number %d", got, n)
		}
	}
}

func unfinished(t *testing.T, k *kit) {
	parent, other := k.finished(), k.finished()
	running, waiting, done := k.refine(parent.DesignID, 1), k.refine(parent.DesignID, 1), k.refine(parent.DesignID, 1)
	k.refine(other.DesignID, 1)
	k.update(running, k.progress("on"))
	k.update(done, k.completion("<svg/>"))
	found := func(designID string, limit int) []job.State {
		t.Helper()
		states, err := k.store.Unfinished(t.Context(), designID, limit)
		if err != nil {
			t.Fatal(err)
		}
		return states
	}
	if got, want := found(parent.DesignID, 10), []job.State{k.view(running).Job, k.view(waiting).Job}; !reflect.DeepEqual(got, want) {
		t.Errorf("found %+v\nwant  %+v", got, want)
	}
	if got := found(parent.DesignID, 1); len(got) != 1 || got[0].ID != running {
		t.Errorf("found %+v", got)
	}
	first := k.view(k.create()).Job
	if got := found(first.DesignID, 10); len(got) != 1 || got[0].ID != first.ID {
		t.Errorf("found %+v", got)
	}
	for _, id := range []string{k.ids.New(), "nonsense"} {
		if got := found(id, 10); len(got) > 0 {
			t.Errorf("found %+v", got)
		}
	}
}
