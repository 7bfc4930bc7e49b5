package rsvps

import (
	"context"
	"errors"
	"fmt"

	"convoke/domain/fault"
	"convoke/domain/rsvp"
)

// Limits of a page of replies.
const (
	MaxPage  = 100
	MaxDepth = 20_000 // page × limit; beyond it, cursors are used
)

// MayList returns nil if the caller may see the occasion's guests.
func (s *Service) MayList(ctx context.Context, who Caller, occasionID string) (rsvp.State, error) {
	if who.Claim == nil && !who.Admin {
		return rsvp.State{}, ErrNoToken
	}
	o, err := s.Store.Occasion(ctx, occasionID)
	if err == nil {
		err = who.mustHost(o)
	}
	return o, err
}

// MayHost returns nil if the caller may do with the occasion what its host may.
func (s *Service) MayHost(who Caller, o rsvp.State) error { return who.mustHost(o) }

// CheckPage returns the query of a page, or what is wrong with it. Page counts from 1; a cursor replaces it.
func CheckPage(occasionID string, page, limit int, cursor string) (Query, error) {
	problems := []error{}
	if page < 1 {
		problems = append(problems, fault.Field("page", "must be at least 1"))
	}
	if limit < 1 || limit > MaxPage {
		problems = append(problems, fault.Field("limit", fmt.Sprintf("must be between 1 and %d", MaxPage)))
	}
	if err := errors.Join(problems...); err != nil {
		return Query{}, err
	}
	if page > MaxDepth/limit {
		return Query{}, &fault.Error{Kind: fault.Invalid, Code: "use-cursor", Field: "page", Message: "this deep, pages are read with cursor"}
	}
	q := Query{OccasionID: occasionID, After: cursor, Limit: limit}
	if cursor == "" {
		q.Skip = (page - 1) * limit
	}
	return q, nil
}

// MayCount returns nil if the caller may see the occasion's counts.
func (s *Service) MayCount(who Caller, o rsvp.State) error {
	if o.Details.Counts == rsvp.CountsPublic {
		return nil
	}
	return who.mustHost(o)
}
