package rsvps_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"convoke/application/rsvps"
	"convoke/domain/fault"
	"convoke/domain/rsvp"
)

func TestAFilterIsReadAsItIsMeantAndNamesWhatIsWrong(t *testing.T) {
	t.Parallel()
	f, err := rsvps.CheckFilter("waitlisted", "  Ada ", "line")
	if want := (rsvps.Filter{Status: rsvp.Waitlisted, Search: "Ada", Sort: rsvps.InLine}); err != nil || f != want {
		t.Errorf("%+v, %v", f, err)
	}
	for _, plain := range []string{"", "newest"} {
		if f, err := rsvps.CheckFilter("", " ", plain); err != nil || !f.Plain() {
			t.Errorf("%+v, %v", f, err)
		}
	}
	for _, test := range []struct{ status, search, sort, fields string }{
		{"gone", "", "", "status"}, {"", "", "random", "sort"}, {"yes", "", "line", "sort"}, {"", "a\x00", "", "q"}, {"", "\xff", "", "q"},
		{"", strings.Repeat("é", rsvps.MaxSearch+1), "", "q"}, {"x", "\n\a", "y", "status q sort"}, {"", strings.Repeat("é", rsvps.MaxSearch), "", ""},
	} {
		_, err := rsvps.CheckFilter(test.status, test.search, test.sort)
		var fields []string
		for _, f := range fault.All(err) {
			fields = append(fields, f.Field)
		}
		if strings.Join(fields, " ") != test.fields {
			t.Errorf("%q: %v", test, err)
		}
	}
}

// slow is a store that never comes to an end.
type slow struct{ rsvps.Store }

func (slow) Replies(ctx context.Context, _ rsvps.Query) (rsvps.Page, error) {
	<-ctx.Done()
	return rsvps.Page{}, ctx.Err()
}

func TestASearchThatTakesTooLongIsGivenUp(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &rsvps.Service{Store: slow{}}
		search := rsvps.Query{Filter: rsvps.Filter{Search: "ada"}, Limit: 1}
		if _, err := s.Page(t.Context(), search); !errors.Is(err, rsvps.ErrTooMany) || !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("a search: %v", err)
		}
		long, end := context.WithTimeout(t.Context(), time.Minute)
		defer end()
		if _, err := s.Page(long, rsvps.Query{Limit: 1}); errors.Is(err, rsvps.ErrTooMany) || !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("the whole list: %v", err)
		}
		gone, leave := context.WithCancel(t.Context())
		leave()
		if _, err := s.Page(gone, search); errors.Is(err, rsvps.ErrTooMany) || !errors.Is(err, context.Canceled) {
			t.Errorf("of somebody who has gone: %v", err)
		}
	})
}

func FuzzCursor(f *testing.F) {
	const id = "01890000-0000-7000-8000-0000000000ab"
	orders := []rsvps.Sort{rsvps.Newest, rsvps.Oldest, rsvps.ByName, rsvps.ByParty, rsvps.Changed, rsvps.InLine}
	for n, order := range orders {
		f.Add(n, rsvps.MarkOf(order, rsvp.Reply{ID: id, Name: "Ada Ö", PartySize: 3, Revision: 7, Position: 9}).Cursor(order))
	}
	f.Fuzz(func(t *testing.T, n int, cursor string) {
		order := orders[((n%len(orders))+len(orders))%len(orders)]
		q := rsvps.Query{Filter: rsvps.Filter{Sort: order}, After: cursor}
		if order == rsvps.InLine {
			q.Status = rsvp.Waitlisted
		}
		_, m, err := q.Begin()
		if err != nil || m == nil {
			return
		}
		q.After = m.Cursor(order)
		if _, again, err := q.Begin(); err != nil || again == nil || *again != *m {
			t.Fatalf("%q is read as %+v, which is written as %q: %+v, %v", cursor, m, q.After, again, err)
		}
	})
}
