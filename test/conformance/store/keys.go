package store

import (
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"convoke/application/idempotency"
	"convoke/application/jobs"
	"convoke/domain/job"
)

var keyTests = map[string]func(*testing.T, *kit){
	"a repeated request gets the first one's job, as it is now":     replay,
	"one key used at the same time is decided once":                 sameKeyTogether,
	"one key used at the same time by two processes":                sameKeyTwoProcesses,
	"equal keys in one commit are decided once":                     sameKeyInOneCommit,
	"a key with another body is refused":                            otherBody,
	"a failed decision leaves no key behind":                        failedKey,
	"a key given back in a commit serves the next request in it":    keyPassedOn,
	"a key works for a change of an existing job":                   keyOfUpdate,
	"old keys are purged, the oldest first":                         purgeKeys,
	"a key that another transaction is inserting is waited for":     keyInFlight,
	"a key that another transaction keeps is answered by a problem": keyKept,
}

func replay(t *testing.T, k *kit) {
	same := key("replay", "body")
	first := k.commit(&jobs.Change{New: k.order(), Key: same}).State()
	now := k.update(first.ID, k.progress("under way")).State()
	again := &jobs.Change{New: k.order(), Key: same}
	if got := k.commit(again).State(); got.ID != first.ID || got.Version != now.Version || !again.Replayed {
		t.Errorf("job %s at version %d, replayed: %v", got.ID, got.Version, again.Replayed)
	}
	if sent, _ := k.sent(); len(sent) != 1 {
		t.Errorf("%d messages", len(sent))
	}
	if page, err := k.store.List(t.Context(), jobs.Query{Limit: 10}); err != nil || len(page.Jobs) != 1 {
		t.Errorf("%d jobs, %v", len(page.Jobs), err)
	}
}

func sameKeyTogether(t *testing.T, k *kit) { useTogether(t, k, k.store, k.store) }

func sameKeyTwoProcesses(t *testing.T, k *kit) {
	if k.place.Another == nil {
		t.Skip("there is no second process")
	}
	useTogether(t, k, k.store, k.place.Another(t))
}

// useTogether repeats each of some requests at the same time.
func useTogether(t *testing.T, k *kit, stores ...Store) {
	const requests, times = 10, 8
	decided := make([]atomic.Int64, requests)
	together(requests*times, func(i int) {
		request := i % requests
		c := &jobs.Change{New: k.order(), Key: key(fmt.Sprint("together ", request), "body")}
		if err := stores[i%len(stores)].Commit(t.Context(), c); err != nil || c.Err != nil {
			t.Error(err, c.Err)
			return
		}
		if !c.Replayed {
			decided[request].Add(1)
		}
	})
	for i := range decided {
		if n := decided[i].Load(); n != 1 {
			t.Errorf("request %d was decided %d times", i, n)
		}
	}
	if sent, _ := k.sent(); len(sent) != requests {
		t.Errorf("%d messages", len(sent))
	}
}

func sameKeyInOneCommit(t *testing.T, k *kit) {
	same := key("one commit", "body")
	changes := []*jobs.Change{
		{New: k.order(), Key: same}, {New: k.order(), Key: same}, {New: k.order(), Key: key("one commit", "other")},
	}
	if err := k.store.Commit(t.Context(), changes...); err != nil {
		t.Fatal(err)
	}
	if changes[0].Err != nil || changes[0].Replayed || changes[1].Err != nil || !changes[1].Replayed {
		t.Errorf("%+v, %+v", changes[0], changes[1])
	}
	if changes[0].Job.State().ID != changes[1].Job.State().ID {
		t.Error("two jobs")
	}
	mustFail(t, changes[2].Err, idempotency.ErrOtherBody)
}

func otherBody(t *testing.T, k *kit) {
	k.commit(&jobs.Change{New: k.order(), Key: key("other", "body")})
	c := &jobs.Change{New: k.order(), Key: key("other", "another body")}
	if err := k.store.Commit(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	mustFail(t, c.Err, idempotency.ErrOtherBody)
	if c.Job != nil || c.Replayed {
		t.Errorf("%+v", c)
	}
	if sent, _ := k.sent(); len(sent) != 1 {
		t.Errorf("%d messages", len(sent))
	}
}

func failedKey(t *testing.T, k *kit) {
	id, same := k.create(), key("failed", "body")
	c := &jobs.Change{ID: id, Key: same, Decide: func(*job.Job) error { return errRefused }}
	if err := k.store.Commit(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	mustFail(t, c.Err, errRefused)
	missing := &jobs.Change{ID: k.ids.New(), Key: same, Decide: k.progress("")}
	if err := k.store.Commit(t.Context(), missing); err != nil {
		t.Fatal(err)
	}
	mustFail(t, missing.Err, jobs.ErrNotFound)
	other := &jobs.Change{ID: id, Key: key("failed", "another body"), Decide: k.progress("second try")}
	if k.commit(other); other.Replayed {
		t.Error("the failed request was remembered")
	}
}

func keyPassedOn(t *testing.T, k *kit) {
	id := k.create()
	refused := &jobs.Change{ID: id, Key: key("passed on", "one"), Decide: func(*job.Job) error { return errRefused }}
	taken := &jobs.Change{New: k.order(), Key: key("passed on", "two")}
	if err := k.store.Commit(t.Context(), refused, taken); err != nil {
		t.Fatal(err)
	}
	mustFail(t, refused.Err, errRefused)
	if taken.Err != nil || taken.Replayed {
		t.Fatalf("%+v", taken)
	}
	again := &jobs.Change{New: k.order(), Key: key("passed on", "two")}
	if got := k.commit(again).State().ID; !again.Replayed || got != taken.Job.State().ID {
		t.Errorf("%+v", again)
	}
	first := &jobs.Change{New: k.order(), Key: key("passed on", "one")}
	if err := k.store.Commit(t.Context(), first); err != nil {
		t.Fatal(err)
	}
	mustFail(t, first.Err, idempotency.ErrOtherBody)
}

func keyOfUpdate(t *testing.T, k *kit) {
	id, same := k.create(), key("cancel", "")
	cancel := func(j *job.Job) error { return j.Cancel(k.clock.Now()) }
	k.commit(&jobs.Change{ID: id, Key: same, Decide: cancel})
	again := &jobs.Change{ID: id, Key: same, Decide: cancel}
	if got := k.commit(again).State(); got.Status != job.Cancelled || !again.Replayed {
		t.Errorf("%s, replayed: %v", got.Status, again.Replayed)
	}
}

func purgeKeys(t *testing.T, k *kit) {
	const n = 5
	for i := range n {
		k.commit(&jobs.Change{New: k.order(), Key: key(fmt.Sprint("old ", i), "")})
	}
	later := k.clock.Now().Add(time.Second)
	for _, step := range []struct {
		before time.Time
		purged int
	}{{k.clock.Now().Add(-time.Hour), 0}, {later, 3}, {later, n - 3}, {later, 0}} {
		if purged, err := k.store.PurgeKeys(t.Context(), step.before, 3); err != nil || purged != step.purged {
			t.Errorf("%d keys were purged instead of %d, %v", purged, step.purged, err)
		}
	}
	if c := (&jobs.Change{New: k.order(), Key: key("old 0", "another body")}); k.commit(c) == nil || c.Replayed {
		t.Error("a purged key is remembered")
	}
}

func keyInFlight(t *testing.T, k *kit) {
	if k.place.LockKey == nil {
		t.Skip("nobody else can insert a key")
	}
	same := key("in flight", "body")
	release := k.place.LockKey(t, same)
	waiting, prompt := make(chan *jobs.Change, 1), make(chan *jobs.Change, 1)
	commit := func(c *jobs.Change, done chan<- *jobs.Change) {
		if err := k.store.Commit(t.Context(), c); err != nil {
			t.Error(err)
		}
		done <- c
	}
	go commit(&jobs.Change{New: k.order(), Key: same}, waiting)
	for i := range 3 { // others, with and without keys of their own, are held up by at most one lock timeout
		go commit(&jobs.Change{New: k.order(), Key: key(fmt.Sprint("beside ", i), "")}, prompt)
		if c := receive(t, "a commit beside", prompt); c.Err != nil {
			t.Error(c.Err)
		}
		go commit(&jobs.Change{New: k.order()}, prompt)
		if c := receive(t, "a commit beside", prompt); c.Err != nil {
			t.Error(c.Err)
		}
	}
	select {
	case c := <-waiting:
		t.Errorf("decided although the key was in flight: %v", c.Err)
	default:
	}
	release()
	if c := receive(t, "the commit with the key", waiting); c.Err != nil || c.Replayed {
		t.Errorf("%v, replayed: %v", c.Err, c.Replayed)
	}
}

func keyKept(t *testing.T, k *kit) {
	if k.place.LockKey == nil {
		t.Skip("nobody else can insert a key")
	}
	k.store = k.place.Impatient(t)
	same := key("kept", "body")
	release := k.place.LockKey(t, same)
	defer release()
	c := &jobs.Change{New: k.order(), Key: same}
	if err := k.store.Commit(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	mustFail(t, c.Err, idempotency.ErrRunning)
}
