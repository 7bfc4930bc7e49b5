package memory

import (
	"context"
	"slices"
	"time"

	"convoke/application/relay"
)

// waiting is a batch in the outbox.
type waiting struct {
	relay.Batch
	since time.Time
}

// lease is who has a duty, and until when.
type lease struct {
	holder string
	term   int64
	until  time.Time
}

// Pending returns the oldest batches that are not in except.
func (s *Store) Pending(ctx context.Context, except []int64, limit int) ([]relay.Batch, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	skip := make(map[int64]bool, len(except))
	for _, id := range except {
		skip[id] = true
	}
	var batches []relay.Batch
	for _, w := range s.outbox {
		if len(batches) == limit {
			break
		}
		if !skip[w.ID] {
			batches = append(batches, w.Batch)
		}
	}
	return batches, ctx.Err()
}

// RemoveBatches deletes batches.
func (s *Store) RemoveBatches(ctx context.Context, ids []int64) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	gone := make(map[int64]bool, len(ids))
	for _, id := range ids {
		gone[id] = true
	}
	s.outbox = slices.DeleteFunc(s.outbox, func(w waiting) bool { return gone[w.ID] })
	return ctx.Err()
}

// Backlog returns how many batches wait and since when the oldest does.
func (s *Store) Backlog(ctx context.Context) (int, time.Time, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.outbox) == 0 {
		return 0, time.Time{}, ctx.Err()
	}
	return len(s.outbox), s.outbox[0].since, ctx.Err()
}

// PurgeKeys deletes keys committed before t, the oldest first.
func (s *Store) PurgeKeys(ctx context.Context, before time.Time, limit int) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var old [][32]byte
	for scope, key := range s.keys {
		if key.at.Before(before) {
			old = append(old, scope)
		}
	}
	slices.SortFunc(old, func(a, b [32]byte) int { return s.keys[a].at.Compare(s.keys[b].at) })
	old = old[:min(limit, len(old))]
	for _, scope := range old {
		delete(s.keys, scope)
	}
	return len(old), ctx.Err()
}

// Acquire takes or renews a lease, judged on the encoder's clock.
func (s *Store) Acquire(ctx context.Context, name, holder string, ttl time.Duration) (int64, bool, error) {
	if err := ctx.Err(); err != nil {
		return 0, false, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	now, current := s.now(), s.leases[name]
	switch {
	case current.holder == holder && current.term > 0:
	case now.Before(current.until):
		return current.term, false, nil
	default:
		current.holder = holder
		current.term++
	}
	current.until = now.Add(ttl)
	s.leases[name] = current
	return current.term, true, nil
}

// Release gives a lease up; its term stays known, so that the next one is higher.
func (s *Store) Release(ctx context.Context, name, holder string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if current := s.leases[name]; current.holder == holder {
		s.leases[name] = lease{term: current.term}
	}
	return ctx.Err()
}
