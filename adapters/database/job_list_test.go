package database

import (
	"path/filepath"
	"slices"
	"testing"

	"convoke/application/jobs"
	"convoke/domain/design"
	"convoke/domain/job"
	"convoke/test/fake"
	"convoke/test/postgres"
)

// seekers commits jobs of which each hundredth has a needle in it, and returns all ids and those, newest first.
func seekers(t *testing.T, k *kit, n int) (all, needles []string) {
	t.Helper()
	changes := make([]*jobs.Change, n)
	for i := range changes {
		description := "hay"
		if i%100 == 0 {
			description = "a Needle in it"
		}
		order := job.Order{ID: k.encoder.IDs.New(), DesignID: k.encoder.IDs.New(), Brief: design.Brief{Description: description}}
		changes[i] = &jobs.Change{New: job.New(order, job.DefaultPolicy(), k.encoder.Clock.Now())}
		all = append(all, order.ID)
		if description != "hay" {
			needles = append(needles, order.ID)
		}
	}
	if err := k.store.Commit(t.Context(), changes...); err != nil {
		t.Fatal(err)
	}
	slices.Reverse(all)
	slices.Reverse(needles)
	return all, needles
}

func TestASearchGoesOnInChunksAndNoFurtherThanItMay(t *testing.T) {
	t.Parallel()
	for name, config := range map[string]Config{
		"sqlite":   {File: filepath.Join(t.TempDir(), "convoke.db"), Log: fake.Log()},
		"postgres": {URL: postgres.Database(t), Log: fake.Log()},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			k := newKit(t, config)
			all, needles := seekers(t, k, 4*firstChunk)
			for _, walk := range []struct {
				name        string
				query       jobs.Query
				most, reach int
				want        []string
				stopped     string
			}{
				{"all of them", jobs.Query{}, 100, len(all) + 1, needles, ""},
				{"no further than there are jobs", jobs.Query{}, 100, len(all), needles, all[len(all)-1]},
				{"enough", jobs.Query{}, 4, len(all), needles[:4], ""},
				{"not far", jobs.Query{}, 100, 100, needles[:1], all[99]},
				{"over a border", jobs.Query{}, 100, firstChunk + 1, needles[:2], all[firstChunk]},
				{"from the middle", jobs.Query{Cursor: needles[4]}, 100, len(all), needles[5:], ""},
				{"back", jobs.Query{Cursor: needles[4], Back: true}, 3, len(all), []string{needles[3], needles[2], needles[1]}, ""},
				{"of a status that none has", jobs.Query{Statuses: []job.Status{job.Failed}}, 100, len(all), nil, ""},
			} {
				walk.query.Text = "nEEDLE"
				var found []string
				stopped, err := k.store.search(t.Context(), walk.query, walk.most, walk.reach, func(i id) { found = append(found, string(i)) })
				if err != nil || !slices.Equal(found, walk.want) || stopped != walk.stopped {
					t.Errorf("%s: %d found instead of %d, stopped at %q instead of %q, %v", walk.name, len(found), len(walk.want), stopped, walk.stopped, err)
				}
			}
		})
	}
}
