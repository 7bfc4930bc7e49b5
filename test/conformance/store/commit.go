package store

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"convoke/application/envelope"
	"convoke/application/jobs"
	"convoke/domain/event"
	"convoke/domain/job"
)

var commitTests = map[string]func(*testing.T, *kit){
	"a created job and its request are committed together":        creation,
	"a job is found again as it was committed":                    roundTrip,
	"changes of one commit are decided in order":                  inOrder,
	"concurrent updates of one job all count":                     oneHot,
	"concurrent updates of many jobs all count, in two processes": manyHot,
	"a change of an unknown job is not found":                     unknown,
	"a decision that changes nothing writes nothing":              nothingToDo,
	"hostile text is kept harmless":                               hostileText,
	"a job that is given up sends a letter":                       letterOfJob,
}

func creation(t *testing.T, k *kit) {
	order := k.order()
	committed := k.commit(&jobs.Change{New: order}).State()
	messages, events := k.sent()
	if len(events) != 1 {
		t.Fatalf("%d messages in the outbox", len(events))
	}
	request, ok := events[0].Data.(event.DesignRequested)
	if !ok || request.JobID != committed.ID || request.Attempt != 1 || !reflect.DeepEqual(request.Brief, brief()) {
		t.Errorf("request %+v", events[0].Data)
	}
	m := messages[0]
	if m.Topic != k.encoder.Names.DesignRequests || m.Key != committed.ID {
		t.Errorf("message to %s with key %s", m.Topic, m.Key)
	}
	if m.Headers[envelope.HeaderTrace] != committed.Trace || m.Headers[envelope.HeaderID] != events[0].ID {
		t.Errorf("headers %v", m.Headers)
	}
}

func roundTrip(t *testing.T, k *kit) {
	created := k.commit(&jobs.Change{New: k.order()}).State()
	if got := k.view(created.ID); got.Design != nil || !reflect.DeepEqual(got.Job, created) {
		t.Errorf("found    %+v\ncommitted %+v", got.Job, created)
	}
	steps := []func(*job.Job) error{
		k.progress("cutting paper"),
		func(j *job.Job) error {
			return j.Fail(1, job.Failure{Code: "glue", Message: "no glue", Retryable: true}, k.policy, k.clock.Now(), 0.5)
		},
		func(j *job.Job) error { return j.Wake(k.policy, j.State().RetryAt) },
		k.progress("again"),
		func(j *job.Job) error {
			return j.Fail(2, job.Failure{Code: "glue", Message: "never"}, k.policy, k.clock.Now(), 0)
		},
		func(j *job.Job) error { return j.Redrive(k.policy, k.clock.Now()) },
		func(j *job.Job) error { return j.Cancel(k.clock.Now()) },
	}
	for i, step := range steps {
		committed := k.update(created.ID, step).State()
		if got := k.view(created.ID).Job; !reflect.DeepEqual(got, committed) {
			t.Errorf("step %d\nfound     %+v\ncommitted %+v", i, got, committed)
		}
	}
}

func inOrder(t *testing.T, k *kit) {
	id := k.create()
	var changes []*jobs.Change
	for i := range 5 {
		changes = append(changes, &jobs.Change{ID: id, Decide: k.progress(fmt.Sprint("step ", i))})
	}
	changes = append(changes, &jobs.Change{ID: id, Decide: k.completion("<svg/>")}, &jobs.Change{ID: id, Decide: k.progress("late")})
	if err := k.store.Commit(t.Context(), changes...); err != nil {
		t.Fatal(err)
	}
	for i, c := range changes[:6] {
		if c.Err != nil || c.Job.State().Version != uint64(i+2) {
			t.Errorf("change %d: version %d, %v", i, c.Job.State().Version, c.Err)
		}
	}
	mustFail(t, changes[6].Err, job.ErrFinished)
	if got := k.view(id).Job; got.Status != job.Completed || got.Version != 7 {
		t.Errorf("%s at version %d", got.Status, got.Version)
	}
}

func oneHot(t *testing.T, k *kit) {
	const updates = 200
	id := k.create()
	var mu sync.Mutex
	var versions []int
	together(updates, func(i int) {
		c := &jobs.Change{ID: id, Decide: k.progress(fmt.Sprint("part ", i))}
		err := k.store.Commit(t.Context(), c)
		if err = errors.Join(err, c.Err); err != nil {
			t.Error(err)
			return
		}
		mu.Lock()
		defer mu.Unlock()
		versions = append(versions, int(c.Job.State().Version))
	})
	gapless(t, versions, 2, updates+1)
	if got := k.view(id).Job.Version; got != updates+1 {
		t.Errorf("version %d after %d updates", got, updates)
	}
}

func manyHot(t *testing.T, k *kit) {
	const many, callers, rounds = 12, 8, 10
	strides := []int{1, 5, 7, 11}
	stores := []Store{k.store}
	if k.place.Another != nil {
		stores = append(stores, k.place.Another(t))
	}
	ids := make([]string, many)
	for i := range ids {
		ids[i] = k.create()
	}
	together(callers, func(caller int) {
		for round := range rounds {
			changes := make([]*jobs.Change, many)
			for i := range changes { // each caller in an order of its own
				changes[i] = &jobs.Change{ID: ids[(i*strides[caller%4]+round)%many], Decide: k.progress(fmt.Sprint(caller, round))}
			}
			if err := stores[caller%len(stores)].Commit(t.Context(), changes...); err != nil {
				t.Error(err)
			}
			for _, c := range changes {
				if c.Err != nil {
					t.Error(c.Err)
				}
			}
		}
	})
	total := uint64(0)
	for _, id := range ids {
		total += k.view(id).Job.Version - 1
	}
	if total != many*callers*rounds {
		t.Errorf("%d of %d updates count", total, many*callers*rounds)
	}
}

func unknown(t *testing.T, k *kit) {
	for _, id := range []string{k.ids.New(), "", "nonsense", "' OR 1=1 --", strings.ToUpper(k.create())} {
		c := &jobs.Change{ID: id, Key: key("unknown "+id, ""), Decide: k.progress("")}
		if err := k.store.Commit(t.Context(), c); err != nil {
			t.Fatal(err)
		}
		mustFail(t, c.Err, jobs.ErrNotFound)
		if c.Job != nil {
			t.Errorf("there is a job %q", id)
		}
		if views, err := k.store.Views(t.Context(), id); err != nil || len(views) > 0 {
			t.Errorf("%d views of %q, %v", len(views), id, err)
		}
	}
}

func nothingToDo(t *testing.T, k *kit) {
	id := k.create()
	before := k.view(id)
	c := &jobs.Change{ID: id, Decide: func(j *job.Job) error { return j.Wake(k.policy, k.clock.Now()) }}
	if got := k.commit(c).State(); !reflect.DeepEqual(got, before.Job) {
		t.Errorf("found %+v", got)
	}
	if batches := k.pending(); len(batches) != 1 {
		t.Errorf("%d batches in the outbox", len(batches))
	}
}

func hostileText(t *testing.T, k *kit) {
	const hostile = "a\x00b\xff\xfe'\"\\;DROP TABLE jobs;--\u202e🌿\n"
	const kept = "a\uFFFDb\uFFFD'\"\\;DROP TABLE jobs;--\u202e🌿\n"
	id := k.create()
	committed := k.update(id, func(j *job.Job) error {
		return j.Progress(1, hostile, 10, hostile, k.policy, k.clock.Now())
	}).State()
	for _, s := range []job.State{committed, k.view(id).Job} {
		if s.WorkerID != kept || s.ProgressMessage != kept {
			t.Errorf("kept %q and %q", s.WorkerID, s.ProgressMessage)
		}
	}
	failed := k.update(id, func(j *job.Job) error {
		return j.Fail(1, job.Failure{Code: hostile, Message: strings.Repeat(hostile, 1000)}, k.policy, k.clock.Now(), 0)
	}).State()
	if failed.ErrorCode != kept || failed.ErrorMessage != strings.Repeat(kept, 1000) {
		t.Errorf("kept %q", failed.ErrorCode)
	}
	if got := k.view(id).Job; !reflect.DeepEqual(got, failed) {
		t.Errorf("found %+v", got)
	}
}

func letterOfJob(t *testing.T, k *kit) {
	id := k.create()
	k.update(id, func(j *job.Job) error { return j.Wake(k.policy, k.clock.Now().Add(time.Hour)) })
	messages, events := k.sent()
	if len(events) != 2 {
		t.Fatalf("%d messages", len(events))
	}
	m := messages[1]
	if m.Topic != envelope.DLQ(k.encoder.Names.DesignRequests) || m.Key != id ||
		m.Headers[envelope.HeaderReason] != job.ReasonDeadline || m.Headers[envelope.HeaderOffset] != "-1" {
		t.Errorf("letter %s %s %v", m.Topic, m.Key, m.Headers)
	}
}
