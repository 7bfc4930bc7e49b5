package analytics_test

import (
	"context"
	"fmt"
	"math/rand"
	"reflect"
	"testing"
	"time"

	"pgregory.net/rapid"

	"convoke/adapters/memory"
	"convoke/application/analytics"
	"convoke/application/consume"
	"convoke/application/port"
	"convoke/domain/event"
	"convoke/domain/rsvp"
)

var start = time.Date(2026, 6, 12, 16, 0, 0, 0, time.UTC)

// world is what really happened.
type world struct {
	occasions []*rsvp.Occasion
	replies   map[string][]rsvp.Reply
	events    map[string][]event.Data
	now       time.Time
	ids       int
}

func (w *world) id() string {
	w.ids++
	return fmt.Sprintf("01890000-0000-7000-8000-%012d", w.ids)
}

// act lets something happen that hosts and guests may do.
func (w *world) act(t *rapid.T) {
	w.now = w.now.Add(time.Duration(rapid.IntRange(0, 4000).Draw(t, "seconds")) * time.Second)
	if len(w.occasions) == 0 || rapid.IntRange(0, 9).Draw(t, "open") == 0 {
		o, err := rsvp.New(w.id(), rsvp.Details{Title: "A party", Capacity: 6, Waitlist: rsvp.WaitlistAuto, StartsAt: start}, w.now)
		if err != nil {
			t.Fatal(err)
		}
		w.occasions = append(w.occasions, o)
		w.keep(o, 0)
		return
	}
	o := rapid.SampledFrom(w.occasions).Draw(t, "occasion")
	id, sent := o.State().ID, len(o.Events())
	replies := w.replies[id]
	if len(replies) == 0 || rapid.Bool().Draw(t, "reply") {
		r, err := o.Reply(w.id(), rsvp.Answer{
			Name: "Grace", Email: fmt.Sprintf("g%d@example.org", w.ids), PartySize: rapid.IntRange(1, 4).Draw(t, "party"),
			Status: rapid.SampledFrom([]rsvp.Status{rsvp.Yes, rsvp.Yes, rsvp.Maybe, rsvp.No}).Draw(t, "status"),
		}, w.now)
		if err == nil {
			w.replies[id] = append(replies, r)
		}
	} else {
		i := rapid.IntRange(0, len(replies)-1).Draw(t, "which")
		w.change(t, o, i)
	}
	w.keep(o, sent)
}

func (w *world) change(t *rapid.T, o *rsvp.Occasion, i int) {
	id := o.State().ID
	r := w.replies[id][i]
	switch rapid.IntRange(0, 2).Draw(t, "how") {
	case 0:
		party := rapid.IntRange(1, 4).Draw(t, "party")
		if changed, err := o.Change(r, rsvp.Patch{PartySize: &party}, true, w.now); err == nil {
			w.replies[id][i] = changed
		}
	case 1:
		if cancelled, err := o.Cancel(r, w.now); err == nil {
			w.replies[id][i] = cancelled
		}
	default:
		if err := o.Remove(r, w.now); err == nil {
			w.replies[id] = append(w.replies[id][:i:i], w.replies[id][i+1:]...)
		}
	}
}

func (w *world) keep(o *rsvp.Occasion, sent int) {
	id := o.State().ID
	w.events[id] = append(w.events[id], o.Events()[sent:]...)
}

// deliveries are the events, each up to three times, out of order as far as the seed takes them.
func (w *world) deliveries(t *rapid.T) []consume.Delivery {
	var all []consume.Delivery
	for _, o := range w.occasions {
		for _, d := range w.events[o.State().ID] {
			for range rapid.IntRange(1, 3).Draw(t, "times") {
				all = append(all, consume.Delivery{Event: event.Event{Data: d}})
			}
		}
	}
	if rapid.Bool().Draw(t, "shuffled") {
		rand.New(rand.NewSource(rapid.Int64().Draw(t, "seed"))).Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	}
	return all
}

// However the events are delivered, the numbers are those of what really happened, and a replay makes them again.
func TestTheNumbersAreThoseOfWhatHappened(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		w := &world{replies: map[string][]rsvp.Reply{}, events: map[string][]event.Data{}, now: start.Add(-100 * time.Hour)}
		for range rapid.IntRange(1, 60).Draw(t, "acts") {
			w.act(t)
		}
		store := memory.NewAnalytics()
		deliver(t, store, w.deliveries(t))
		first := reports(t, w, store)
		w.check(t, first)

		if _, err := store.Reset(context.Background()); err != nil {
			t.Fatal(err)
		}
		deliver(t, store, w.deliveries(t))
		if second := reports(t, w, store); !reflect.DeepEqual(first, second) {
			t.Fatalf("a replay made\n%+v of\n%+v", second, first)
		}
	})
}

// deliver hands the deliveries over in batches.
func deliver(t *rapid.T, store analytics.Store, all []consume.Delivery) {
	p := analytics.Consumer("analytics-group", "rsvp-events", store)
	epoch, err := store.Epoch(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	for len(all) > 0 {
		n := rapid.IntRange(1, len(all)).Draw(t, "batch")
		for _, err := range p.Apply(context.Background(), consume.Place{Epoch: epoch}, all[:n]) {
			if err != nil {
				t.Fatal(err)
			}
		}
		all = all[n:]
	}
}

func reports(t *rapid.T, w *world, store analytics.Store) map[string]analytics.Report {
	all := map[string]analytics.Report{}
	for _, subject := range append([]string{""}, w.names()...) {
		r, err := store.Report(context.Background(), analytics.Subject(subject), analytics.Hour, 1000*time.Hour)
		if err != nil {
			t.Fatal(err)
		}
		all[subject] = r
	}
	return all
}

func (w *world) names() []string {
	names := make([]string, len(w.occasions))
	for i, o := range w.occasions {
		names[i] = o.State().ID
	}
	return names
}

func (w *world) check(t *rapid.T, found map[string]analytics.Report) {
	people := 0
	for _, o := range w.occasions {
		s, parties := o.State(), map[int]int64{}
		people += s.Counts.PeopleYes
		for _, r := range w.replies[s.ID] {
			if r.Status == rsvp.Yes {
				parties[r.PartySize]++
			}
		}
		r := found[s.ID]
		if r.Total.People != int64(s.Counts.PeopleYes) || r.Progress.Whole() != s.Revision || !reflect.DeepEqual(r.Parties, parties) {
			t.Fatalf("%+v, parties %v\nare counted as %+v", s, parties, r)
		}
		var leads int64
		for _, l := range r.Leads() {
			leads += l.Replies
		}
		if leads != r.Total.Created || !r.AsOf.Equal(s.UpdatedAt) {
			t.Fatalf("%d of %d replies lead, as of %s, it was changed at %s", leads, r.Total.Created, r.AsOf, s.UpdatedAt)
		}
	}
	if all := found[""].Total; all.People != int64(people) {
		t.Fatalf("%d people come, %+v are counted", people, all)
	}
}

func TestRepliesLeadByWholeDays(t *testing.T) {
	t.Parallel()
	bucket := func(before time.Duration, created int64) analytics.Bucket {
		return analytics.Bucket{Start: start.Add(-before), Numbers: analytics.Numbers{Created: created}}
	}
	r := analytics.Report{Starts: start, Buckets: []analytics.Bucket{
		bucket(49*time.Hour, 1), bucket(48*time.Hour, 2), bucket(24*time.Hour, 4), bucket(time.Hour, 8), bucket(0, 16), bucket(-time.Hour, 32), bucket(9*time.Hour, 0),
	}}
	want := []analytics.Lead{{Days: 2, Replies: 3}, {Days: 1, Replies: 4}, {Days: 0, Replies: 24}, {Days: -1, Replies: 32}}
	if got := r.Leads(); !reflect.DeepEqual(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	r.Starts = time.Time{}
	if got := r.Leads(); got != nil {
		t.Errorf("without a date: %v", got)
	}
}

func TestTheConsumerKeepsTheOrderOfAnOccasion(t *testing.T) {
	t.Parallel()
	g := analytics.Consumer("g", "t", memory.NewAnalytics()).Group
	if g.Name != "g" || g.Topic != "t" || g.Mode != port.Ordered || g.MaxBatch != analytics.MaxBatch {
		t.Errorf("%+v", g)
	}
}
