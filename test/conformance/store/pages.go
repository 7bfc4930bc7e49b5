package store

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"testing"

	"convoke/application/audit"
	"convoke/application/rsvps"
	"convoke/domain/fault"
	"convoke/domain/rsvp"
)

var pageTests = map[string]func(*testing.T, *kit){
	"pages list all replies, newest first":                     pages,
	"a page without replies has the occasion's numbers":        emptyPage,
	"pages stay whole while replies come in":                   pagesUnderWrites,
	"a page, its total and its revision belong together":       consistentPage,
	"accounts compare counters with rows":                      accounts,
	"a cursor that no page gave is refused":                    foreignCursor,
	"revisions and occasions of many are read at once":         manyOccasions,
	"the end of the context ends commits and reads of replies": endedReplies,
}

// fillOccasion makes an occasion with n replies and returns their ids, newest first.
func (k *kit) fillOccasion(n int) (occasion string, ids []string) {
	k.t.Helper()
	occasion = k.host(rsvp.Details{})
	changes := make([]*rsvps.Change, n)
	for i := range changes {
		changes[i] = k.guest(occasion, i, 1)
	}
	if err := k.store.CommitReplies(k.t.Context(), changes...); err != nil {
		k.t.Fatal(err)
	}
	for _, c := range slices.Backward(changes) {
		ids = append(ids, c.Reply.ID)
	}
	return occasion, ids
}

func replyIDs(replies []rsvp.Reply) []string {
	var ids []string
	for _, r := range replies {
		ids = append(ids, r.ID)
	}
	return ids
}

func pages(t *testing.T, k *kit) {
	occasion, ids := k.fillOccasion(25)
	k.fillOccasion(3)
	k.decide(k.cancelling(rsvp.Reply{ID: ids[4], OccasionID: occasion}))
	for _, row := range []struct {
		after      string
		skip, want int
		from       int
		more       bool
	}{
		{"", 0, 10, 0, true}, {ids[9], 0, 10, 10, true}, {ids[19], 0, 5, 20, false}, {"", 15, 10, 15, false},
		{"", 14, 10, 14, true}, {ids[4], 10, 10, 15, false}, {ids[24], 0, 0, 0, false}, {"", 30, 0, 0, false},
	} {
		page, err := k.store.Replies(t.Context(), rsvps.Query{OccasionID: occasion, After: row.after, Skip: row.skip, Limit: 10})
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(replyIDs(page.Replies), ids[row.from:row.from+row.want]) || page.More != row.more {
			t.Errorf("after %q and %d: %d replies, more: %v", row.after, row.skip, len(page.Replies), page.More)
		}
		if page.Total != 25 || page.Revision != 27 {
			t.Errorf("%d replies at revision %d", page.Total, page.Revision)
		}
		for _, r := range page.Replies {
			if !reflect.DeepEqual(r, k.found(r.ID)) {
				t.Errorf("listed %+v", r)
			}
		}
	}
}

func accounts(t *testing.T, k *kit) {
	full, ids := k.fillOccasion(7)
	empty, gone := k.host(rsvp.Details{}), k.host(rsvp.Details{})
	k.reply(gone, 1, 3)
	k.decide(k.cancelling(rsvp.Reply{ID: ids[4], OccasionID: full}))
	k.decide(k.deleting(gone))
	found := map[string]audit.Account{}
	var order []string
	for after := ""; ; after = order[len(order)-1] {
		page, err := k.store.Accounts(t.Context(), after, 2)
		if err != nil {
			t.Fatal(err)
		}
		for _, a := range page {
			found[a.ID], order = a, append(order, a.ID)
		}
		if len(page) < 2 {
			break
		}
	}
	if len(order) != len(found) || found[full].Kept != found[full].Rows || found[full].Rows.PeopleYes != 6 || found[full].Rows.Cancelled != 1 {
		t.Errorf("%v, %+v", order, found[full])
	}
	if a := found[empty]; a.Kept != (rsvp.Counts{}) || a.Rows != a.Kept || a.Revision != 1 {
		t.Errorf("%+v", a)
	}
	if a := found[gone]; !a.Deleted || a.Rows != (rsvp.Counts{}) || a.Kept.PeopleYes != 3 {
		t.Errorf("%+v", a)
	}
}

func emptyPage(t *testing.T, k *kit) {
	page, err := k.store.Replies(t.Context(), rsvps.Query{OccasionID: k.host(rsvp.Details{}), Limit: 10})
	if err != nil || !reflect.DeepEqual(page, rsvps.Page{Revision: 1}) {
		t.Errorf("%+v, %v", page, err)
	}
}

func pagesUnderWrites(t *testing.T, k *kit) {
	occasion, old := k.fillOccasion(120)
	var got []string
	q := rsvps.Query{OccasionID: occasion, Limit: 10}
	for n := range 12 {
		page, err := k.store.Replies(t.Context(), q)
		if err != nil || len(page.Replies) != 10 {
			t.Fatalf("%d replies, %v", len(page.Replies), err)
		}
		got = append(got, replyIDs(page.Replies)...)
		q.After = got[len(got)-1]
		k.reply(occasion, 1000+n, 1)
	}
	if !slices.Equal(got, old) {
		t.Errorf("walked %d replies, not the %d that were there", len(got), len(old))
	}
}

func consistentPage(t *testing.T, k *kit) {
	occasion := k.host(rsvp.Details{})
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	writing := make(chan error, 1)
	go func() {
		var err error
		for n := 0; n < 300 && ctx.Err() == nil && err == nil; n++ {
			c := k.guest(occasion, n, 1)
			err = errors.Join(k.store.CommitReplies(t.Context(), c), c.Err)
		}
		writing <- err
	}()
	for done := false; !done; {
		select {
		case err := <-writing:
			if done = true; err != nil {
				t.Fatal(err)
			}
		default:
		}
		page, err := k.store.Replies(t.Context(), rsvps.Query{OccasionID: occasion, Limit: 100})
		if err != nil {
			t.Fatal(err)
		}
		if page.Revision != uint64(page.Total)+1 || len(page.Replies) != min(page.Total, 100) {
			t.Fatalf("%d replies of %d at revision %d", len(page.Replies), page.Total, page.Revision)
		}
		if page.Total > 0 && page.Replies[0].Revision != page.Revision {
			t.Fatalf("the newest reply has revision %d, the page %d", page.Replies[0].Revision, page.Revision)
		}
	}
}

func foreignCursor(t *testing.T, k *kit) {
	occasion, _ := k.fillOccasion(2)
	for _, cursor := range []string{"nonsense", "' OR 1=1 --", "\x00"} {
		_, err := k.store.Replies(t.Context(), rsvps.Query{OccasionID: occasion, After: cursor, Limit: 1})
		if fault.KindOf(err) != fault.Invalid {
			t.Errorf("cursor %q: %v", cursor, err)
		}
	}
}

func manyOccasions(t *testing.T, k *kit) {
	if err := rsvps.EnsureDefault(t.Context(), k.store, k.clock); err != nil {
		t.Fatal(err)
	}
	ids := []string{rsvp.DefaultID, k.ids.New(), "nonsense", rsvp.DefaultID}
	want := map[string]uint64{rsvp.DefaultID: 1}
	for n := range 20 {
		id := k.host(rsvp.Details{Place: fmt.Sprint("place ", n)})
		ids, want[id] = append(ids, id), 1
	}
	revisions, err := k.store.Revisions(t.Context(), ids...)
	if err != nil || !reflect.DeepEqual(revisions, want) {
		t.Errorf("%v, %v", revisions, err)
	}
	states, err := k.store.Occasions(t.Context(), ids...)
	if err != nil || len(states) != 21 {
		t.Errorf("%d occasions, %v", len(states), err)
	}
	for _, s := range states {
		if !reflect.DeepEqual(s, k.occasion(s.ID)) {
			t.Errorf("found %+v", s)
		}
	}
	if none, err := k.store.Occasions(t.Context()); err != nil || len(none) != 0 {
		t.Errorf("%v, %v", none, err)
	}
}

func endedReplies(t *testing.T, k *kit) {
	occasion := k.host(rsvp.Details{})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	mustFail(t, k.store.CommitReplies(ctx, k.guest(occasion, 1, 1)), context.Canceled)
	_, err := k.store.PromoteMore(ctx, occasion)
	mustFail(t, err, context.Canceled)
	_, err = k.store.Replies(ctx, rsvps.Query{OccasionID: occasion, Limit: 1})
	mustFail(t, err, context.Canceled)
	if len(k.all(occasion)) > 0 {
		t.Error("the reply was committed")
	}
}
