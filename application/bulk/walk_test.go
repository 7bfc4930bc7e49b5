package bulk

import (
	"context"
	"slices"
	"testing"
)

// slow redrives letters, until it takes too long.
type slow struct {
	Letters
	quick int
	end   context.CancelFunc // of the step's time
}

func (s *slow) Redrive(ctx context.Context, _ string) error {
	if s.quick--; s.quick < 0 {
		s.end()
		return ctx.Err()
	}
	return nil
}

func TestAStepThatRunsOutOfTimeKeepsWhatItDid(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	w := &letterWalk{letters: &slow{quick: 1, end: cancel}, left: []string{"a", "b", "c"}, last: true}
	done, more, err := w.step(ctx)
	if err != nil || !more || done.done != 1 || !slices.Equal(w.left, []string{"b", "c"}) {
		t.Errorf("%+v, more: %v, %v; left are %q", done, more, err, w.left)
	}
	w.letters = &slow{end: cancel}
	if done, _, err = w.step(ctx); err == nil || done.done != 0 {
		t.Errorf("a step that does nothing is one of an ill dependency: %+v %v", done, err)
	}
}
