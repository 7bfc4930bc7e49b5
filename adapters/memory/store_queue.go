package memory

import (
	"cmp"
	"context"
	"slices"

	"convoke/application/jobs"
	"convoke/domain/job"
)

// Ahead looks at the unfinished jobs only.
func (s *Store) Ahead(ctx context.Context, id string) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	ahead := 0
	for other := range s.open {
		if other < id && s.jobs[other].Status == job.Pending && s.jobs[id].Status == job.Pending {
			ahead++
		}
	}
	return min(ahead, jobs.MaxAhead), ctx.Err()
}

// Unfinished looks at the unfinished jobs only.
func (s *Store) Unfinished(ctx context.Context, designID string, limit int) ([]job.State, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var found []job.State
	for id := range s.open {
		if state := s.jobs[id]; state.DesignID == designID {
			found = append(found, state)
		}
	}
	slices.SortFunc(found, func(a, b job.State) int { return cmp.Compare(a.ID, b.ID) })
	return found[:min(limit, len(found))], ctx.Err()
}
