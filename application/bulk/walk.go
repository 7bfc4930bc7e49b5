package bulk

import (
	"context"
	"errors"

	"convoke/application/deadletter"
	"convoke/application/jobs"
	"convoke/domain/fault"
)

// walk goes through what matches, a step at a time. An error is one of an ill dependency: the step is to be repeated, and
// does then what was left of it.
type walk interface {
	step(ctx context.Context) (t tally, more bool, err error)
}

// tally is what became of one step's things.
type tally struct {
	done, skipped, failed int
	problem               error // the last one of a failed thing
}

// add notes the outcome for one thing; it reports whether that is known.
func (t *tally) add(err error) bool {
	switch {
	case err == nil:
		t.done++
	case moved(err):
		t.skipped++
	case fault.KindOf(err) == fault.Unavailable, errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled):
		return false
	default:
		t.failed++
		t.problem = err
	}
	return true
}

// walk begins at the operation's own id: what is younger has a higher one.
func (s *Service) walk(op Operation) walk {
	switch op.Act {
	case RedriveJobs, CancelJobs:
		act := s.jobs.RedriveAll
		if op.Act == CancelJobs {
			act = s.jobs.CancelAll
		}
		query := op.Jobs
		query.Cursor, query.Limit = op.ID, jobs.MaxPage
		return &jobWalk{jobs: s.jobs, act: act, query: query}
	default:
		return &letterWalk{letters: s.letters, filter: op.Letters, discard: op.Act == DiscardLetters, cursor: op.ID}
	}
}

type jobWalk struct {
	jobs  Jobs
	act   func(context.Context, []string) ([]error, error)
	query jobs.Query
	left  []string // of a step that was not finished
	last  bool     // there is no other page
}

func (w *jobWalk) step(ctx context.Context) (t tally, more bool, err error) {
	if len(w.left) == 0 && !w.last {
		page, err := w.jobs.List(ctx, w.query)
		if err != nil {
			return t, true, err
		}
		for _, state := range page.Jobs {
			w.left = append(w.left, state.ID)
		}
		w.query.Cursor, w.last = page.NextCursor, page.NextCursor == ""
	}
	if len(w.left) > 0 {
		err = w.finish(ctx, &t)
	}
	return t, !w.last || len(w.left) > 0, err
}

// finish acts on what is left of the step, in one transaction.
func (w *jobWalk) finish(ctx context.Context, t *tally) error {
	errs, err := w.act(ctx, w.left)
	if err != nil {
		return err
	}
	var again []string
	for i, outcome := range errs {
		if !t.add(outcome) {
			again, err = append(again, w.left[i]), outcome
		}
	}
	w.left = again
	return err
}

type letterWalk struct {
	letters Letters
	filter  deadletter.Filter
	discard bool
	cursor  string
	left    []string
	last    bool
}

func (w *letterWalk) step(ctx context.Context) (t tally, more bool, err error) {
	if len(w.left) == 0 && !w.last {
		page, next, err := w.letters.List(ctx, w.filter, w.cursor, deadletter.MaxPage)
		if err != nil {
			return t, true, err
		}
		for _, l := range page {
			w.left = append(w.left, l.ID)
		}
		w.cursor, w.last = next, next == ""
	}
	if w.discard {
		err = w.throwAway(ctx, &t)
	} else {
		err = w.redrive(ctx, &t)
	}
	return t, !w.last || len(w.left) > 0, err
}

func (w *letterWalk) throwAway(ctx context.Context, t *tally) error {
	n, err := w.letters.Discard(ctx, w.left...)
	if err != nil {
		return err
	}
	t.done, t.skipped = n, len(w.left)-n
	w.left = nil
	return nil
}

// redrive takes the letters one by one: each is gone only once the broker has its message.
func (w *letterWalk) redrive(ctx context.Context, t *tally) error {
	for len(w.left) > 0 {
		err := w.letters.Redrive(ctx, w.left[0])
		switch {
		case t.add(err):
			w.left = w.left[1:]
		case ctx.Err() == nil || t.done+t.skipped+t.failed == 0:
			return err
		}
		if ctx.Err() != nil {
			return nil // enough for one step; what was under way is tried again
		}
	}
	return nil
}
