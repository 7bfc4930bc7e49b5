package memory

import (
	"context"
	"slices"

	"convoke/application/jobs"
	"convoke/domain/fault"
	"convoke/domain/job"
)

// errCursor is the fault of a cursor that no page gave.
var errCursor = fault.Field("cursor", "must be the cursor of a page")

// List walks the ids from the cursor on.
func (s *Store) List(ctx context.Context, q jobs.Query) (jobs.Page, error) {
	if q.Cursor != "" && !isID(q.Cursor) {
		return jobs.Page{}, errCursor
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	var found []job.State
	stopped := s.search(q, q.Limit+1, jobs.Reach, func(state job.State) { found = append(found, state) })
	return q.Paged(found, stopped), ctx.Err()
}

// Matching counts from the cursor on.
func (s *Store) Matching(ctx context.Context, q jobs.Query, limit int) (n int, more bool, err error) {
	if q.Cursor != "" && !isID(q.Cursor) {
		return 0, false, errCursor
	}
	q.Back = false
	s.mu.Lock()
	defer s.mu.Unlock()
	stopped := s.search(q, limit+1, jobs.CountReach, func(job.State) { n++ })
	return min(n, limit), n > limit || stopped != "", ctx.Err()
}

// Statuses counts all jobs by status.
func (s *Store) Statuses(ctx context.Context, limit int) (map[job.Status]int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	counts := map[job.Status]int{}
	for _, state := range s.jobs {
		counts[state.Status] = min(counts[state.Status]+1, limit)
	}
	return counts, ctx.Err()
}

// search hands over what matches, at most so many. stopped is the last job that it looked at, when a search went as far
// as it may.
func (s *Store) search(q jobs.Query, most, reach int, hand func(job.State)) (stopped string) {
	matcher, looked, handed := q.Matcher(), 0, 0
	for _, id := range s.path(q) {
		state := s.jobs[id]
		if !q.Within(state.Status) {
			continue
		}
		if looked++; matcher.Matches(id, state.Brief.Description, state.ServerID, s.byJob[id].Generator) {
			hand(state)
			handed++
		}
		switch {
		case handed == most:
			return ""
		case q.Narrow() && looked == reach:
			return id
		}
	}
	return ""
}

// path lists the ids that the query is about, away from its cursor.
func (s *Store) path(q jobs.Query) []string {
	ids := s.order
	if first, last := q.IDs(); first != "" {
		from, _ := slices.BinarySearch(ids, first)
		to, found := slices.BinarySearch(ids, last)
		if found {
			to++
		}
		ids = ids[from:to]
	}
	at, found := len(ids), false
	if q.Cursor != "" {
		at, found = slices.BinarySearch(ids, q.Cursor)
	}
	if q.Back {
		if found {
			at++
		}
		return ids[at:]
	}
	path := slices.Clone(ids[:at])
	slices.Reverse(path)
	return path
}
