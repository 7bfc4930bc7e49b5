package deadletter

import (
	"context"
	"errors"
	"fmt"
	"maps"

	"convoke/application/envelope"
	"convoke/application/port"
	"convoke/domain/event"
	"convoke/domain/fault"
	"convoke/domain/job"
)

// MaxPage is the largest page of List, and the largest step of a redrive by filter.
const MaxPage = 100

// Jobs is what redriving a job's letter needs.
type Jobs interface {
	Redrive(ctx context.Context, id string) (job.State, error)
}

// Service is what an operator does with dead letters. Safe for concurrent use.
type Service struct {
	Store     Store
	Publisher port.Publisher
	Jobs      Jobs
}

// List returns a page of letters without their bytes, newest first.
func (s *Service) List(ctx context.Context, f Filter, cursor string, limit int) ([]Letter, string, error) {
	if limit == 0 {
		limit = 20
	}
	if limit < 1 || limit > MaxPage {
		return nil, "", fault.Field("limit", fmt.Sprintf("must be between 1 and %d", MaxPage))
	}
	return s.Store.Letters(ctx, f, cursor, limit)
}

// Heaps counts the letters that match and are older than an id (empty: all) by topic, group and reason.
func (s *Service) Heaps(ctx context.Context, f Filter, before string) ([]Heap, error) {
	return s.Store.Heaps(ctx, f, before)
}

// Get returns one letter whole.
func (s *Service) Get(ctx context.Context, id string) (Letter, error) { return s.Store.Letter(ctx, id) }

// Discard throws letters away and returns how many there were.
func (s *Service) Discard(ctx context.Context, ids ...string) (int, error) {
	return s.Store.RemoveLetters(ctx, ids)
}

// Redrive has a letter tried again, by the group that failed and by no other; it is removed once the broker has it. When
// it is repeated, or the process dies in between, the message may be tried twice, which consumers do not mind. The letter
// of a spent job is a command to the job; of one that is no longer FAILED nothing is left to do.
func (s *Service) Redrive(ctx context.Context, id string) error {
	letter, err := s.Store.Letter(ctx, id)
	if err != nil {
		return err
	}
	if jobID, ok := spentJob(letter); ok {
		err = s.restart(ctx, jobID)
	} else {
		err = s.republish(ctx, letter)
	}
	if err != nil {
		return err
	}
	_, err = s.Store.RemoveLetters(ctx, []string{id})
	return err
}

// Outcome says what became of a redrive by filter.
type Outcome struct {
	Redriven int
	Failed   int
	First    error // the first failure
}

// RedriveAll has every letter that matches now tried again. Letters that fail stay.
func (s *Service) RedriveAll(ctx context.Context, f Filter) (Outcome, error) {
	var outcome Outcome
	cursor := ""
	for {
		letters, next, err := s.Store.Letters(ctx, f, cursor, MaxPage)
		if err != nil {
			return outcome, err
		}
		for _, l := range letters {
			switch err := s.Redrive(ctx, l.ID); {
			case err == nil:
				outcome.Redriven++
			case errors.Is(err, ErrNotFound): // somebody else was faster
			default:
				outcome.Failed++
				if outcome.First == nil {
					outcome.First = err
				}
			}
		}
		if next == "" || ctx.Err() != nil {
			return outcome, ctx.Err()
		}
		cursor = next
	}
}

// restart gives a job its fresh start, unless it has had one already: then its letter is left over.
func (s *Service) restart(ctx context.Context, jobID string) error {
	_, err := s.Jobs.Redrive(ctx, jobID)
	if fault.KindOf(err) == fault.Conflict {
		return nil
	}
	return err
}

func (s *Service) republish(ctx context.Context, l Letter) error {
	m := l.Message()
	m.Headers = maps.Clone(m.Headers)
	if m.Headers == nil {
		m.Headers = map[string]string{}
	}
	m.Headers[envelope.HeaderRedrive] = l.Group
	delete(m.Headers, envelope.HeaderID) // brokers would drop it as a repetition
	if errs := s.Publisher.Publish(ctx, []port.Message{m}); errs != nil {
		return fault.New(fault.Unavailable, "broker-unavailable", "the broker did not take the message; the letter stays").Because(errs[0])
	}
	return nil
}

// spentJob returns the job of a letter that the job itself wrote: it has no place in a topic.
func spentJob(l Letter) (string, bool) {
	if l.Partition != -1 || l.Offset != -1 || l.Reason != job.ReasonSpent && l.Reason != job.ReasonDeadline {
		return "", false
	}
	e, err := envelope.Decode(port.Message{Value: l.Value})
	if err != nil {
		return "", false
	}
	request, ok := e.Data.(event.DesignRequested)
	return request.JobID, ok
}
