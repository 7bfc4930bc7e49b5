package memory

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"time"

	"convoke/application/deadletter"
)

// AddLetters keeps the letters whose fingerprints are new.
func (s *Store) AddLetters(ctx context.Context, letters []deadletter.Letter) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, l := range letters {
		if _, known := s.received[l.Fingerprint]; known {
			continue
		}
		s.received[l.Fingerprint] = l.ID
		s.kept[l.ID] = normalLetter(l)
	}
	return nil
}

// Letters returns letters without value and headers, newest id first.
func (s *Store) Letters(ctx context.Context, f deadletter.Filter, cursor string, limit int) ([]deadletter.Letter, string, error) {
	if cursor != "" && !isID(cursor) {
		return nil, "", errCursor
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	var page []deadletter.Letter
	for _, id := range slices.Backward(slices.Sorted(maps.Keys(s.kept))) {
		l := s.kept[id]
		if cursor != "" && id >= cursor || !chosen(l, f) {
			continue
		}
		if len(page) == limit {
			return page, page[limit-1].ID, nil
		}
		l.Value, l.Headers = nil, nil
		page = append(page, l)
	}
	return page, "", ctx.Err()
}

// Heaps counts the letters that match.
func (s *Store) Heaps(ctx context.Context, f deadletter.Filter, before string) ([]deadletter.Heap, error) {
	if before != "" && !isID(before) {
		return nil, errCursor
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	heaps := map[deadletter.Filter]deadletter.Heap{}
	for id, l := range s.kept {
		if before != "" && id >= before || !chosen(l, f) {
			continue
		}
		kind := deadletter.Filter{Topic: l.Topic, Group: l.Group, Reason: l.Reason}
		h, ok := heaps[kind]
		if !ok {
			h = deadletter.Heap{Filter: kind, Oldest: l.Time, Newest: l.Time}
		}
		h.Letters++
		if l.Time.Before(h.Oldest) {
			h.Oldest = l.Time
		}
		if l.Time.After(h.Newest) {
			h.Newest = l.Time
		}
		heaps[kind] = h
	}
	return slices.SortedFunc(maps.Values(heaps), func(a, b deadletter.Heap) int {
		return cmp.Or(cmp.Compare(a.Topic, b.Topic), cmp.Compare(a.Group, b.Group), cmp.Compare(a.Reason, b.Reason))
	}), ctx.Err()
}

// Letter returns one letter whole.
func (s *Store) Letter(ctx context.Context, id string) (deadletter.Letter, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	l, ok := s.kept[id]
	if !ok {
		return deadletter.Letter{}, deadletter.ErrNotFound
	}
	l.Value, l.Headers = slices.Clone(l.Value), maps.Clone(l.Headers)
	return l, ctx.Err()
}

// RemoveLetters deletes letters and returns how many there were.
func (s *Store) RemoveLetters(ctx context.Context, ids []string) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	removed := 0
	for _, id := range ids {
		if l, ok := s.kept[id]; ok {
			s.dropLetter(l)
			removed++
		}
	}
	return removed, ctx.Err()
}

// PurgeLetters deletes letters given up before t, the oldest first.
func (s *Store) PurgeLetters(ctx context.Context, before time.Time, limit int) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var old []deadletter.Letter
	for _, l := range s.kept {
		if l.Time.Before(before) {
			old = append(old, l)
		}
	}
	slices.SortFunc(old, func(a, b deadletter.Letter) int { return a.Time.Compare(b.Time) })
	old = old[:min(limit, len(old))]
	for _, l := range old {
		s.dropLetter(l)
	}
	return len(old), ctx.Err()
}

func (s *Store) dropLetter(l deadletter.Letter) {
	delete(s.kept, l.ID)
	delete(s.received, l.Fingerprint)
}

func chosen(l deadletter.Letter, f deadletter.Filter) bool {
	return (f.Topic == "" || l.Topic == f.Topic) &&
		(f.Group == "" || l.Group == f.Group) &&
		(f.Reason == "" || l.Reason == f.Reason)
}

// normalLetter is a letter in the form that every store keeps. Key, value and headers stay as they are: the message is
// to be sent again.
func normalLetter(l deadletter.Letter) deadletter.Letter {
	l.Topic, l.Group, l.Reason = clean(l.Topic), clean(l.Group), clean(l.Reason)
	l.Time = micro(l.Time)
	l.Value, l.Headers = slices.Clone(l.Value), maps.Clone(l.Headers)
	return l
}
