package store

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"convoke/application/jobs"
	"convoke/domain/fault"
	"convoke/domain/job"
)

var lockTests = map[string]func(*testing.T, *kit){
	"a row that is locked elsewhere delays nobody else":            lockedRow,
	"what waits for a locked row is decided in order when it can":  lockedOrder,
	"a row that stays locked ends as unavailable":                  lockedForGood,
	"the end of the context ends the waiting for a locked row":     lockedAndCancelled,
	"a locked row in a large commit fails or waits alone":          lockedInside,
	"two completions of one design wait for one another, not more": lockedDesigns,
}

func needLocks(t *testing.T, k *kit) {
	t.Helper()
	if k.place.LockJob == nil {
		t.Skip("nobody else can lock a row")
	}
}

// begin commits in the background.
func (k *kit) begin(ctx context.Context, changes ...*jobs.Change) <-chan error {
	done := make(chan error, 1)
	go func() { done <- k.store.Commit(ctx, changes...) }()
	return done
}

func lockedRow(t *testing.T, k *kit) {
	needLocks(t, k)
	blocked, free := k.create(), k.create()
	release := k.place.LockJob(t, blocked)
	waiting := &jobs.Change{ID: blocked, Decide: k.progress("waited")}
	done := k.begin(t.Context(), waiting)
	for range 10 { // the first may be held up by one lock timeout; all the others find the way free
		k.update(free, k.progress("passed"))
		k.update(free, k.progress("and passed"))
	}
	select {
	case err := <-done:
		t.Fatalf("committed although the row is locked: %v, %v", err, waiting.Err)
	default:
	}
	release()
	if err := receive(t, "the blocked commit", done); err != nil || waiting.Err != nil {
		t.Error(err, waiting.Err)
	}
	if got := k.view(blocked).Job.Version; got != 2 {
		t.Errorf("version %d", got)
	}
}

func lockedOrder(t *testing.T, k *kit) {
	needLocks(t, k)
	id := k.create()
	release := k.place.LockJob(t, id)
	first, second := &jobs.Change{ID: id, Decide: k.progress("one")}, &jobs.Change{ID: id, Decide: k.completion("<svg/>")}
	done := k.begin(t.Context(), first, second)
	k.create()
	release()
	if err := receive(t, "the blocked commit", done); err != nil || first.Err != nil || second.Err != nil {
		t.Error(err, first.Err, second.Err)
	}
}

func lockedForGood(t *testing.T, k *kit) {
	needLocks(t, k)
	k.store = k.place.Impatient(t)
	id := k.create()
	defer k.place.LockJob(t, id)()
	c := &jobs.Change{ID: id, Decide: k.progress("never")}
	if err := receive(t, "the end of the store's patience", k.begin(t.Context(), c)); err != nil {
		t.Fatal(err)
	}
	if fault.KindOf(c.Err) != fault.Unavailable {
		t.Errorf("%v", c.Err)
	}
}

func lockedAndCancelled(t *testing.T, k *kit) {
	needLocks(t, k)
	id := k.create()
	defer k.place.LockJob(t, id)()
	ctx, cancel := context.WithCancel(t.Context())
	done := k.begin(ctx, &jobs.Change{ID: id, Decide: k.progress("never")})
	k.create()
	cancel()
	mustFail(t, receive(t, "the end of the commit", done), context.Canceled)
}

func lockedInside(t *testing.T, k *kit) {
	needLocks(t, k)
	const n = 40
	changes := make([]*jobs.Change, n)
	for i := range changes {
		changes[i] = &jobs.Change{ID: k.create(), Decide: k.progress(fmt.Sprint("inside ", i))}
	}
	changes[7].ID = changes[20].ID // twice the same, and locked
	release := k.place.LockJob(t, changes[7].ID)
	done := k.begin(t.Context(), changes...)
	eventually(t, "the commit of the free rows", func() bool { return k.view(changes[n-1].ID).Job.Version == 2 })
	if got := k.view(changes[7].ID).Job.Version; got != 1 {
		t.Errorf("version %d of a locked job", got)
	}
	release()
	if err := receive(t, "the whole commit", done); err != nil {
		t.Fatal(err)
	}
	for i, c := range changes {
		if c.Err != nil {
			t.Errorf("change %d: %v", i, c.Err)
		}
	}
	if got := k.view(changes[7].ID).Job.Version; got != 3 {
		t.Errorf("version %d after two changes", got)
	}
}

func lockedDesigns(t *testing.T, k *kit) {
	needLocks(t, k)
	parent := k.view(k.create()).Job
	k.update(parent.ID, k.completion("<svg/>"))
	blocked, free := k.refine(parent.DesignID, 1), k.refine(parent.DesignID, 1)
	release := k.place.LockJob(t, blocked)
	waiting := &jobs.Change{ID: blocked, Decide: k.completion("<svg>blocked</svg>")}
	done := k.begin(t.Context(), waiting)
	passed := &jobs.Change{ID: free, Decide: k.completion("<svg>free</svg>")}
	k.commit(passed)
	release()
	if err := errors.Join(receive(t, "the blocked completion", done), waiting.Err); err != nil {
		t.Fatal(err)
	}
	if passed.Design.Number != 2 || waiting.Design.Number != 3 {
		t.Errorf("versions %d and %d", passed.Design.Number, waiting.Design.Number)
	}
	if got := k.view(blocked).Job.Status; got != job.Completed {
		t.Errorf("%s", got)
	}
}
