package jobs

import (
	"context"
	"errors"
	"fmt"
	"time"

	"convoke/application/port"
	"convoke/application/watch"
	"convoke/domain/fault"
)

// Get returns a job with its design, or ErrNotFound.
func (s *Service) Get(ctx context.Context, id string) (View, error) {
	views, err := s.Store.Views(ctx, id)
	if err != nil {
		return View{}, err
	}
	if len(views) == 0 {
		return View{}, ErrNotFound
	}
	return views[0], nil
}

// MaxPage is the largest page of List.
const MaxPage = 100

// List returns a page of jobs, newest first.
func (s *Service) List(ctx context.Context, q Query) (Page, error) {
	if q.Limit == 0 {
		q.Limit = 20
	}
	q.Back = q.Back && q.Cursor != ""
	problems := []error{q.check()}
	if q.Limit < 1 || q.Limit > MaxPage {
		problems = append(problems, fault.Field("limit", fmt.Sprintf("must be between 1 and %d", MaxPage)))
	}
	if err := errors.Join(problems...); err != nil {
		return Page{}, err
	}
	return s.Store.List(ctx, q)
}

// Matching counts the jobs that a query finds, those older than its cursor, up to limit. more: there are, or may be,
// further ones.
func (s *Service) Matching(ctx context.Context, q Query, limit int) (n int, more bool, err error) {
	if err := q.check(); err != nil {
		return 0, false, err
	}
	return s.Store.Matching(ctx, q, limit)
}

// Wait returns the job as soon as it is finished, or as it is after the given time.
func (s *Service) Wait(ctx context.Context, id string, patience time.Duration) (View, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	finished := make(chan View, 1)
	subscription, snapshot, err := s.Hub.Watch(ctx, watch.Topic{Kind: port.JobHint, ID: id}, func(state watch.State) {
		view := state.(Watched).View // the only kind of state under this topic
		if view.Job.Status.Finished() {
			select {
			case finished <- view:
			default:
			}
		}
	})
	if err != nil {
		if errors.Is(err, watch.ErrNotFound) {
			return View{}, ErrNotFound
		}
		return View{}, err
	}
	defer subscription.Close()
	if view := snapshot.(Watched).View; view.Job.Status.Finished() {
		return view, nil
	}
	subscription.Resume()
	select {
	case view := <-finished:
		return view, nil
	case <-ctx.Done():
		return s.Get(context.WithoutCancel(ctx), id)
	}
}
