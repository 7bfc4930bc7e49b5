package database

import (
	"context"

	"convoke/domain/rsvp"
)

// Occasion returns an occasion that has not been deleted.
func (s *Store) Occasion(ctx context.Context, occasionID string) (rsvp.State, error) {
	found, err := s.Occasions(ctx, occasionID)
	switch {
	case err != nil:
		return rsvp.State{}, err
	case len(found) == 0 || found[0].Deleted:
		return rsvp.State{}, rsvp.ErrNoOccasion
	}
	return found[0], nil
}

// Occasions returns the occasions that exist among ids, with one query.
func (s *Store) Occasions(ctx context.Context, ids ...string) ([]rsvp.State, error) {
	keys := occasionKeys(ids)
	if len(keys) == 0 {
		return nil, nil
	}
	var rows []occasionRow
	err := s.read.WithContext(ctx).Where(s.dialect.among("id"), s.dialect.array(keys)).Find(&rows).Error
	if err != nil {
		return nil, translate(ctx, "read occasions", err)
	}
	states := make([]rsvp.State, len(rows))
	for i := range rows {
		states[i] = rows[i].state()
	}
	return states, nil
}

// Revisions returns the revision of each occasion that exists among ids, with one query.
func (s *Store) Revisions(ctx context.Context, ids ...string) (map[string]uint64, error) {
	revisions := map[string]uint64{}
	keys := occasionKeys(ids)
	if len(keys) == 0 {
		return revisions, nil
	}
	var rows []occasionRow
	err := s.read.WithContext(ctx).Select("id", "revision").
		Where(s.dialect.among("id"), s.dialect.array(keys)).Find(&rows).Error
	for _, row := range rows {
		revisions[occasionID(row.ID)] = uint64(row.Revision)
	}
	return revisions, translate(ctx, "read revisions of occasions", err)
}
