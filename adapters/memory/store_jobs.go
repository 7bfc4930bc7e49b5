package memory

import (
	"cmp"
	"context"
	"slices"
	"time"

	"convoke/application/jobs"
	"convoke/domain/job"
)

// Views returns the jobs that exist among ids.
func (s *Store) Views(ctx context.Context, ids ...string) ([]jobs.View, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var views []jobs.View
	for _, id := range distinct(ids) {
		state, ok := s.jobs[id]
		if !ok {
			continue
		}
		view := jobs.View{Job: state}
		if version, ok := s.byJob[id]; ok {
			view.Design = &version
		}
		views = append(views, view)
	}
	return views, ctx.Err()
}

// Versions returns the version of each job that exists among ids.
func (s *Store) Versions(ctx context.Context, ids ...string) (map[string]uint64, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	versions := map[string]uint64{}
	for _, id := range ids {
		if state, ok := s.jobs[id]; ok {
			versions[id] = state.Version
		}
	}
	return versions, ctx.Err()
}

// Due looks at the unfinished jobs only.
func (s *Store) Due(ctx context.Context, now time.Time, leases bool, limit int) ([]string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var due []job.State
	for id := range s.open {
		state := s.jobs[id]
		if wake := state.WakeAt(); wake.After(now) || !leases && state.Status == job.Processing {
			continue
		}
		due = append(due, state)
	}
	slices.SortFunc(due, func(a, b job.State) int {
		return cmp.Or(a.WakeAt().Compare(b.WakeAt()), cmp.Compare(a.ID, b.ID))
	})
	ids := make([]string, 0, min(limit, len(due)))
	for _, state := range due[:min(limit, len(due))] {
		ids = append(ids, state.ID)
	}
	return ids, ctx.Err()
}

// Active counts the unfinished jobs by status.
func (s *Store) Active(ctx context.Context) (map[job.Status]int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	counts := map[job.Status]int{}
	for id := range s.open {
		counts[s.jobs[id].Status]++
	}
	return counts, ctx.Err()
}

// isID reports whether the text is a UUID as this system writes it.
func isID(text string) bool {
	const form = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx"
	if len(text) != len(form) {
		return false
	}
	for i := range len(form) {
		digit := text[i] >= '0' && text[i] <= '9' || text[i] >= 'a' && text[i] <= 'f'
		if form[i] == '-' && text[i] != '-' || form[i] == 'x' && !digit {
			return false
		}
	}
	return true
}

func distinct(ids []string) []string { return slices.Compact(slices.Sorted(slices.Values(ids))) }

// insertSorted is cheap for time-ordered ids: they arrive at the end.
func insertSorted(ids []string, id string) []string {
	i, _ := slices.BinarySearch(ids, id)
	return slices.Insert(ids, i, id)
}
