package leader_test

import (
	"context"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"convoke/application/leader"
	"convoke/test/fake"
)

type clock struct{}

func (clock) Now() time.Time { return time.Now() }

// leases is one lease that can be made unreachable.
type leases struct {
	mu     sync.Mutex
	holder string
	until  time.Time
	term   int64
	down   map[string]bool
}

func (l *leases) Acquire(_ context.Context, _, holder string, ttl time.Duration) (int64, bool, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.down[holder] {
		return 0, false, context.DeadlineExceeded
	}
	now := time.Now()
	if l.holder != holder && now.Before(l.until) {
		return 0, false, nil
	}
	if l.holder != holder {
		l.term++
	}
	l.holder, l.until = holder, now.Add(ttl)
	return l.term, true, nil
}

func (l *leases) Release(_ context.Context, _, holder string) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.holder == holder {
		l.until = time.Time{}
	}
	return nil
}

func (l *leases) cut(holder string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.down[holder] = true
}

// floor notes who is at work and fails the test when two are.
type floor struct {
	t    *testing.T
	mu   sync.Mutex
	now  string
	took []string
}

func (f *floor) duty(who string) leader.Duty {
	return func(ctx context.Context, term leader.Term) {
		f.mu.Lock()
		f.now, f.took = who, append(f.took, who)
		f.mu.Unlock()
		tick := time.NewTicker(100 * time.Millisecond)
		defer tick.Stop()
		for ctx.Err() == nil {
			if term.Valid() {
				f.mu.Lock()
				if f.now != who {
					f.t.Errorf("%s works while %s leads", who, f.now)
				}
				f.mu.Unlock()
			}
			select {
			case <-tick.C:
			case <-ctx.Done():
			}
		}
	}
}

func campaign(l *leases, f *floor, who string) (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	candidate := leader.New(l, "relay", who, leader.Config{}, clock{}, &fake.Meter{}, fake.Log())
	go func() {
		defer close(done)
		_ = candidate.Run(ctx, f.duty(who))
	}()
	return func() { cancel(); <-done }
}

func TestOneLeadsAndALeaderThatStopsIsFollowedAtOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l, f := &leases{down: map[string]bool{}}, &floor{t: t}
		stopA := campaign(l, f, "a")
		synctest.Wait()
		stopB := campaign(l, f, "b")
		time.Sleep(time.Minute)
		stopA()
		start := time.Now()
		for f.leading() != "b" {
			time.Sleep(100 * time.Millisecond)
		}
		if took := time.Since(start); took > 3*time.Second {
			t.Errorf("the succession took %s", took)
		}
		stopB()
		if len(f.took) != 2 {
			t.Errorf("leaders: %v", f.took)
		}
	})
}

func TestALeaderThatCanNotRenewStopsBeforeTheNextBegins(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l, f := &leases{down: map[string]bool{}}, &floor{t: t}
		stopA := campaign(l, f, "a")
		synctest.Wait()
		stopB := campaign(l, f, "b")
		time.Sleep(10 * time.Second)
		l.cut("a")
		start := time.Now()
		for f.leading() != "b" {
			time.Sleep(100 * time.Millisecond)
		}
		if took := time.Since(start); took > 10*time.Second {
			t.Errorf("the succession took %s", took)
		}
		time.Sleep(time.Minute)
		stopA()
		stopB()
	})
}

func (f *floor) leading() string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.now
}
