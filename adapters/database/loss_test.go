package database

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"convoke/application/jobs"
	"convoke/application/lane"
	"convoke/domain/fault"
	"convoke/domain/job"
	"convoke/test/fake"
	"convoke/test/postgres"
)

// The tags with which Postgres answers BEGIN and COMMIT.
const (
	begun     = "BEGIN\x00"
	committed = "COMMIT\x00"
)

// behindProxy is a store that reaches its Postgres through a proxy, and is warm.
func behindProxy(t *testing.T) (*kit, *proxy) {
	t.Helper()
	p, url := through(t, postgres.Database(t))
	k := newKit(t, Config{URL: url, Log: fake.Log()})
	mustCommit(t, k, k.creation())
	return k, p
}

func mustCommit(t *testing.T, k *kit, c *jobs.Change) {
	t.Helper()
	if err := errors.Join(k.store.Commit(t.Context(), c), c.Err); err != nil {
		t.Fatal(err)
	}
}

func TestACommitWhoseAnswerIsLostIsFoundCommitted(t *testing.T) {
	t.Parallel()
	k, p := behindProxy(t)
	p.set(func(p *proxy) { p.answer = once(committed, false, nothing) })
	c := k.creation()
	mustCommit(t, k, c)
	if !exists(t, k.store, c) {
		t.Error("the job is not there")
	}
	batches, err := k.store.Pending(t.Context(), nil, 10)
	if err != nil || len(batches) != 2 {
		t.Errorf("%d batches in the outbox, %v", len(batches), err)
	}
	for _, offered := range k.offers() {
		if offered != batches[0].ID {
			t.Errorf("batch %d was offered, and its id was lost", offered)
		}
	}
	mustCommit(t, k, k.creation())
}

func TestACommitThatDidNotArriveIsRepeated(t *testing.T) {
	t.Parallel()
	k, p := behindProxy(t)
	p.set(func(p *proxy) { // the first request after the answer to BEGIN is the one with COMMIT
		p.answer = once(begun, true, func() {
			p.set(func(p *proxy) { p.ask = once("", false, nothing) })
		})
	})
	c, decided := k.creation(), 0
	id := c.New.State().ID
	mustCommit(t, k, c)
	again := &jobs.Change{ID: id, Decide: func(j *job.Job) error { decided++; return j.Cancel(time.Now()) }}
	mustCommit(t, k, again)
	if decided != 1 || !exists(t, k.store, c) {
		t.Errorf("decided %d times", decided)
	}
	if batches, err := k.store.Pending(t.Context(), nil, 10); err != nil || len(batches) != 2 {
		t.Errorf("%d batches in the outbox, %v", len(batches), err)
	}
}

func TestACommitThatNobodyCanSettleIsUnavailableAndNotOffered(t *testing.T) {
	t.Parallel()
	k, p := behindProxy(t)
	p.set(func(p *proxy) {
		p.answer = once(committed, false, func() {
			p.set(func(p *proxy) { p.refuse = true })
			go p.cut()
		})
	})
	c := k.creation()
	if err := k.store.Commit(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	if fault.KindOf(c.Err) != fault.Unavailable || !errors.Is(c.Err, errUnknown) {
		t.Errorf("%v", c.Err)
	}
	if offered := k.offers(); len(offered) != 1 {
		t.Errorf("%d batches were offered", len(offered))
	}
	p.set(func(p *proxy) { p.refuse = false })
	if !exists(t, k.store, c) {
		t.Error("it was committed, and is not there")
	}
	mustCommit(t, k, k.creation())
	if offered := k.offers(); len(offered) != 2 {
		t.Errorf("%d batches were offered", len(offered))
	}
}

func TestABrokenConnectionIsReplacedWithoutAnybodyNoticing(t *testing.T) {
	t.Parallel()
	k, p := behindProxy(t)
	for range 3 {
		p.cut()
		mustCommit(t, k, k.creation())
	}
	if _, err := k.store.reading.ExecContext(t.Context(),
		"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"); err != nil {
		t.Fatal(err)
	}
	mustCommit(t, k, k.creation())
}

func TestASilentDatabaseHoldsNobodyPastItsContext(t *testing.T) {
	t.Parallel()
	k, p := behindProxy(t)
	p.set(func(p *proxy) { p.hold = true })
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	if err := k.store.Commit(ctx, k.creation()); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("commit: %v", err)
	}
	if _, err := k.store.Views(ctx, k.encoder.IDs.New()); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("read: %v", err)
	}
	if err := k.store.Check(ctx); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("check: %v", err)
	}
	start := time.Now()
	_ = k.store.Close(ctx)
	if took := time.Since(start); took > attemptTimeout/2 {
		t.Errorf("closing took %v", took)
	}
	c := k.creation()
	if err := k.store.Commit(t.Context(), c); !errors.Is(err, lane.ErrStopped) {
		t.Errorf("after the end: %v, %v", err, c.Err)
	}
}

// A server is killed again and again under load: what was answered is there, once, and the store recovers by itself.
func TestWhatWasAnsweredSurvivesAKilledServer(t *testing.T) {
	t.Parallel()
	const callers, kills = 8, 3
	server := postgres.Start(t)
	k := newKit(t, Config{URL: server.Database(t), Log: fake.Log()})
	var mu sync.Mutex
	var answered, refused []*jobs.Change
	count := func() int {
		mu.Lock()
		defer mu.Unlock()
		return len(answered)
	}
	ctx, stop := context.WithCancel(t.Context())
	var running sync.WaitGroup
	for range callers {
		running.Go(func() {
			for ctx.Err() == nil {
				c := k.creation()
				if err := k.store.Commit(t.Context(), c); err != nil {
					t.Error(err)
				}
				mu.Lock()
				if c.Err == nil {
					answered = append(answered, c)
				} else {
					refused = append(refused, c)
				}
				mu.Unlock()
			}
		})
	}
	for range kills {
		enough := count() + 200
		eventually(t, "work between two kills", func() bool { return count() >= enough })
		if err := errors.Join(server.Kill(), server.Start()); err != nil {
			t.Fatal(err)
		}
	}
	stop()
	running.Wait()
	mustCommit(t, k, k.creation())
	for _, c := range answered {
		if !exists(t, k.store, c) {
			t.Errorf("job %s was answered and is lost", c.New.State().ID)
		}
	}
	for _, c := range refused {
		if fault.KindOf(c.Err) != fault.Unavailable {
			t.Errorf("%v", c.Err)
		}
	}
	t.Logf("%d answered, %d refused", len(answered), len(refused))
	requests := map[string]int{}
	batches, err := k.store.Pending(t.Context(), nil, 1_000_000)
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range batches {
		for _, m := range b.Messages {
			requests[m.Key]++
		}
	}
	for _, c := range answered {
		if n := requests[c.New.State().ID]; n != 1 {
			t.Errorf("job %s has %d requests", c.New.State().ID, n)
		}
	}
}
