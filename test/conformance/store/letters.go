package store

import (
	"crypto/sha256"
	"fmt"
	"reflect"
	"slices"
	"testing"
	"time"

	"convoke/application/deadletter"
)

var letterTests = map[string]func(*testing.T, *kit){
	"a letter is kept once and comes back whole":     keepLetters,
	"letters are listed newest first, by filter":     listLetters,
	"letters are removed, and counted":               removeLetters,
	"old letters are purged, the oldest first":       purgeLetters,
	"a letter may hold any bytes":                    hostileLetter,
	"a removed letter may come again":                letterAgain,
	"many letters are kept at once, doubles dropped": manyLetters,
	"letters are counted by topic, group and reason": heaps,
	"a foreign letter with long names is collected":  collectForeign,
}

var noFilter deadletter.Filter

// letter makes the letter number n.
func (k *kit) letter(n int) deadletter.Letter {
	return deadletter.Letter{
		ID: k.ids.New(), Topic: "design-ready", Partition: int32(n % 12), Offset: int64(n), Group: "gateway", Reason: "undecodable",
		Attempts: 3, Time: time.Date(2026, 6, 12, 16, 0, n, 0, time.UTC), Key: fmt.Sprint("key ", n), Value: fmt.Append(nil, "value ", n),
		Headers: map[string]string{"traceparent": "00-1", "empty": ""}, Fingerprint: sha256.Sum256(fmt.Append(nil, n)),
	}
}

// keep adds letters from first to last.
func (k *kit) keep(first, last int) []deadletter.Letter {
	k.t.Helper()
	var letters []deadletter.Letter
	for n := first; n <= last; n++ {
		letters = append(letters, k.letter(n))
	}
	if err := k.store.AddLetters(k.t.Context(), letters); err != nil {
		k.t.Fatal(err)
	}
	return letters
}

func keepLetters(t *testing.T, k *kit) {
	first := k.keep(1, 1)[0]
	k.keep(1, 1) // the same again, under another id
	got, err := k.store.Letter(t.Context(), first.ID)
	if err != nil || !reflect.DeepEqual(got, first) {
		t.Errorf("%+v, %v", got, err)
	}
	all, next, err := k.store.Letters(t.Context(), noFilter, "", 10)
	if err != nil || len(all) != 1 || next != "" {
		t.Errorf("%d letters, next %q, %v", len(all), next, err)
	}
	for _, id := range []string{k.ids.New(), "nonsense", ""} {
		_, err := k.store.Letter(t.Context(), id)
		mustFail(t, err, deadletter.ErrNotFound)
	}
	if err := k.store.AddLetters(t.Context(), nil); err != nil {
		t.Error(err)
	}
}

func listLetters(t *testing.T, k *kit) {
	letters := k.keep(1, 7)
	other := k.letter(8)
	other.Topic, other.Group, other.Reason = "design-requests", "workers", "panic"
	if err := k.store.AddLetters(t.Context(), []deadletter.Letter{other}); err != nil {
		t.Fatal(err)
	}
	slices.Reverse(letters)
	for _, walk := range []struct {
		filter deadletter.Filter
		want   []deadletter.Letter
	}{
		{deadletter.Filter{}, append([]deadletter.Letter{other}, letters...)},
		{deadletter.Filter{Topic: "design-ready"}, letters},
		{deadletter.Filter{Group: "workers"}, []deadletter.Letter{other}},
		{deadletter.Filter{Reason: "panic", Topic: "design-ready"}, nil},
	} {
		var got []deadletter.Letter
		for cursor := ""; ; {
			page, next, err := k.store.Letters(t.Context(), walk.filter, cursor, 3)
			if err != nil || len(page) > 3 {
				t.Fatalf("%d letters, %v", len(page), err)
			}
			got = append(got, page...)
			if next == "" {
				break
			}
			cursor = next
		}
		want := slices.Clone(walk.want)
		for i := range want {
			want[i].Value, want[i].Headers = nil, nil
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%+v:\ngot  %+v\nwant %+v", walk.filter, got, want)
		}
	}
}

func removeLetters(t *testing.T, k *kit) {
	letters := k.keep(1, 3)
	for _, step := range []struct {
		ids  []string
		want int
	}{
		{[]string{letters[0].ID, letters[2].ID, k.ids.New(), "nonsense"}, 2},
		{[]string{letters[0].ID}, 0},
		{nil, 0},
	} {
		if n, err := k.store.RemoveLetters(t.Context(), step.ids); err != nil || n != step.want {
			t.Errorf("%d were removed, %v", n, err)
		}
	}
	if left, _, err := k.store.Letters(t.Context(), noFilter, "", 10); err != nil || len(left) != 1 || left[0].ID != letters[1].ID {
		t.Errorf("%+v, %v", left, err)
	}
}

func purgeLetters(t *testing.T, k *kit) {
	letters := k.keep(1, 5)
	before := letters[4].Time // the last one stays
	for _, want := range []int{3, 1, 0} {
		if n, err := k.store.PurgeLetters(t.Context(), before, 3); err != nil || n != want {
			t.Errorf("%d were purged instead of %d, %v", n, want, err)
		}
	}
	if _, err := k.store.Letter(t.Context(), letters[4].ID); err != nil {
		t.Error(err)
	}
}

func hostileLetter(t *testing.T, k *kit) {
	l := k.letter(1)
	l.Key, l.Value = "k\x00\xff", []byte{0, 0xff, '{'}
	l.Headers = map[string]string{"h\x00\xff": "\xfe\x00"}
	l.Topic, l.Group, l.Reason = "t\x00", "g\xff", "r\x00\xff"
	if err := k.store.AddLetters(t.Context(), []deadletter.Letter{l}); err != nil {
		t.Fatal(err)
	}
	got, err := k.store.Letter(t.Context(), l.ID)
	if err != nil || got.Key != l.Key || !slices.Equal(got.Value, l.Value) || !reflect.DeepEqual(got.Headers, l.Headers) {
		t.Errorf("%+v, %v", got, err)
	}
	if got.Topic != "t\uFFFD" || got.Group != "g\uFFFD" || got.Reason != "r\uFFFD\uFFFD" {
		t.Errorf("%q %q %q", got.Topic, got.Group, got.Reason)
	}
}

func letterAgain(t *testing.T, k *kit) {
	first := k.keep(1, 1)[0]
	if _, err := k.store.RemoveLetters(t.Context(), []string{first.ID}); err != nil {
		t.Fatal(err)
	}
	again := k.keep(1, 1)[0]
	if _, err := k.store.Letter(t.Context(), again.ID); err != nil {
		t.Error(err)
	}
}

func manyLetters(t *testing.T, k *kit) {
	k.keep(100, 199)
	k.keep(1, 300)
	total := 0
	for cursor := ""; ; {
		page, next, err := k.store.Letters(t.Context(), noFilter, cursor, 100)
		if err != nil {
			t.Fatal(err)
		}
		if total += len(page); next == "" {
			break
		}
		cursor = next
	}
	if total != 300 {
		t.Errorf("%d letters", total)
	}
}

func heaps(t *testing.T, k *kit) {
	letters := k.keep(1, 7)
	other := k.letter(8)
	other.Topic, other.Group, other.Reason = "design-requests", "workers", "panic"
	nameless := k.letter(9)
	nameless.Group, nameless.Reason = "", ""
	if err := k.store.AddLetters(t.Context(), []deadletter.Letter{other, nameless}); err != nil {
		t.Fatal(err)
	}
	heap := func(n int, first, last deadletter.Letter) deadletter.Heap {
		kind := deadletter.Filter{Topic: first.Topic, Group: first.Group, Reason: first.Reason}
		return deadletter.Heap{Filter: kind, Letters: n, Oldest: first.Time, Newest: last.Time}
	}
	gateway, workers, nobody := heap(7, letters[0], letters[6]), heap(1, other, other), heap(1, nameless, nameless)
	for _, look := range []struct {
		filter deadletter.Filter
		before string
		want   []deadletter.Heap
	}{
		{noFilter, "", []deadletter.Heap{nobody, gateway, workers}},
		{deadletter.Filter{Topic: "design-ready"}, "", []deadletter.Heap{nobody, gateway}},
		{deadletter.Filter{Topic: "design-ready", Group: "gateway", Reason: "undecodable"}, "", []deadletter.Heap{gateway}},
		{noFilter, other.ID, []deadletter.Heap{gateway}},
		{deadletter.Filter{Topic: "design-ready"}, letters[2].ID, []deadletter.Heap{heap(2, letters[0], letters[1])}},
		{noFilter, letters[0].ID, []deadletter.Heap{}},
		{deadletter.Filter{Reason: "nothing"}, "", []deadletter.Heap{}},
	} {
		got, err := k.store.Heaps(t.Context(), look.filter, look.before)
		if err != nil || !slices.Equal(got, look.want) {
			t.Errorf("%+v:\ngot  %+v\nwant %+v, %v", look.filter, got, look.want, err)
		}
	}
}
