package database_test

import (
	"errors"
	"path/filepath"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"

	"convoke/adapters/database"
	"convoke/adapters/system"
	"convoke/application/envelope"
	"convoke/application/jobs"
	"convoke/application/relay"
	"convoke/application/rsvps"
	"convoke/domain/design"
	"convoke/domain/job"
	"convoke/test/fake"
	"convoke/test/postgres"
)

const callers = 256

// on runs a benchmark on both databases.
func on(b *testing.B, run func(*testing.B, *database.Store)) {
	b.Helper()
	for name, config := range map[string]func() database.Config{
		"sqlite":   func() database.Config { return database.Config{File: filepath.Join(b.TempDir(), "convoke.db")} },
		"postgres": func() database.Config { return database.Config{URL: postgres.Database(b)} },
	} {
		b.Run(name, func(b *testing.B) {
			c := config()
			c.Log = fake.Log()
			encoder := &jobs.Encoder{Names: envelope.DefaultNames(""), IDs: system.NewIDs(), Clock: system.Clock{}}
			replies := &rsvps.Encoder{Names: encoder.Names, IDs: encoder.IDs, Clock: encoder.Clock}
			run(b, open(b, c, encoder, replies, relay.NewFeed()))
		})
	}
}

// together runs the step from many callers at once and reports the rate.
func together(b *testing.B, step func(i int) error) {
	b.Helper()
	b.ReportAllocs()
	b.SetParallelism(callers / runtime.GOMAXPROCS(0))
	var next atomic.Int64
	b.ResetTimer() // the database is made and migrated
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if err := step(int(next.Add(1)) - 1); err != nil {
				b.Error(err)
				return
			}
		}
	})
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "commits/s")
}

func newOrder(ids system.IDs) *job.Job {
	return job.New(job.Order{
		ID: ids.New(), DesignID: ids.New(), Trace: envelope.NewTrace(), ServerID: "studio",
		Brief: design.Brief{
			Description: "A garden party for Ada's 36th birthday, 12 June at 4 pm, Kew Gardens, sage and cream",
			Palette:     []string{"#9caf88", "#fffdd0"}, Size: design.Size{Width: 512, Height: 512},
		},
	}, job.DefaultPolicy(), system.Clock{}.Now())
}

func commit(b *testing.B, s *database.Store, c *jobs.Change) error {
	return errors.Join(s.Commit(b.Context(), c), c.Err)
}

func BenchmarkCreate(b *testing.B) {
	on(b, func(b *testing.B, s *database.Store) {
		ids := system.NewIDs()
		together(b, func(int) error { return commit(b, s, &jobs.Change{New: newOrder(ids)}) })
	})
}

func BenchmarkComplete(b *testing.B) {
	markup := []byte("<svg>" + strings.Repeat(`<path d="M1 2L3 4" fill="#9caf88"/>`, 120) + "</svg>")
	on(b, func(b *testing.B, s *database.Store) {
		created := createJobs(b, s, b.N)
		together(b, func(i int) error {
			return commit(b, s, &jobs.Change{ID: created[i], Decide: func(j *job.Job) error {
				return j.Complete(job.Completion{Asset: design.Asset{MediaType: design.SVGType, Data: markup}, Generator: "studio"}, system.Clock{}.Now())
			}})
		})
	})
}

func createJobs(tb testing.TB, s *database.Store, n int) []string {
	tb.Helper()
	ids := system.NewIDs()
	created := make([]string, 0, n)
	for len(created) < n {
		changes := make([]*jobs.Change, min(5000, n-len(created)))
		for i := range changes {
			changes[i] = &jobs.Change{New: newOrder(ids)}
			created = append(created, changes[i].New.State().ID)
		}
		if err := s.Commit(tb.Context(), changes...); err != nil {
			tb.Fatal(err)
		}
	}
	return created
}

func BenchmarkViewsOfOne(b *testing.B) {
	on(b, func(b *testing.B, s *database.Store) {
		created := createJobs(b, s, 10_000)
		for i := 0; b.Loop(); i++ {
			if views, err := s.Views(b.Context(), created[i%len(created)]); err != nil || len(views) != 1 {
				b.Fatal(len(views), err)
			}
		}
	})
}
