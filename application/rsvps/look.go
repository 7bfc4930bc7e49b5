package rsvps

import (
	"context"
	"errors"
	"fmt"
	"time"

	"convoke/domain/fault"
	"convoke/domain/rsvp"
)

// Limits of a page of replies.
const (
	MaxPage  = 100
	MaxDepth = 20_000 // page × limit; beyond it, cursors are used
	MaxRead  = 5_000  // that stores give at once, to those who want all

	listTimeout = 4 * time.Second
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

// ErrTooMany is the fault of a list that took too long to make out of all replies of an occasion.
var ErrTooMany = fault.New(fault.Unavailable, "list-too-slow", "looking through this many replies took too long; ask for less, or try again in a moment")

// Page returns a page of an occasion's replies, as Store.Replies does. Where all of them must be looked through it gives
// up with ErrTooMany after a few seconds.
func (s *Service) Page(ctx context.Context, q Query) (Page, error) {
	if q.Plain() {
		return s.Store.Replies(ctx, q)
	}
	bounded, cancel := context.WithTimeout(ctx, listTimeout)
	defer cancel()
	p, err := s.Store.Replies(bounded, q)
	if err != nil && bounded.Err() != nil && ctx.Err() == nil {
		return Page{}, ErrTooMany.Because(err)
	}
	return p, err
}

// MayHost returns nil if the caller may do with the occasion what its host may.
func (s *Service) MayHost(who Caller, o rsvp.State) error { return who.mustHost(o) }

// CheckPage returns the query of a page, or what is wrong with it, but for what CheckFilter has said already. Page counts
// from 1; a cursor replaces it.
func CheckPage(occasionID string, f Filter, page, limit int, cursor string) (Query, error) {
	q := Query{OccasionID: occasionID, Filter: f, After: cursor, Limit: limit}
	problems := []error{}
	if f.check() == nil {
		_, _, err := q.Begin()
		problems = append(problems, err)
	}
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
