package bootstrap

import (
	"context"
	"fmt"
	"sync"
)

// stage is a set of goroutines that start together and are stopped together. A goroutine that ends with an error while
// its stage is running brings the process down.
type stage struct {
	ctx     context.Context //nolint:containedctx // it is the lifetime of the stage's goroutines, not of a call
	cancel  context.CancelFunc
	running sync.WaitGroup
	fatal   chan<- error
}

func newStage(fatal chan<- error) *stage {
	ctx, cancel := context.WithCancel(context.Background())
	return &stage{ctx: ctx, cancel: cancel, fatal: fatal}
}

// run starts a goroutine of the stage.
func (s *stage) run(name string, work func(context.Context) error) {
	s.running.Go(func() {
		if err := work(s.ctx); err != nil && s.ctx.Err() == nil {
			select {
			case s.fatal <- fmt.Errorf("%s: %w", name, err):
			default:
			}
		}
	})
}

// stop ends the stage's goroutines and waits for them. It may be called twice.
func (s *stage) stop() {
	s.cancel()
	s.running.Wait()
}
