package pulse_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"convoke/adapters/memory"
	"convoke/adapters/system"
	"convoke/application/pulse"
	"convoke/domain/job"
	"convoke/test/fake"
)

// store is the memory's, ill when a test says so.
type store struct {
	*memory.Store
	mu  sync.Mutex
	ill bool
}

func (s *store) sick(ill bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ill = ill
}

func (s *store) PutMinute(ctx context.Context, m pulse.Minute) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ill {
		return errors.New("ill")
	}
	return s.Store.PutMinute(ctx, m)
}

func newStore() *store { return &store{Store: memory.NewStore(nil, nil, nil)} }

// process is one api that counts and writes down what it counts.
type process struct {
	*pulse.Recorder
	stop func()
}

func start(t *testing.T, s pulse.Store, name string) *process {
	t.Helper()
	recorder := pulse.NewRecorder()
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = pulse.NewBeat(recorder, s, name, system.Clock{}, fake.Log()).Run(ctx)
	}()
	p := &process{recorder, func() { cancel(); <-done }}
	synctest.Wait()
	return p
}

func read(t *testing.T, s pulse.Store) []pulse.Point {
	t.Helper()
	points, err := (&pulse.Reader{Store: s, Clock: system.Clock{}}).Read(t.Context())
	if err != nil || len(points) != 60 {
		t.Fatalf("%d points, %v", len(points), err)
	}
	return points
}

// A bubble's time begins at midnight, and passes only when everybody waits.
func TestTheLastHourIsThatOfAllProcessesAndOfThoseThatStopped(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newStore()
		one, other := start(t, s, "one"), start(t, s, "other")
		one.Took()
		other.Took()
		one.Finished(job.Completed, time.Second)
		other.Finished(job.Failed, time.Second)
		other.Finished(job.Cancelled, time.Second)
		time.Sleep(time.Minute + time.Second)
		other.Replied(time.Millisecond)
		other.stop() // before its next beat
		again := start(t, s, "again")
		again.Replied(3 * time.Millisecond)
		time.Sleep(10 * time.Second)
		points := read(t, s)
		past, current := points[58], points[59]
		if past.Taken != 2 || past.Completed != 1 || past.Failed != 1 || past.Cancelled != 1 || past.Seconds != 60 || past.Rate(past.Taken) != 2./60 {
			t.Errorf("%+v", past)
		}
		if current.Replies != 2 || current.Seconds < 6 || current.Seconds > 11 {
			t.Errorf("%d replies in %v seconds", current.Replies, current.Seconds)
		}
		again.stop()
		one.stop()
	})
}

func TestAMinuteThatNobodySpokeOfIsUnknownAndAQuietOneIsNot(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newStore()
		p := start(t, s, "one")
		time.Sleep(2*time.Minute + time.Second)
		p.stop()
		time.Sleep(3 * time.Minute)
		points := read(t, s)
		known := func(p pulse.Point) bool { return p.Known }
		if n := len(slices.DeleteFunc(slices.Clone(points), known)); n != 57 || !points[54].Known || !points[56].Known || points[57].Known {
			t.Errorf("%d minutes are unknown: %v", n, slices.IndexFunc(points, known))
		}
		if points[55].Taken != 0 || points[55].Rate(0) != 0 {
			t.Errorf("%+v", points[55])
		}
	})
}

func TestWhatCouldNotBeWrittenIsWrittenLater(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newStore()
		p := start(t, s, "one")
		s.sick(true)
		p.Took()
		time.Sleep(3*time.Minute + time.Second)
		p.Took()
		s.sick(false)
		time.Sleep(10 * time.Second)
		points := read(t, s)
		if points[56].Taken != 1 || points[59].Taken != 1 || !points[57].Known {
			t.Errorf("%d and %d", points[56].Taken, points[59].Taken)
		}
		p.stop()
	})
}

func TestAQuantileIsAnEighthOffAtMost(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(1, 2))
	var h, more pulse.Histogram
	var all []time.Duration
	for i := range 10_000 {
		d := time.Duration(float64(time.Millisecond) * (1 + random.ExpFloat64()*200))
		all = append(all, d)
		if i%2 == 0 {
			h.Add(d)
		} else {
			more.Add(d)
		}
	}
	h.Merge(&more)
	slices.Sort(all)
	for _, q := range []float64{0, .5, .99, 1} {
		exact := all[min(int(q*float64(len(all))), len(all)-1)]
		got, ok := h.Quantile(q)
		if ratio := float64(got) / float64(exact); !ok || ratio < .87 || ratio > 1.13 {
			t.Errorf("%v: %s instead of %s", q, got, exact)
		}
	}
	if _, ok := new(pulse.Histogram).Quantile(.5); ok {
		t.Error("nothing has a middle")
	}
}

func TestAnyDurationIsCounted(t *testing.T) {
	t.Parallel()
	var h pulse.Histogram
	for _, d := range []time.Duration{-time.Hour, 0, 1, 100 * time.Microsecond, time.Hour, 1000 * time.Hour, 1<<63 - 1} {
		h.Add(d)
	}
	if n := h.Count(); n != 7 {
		t.Errorf("%d are counted", n)
	}
	unpacked, err := pulse.Unpack(h.Pack())
	if err != nil || unpacked != h || len(h.Pack()) > 16 {
		t.Errorf("%v, %v, in %d bytes", unpacked, err, len(h.Pack()))
	}
}

func FuzzUnpackHistogram(f *testing.F) {
	f.Add([]byte{1, 1, 79, 3})
	f.Add([]byte{0x80})
	f.Fuzz(func(t *testing.T, packed []byte) {
		if h, err := pulse.Unpack(packed); err == nil {
			if again, err := pulse.Unpack(h.Pack()); err != nil || again != h {
				t.Errorf("%v, %v", again, err)
			}
		}
	})
}

func TestNobodyNeedsToCount(t *testing.T) {
	t.Parallel()
	var nobody *pulse.Recorder
	nobody.Took()
	nobody.Finished(job.Completed, time.Second)
	nobody.Replied(time.Second)
}

func BenchmarkCounting(b *testing.B) {
	r := pulse.NewRecorder()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			r.Replied(13 * time.Millisecond)
		}
	})
}
