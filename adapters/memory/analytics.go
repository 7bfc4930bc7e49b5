package memory

import (
	"context"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"convoke/application/analytics"
	"convoke/application/consume"
)

// Analytics keeps the numbers in the process. Safe for concurrent use.
type Analytics struct {
	now func() time.Time

	mu        sync.Mutex
	epoch     uint64
	begun     map[int32]bool
	occasions map[string]*counted
	all       sums
}

// counted is what is kept of one occasion.
type counted struct {
	sums
	progress     consume.Progress
	missingSince time.Time
	starts       analytics.Starts
}

// sums are what is counted of a subject.
type sums struct {
	total   analytics.Numbers
	minutes map[time.Time]analytics.Numbers
	parties map[int]int64
	asOf    time.Time
}

var _ analytics.Store = (*Analytics)(nil)

// NewAnalytics makes an empty store.
func NewAnalytics() *Analytics {
	a := &Analytics{now: time.Now, epoch: 1}
	a.clear()
	return a
}

func (a *Analytics) clear() {
	a.begun, a.occasions, a.all = map[int32]bool{}, map[string]*counted{}, newSums()
}

func newSums() sums {
	return sums{minutes: map[time.Time]analytics.Numbers{}, parties: map[int]int64{}}
}

// Epoch returns the number of the current making.
func (a *Analytics) Epoch(ctx context.Context) (uint64, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.epoch, ctx.Err()
}

// Begun reports whether an effect of the partition is kept in the making.
func (a *Analytics) Begun(ctx context.Context, epoch uint64, partition int32) (bool, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	return epoch == a.epoch && a.begun[partition], ctx.Err()
}

// Reset forgets everything.
func (a *Analytics) Reset(ctx context.Context) (uint64, error) {
	if err := ctx.Err(); err != nil {
		return 0, err
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.epoch++
	a.clear()
	return a.epoch, nil
}

// Update hands copies of the progress to fold, and keeps them with what it returns.
func (a *Analytics) Update(
	ctx context.Context, at consume.Place, occasions []string, fold func(map[string]*consume.Progress) analytics.Tally,
) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if at.Epoch != a.epoch {
		return consume.ErrEpoch
	}
	known := map[string]*consume.Progress{}
	for _, id := range occasions {
		known[id] = &consume.Progress{}
		if c := a.occasions[id]; c != nil {
			known[id].Highest, known[id].Missing = c.progress.Highest, slices.Clone(c.progress.Missing)
		}
	}
	tally := fold(known)
	a.begun[at.Partition] = true
	for id, change := range tally {
		id = strings.Clone(id)
		if a.occasions[id] == nil {
			a.occasions[id] = &counted{sums: newSums()}
		}
		a.occasions[id].take(known[id], change, a.now())
		a.all.add(change)
	}
	return nil
}

func (c *counted) take(p *consume.Progress, change *analytics.Change, now time.Time) {
	c.add(change)
	before := c.progress.Whole()
	c.progress = *p
	switch {
	case len(p.Missing) == 0:
		c.missingSince = time.Time{}
	case before != p.Whole() || c.missingSince.IsZero(): // what is missing first is another number than before
		c.missingSince = now
	}
	if change.Starts.Revision > c.starts.Revision {
		c.starts = change.Starts
	}
}

func (s *sums) add(change *analytics.Change) {
	for minute, n := range change.Minutes {
		s.minutes[minute] = s.minutes[minute].Plus(n)
		s.total = s.total.Plus(n)
	}
	for size, more := range change.Parties {
		if s.parties[size] += more; s.parties[size] == 0 {
			delete(s.parties, size)
		}
	}
	if change.AsOf.After(s.asOf) {
		s.asOf = change.AsOf
	}
}

// Report adds minutes up to the width.
func (a *Analytics) Report(ctx context.Context, s analytics.Subject, width, span time.Duration) (analytics.Report, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if s == analytics.Everything {
		return a.all.report(width, span), ctx.Err()
	}
	c := a.occasions[string(s)]
	if c == nil {
		return analytics.Report{Parties: map[int]int64{}}, ctx.Err()
	}
	r := c.report(width, span)
	r.Progress = consume.Progress{Highest: c.progress.Highest, Missing: slices.Clone(c.progress.Missing)}
	r.Starts = micro(c.starts.At)
	return r, ctx.Err()
}

func (s *sums) report(width, span time.Duration) analytics.Report {
	r := analytics.Report{Total: s.total, Parties: maps.Clone(s.parties), AsOf: micro(s.asOf)}
	buckets := map[time.Time]analytics.Numbers{}
	var newest time.Time
	for minute, n := range s.minutes {
		start := minute.Truncate(width)
		buckets[start] = buckets[start].Plus(n)
		if start.After(newest) {
			newest = start
		}
	}
	for _, start := range slices.SortedFunc(maps.Keys(buckets), time.Time.Compare) {
		if newest.Sub(start) < span {
			r.Buckets = append(r.Buckets, analytics.Bucket{Start: start, Numbers: buckets[start]})
		}
	}
	return r
}

// Overdue looks through all occasions.
func (a *Analytics) Overdue(ctx context.Context, before time.Time, some int) (occasions []string, all int, err error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for id, c := range a.occasions {
		if !c.missingSince.IsZero() && c.missingSince.Before(before) {
			occasions = append(occasions, id)
		}
	}
	slices.SortFunc(occasions, func(x, y string) int { return a.occasions[x].missingSince.Compare(a.occasions[y].missingSince) })
	all = len(occasions)
	return occasions[:min(all, some)], all, ctx.Err()
}

// Check returns nil: the numbers are in the process.
func (a *Analytics) Check(ctx context.Context) error { return ctx.Err() }
