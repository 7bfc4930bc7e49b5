package store

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"convoke/application/jobs"
	"convoke/application/lane"
	"convoke/domain/job"
)

var queueTests = map[string]func(*testing.T, *kit){
	"an ended context commits nothing":           endedContext,
	"the end of the context ends the waiting":    contextEndsMeanwhile,
	"a full queue refuses and takes nothing":     queueFull,
	"a commit of nothing is done at once":        commitNothing,
	"the store answers that it is in good shape": healthy,
}

func endedContext(t *testing.T, k *kit) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	order := k.order()
	mustFail(t, k.store.Commit(ctx, &jobs.Change{New: order}), context.Canceled)
	if views, err := k.store.Views(t.Context(), order.State().ID); err != nil || len(views) > 0 {
		t.Errorf("%d views, %v", len(views), err)
	}
}

// stall keeps the store busy with a decision until release is called.
func (k *kit) stall() (release func()) {
	k.t.Helper()
	id := k.create()
	begun, goOn := make(chan struct{}), make(chan struct{})
	done := k.begin(k.t.Context(), &jobs.Change{ID: id, Decide: func(*job.Job) error {
		close(begun)
		<-goOn
		return nil
	}})
	receive(k.t, "the stalling decision", begun)
	release = sync.OnceFunc(func() {
		close(goOn)
		if err := receive(k.t, "the end of the stall", done); err != nil {
			k.t.Error(err)
		}
	})
	k.t.Cleanup(release) // also when the test fails, or the store could not be closed
	return release
}

func contextEndsMeanwhile(t *testing.T, k *kit) {
	if k.place.QueueLimit == 0 {
		t.Skip("nobody ever waits")
	}
	release := k.stall()
	ctx, cancel := context.WithCancel(t.Context())
	done := k.begin(ctx, &jobs.Change{New: k.order()})
	cancel()
	mustFail(t, receive(t, "the end of the commit", done), context.Canceled)
	release()
}

func queueFull(t *testing.T, k *kit) {
	if k.place.QueueLimit == 0 {
		t.Skip("nobody ever waits")
	}
	release := k.stall()
	crowd := make([]*jobs.Change, 1024)
	for i := range crowd {
		crowd[i] = &jobs.Change{ID: k.ids.New(), Decide: k.progress("")}
	}
	var refused error
	eventually(t, "the refusal", func() bool {
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Millisecond) // what is taken is not waited for
		defer cancel()
		refused = k.store.Commit(ctx, slices.Clone(crowd)...)
		return !errors.Is(refused, context.DeadlineExceeded)
	})
	mustFail(t, refused, lane.ErrFull)
	release()
	eventually(t, "room for more", func() bool {
		c := &jobs.Change{New: k.order()}
		return errors.Join(k.store.Commit(t.Context(), c), c.Err) == nil
	})
}

func commitNothing(t *testing.T, k *kit) {
	if err := k.store.Commit(t.Context()); err != nil {
		t.Error(err)
	}
	if batches := k.pending(); len(batches) != 0 {
		t.Errorf("%d batches", len(batches))
	}
}

func healthy(t *testing.T, k *kit) {
	if err := k.store.Check(t.Context()); err != nil {
		t.Error(err)
	}
}
