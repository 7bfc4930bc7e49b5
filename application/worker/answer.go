package worker

import (
	"context"
	"errors"
	"time"

	"convoke/application/envelope"
	"convoke/application/port"
	"convoke/domain/design"
	"convoke/domain/event"
)

// publishTimeout bounds one try to publish; the answers are tried again until the worker gives up.
const publishTimeout = 10 * time.Second

// answer is a message on its way to the jobs. Answers of all tasks share batches.
type answer struct {
	message port.Message
	err     error
}

// send publishes the result of a task, however long the broker takes. What is too large for the topic becomes a failure.
func (w *Worker) send(ctx context.Context, t *task, result event.Data) error {
	err := w.answer(ctx, t, w.signed(result))
	if errors.Is(err, port.ErrTooLarge) {
		return w.answer(ctx, t, w.signed(event.DesignFailed{
			JobID: t.run.JobID, Attempt: t.run.Attempt, Code: design.ErrAssetTooLarge.Code, Message: design.ErrAssetTooLarge.Message,
		}))
	}
	return err
}

// signed says whose the result is: of what is answered at once, nobody would know otherwise.
func (w *Worker) signed(result event.Data) event.Data {
	switch d := result.(type) {
	case event.DesignReady:
		d.WorkerID = w.config.ID
		return d
	case event.DesignFailed:
		d.WorkerID = w.config.ID
		return d
	}
	return result
}

// answer publishes data about a task and returns when the broker has it.
func (w *Worker) answer(ctx context.Context, t *task, data event.Data) error {
	a, err := w.encode(t, data)
	if err != nil {
		return err
	}
	if err := w.answers.Do(ctx, a); err != nil {
		return err
	}
	return a.err
}

func (w *Worker) encode(t *task, data event.Data) (*answer, error) {
	m, err := envelope.Encode(w.names.DesignReady, event.Event{ID: w.ids.New(), Time: w.clock.Now(), Trace: t.trace, Data: data})
	return &answer{message: m}, err
}

// publish sends a batch, again and again, until each answer is taken, can never be, or the worker gives up.
func (w *Worker) publish(batch []*answer) {
	pause := 50 * time.Millisecond
	for len(batch) > 0 {
		if batch = w.try(batch); len(batch) == 0 {
			return
		}
		select {
		case <-time.After(pause):
			pause = min(2*pause, 2*time.Second)
		case <-w.base.Done():
			for _, a := range batch {
				a.err = w.base.Err()
			}
			return
		}
	}
}

// try sends a batch once and returns what is to be tried again.
func (w *Worker) try(batch []*answer) (again []*answer) {
	messages := make([]port.Message, len(batch))
	for i, a := range batch {
		messages[i] = a.message
	}
	ctx, cancel := context.WithTimeout(context.Background(), publishTimeout)
	defer cancel()
	errs := w.publisher.Publish(ctx, messages)
	for i, err := range errs {
		switch {
		case err == nil:
		case errors.Is(err, port.ErrTooLarge):
			batch[i].err = err
		default:
			again = append(again, batch[i])
		}
	}
	if len(again) > 0 {
		w.log.Warn("answers could not be published; trying again", "answers", len(again))
	}
	return again
}
