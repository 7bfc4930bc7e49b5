package memory

import (
	"cmp"
	"context"
	"slices"
	"time"

	"convoke/application/bulk"
	"convoke/application/pulse"
)

// minuteKey is one process's minute.
type minuteKey struct {
	start   int64 // microseconds since 1970
	process string
}

// PutMinute keeps a minute.
func (s *Store) PutMinute(ctx context.Context, m pulse.Minute) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	m.Start, m.Until = micro(m.Start), micro(m.Until)
	s.minutes[minuteKey{m.Start.UnixMicro(), m.Process}] = m
	return nil
}

// Minutes returns the minutes from one on.
func (s *Store) Minutes(ctx context.Context, from time.Time) ([]pulse.Minute, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var found []pulse.Minute
	for _, m := range s.minutes {
		if !m.Start.Before(from) {
			found = append(found, m)
		}
	}
	slices.SortFunc(found, func(a, b pulse.Minute) int {
		return cmp.Or(a.Start.Compare(b.Start), cmp.Compare(a.Process, b.Process))
	})
	return found, ctx.Err()
}

// PurgeMinutes deletes old minutes.
func (s *Store) PurgeMinutes(ctx context.Context, before time.Time, limit int) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := 0
	for key, m := range s.minutes {
		if n < limit && m.Start.Before(before) {
			delete(s.minutes, key)
			n++
		}
	}
	return n, ctx.Err()
}

// AddOperation keeps an operation that is new.
func (s *Store) AddOperation(ctx context.Context, o bulk.Operation) (bool, error) {
	if err := ctx.Err(); err != nil {
		return false, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, ok := s.operations[o.ID]; ok {
		return false, nil
	}
	s.operations[o.ID] = normalOperation(o)
	return true, nil
}

// PutOperation keeps an operation.
func (s *Store) PutOperation(ctx context.Context, o bulk.Operation) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.operations[o.ID] = normalOperation(o)
	return nil
}

// Operation returns one.
func (s *Store) Operation(ctx context.Context, id string) (bulk.Operation, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	o, ok := s.operations[id]
	if !ok {
		return o, bulk.ErrNotFound
	}
	return o, ctx.Err()
}

// Operations returns the newest.
func (s *Store) Operations(ctx context.Context, limit int) ([]bulk.Operation, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := make([]bulk.Operation, 0, len(s.operations))
	for _, o := range s.operations {
		all = append(all, o)
	}
	slices.SortFunc(all, func(a, b bulk.Operation) int { return cmp.Compare(b.ID, a.ID) })
	return all[:min(limit, len(all))], ctx.Err()
}

// PurgeOperations deletes old operations.
func (s *Store) PurgeOperations(ctx context.Context, before time.Time, limit int) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := 0
	for id, o := range s.operations {
		if n < limit && o.StartedAt.Before(before) {
			delete(s.operations, id)
			n++
		}
	}
	return n, ctx.Err()
}

// normalOperation is an operation in the form that every store keeps: of its query, what chooses.
func normalOperation(o bulk.Operation) bulk.Operation {
	o.StartedAt, o.UpdatedAt, o.EndedAt = micro(o.StartedAt), micro(o.UpdatedAt), micro(o.EndedAt)
	o.By, o.LastError = clean(o.By), clean(o.LastError)
	o.Jobs.Cursor, o.Jobs.Back, o.Jobs.Limit = "", false, 0
	o.Jobs.Statuses = slices.Clone(o.Jobs.Statuses)
	return o
}
