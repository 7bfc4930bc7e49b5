package bulk_test

import (
	"errors"
	"sync"
	"testing"

	"convoke/application/bulk"
	"convoke/application/deadletter"
	"convoke/application/jobs"
	"convoke/domain/job"
	"convoke/test/backend"
)

func status(t *testing.T, b *backend.Backend, id string) job.Status {
	t.Helper()
	view, err := b.Jobs.Get(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	return view.Job.Status
}

func TestWhatComesAfterThePreviewIsNotTouched(t *testing.T) {
	t.Parallel()
	b := backend.New(t)
	first := b.Order()
	b.Fail(first)
	order := bulk.Order{Act: bulk.RedriveJobs}
	seen := shown(t, b.Bulk, order)
	late := b.Order()
	b.Fail(late)
	op, err := b.Bulk.Start(t.Context(), order, seen)
	if err != nil || op.ID != seen.ID || op.Total != 1 {
		t.Fatalf("%+v, %v", op, err)
	}
	if op := ended(t, b.Bulk, op.ID); op.Done != 1 || op.Skipped+op.Failed != 0 {
		t.Errorf("%+v", op)
	}
	if got := status(t, b, first); got != job.Pending {
		t.Errorf("what was shown is %s", got)
	}
	if got := status(t, b, late); got != job.Failed {
		t.Errorf("what came later is %s", got)
	}
}

func TestLettersThatComeAfterThePreviewAreNotDiscarded(t *testing.T) {
	t.Parallel()
	b := backend.New(t)
	keep(t, b, older(), 3)
	order := bulk.Order{Act: bulk.DiscardLetters}
	seen := shown(t, b.Bulk, order)
	keepLate(t, b)
	op, err := b.Bulk.Start(t.Context(), order, seen)
	if err != nil || op.Total != 3 {
		t.Fatalf("%+v, %v", op, err)
	}
	if op := ended(t, b.Bulk, op.ID); op.Done != 3 {
		t.Errorf("%+v", op)
	}
	if left, _, err := b.Store.Letters(t.Context(), deadletter.Filter{}, "", 10); err != nil || len(left) != 1 {
		t.Errorf("%+v, %v", left, err)
	}
}

func TestMoreThanWasShownIsRefused(t *testing.T) {
	t.Parallel()
	b := backend.New(t)
	older, failed := b.Order(), b.Order()
	b.Fail(failed)
	order := bulk.Order{Act: bulk.RedriveJobs}
	seen := shown(t, b.Bulk, order)
	b.Fail(older)
	if op, err := b.Bulk.Start(t.Context(), order, seen); !errors.Is(err, bulk.ErrMoreMatch) {
		t.Errorf("%+v, %v", op, err)
	}
	if got := status(t, b, failed); got != job.Failed {
		t.Errorf("a refused start made it %s", got)
	}
	if op := ended(t, b.Bulk, begin(t, b.Bulk, order).ID); op.Done != 2 {
		t.Errorf("%+v", op)
	}
}

func TestNothingStartsWithoutAPreview(t *testing.T) {
	t.Parallel()
	b := backend.New(t)
	b.Fail(b.Order())
	order := bulk.Order{Act: bulk.RedriveJobs}
	for _, id := range []string{"", "nonsense", "ffffffff-ffff-7fff-bfff-ffffffffffff"} {
		if op, err := b.Bulk.Start(t.Context(), order, bulk.Preview{ID: id, Matching: 1}); !errors.Is(err, bulk.ErrNotShown) {
			t.Errorf("%q: %+v, %v", id, op, err)
		}
	}
	if all, err := b.Bulk.Recent(t.Context()); err != nil || len(all) != 0 {
		t.Errorf("%+v, %v", all, err)
	}
}

func TestAPreviewBecomesOneOperation(t *testing.T) {
	t.Parallel()
	b := backend.New(t)
	keep(t, b, older(), 1)
	other, id := b.Order(), b.Order()
	b.Fail(id)
	order := bulk.Order{Act: bulk.RedriveJobs, Jobs: jobs.Query{Text: "garden"}}
	seen := shown(t, b.Bulk, order)
	var starts sync.WaitGroup
	for range 2 {
		starts.Go(func() {
			if op, err := b.Bulk.Start(t.Context(), order, seen); err != nil || op.ID != seen.ID {
				t.Errorf("%+v, %v", op, err)
			}
		})
	}
	starts.Wait()
	ended(t, b.Bulk, seen.ID)
	b.Fail(id) // it would match again, and one more than were shown
	b.Fail(other)
	if op, err := b.Bulk.Start(t.Context(), order, seen); err != nil || op.State != bulk.Finished || op.Done != 1 {
		t.Errorf("%+v, %v", op, err)
	}
	if got := status(t, b, id); got != job.Failed {
		t.Errorf("it was done twice: %s", got)
	}
	if op, err := b.Bulk.Start(t.Context(), bulk.Order{Act: bulk.DiscardLetters}, seen); !errors.Is(err, bulk.ErrNotShown) {
		t.Errorf("another order with the same preview: %+v, %v", op, err)
	}
	if all, err := b.Bulk.Recent(t.Context()); err != nil || len(all) != 1 {
		t.Errorf("%+v, %v", all, err)
	}
}
