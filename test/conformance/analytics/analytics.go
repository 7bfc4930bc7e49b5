// Package analytics is the conformance suite of the analytics' store: memory, SQLite and Postgres.
package analytics

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"sync"
	"testing"
	"time"

	"convoke/application/analytics"
	"convoke/application/consume"
)

// Harness makes stores.
type Harness struct {
	// New returns an empty store, and another one on the same data, as a second process has it; the same where there can
	// be no second one. They end with t.
	New func(t *testing.T) (store, another analytics.Store)
}

// Run checks the adapter behind the harness.
func Run(t *testing.T, h Harness) {
	t.Helper()
	for name, test := range map[string]func(*kit){
		"what a batch adds up to is added once":                    addsUp,
		"minutes become hours":                                     minutesBecomeHours,
		"a report ends with the span":                              spanEnds,
		"the newest start wins, whatever the order":                newestStartWins,
		"an unknown occasion has no numbers":                       nothingYet,
		"an effect of an earlier making is refused":                otherEpoch,
		"a reset empties everything":                               reset,
		"a partition has begun once it has an effect":              begun,
		"what stays missing is named":                              overdue,
		"two members that believe to have a partition count once":  twoMembers,
		"a reset beside updates leaves nothing of the old making":  resetBeside,
		"a fold that panics changes nothing and holds up nobody":   panicking,
		"a context that has ended changes nothing":                 ended,
		"many occasions fit into one batch":                        many,
		"counted numbers survive a store that is opened elsewhere": elsewhere,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			store, another := h.New(t)
			test(&kit{T: t, Store: store, another: another})
		})
	}
}

type kit struct {
	*testing.T
	analytics.Store
	another analytics.Store
}

var noon = time.Date(2026, 6, 12, 12, 0, 0, 0, time.UTC)

const party = "01890000-0000-7000-8000-000000000001"

// change counts one created reply of a party of two.
func change(minute time.Time) *analytics.Change {
	return &analytics.Change{
		Minutes: map[time.Time]analytics.Numbers{minute: {Created: 1, People: 2}}, Parties: map[int]int64{2: 1}, AsOf: minute.Add(time.Second),
	}
}

// take is a fold that takes the numbers of one occasion and counts as many changes as were new.
func take(occasion string, minute time.Time, numbers ...uint64) func(map[string]*consume.Progress) analytics.Tally {
	return func(known map[string]*consume.Progress) analytics.Tally {
		tally := analytics.Tally{}
		for _, n := range numbers {
			if !known[occasion].Take(n) {
				continue
			}
			if tally[occasion] == nil {
				tally[occasion] = change(minute)
				continue
			}
			c := tally[occasion]
			c.Minutes[minute] = c.Minutes[minute].Plus(analytics.Numbers{Created: 1, People: 2})
			c.Parties[2]++
		}
		return tally
	}
}

func (k *kit) epoch() uint64 {
	k.Helper()
	epoch, err := k.Epoch(k.Context())
	if err != nil {
		k.Fatal(err)
	}
	return epoch
}

func (k *kit) place(partition int32) consume.Place {
	return consume.Place{Epoch: k.epoch(), Partition: partition}
}

func (k *kit) count(partition int32, occasion string, minute time.Time, numbers ...uint64) {
	k.Helper()
	if err := k.Update(k.Context(), k.place(partition), []string{occasion}, take(occasion, minute, numbers...)); err != nil {
		k.Fatal(err)
	}
}

func (k *kit) report(s analytics.Subject, width time.Duration) analytics.Report {
	k.Helper()
	r, err := k.Report(k.Context(), s, width, 24*time.Hour)
	if err != nil {
		k.Fatal(err)
	}
	return r
}

func (k *kit) wantTotal(s analytics.Subject, created int64) {
	k.Helper()
	want := analytics.Numbers{Created: created, People: 2 * created}
	if r := k.report(s, analytics.Minute); r.Total != want {
		k.Errorf("%q: %+v, want %+v", s, r.Total, want)
	}
}

func addsUp(k *kit) {
	other := "01890000-0000-7000-8000-000000000002"
	k.count(0, party, noon, 1, 2, 2, 3)
	k.count(0, party, noon.Add(time.Minute), 3, 2, 5)
	k.count(7, other, noon, 1)
	k.wantTotal(party, 4)
	k.wantTotal(analytics.Subject(other), 1)
	k.wantTotal(analytics.Everything, 5)

	r := k.report(party, analytics.Minute)
	want := analytics.Report{
		Total: analytics.Numbers{Created: 4, People: 8}, Parties: map[int]int64{2: 4}, AsOf: noon.Add(61 * time.Second),
		Buckets: []analytics.Bucket{
			{Start: noon, Numbers: analytics.Numbers{Created: 3, People: 6}},
			{Start: noon.Add(time.Minute), Numbers: analytics.Numbers{Created: 1, People: 2}},
		},
		Progress: consume.Progress{Highest: 5, Missing: []consume.Range{{First: 4, Last: 4}}},
	}
	if !reflect.DeepEqual(r, want) {
		k.Errorf("%+v, want %+v", r, want)
	}
	k.count(0, party, noon, 4)
	if r := k.report(party, analytics.Minute); r.Progress.Whole() != 5 || r.Total.Created != 5 {
		k.Errorf("after the missing one: %+v", r)
	}
}

func minutesBecomeHours(k *kit) {
	k.count(0, party, noon.Add(59*time.Minute), 1)
	k.count(1, party, noon, 2)
	k.count(1, party, noon.Add(time.Hour), 3)
	for _, s := range []analytics.Subject{party, analytics.Everything} {
		want := []analytics.Bucket{
			{Start: noon, Numbers: analytics.Numbers{Created: 2, People: 4}},
			{Start: noon.Add(time.Hour), Numbers: analytics.Numbers{Created: 1, People: 2}},
		}
		if r := k.report(s, analytics.Hour); !reflect.DeepEqual(r.Buckets, want) {
			k.Errorf("%q: %+v", s, r.Buckets)
		}
	}
}

func spanEnds(k *kit) {
	k.count(0, party, noon.Add(-24*time.Hour), 1)
	k.count(0, party, noon.Add(-24*time.Hour+time.Minute), 2)
	k.count(0, party, noon, 3)
	if r := k.report(party, analytics.Minute); len(r.Buckets) != 2 || r.Total.Created != 3 {
		k.Errorf("%+v", r)
	}
}

func newestStartWins(k *kit) {
	for _, starts := range []analytics.Starts{{At: noon.Add(time.Hour), Revision: 5}, {At: noon, Revision: 3}, {Revision: 0}} {
		c := change(noon)
		c.Starts = starts
		err := k.Update(k.Context(), k.place(0), []string{party}, func(map[string]*consume.Progress) analytics.Tally {
			return analytics.Tally{party: c}
		})
		if err != nil {
			k.Fatal(err)
		}
	}
	if r := k.report(party, analytics.Minute); !r.Starts.Equal(noon.Add(time.Hour)) {
		k.Errorf("it starts at %s", r.Starts)
	}
}

func nothingYet(k *kit) {
	for _, s := range []analytics.Subject{party, analytics.Everything} {
		r := k.report(s, analytics.Hour)
		if r.Total != (analytics.Numbers{}) || len(r.Buckets) > 0 || len(r.Parties) > 0 || !r.AsOf.IsZero() || r.Progress.Highest != 0 {
			k.Errorf("%q: %+v", s, r)
		}
	}
}

func otherEpoch(k *kit) {
	for _, wrong := range []uint64{k.epoch() - 1, k.epoch() + 1} {
		at := consume.Place{Epoch: wrong, Partition: 0}
		if err := k.Update(k.Context(), at, []string{party}, take(party, noon, 1)); !errors.Is(err, consume.ErrEpoch) {
			k.Errorf("epoch %d: %v", wrong, err)
		}
	}
	k.wantTotal(party, 0)
	if r := k.report(party, analytics.Minute); r.Progress.Highest != 0 {
		k.Errorf("%+v", r.Progress)
	}
}

func reset(k *kit) {
	before := k.epoch()
	k.count(3, party, noon, 1, 3)
	after, err := k.Reset(k.Context())
	if err != nil || after <= before || k.epoch() != after {
		k.Fatalf("epoch %d became %d, %v", before, after, err)
	}
	nothingYet(k)
	k.wantBegun(after, 3, false)
	k.count(3, party, noon, 1)
	k.wantTotal(party, 1)
	k.wantTotal(analytics.Everything, 1)
}

func (k *kit) wantBegun(epoch uint64, partition int32, want bool) {
	k.Helper()
	if got, err := k.Begun(k.Context(), epoch, partition); err != nil || got != want {
		k.Errorf("partition %d has begun in %d: %v, %v", partition, epoch, got, err)
	}
}

func begun(k *kit) {
	epoch := k.epoch()
	k.wantBegun(epoch, 4, false)
	k.count(4, party, noon, 1)
	k.count(4, party, noon, 1) // nothing new
	k.wantBegun(epoch, 4, true)
	k.wantBegun(epoch, 5, false)
	k.wantBegun(epoch+1, 4, false)
	if err := k.Update(k.Context(), k.place(5), nil, func(map[string]*consume.Progress) analytics.Tally { return nil }); err != nil {
		k.Fatal(err)
	}
	k.wantBegun(epoch, 5, true)
}

func overdue(k *kit) {
	k.count(0, party, noon, 1, 4)
	k.count(0, "01890000-0000-7000-8000-000000000002", noon, 1, 2)
	for _, test := range []struct {
		before time.Time
		want   int
	}{{time.Now().Add(time.Hour), 1}, {time.Now().Add(-time.Hour), 0}} {
		some, all, err := k.Overdue(k.Context(), test.before, 5)
		if err != nil || all != test.want || len(some) != test.want || all > 0 && some[0] != party {
			k.Errorf("%v, %d, %v", some, all, err)
		}
	}
	k.count(0, party, noon, 2, 3)
	if some, all, err := k.Overdue(k.Context(), time.Now().Add(time.Hour), 5); err != nil || all != 0 || len(some) != 0 {
		k.Errorf("%v, %d, %v", some, all, err)
	}
}

func twoMembers(k *kit) {
	const members, events = 4, 40
	at := k.place(0)
	var all sync.WaitGroup
	for i := range members {
		store := k.Store
		if i%2 == 1 {
			store = k.another
		}
		all.Go(func() {
			for n := range uint64(events) {
				if err := store.Update(k.Context(), at, []string{party}, take(party, noon, n+1)); err != nil {
					k.Error(err)
				}
			}
		})
	}
	all.Wait()
	k.wantTotal(party, events)
	k.wantTotal(analytics.Everything, events)
}

func resetBeside(k *kit) {
	var all sync.WaitGroup
	at := k.place(0)
	for i := range 20 {
		all.Go(func() {
			occasion := fmt.Sprintf("01890000-0000-7000-8000-%012d", i)
			for n := range uint64(4) {
				err := k.another.Update(k.Context(), at, []string{occasion}, take(occasion, noon, n+1))
				if err != nil && !errors.Is(err, consume.ErrEpoch) {
					k.Error(err)
				}
			}
		})
	}
	if _, err := k.Reset(k.Context()); err != nil {
		k.Error(err)
	}
	all.Wait()
	nothingYet(k)
}

func panicking(k *kit) {
	func() {
		defer func() {
			if recover() == nil {
				k.Error("no panic")
			}
		}()
		_ = k.Update(k.Context(), k.place(0), []string{party}, func(map[string]*consume.Progress) analytics.Tally { panic("oops") })
	}()
	k.wantTotal(party, 0)
	k.count(0, party, noon, 1)
	k.wantTotal(party, 1)
}

func ended(k *kit) {
	at := k.place(0)
	ctx, cancel := context.WithCancel(k.Context())
	cancel()
	if err := k.Update(ctx, at, []string{party}, take(party, noon, 1)); !errors.Is(err, context.Canceled) {
		k.Error(err)
	}
	k.wantTotal(party, 0)
}

func many(k *kit) {
	occasions := make([]string, analytics.MaxBatch)
	for i := range occasions {
		occasions[i] = fmt.Sprintf("01890000-0000-7000-8000-%012d", i)
	}
	err := k.Update(k.Context(), k.place(0), occasions, func(known map[string]*consume.Progress) analytics.Tally {
		tally := analytics.Tally{}
		for i, occasion := range occasions {
			known[occasion].Take(1)
			tally[occasion] = change(noon.Add(time.Duration(i) * time.Minute))
		}
		return tally
	})
	if err != nil {
		k.Fatal(err)
	}
	k.wantTotal(analytics.Everything, int64(len(occasions)))
}

func elsewhere(k *kit) {
	k.count(0, party, noon, 1, 3)
	here, err1 := k.Report(k.Context(), party, analytics.Hour, time.Hour)
	there, err2 := k.another.Report(k.Context(), party, analytics.Hour, time.Hour)
	if err1 != nil || err2 != nil || !reflect.DeepEqual(here, there) {
		k.Errorf("%+v %v\n%+v %v", here, err1, there, err2)
	}
}
