package database

import (
	"context"

	"convoke/application/rsvps"
	"convoke/domain/rsvp"
)

// CommitReplies hands the changes to the lane and waits for their outcome.
func (s *Store) CommitReplies(ctx context.Context, changes ...*rsvps.Change) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	entries := make([]*entry, len(changes))
	for i, c := range changes {
		entries[i] = replyEntryOf(c)
	}
	if err := s.settle(ctx, entries); err != nil {
		return err
	}
	for i, e := range entries {
		e.tellReply(changes[i])
	}
	rethrow(entries)
	return nil
}

// PromoteMore is a decision like any other, without a change of its own.
func (s *Store) PromoteMore(ctx context.Context, occasionID string) (rsvp.State, error) {
	if err := ctx.Err(); err != nil {
		return rsvp.State{}, err
	}
	e := replyEntryOf(&rsvps.Change{OccasionID: occasionID, Decide: func(*rsvps.Desk) error { return nil }})
	e.promote = true
	if err := s.settle(ctx, []*entry{e}); err != nil {
		return rsvp.State{}, err
	}
	if e.err != nil {
		return rsvp.State{}, e.err
	}
	return *e.occasion, nil
}

// Promoting looks through the few occasions that are.
func (s *Store) Promoting(ctx context.Context, limit int) ([]string, error) {
	var rows []occasionRow
	err := s.read.WithContext(ctx).Select("id").Where("promoting = 1").Order("id").Limit(limit).Find(&rows).Error
	occasions := make([]string, len(rows))
	for i, row := range rows {
		occasions[i] = occasionID(row.ID)
	}
	return occasions, translate(ctx, "find promotions", err)
}
