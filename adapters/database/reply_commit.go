package database

import (
	"context"

	"convoke/application/rsvps"
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
func (s *Store) PromoteMore(ctx context.Context, occasionID string) (more bool, err error) {
	if err := ctx.Err(); err != nil {
		return false, err
	}
	e := replyEntryOf(&rsvps.Change{OccasionID: occasionID, Decide: func(*rsvps.Desk) error { return nil }})
	e.promote = true
	if err := s.settle(ctx, []*entry{e}); err != nil {
		return false, err
	}
	return e.more, e.err
}
