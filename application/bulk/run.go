package bulk

import (
	"context"
	"sync"
	"time"

	"convoke/domain/fault"
)

const (
	stepTimeout = 30 * time.Second
	patience    = time.Minute // with what is ill
	pause       = time.Second // before it is tried again
	showEvery   = time.Second
	putTimeout  = 2 * time.Second
)

// Run carries out orders until ctx ends; then it stops them where they are.
func (s *Service) Run(ctx context.Context) error {
	var working sync.WaitGroup
	for {
		select {
		case op := <-s.orders:
			working.Go(func() { s.work(ctx, op) })
		case <-ctx.Done():
			s.close()
			working.Wait()
			return nil
		}
	}
}

// close refuses further orders, and stops those that have not begun.
func (s *Service) close() {
	s.mu.Lock()
	s.open = false
	s.mu.Unlock()
	for {
		select {
		case op := <-s.orders:
			s.end(op, Stopped)
			s.leave()
		default:
			return
		}
	}
}

// work takes an operation to its end.
func (s *Service) work(ctx context.Context, op Operation) {
	defer s.leave()
	walk := s.walk(op)
	shown, well := s.clock.Now(), s.clock.Now()
	for {
		before := op.Done + op.Skipped + op.Failed
		more, err := s.step(ctx, walk, &op)
		now := s.clock.Now()
		if op.Done+op.Skipped+op.Failed > before {
			well = now // slow is not ill
		}
		switch {
		case err == nil && !more:
			s.end(op, Finished)
			return
		case ctx.Err() != nil:
			s.end(op, Stopped)
			return
		case err == nil:
			well = now
		case now.Sub(well) > patience:
			s.end(op, GaveUp)
			return
		}
		if now.Sub(shown) >= showEvery || err != nil {
			shown = now
			s.show(op)
		}
		if err != nil {
			wait(ctx)
		}
	}
}

// step does one step, for as long as a step may take, and adds up what became of it. more is false when nothing is left.
func (s *Service) step(ctx context.Context, walk walk, op *Operation) (more bool, err error) {
	ctx, cancel := context.WithTimeout(ctx, stepTimeout)
	defer cancel()
	t, more, err := walk.step(ctx)
	op.Done += t.done
	op.Skipped += t.skipped
	op.Failed += t.failed
	for _, problem := range []error{t.problem, err} {
		if problem != nil {
			op.LastError = public(problem)
		}
	}
	return more, err
}

// end writes down how an operation ended, also when everything stops.
func (s *Service) end(op Operation, state State) {
	op.State, op.EndedAt = state, s.clock.Now().UTC()
	s.show(op)
	s.log.Info("an operation on everything that matched has ended", "operation", op.ID, "act", string(op.Act), "state", string(state),
		"done", op.Done, "skipped", op.Skipped, "failed", op.Failed, "error", op.LastError)
}

func (s *Service) show(op Operation) {
	op.UpdatedAt = s.clock.Now().UTC()
	ctx, cancel := context.WithTimeout(context.Background(), putTimeout)
	defer cancel()
	if err := s.store.PutOperation(ctx, op); err != nil {
		s.log.Warn("the progress of an operation can not be kept", "operation", op.ID, "error", err)
	}
}

func wait(ctx context.Context) {
	select {
	case <-time.After(pause):
	case <-ctx.Done():
	}
}

// public is what an operator is told of an error; the log of its origin says the rest.
func public(err error) string {
	if faults := fault.All(err); len(faults) > 0 {
		return faults[0].Message
	}
	return "something does not answer; the log says what"
}
