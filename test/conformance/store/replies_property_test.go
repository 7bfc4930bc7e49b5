package store_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"reflect"
	"testing"
	"time"

	"pgregory.net/rapid"

	"convoke/application/idempotency"
	"convoke/application/rsvps"
	"convoke/domain/fault"
	"convoke/domain/rsvp"
)

// Whatever hosts and guests do, the memory store and SQLite answer, keep and send the same.
func TestMemoryAndSQLiteAgreeAboutReplies(t *testing.T) {
	t.Parallel()
	folder, runs := t.TempDir(), 0
	rapid.Check(t, func(t *rapid.T) {
		runs++
		g := &gathering{world: newWorld(t, filepath.Join(folder, fmt.Sprint(runs))), at: map[string]string{}}
		defer func() { _ = g.file.Close(context.Background()) }()
		t.Repeat(map[string]func(*rapid.T){
			"open":    g.open,
			"commit":  g.commitReplies,
			"promote": g.promote,
			"wait":    func(*rapid.T) { g.clock.Advance(1500 * time.Millisecond) },
			"":        g.compareReplies,
		})
	})
}

// gathering is a world with occasions and guests.
type gathering struct {
	*world
	occasions []string
	replies   []string
	at        map[string]string // occasions by reply
}

func (g *gathering) open(t *rapid.T) {
	if len(g.occasions) > 2 {
		t.Skip("enough")
	}
	g.occasions = append(g.occasions, g.ids.New())
	o, err := rsvp.New(g.occasions[len(g.occasions)-1], g.details(t), g.clock.Now())
	if err != nil {
		t.Fatal(err)
	}
	g.both(t, []func() *rsvps.Change{func() *rsvps.Change { return &rsvps.Change{New: o} }})
}

func (g *gathering) details(t *rapid.T) rsvp.Details {
	return rsvp.Details{
		Title: "A party", Capacity: rapid.IntRange(0, 6).Draw(t, "capacity"), MaxPartySize: 4,
		Waitlist: rapid.SampledFrom([]rsvp.Waitlist{rsvp.WaitlistAuto, rsvp.WaitlistAuto, rsvp.WaitlistOff}).Draw(t, "waitlist"),
		StartsAt: g.clock.Now().Add(1234567 * time.Nanosecond),
	}
}

func (g *gathering) commitReplies(t *rapid.T) {
	if len(g.occasions) == 0 {
		t.Skip("no occasion")
	}
	var changes []func() *rsvps.Change
	for range rapid.IntRange(1, 8).Draw(t, "changes") {
		changes = append(changes, g.draw(t))
	}
	g.both(t, changes)
}

// both commits the changes to both stores and compares the outcomes.
func (g *gathering) both(t *rapid.T, makes []func() *rsvps.Change) {
	var both [2][]*rsvps.Change
	for i, s := range g.stores {
		for _, make := range makes {
			both[i] = append(both[i], make())
		}
		if err := s.CommitReplies(context.Background(), both[i]...); err != nil {
			t.Fatal(err)
		}
	}
	for i, m := range both[0] {
		f := both[1][i]
		if textOf(m.Err) != textOf(f.Err) || m.Replayed != f.Replayed {
			t.Fatalf("change %d: %v, %v in memory, %v, %v in the file", i, m.Err, m.Replayed, f.Err, f.Replayed)
		}
		if fault.KindOf(m.Err) == fault.Internal && m.Err != nil && !errors.Is(m.Err, errRefused) {
			t.Fatal(m.Err)
		}
		if !reflect.DeepEqual(m.Occasion, f.Occasion) || !reflect.DeepEqual(m.Reply, f.Reply) {
			t.Fatalf("change %d:\nmemory %+v %+v\nfile   %+v %+v", i, m.Occasion, m.Reply, f.Occasion, f.Reply)
		}
		if m.Reply != nil && g.at[m.Reply.ID] == "" {
			g.at[m.Reply.ID], g.replies = m.Reply.OccasionID, append(g.replies, m.Reply.ID)
		}
	}
}

// draw draws a change, possible or not.
func (g *gathering) draw(t *rapid.T) func() *rsvps.Change {
	occasion := rapid.SampledFrom(g.occasions).Draw(t, "occasion")
	now := g.clock.Now().Add(123 * time.Nanosecond)
	if len(g.replies) == 0 || rapid.IntRange(0, 9).Draw(t, "kind") < 5 {
		return g.answer(t, occasion, now)
	}
	if rapid.IntRange(0, 9).Draw(t, "host") == 0 {
		return g.hosting(t, occasion, now)
	}
	reply := rapid.SampledFrom(g.replies).Draw(t, "reply")
	if rapid.IntRange(0, 9).Draw(t, "foreign") > 0 {
		occasion = g.at[reply]
	}
	return g.change(t, occasion, reply, now)
}

func (g *gathering) address(t *rapid.T) string {
	return fmt.Sprintf("guest%d@example.org", rapid.IntRange(0, 7).Draw(t, "guest"))
}

func (g *gathering) answer(t *rapid.T, occasion string, now time.Time) func() *rsvps.Change {
	id, a := g.ids.New(), rsvp.Answer{
		Name: "Grace 🌿", Email: g.address(t), PartySize: rapid.IntRange(1, 4).Draw(t, "party"),
		Status: rapid.SampledFrom([]rsvp.Status{rsvp.Yes, rsvp.Yes, rsvp.Maybe, rsvp.No}).Draw(t, "status"),
	}
	key := rapid.SampledFrom([]string{"", "", "a", "b"}).Draw(t, "key")
	return func() *rsvps.Change {
		return &rsvps.Change{
			OccasionID: occasion, Email: a.Email, Key: idempotency.NewKey(occasion, "", key, []byte(a.Email)),
			Decide: func(d *rsvps.Desk) error {
				r, err := d.Occasion.Reply(id, a, now)
				if err == nil {
					d.Put(r)
				}
				return err
			},
		}
	}
}

func (g *gathering) hosting(t *rapid.T, occasion string, now time.Time) func() *rsvps.Change {
	details, end := g.details(t), rapid.IntRange(0, 9).Draw(t, "delete") == 0
	return func() *rsvps.Change {
		return &rsvps.Change{OccasionID: occasion, Decide: func(d *rsvps.Desk) error {
			if end {
				return d.Occasion.Delete(now)
			}
			return d.Occasion.Edit(details, now)
		}}
	}
}

func (g *gathering) change(t *rapid.T, occasion, reply string, now time.Time) func() *rsvps.Change {
	email, party := g.address(t), rapid.IntRange(1, 4).Draw(t, "party")
	status := rapid.SampledFrom([]rsvp.Status{rsvp.Yes, rsvp.No, rsvp.Maybe}).Draw(t, "status")
	how := rapid.IntRange(0, 4).Draw(t, "how")
	return func() *rsvps.Change {
		c := &rsvps.Change{OccasionID: occasion, ReplyID: reply}
		patch := rsvp.Patch{PartySize: &party, Status: &status}
		if how == 0 {
			c.Email, patch.Email = email, &email
		}
		c.Decide = func(d *rsvps.Desk) (err error) {
			var changed rsvp.Reply
			switch how {
			case 0, 1:
				changed, err = d.Occasion.Change(d.Reply, patch, party > 2, now)
				d.Put(changed)
			case 2:
				changed, err = d.Occasion.Cancel(d.Reply, now)
				d.Put(changed)
			case 3:
				d.Remove()
				err = d.Occasion.Remove(d.Reply, now)
			default:
				_, err = d.Occasion.Cancel(d.Reply, now)
				err = errors.Join(err, errRefused)
			}
			return err
		}
		return c
	}
}

func (g *gathering) promote(t *rapid.T) {
	for _, occasion := range g.occasions {
		var said [2]string
		for i, s := range g.stores {
			state, err := s.PromoteMore(context.Background(), occasion)
			said[i] = fmt.Sprint(state, " ", textOf(err))
		}
		if said[0] != said[1] {
			t.Fatalf("promotion: %s in memory, %s in the file", said[0], said[1])
		}
	}
}

// compareReplies looks at both stores from every side.
func (g *gathering) compareReplies(t *rapid.T) {
	var seen [2]map[string]any
	for i := range g.stores {
		seen[i] = g.see(t, i)
	}
	for what := range maps.Keys(seen[0]) {
		if !reflect.DeepEqual(seen[0][what], seen[1][what]) {
			t.Fatalf("%s\nmemory %+v\nfile   %+v", what, seen[0][what], seen[1][what])
		}
	}
}

func (g *gathering) see(t *rapid.T, i int) map[string]any {
	ctx, s, seen := context.Background(), g.stores[i], map[string]any{}
	revisions, err := s.Revisions(ctx, g.occasions...)
	if err != nil {
		t.Fatal(err)
	}
	seen["revisions"] = revisions
	batches, err := s.Pending(ctx, nil, 10_000)
	if err != nil {
		t.Fatal(err)
	}
	messages := map[string][]sent{}
	for _, m := range messagesOf(t, batches) { // the order counts within each occasion
		messages[m.key] = append(messages[m.key], m)
	}
	seen["sent"] = messages
	for _, occasion := range g.occasions {
		state, err := s.Occasions(ctx, occasion)
		page, unlisted := s.Replies(ctx, rsvps.Query{OccasionID: occasion, Limit: 100})
		second, _ := s.Replies(ctx, rsvps.Query{OccasionID: occasion, Skip: 2, Limit: 3})
		live, missing := s.ReplyByEmail(ctx, occasion, "guest1@example.org")
		seen[occasion] = []any{state, textOf(err), page, textOf(unlisted), second, live, textOf(missing)}
	}
	return seen
}
