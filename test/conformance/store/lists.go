package store

import (
	"cmp"
	"errors"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"convoke/application/rsvps"
	"convoke/domain/fault"
	"convoke/domain/rsvp"
)

var listTests = map[string]func(*testing.T, *kit){
	"a list has the replies of one status, and their number":       listByStatus,
	"a search finds parts of names and addresses in any case":      search,
	"a search finds what letters compared one by one find":         searchAll,
	"status and search narrow a list together":                     narrow,
	"each order is walked whole, page by page":                     orders,
	"a place in a list stays when its reply changes or goes":       steadyPlaces,
	"who waits is listed in the order of the line":                 line,
	"nobody is ahead of the first, and a thousand of many":         aheadInLine,
	"a list that nobody counts has no total":                       uncounted,
	"what can be no filter, and another order's place, is refused": badLists,
}

// person makes a reply with a name and an address of its own.
func (k *kit) person(occasion, name, address string, status rsvp.Status, party int) rsvp.Reply {
	k.t.Helper()
	return *k.decide(k.answering(occasion, rsvp.Answer{Name: name, Email: address, Status: status, PartySize: party})).Reply
}

// walk reads a list page by page, and checks that each page says the same total.
func (k *kit) walk(q rsvps.Query, want int) []rsvp.Reply {
	k.t.Helper()
	var replies []rsvp.Reply
	for {
		page, err := k.store.Replies(k.t.Context(), q)
		if err != nil {
			k.t.Fatalf("%+v: %v", q, err)
		}
		if page.Total != want || page.More != (page.Next != "") || len(page.Replies) > q.Limit {
			k.t.Fatalf("%+v: %d of %d replies instead of %d, more: %v, next %q", q, len(page.Replies), page.Total, want, page.More, page.Next)
		}
		replies = append(replies, page.Replies...)
		if !page.More {
			return replies
		}
		if len(page.Replies) != q.Limit {
			k.t.Fatalf("%+v: %d replies although there are more", q, len(page.Replies))
		}
		q.After = page.Next
	}
}

func listByStatus(t *testing.T, k *kit) {
	occasion := k.host(rsvp.Details{Capacity: 4, Waitlist: rsvp.WaitlistAuto})
	want := map[rsvp.Status][]string{}
	for n, status := range []rsvp.Status{rsvp.Yes, rsvp.No, rsvp.Maybe, rsvp.Yes, rsvp.Yes, rsvp.Yes, rsvp.Yes, rsvp.Yes, rsvp.No} {
		r := k.person(occasion, "Grace", email(n), status, 1)
		want[r.Status] = slices.Insert(want[r.Status], 0, r.ID)
	}
	cancelled := *k.decide(k.cancelling(k.found(want[rsvp.No][0]))).Reply
	want[rsvp.No], want[rsvp.Cancelled] = want[rsvp.No][1:], []string{cancelled.ID}
	if len(want) != 5 || len(want[rsvp.Waitlisted]) != 2 {
		t.Fatalf("%v", want)
	}
	for status, ids := range want {
		q := rsvps.Query{OccasionID: occasion, Filter: rsvps.Filter{Status: status}, Limit: 1}
		if got := replyIDs(k.walk(q, len(ids))); !slices.Equal(got, ids) {
			t.Errorf("%s: %v instead of %v", status, got, ids)
		}
	}
}

func search(t *testing.T, k *kit) {
	occasion, other := k.host(rsvp.Details{}), k.host(rsvp.Details{})
	k.person(other, "Émile Zola", "emile@example.org", "", 1)
	ids := map[string]string{}
	for _, p := range [][2]string{
		{"Émile Zola", "zola@example.org"}, {"Иван Грозный", "ivan@Example.ORG"}, {"100 % Ada_L*v[e]?", "ada@sub.example.com"},
		{"Ada O'Hara \\ Co", "hara@example.com"}, {"kelvin", "lord@example.net"}, {"\u212Aelvin", "sign@example.net"},
		{"Jürgen^-]", "jürgen@example.info"}, {"ſtrange", "s@example.info"},
	} {
		ids[k.person(occasion, p[0], p[1], "", 1).ID] = p[0]
	}
	for term, want := range map[string][]string{
		"ZOLA": {"Émile Zola"}, "émile": {"Émile Zola"}, "ÉMIL": {"Émile Zola"}, "emil": nil, "le z": {"Émile Zola"},
		"иван": {"Иван Грозный"}, "ГРОЗНЫЙ": {"Иван Грозный"}, "@example.org": {"Émile Zola", "Иван Грозный"},
		"Example.Org": {"Émile Zola", "Иван Грозный"}, "%": {"100 % Ada_L*v[e]?"}, "_": {"100 % Ada_L*v[e]?"}, "*v": {"100 % Ada_L*v[e]?"},
		"[E]?": {"100 % Ada_L*v[e]?"}, "?": {"100 % Ada_L*v[e]?"}, "é*": nil, "ada": {"100 % Ada_L*v[e]?", "Ada O'Hara \\ Co"}, "o'h": {"Ada O'Hara \\ Co"},
		"\\": {"Ada O'Hara \\ Co"}, "' OR 1=1 --": nil, "KELVIN": {"kelvin"}, "\u212AELVIN": {"\u212Aelvin"}, "JÜRGEN": {"Jürgen^-]"},
		"Ü": {"Jürgen^-]"}, "ürgen^-]": {"Jürgen^-]"}, "strange": nil, "ſTRANGE": {"ſtrange"}, "ZOLAIVAN": nil, "a@example.org": {"Émile Zola"},
		"Zola zola@": nil,
	} {
		q := rsvps.Query{OccasionID: occasion, Filter: rsvps.Filter{Search: term, Sort: rsvps.Oldest}, Limit: 100}
		var got []string
		for _, r := range k.walk(q, len(want)) {
			got = append(got, ids[r.ID])
		}
		if !slices.Equal(got, want) {
			t.Errorf("%q finds %q instead of %q", term, got, want)
		}
	}
}

// searchAll compares with strings.EqualFold, which knows nothing of databases.
func searchAll(t *testing.T, k *kit) {
	letters := []rune("aAbBzZ éÉßẞñÑжЖσΣς09%_*?[]^-\\'\"{}|+.()$日")
	random := rand.New(rand.NewPCG(1, 2))
	text := func(n int) string {
		var b strings.Builder
		for range n {
			b.WriteRune(letters[random.IntN(len(letters))])
		}
		return b.String()
	}
	occasion := k.host(rsvp.Details{})
	var all []rsvp.Reply
	for n := range 60 {
		all = append(all, k.person(occasion, "x"+text(12)+"x", email(n), "", 1))
	}
	for range 150 {
		term := text(1 + random.IntN(3))
		var want []string
		for _, r := range all {
			if contains(r.Name, term) || contains(r.Email, term) {
				want = append(want, r.ID)
			}
		}
		q := rsvps.Query{OccasionID: occasion, Filter: rsvps.Filter{Search: term, Sort: rsvps.Oldest}, Limit: 100}
		if got := replyIDs(k.walk(q, len(want))); !slices.Equal(got, want) {
			t.Errorf("%q finds %d replies instead of %d", term, len(got), len(want))
		}
	}
}

func contains(text, term string) bool {
	letters, n := []rune(text), utf8.RuneCountInString(term)
	for i := 0; i+n <= len(letters); i++ {
		if strings.EqualFold(string(letters[i:i+n]), term) {
			return true
		}
	}
	return false
}

func narrow(t *testing.T, k *kit) {
	occasion := k.host(rsvp.Details{})
	k.person(occasion, "Ada", "ada@example.org", rsvp.No, 1)
	ada := k.person(occasion, "Ada", "ada@example.com", rsvp.Yes, 1)
	k.person(occasion, "Grace", "grace@example.com", rsvp.Yes, 1)
	q := rsvps.Query{OccasionID: occasion, Filter: rsvps.Filter{Status: rsvp.Yes, Search: "ada", Sort: rsvps.ByName}, Limit: 5}
	if got := k.walk(q, 1); got[0].ID != ada.ID {
		t.Errorf("%+v", got)
	}
	q.Search = "nobody"
	if page, err := k.store.Replies(t.Context(), q); err != nil || !reflect.DeepEqual(page, rsvps.Page{Revision: 4}) {
		t.Errorf("%+v, %v", page, err)
	}
}

// promised are the orders as they are promised.
var promised = map[rsvps.Sort]func(a, b rsvp.Reply) int{
	"":           func(a, b rsvp.Reply) int { return cmp.Compare(b.ID, a.ID) },
	rsvps.Newest: func(a, b rsvp.Reply) int { return cmp.Compare(b.ID, a.ID) },
	rsvps.Oldest: func(a, b rsvp.Reply) int { return cmp.Compare(a.ID, b.ID) },
	rsvps.ByName: func(a, b rsvp.Reply) int {
		return cmp.Or(cmp.Compare(rsvps.SortName(a.Name), rsvps.SortName(b.Name)), cmp.Compare(a.ID, b.ID))
	},
	rsvps.ByParty: func(a, b rsvp.Reply) int {
		return cmp.Or(cmp.Compare(b.PartySize, a.PartySize), cmp.Compare(a.ID, b.ID))
	},
	rsvps.Changed: func(a, b rsvp.Reply) int { return cmp.Compare(b.Revision, a.Revision) },
}

func orders(t *testing.T, k *kit) {
	occasion := k.host(rsvp.Details{})
	names := []string{"ada", "Ada", "ADA B", "Ada-B", "Åke", "Zoë", "zoé", "_x", "日本", "ada b"}
	for n := range 37 {
		k.person(occasion, names[n%len(names)], email(n), []rsvp.Status{rsvp.Yes, rsvp.No}[n%2], 1+n%4)
	}
	all := k.all(occasion)
	for n := 0; n < len(all); n += 5 {
		k.decide(k.patching(all[n], rsvp.Patch{PartySize: new(5)}))
	}
	all = k.all(occasion)
	for order, compare := range promised {
		for _, filter := range []rsvps.Filter{{}, {Status: rsvp.No}, {Search: "ad"}, {Search: "GUEST", Status: rsvp.Yes}} {
			var want []rsvp.Reply
			for _, r := range all {
				if filter.Matches(r) {
					want = append(want, r)
				}
			}
			slices.SortFunc(want, compare)
			filter.Sort = order
			for _, limit := range []int{1, 4, 100} {
				if got := k.walk(rsvps.Query{OccasionID: occasion, Filter: filter, Limit: limit}, len(want)); !reflect.DeepEqual(got, want) {
					t.Errorf("%+v by %d:\n%v\ninstead of\n%v", filter, limit, replyIDs(got), replyIDs(want))
				}
			}
			second, err := k.store.Replies(t.Context(), rsvps.Query{OccasionID: occasion, Filter: filter, Skip: 2, Limit: 3})
			if err != nil || !slices.Equal(replyIDs(second.Replies), replyIDs(want[2:5])) {
				t.Errorf("%+v after two: %v, %v", filter, replyIDs(second.Replies), err)
			}
		}
	}
}

func steadyPlaces(t *testing.T, k *kit) {
	for order := range promised {
		occasion := k.host(rsvp.Details{})
		for n := range 9 {
			k.person(occasion, fmt.Sprint("Guest ", n), email(n), "", 1+n%3)
		}
		q := rsvps.Query{OccasionID: occasion, Filter: rsvps.Filter{Sort: order}, Limit: 9}
		before := k.walk(q, 9)
		q.Limit = 4
		first, err := k.store.Replies(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		k.decide(k.removing(before[3]))
		k.decide(k.patching(before[2], rsvp.Patch{Note: new("later")}))
		q.After = first.Next
		second, err := k.store.Replies(t.Context(), q)
		if err != nil || !reflect.DeepEqual(second.Replies, before[4:8]) || second.Total != 8 || !second.More {
			t.Errorf("%s: %v of %d instead of %v, %v", order, replyIDs(second.Replies), second.Total, replyIDs(before[4:8]), err)
		}
	}
}

func line(t *testing.T, k *kit) {
	occasion := k.host(rsvp.Details{Capacity: 1, Waitlist: rsvp.WaitlistAuto})
	k.reply(occasion, 0, 1)
	late := k.person(occasion, "Late", email(1), rsvp.Maybe, 1)
	var want []string
	for n := 2; n < 7; n++ {
		want = append(want, k.reply(occasion, n, 1).ID)
	}
	want = append(want, k.decide(k.patching(late, rsvp.Patch{Status: new(rsvp.Yes)})).Reply.ID)
	k.decide(k.patching(k.found(want[0]), rsvp.Patch{Note: new("still here")}))
	q := rsvps.Query{OccasionID: occasion, Filter: rsvps.Filter{Status: rsvp.Waitlisted, Sort: rsvps.InLine}, Limit: 2}
	waiting := k.walk(q, 6)
	if got := replyIDs(waiting); !slices.Equal(got, want) {
		t.Errorf("%v instead of %v", got, want)
	}
	for n, r := range waiting {
		if ahead, err := k.store.AheadInLine(t.Context(), occasion, r.Position); err != nil || ahead != n {
			t.Errorf("%d are ahead of number %d, %v", ahead, n, err)
		}
	}
	k.decide(k.removing(waiting[1]))
	if ahead, err := k.store.AheadInLine(t.Context(), occasion, waiting[5].Position); err != nil || ahead != 4 {
		t.Errorf("%d are ahead once one has gone, %v", ahead, err)
	}
	q.Search = email(4)
	if got := k.walk(q, 1); got[0].ID != want[2] {
		t.Errorf("%+v", got)
	}
}

func aheadInLine(t *testing.T, k *kit) {
	occasion, other := k.host(rsvp.Details{Capacity: 1, Waitlist: rsvp.WaitlistAuto}), k.host(rsvp.Details{Capacity: 1, Waitlist: rsvp.WaitlistAuto})
	var changes []*rsvps.Change
	for n := range rsvps.MaxAhead + 5 {
		changes = append(changes, k.guest(occasion, n, 1))
	}
	if err := errors.Join(k.store.CommitReplies(t.Context(), changes...), k.store.CommitReplies(t.Context(), k.guest(other, 1, 1), k.guest(other, 2, 1))); err != nil {
		t.Fatal(err)
	}
	last := uint64(len(changes) + 1)
	for position, want := range map[uint64]int{0: 0, 3: 0, 4: 1, 900: 897, last - 1: rsvps.MaxAhead, last: rsvps.MaxAhead, 1 << 63: rsvps.MaxAhead} {
		if ahead, err := k.store.AheadInLine(t.Context(), occasion, position); err != nil || ahead != want {
			t.Errorf("%d instead of %d are ahead of %d, %v", ahead, want, position, err)
		}
	}
	k.decide(k.deleting(other))
	for _, id := range []string{other, k.ids.New(), "nonsense"} {
		_, err := k.store.AheadInLine(t.Context(), id, 4)
		mustFail(t, err, rsvp.ErrNoOccasion)
	}
}

func uncounted(t *testing.T, k *kit) {
	occasion, ids := k.fillOccasion(7)
	for _, filter := range []rsvps.Filter{{}, {Status: rsvp.Yes}, {Search: "guest"}, {Sort: rsvps.ByName}} {
		page, err := k.store.Replies(t.Context(), rsvps.Query{OccasionID: occasion, Filter: filter, Limit: 5, Uncounted: true})
		if err != nil || page.Total != 0 || len(page.Replies) != 5 || page.Next == "" || page.Revision != uint64(len(ids)+1) {
			t.Errorf("%+v: %+v, %v", filter, page, err)
		}
	}
}

func badLists(t *testing.T, k *kit) {
	occasion, ids := k.fillOccasion(3)
	for _, q := range []rsvps.Query{
		{Filter: rsvps.Filter{Sort: "random"}}, {Filter: rsvps.Filter{Status: "gone"}}, {Filter: rsvps.Filter{Sort: rsvps.InLine}},
		{Filter: rsvps.Filter{Search: "a\x00b"}}, {Filter: rsvps.Filter{Search: strings.Repeat("é", rsvps.MaxSearch+1)}},
		{Filter: rsvps.Filter{Sort: rsvps.ByName}, After: ids[0]}, {Filter: rsvps.Filter{Sort: rsvps.ByName}, After: "AAAA." + ids[0]},
		{Filter: rsvps.Filter{Sort: rsvps.ByParty}, After: "-1." + ids[0]}, {Filter: rsvps.Filter{Sort: rsvps.ByParty}, After: "4294967296." + ids[0]},
		{Filter: rsvps.Filter{Sort: rsvps.ByParty}, After: "1.x"}, {Filter: rsvps.Filter{Sort: rsvps.Changed}, After: "9223372036854775808"},
		{Filter: rsvps.Filter{Sort: rsvps.Changed}, After: ids[0]}, {Filter: rsvps.Filter{Sort: rsvps.Oldest}, After: "7"},
	} {
		q.OccasionID, q.Limit = occasion, 2
		if _, err := k.store.Replies(t.Context(), q); fault.KindOf(err) != fault.Invalid {
			t.Errorf("%+v: %v", q, err)
		}
	}
}
