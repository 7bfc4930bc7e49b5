package database

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"convoke/application/jobs"
	"convoke/application/lane"
	"convoke/application/metric"
	"convoke/application/rsvps"
	"convoke/domain/job"
	"convoke/domain/rsvp"
	"convoke/test/fake"
	"convoke/test/postgres"
)

// onBoth runs a test on a fresh database of each kind.
func onBoth(t *testing.T, test func(t *testing.T, config Config)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		test(t, Config{File: filepath.Join(t.TempDir(), "convoke.db"), Log: fake.Log()})
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		test(t, Config{URL: postgres.Database(t), Connections: 4, Log: fake.Log()})
	})
}

func TestSeveralProcessesMayMigrateAtOnce(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, config Config) {
		k := &kit{config: config, encoder: newEncoder()}
		var running sync.WaitGroup
		for range 4 {
			s := k.again(t)
			running.Go(func() {
				if err := errors.Join(s.Migrate(t.Context()), s.Check(t.Context()), s.Migrate(t.Context())); err != nil {
					t.Error(err)
				}
			})
		}
		running.Wait()
	})
}

func TestADatabaseWithoutItsSchemaIsNotHealthy(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, config Config) {
		if err := newStore(t, config).Check(t.Context()); err == nil {
			t.Error("it says that it is")
		}
	})
}

func TestCommittedBatchesAreOfferedInOrder(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, config Config) {
		meter := &fake.Meter{}
		config.Meter = meter
		k := newKit(t, config)
		const callers, each = 16, 5
		var running sync.WaitGroup
		for range callers {
			running.Go(func() {
				for range each {
					c := k.creation()
					if err := errors.Join(k.store.Commit(t.Context(), c), c.Err); err != nil {
						t.Error(err)
					}
				}
			})
		}
		running.Wait()
		batches, err := k.store.Pending(t.Context(), nil, callers*each)
		if err != nil {
			t.Fatal(err)
		}
		var pending []int64
		messages := 0
		for _, b := range batches {
			pending = append(pending, b.ID)
			messages += len(b.Messages)
		}
		if !slices.Equal(k.offers(), pending) || messages != callers*each {
			t.Errorf("offered %v, pending %v with %d messages", k.offers(), pending, messages)
		}
		if n := meter.Value(metric.CommitBatch); n != float64(len(pending)) {
			t.Errorf("%v batches were measured instead of %d", n, len(pending))
		}
	})
}

func TestCloseFinishesWhatWaits(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, config Config) {
		k := newKit(t, config)
		first := k.creation()
		mustCommit(t, k, first)
		begun, goOn := make(chan struct{}), make(chan struct{})
		changes := []*jobs.Change{{ID: first.New.State().ID, Decide: func(*job.Job) error {
			close(begun)
			<-goOn
			return nil
		}}}
		for range 600 { // more than one batch, so that some wait
			changes = append(changes, k.creation())
		}
		done, closed := make(chan error, 1), make(chan error, 1)
		go func() { done <- k.store.Commit(t.Context(), changes...) }()
		<-begun
		go func() { closed <- k.store.Close(context.WithoutCancel(t.Context())) }()
		eventually(t, "the refusal of new work", func() bool {
			ctx, cancel := context.WithTimeout(t.Context(), 5*time.Millisecond)
			defer cancel()
			return errors.Is(k.store.Commit(ctx, k.creation()), lane.ErrStopped)
		})
		close(goOn)
		if err := errors.Join(<-done, <-closed); err != nil {
			t.Error(err)
		}
		for i, c := range changes {
			if c.Err != nil {
				t.Errorf("change %d: %v", i, c.Err)
			}
		}
		if err := k.store.Close(t.Context()); err != nil {
			t.Errorf("closed twice: %v", err)
		}
		if !exists(t, k.again(t), changes[600]) {
			t.Error("what waited was not committed")
		}
	})
}

func TestABadConfigurationNamesEveryProblem(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		config Config
		want   []string
	}{
		{Config{}, []string{"URL and File"}},
		{Config{URL: "postgres://x", File: "y"}, []string{"URL and File"}},
		{Config{Connections: 2, LockWait: -1}, []string{"URL and File", "Connections", "LockWait"}},
		{Config{File: "y", Patience: -1}, []string{"Patience"}},
		{Config{URL: "postgres://x:notaport/"}, []string{"port"}},
	} {
		_, err := open(t.Context(), row.config, encodersOf(newEncoder()), nil)
		for _, word := range row.want {
			if err == nil || !strings.Contains(err.Error(), word) {
				t.Errorf("%+v: %v does not name %s", row.config, err, word)
			}
		}
	}
}

func TestNoRowOfADeletedOccasionIsLeftInTheEnd(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, config Config) {
		k := newKit(t, config)
		o, err := rsvp.New(k.encoder.IDs.New(), rsvp.Details{Title: "A party"}, time.Now())
		if err != nil {
			t.Fatal(err)
		}
		changes := []*rsvps.Change{{New: o}}
		for i := range 7 {
			id := k.encoder.IDs.New()
			changes = append(changes, &rsvps.Change{OccasionID: o.State().ID, Decide: func(d *rsvps.Desk) error {
				r, err := d.Occasion.Reply(id, rsvp.Answer{Name: "Ada", Email: fmt.Sprintf("a%d@example.org", i)}, time.Now())
				d.Put(r)
				return err
			}})
		}
		changes = append(changes, &rsvps.Change{OccasionID: o.State().ID, Decide: func(d *rsvps.Desk) error { return d.Occasion.Delete(time.Now()) }})
		if err := k.store.CommitReplies(t.Context(), changes...); err != nil {
			t.Fatal(err)
		}
		for _, want := range []int{3, 3, 1, 0} {
			if n, err := k.store.PurgeReplies(t.Context(), 3); n != want || err != nil {
				t.Errorf("%d purged, %v, want %d", n, err, want)
			}
		}
		var left, toPurge int64
		if err := k.store.read.Model(&replyRow{}).Count(&left).Error; err != nil || left != 0 {
			t.Errorf("%d replies are left, %v", left, err)
		}
		if err := k.store.read.Model(&occasionRow{}).Where("deleted = 1").Count(&toPurge).Error; err != nil || toPurge != 0 {
			t.Errorf("%d occasions are still to be purged, %v", toPurge, err)
		}
	})
}
