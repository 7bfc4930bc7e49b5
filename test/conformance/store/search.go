package store

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"convoke/application/jobs"
	"convoke/domain/design"
	"convoke/domain/job"
)

var searchTests = map[string]func(*testing.T, *kit){
	"jobs are found by several statuses, by words and by generator": searchJobs,
	"a list is walked back as it was walked on":                     walkBack,
	"an empty page misses no job of its search on either way":       emptyPages,
	"a job is found by its id and by the beginning of it":           searchByID,
	"a search text is nothing but a text":                           searchHostile,
	"jobs that match are counted up to a limit":                     matching,
	"jobs are counted by status, finished ones too":                 statuses,
}

// ordered commits a job for a description and a generator.
func (k *kit) ordered(description, serverID string) string {
	k.t.Helper()
	return k.commit(&jobs.Change{New: job.New(job.Order{
		ID: k.ids.New(), DesignID: k.ids.New(), ServerID: serverID,
		Brief: design.Brief{Description: description, Size: design.Size{Width: 64, Height: 64}},
	}, k.policy, k.clock.Now())}).State().ID
}

// listed are the ids of the first page.
func (k *kit) listed(q jobs.Query) []string {
	k.t.Helper()
	if q.Limit == 0 {
		q.Limit = 100
	}
	page, err := k.store.List(k.t.Context(), q)
	if err != nil {
		k.t.Fatalf("%+v: %v", q, err)
	}
	ids := []string{}
	for _, state := range page.Jobs {
		ids = append(ids, state.ID)
	}
	return ids
}

func searchJobs(t *testing.T, k *kit) {
	garden := k.ordered("A GARDEN party for Zoë", "")
	winter := k.ordered("Wintergarten, 100 % geschmückt", "gemini")
	party := k.ordered("Party_in the park", "studio")
	k.update(party, func(j *job.Job) error { return j.Cancel(k.clock.Now()) })
	k.update(garden, k.completion("<svg/>")) // made by the studio
	k.update(winter, func(j *job.Job) error {
		return j.Fail(1, job.Failure{Code: "refused", Message: "no"}, k.policy, k.clock.Now(), 0)
	})
	for _, look := range []struct {
		query jobs.Query
		want  []string
	}{
		{jobs.Query{Statuses: []job.Status{job.Failed, job.Completed}}, []string{winter, garden}},
		{jobs.Query{Statuses: []job.Status{job.Failed, job.Failed}}, []string{winter}},
		{jobs.Query{Statuses: job.Statuses()}, []string{party, winter, garden}},
		{jobs.Query{Text: "garden"}, []string{garden}},
		{jobs.Query{Text: "GART"}, []string{winter}},
		{jobs.Query{Text: "zOË"}, []string{garden}},
		{jobs.Query{Text: "party"}, []string{party, garden}},
		{jobs.Query{Text: "party", Statuses: []job.Status{job.Completed, job.Pending}}, []string{garden}},
		{jobs.Query{Text: "nobody"}, []string{}},
		{jobs.Query{ServerID: "studio"}, []string{party, garden}},
		{jobs.Query{ServerID: "gemini"}, []string{winter}},
		{jobs.Query{ServerID: "gemini", Text: "party"}, []string{}},
	} {
		if got := k.listed(look.query); !slices.Equal(got, look.want) {
			t.Errorf("%+v: %v instead of %v", look.query, got, look.want)
		}
	}
}

func walkBack(t *testing.T, k *kit) {
	for i := range 11 {
		if id := k.create(); i == 3 {
			k.update(id, func(j *job.Job) error { return j.Cancel(k.clock.Now()) })
		}
	}
	for _, query := range []jobs.Query{
		{Limit: 4}, {Limit: 3, Statuses: []job.Status{job.Pending, job.Cancelled}}, {Limit: 4, Text: "GARDEN"},
	} {
		var on, back []jobs.Page
		for q := query; ; {
			page, err := k.store.List(t.Context(), q)
			if err != nil {
				t.Fatal(err)
			}
			on = append(on, page)
			if page.NextCursor == "" {
				break
			}
			q.Cursor = page.NextCursor
		}
		for q, page := query, on[len(on)-1]; page.PrevCursor != ""; {
			var err error
			q.Cursor, q.Back = page.PrevCursor, true
			if page, err = k.store.List(t.Context(), q); err != nil {
				t.Fatal(err)
			}
			back = append(back, page)
		}
		slices.Reverse(back)
		if len(on) < 3 || on[0].PrevCursor != "" || len(back) != len(on)-1 {
			t.Fatalf("%+v: %d pages, back %d", query, len(on), len(back))
		}
		for i, page := range back {
			if !reflect.DeepEqual(page.Jobs, on[i].Jobs) || page.NextCursor != on[i].NextCursor {
				t.Errorf("%+v: page %d is another on the way back", query, i)
			}
		}
	}
}

// The cursor of an empty page is a job that no page may have shown.
func emptyPages(t *testing.T, k *kit) {
	only := k.ordered("A garden party", "")
	for _, q := range []jobs.Query{{Cursor: only}, {Cursor: only, Back: true}} {
		q.Limit, q.Text = 3, "garden"
		page, err := k.store.List(t.Context(), q)
		if err != nil || len(page.Jobs) != 0 {
			t.Fatalf("%+v, %v", page, err)
		}
		cursor := page.PrevCursor
		if q.Back {
			cursor = page.NextCursor
		}
		if got := k.listed(jobs.Query{Cursor: cursor, Back: !q.Back, Text: "garden"}); !slices.Equal(got, []string{only}) {
			t.Errorf("back %v: %v", q.Back, got)
		}
	}
}

func searchByID(t *testing.T, k *kit) {
	first := k.ordered("one", "")
	second := k.ordered("of "+first, "")
	same := 0 // they begin alike, as they were made one after the other
	for first[same] == second[same] {
		same++
	}
	for _, look := range []struct {
		text string
		want []string
	}{
		{first, []string{first}},
		{strings.ToUpper(first), []string{first}},
		{second, []string{second}},
		{first[:same], []string{second, first}},
		{first[:35], []string{first}},
		{first[:same/2], []string{second, first}},
		{"ffffffff-", []string{}},
		{k.ids.New(), []string{}},
	} {
		if got := k.listed(jobs.Query{Text: look.text}); !slices.Equal(got, look.want) {
			t.Errorf("%q: %v instead of %v", look.text, got, look.want)
		}
	}
}

func searchHostile(t *testing.T, k *kit) {
	percent := k.ordered("100 %", "")
	k.ordered("1000", "")
	if got := k.listed(jobs.Query{Text: "%"}); !slices.Equal(got, []string{percent}) {
		t.Errorf("%v", got)
	}
	for _, text := range []string{"_", "' OR 1=1 --", "\\", "\x00", "\xff", "0000000g-", "\x10000000-", "00000000-\x10"} {
		if got := k.listed(jobs.Query{Text: text}); len(got) != 0 {
			t.Errorf("%q: %v", text, got)
		}
		if got := k.listed(jobs.Query{ServerID: text}); len(got) != 0 {
			t.Errorf("server %q: %v", text, got)
		}
	}
}

func matching(t *testing.T, k *kit) {
	var all []string
	for i := range 5 {
		id := k.create()
		all = append(all, id)
		if i == 0 {
			k.update(id, func(j *job.Job) error { return j.Cancel(k.clock.Now()) })
		}
	}
	pending := []job.Status{job.Pending}
	for _, look := range []struct {
		query jobs.Query
		limit int
		want  int
		more  bool
	}{
		{jobs.Query{}, 10, 5, false},
		{jobs.Query{}, 5, 5, false},
		{jobs.Query{}, 4, 4, true},
		{jobs.Query{Statuses: pending, Cursor: k.ids.New(), Limit: 1}, 10, 4, false},
		{jobs.Query{Statuses: pending, Text: "garden"}, 10, 4, false},
		{jobs.Query{Text: "garden"}, 2, 2, true},
		{jobs.Query{Text: "nothing"}, 2, 0, false},
		{jobs.Query{Cursor: all[3]}, 10, 3, false},
		{jobs.Query{Statuses: pending, Cursor: all[3], Back: true}, 10, 2, false},
		{jobs.Query{Text: "garden", Cursor: all[3]}, 2, 2, true},
		{jobs.Query{Cursor: all[0]}, 10, 0, false},
	} {
		n, more, err := k.store.Matching(t.Context(), look.query, look.limit)
		if err != nil || n != look.want || more != look.more {
			t.Errorf("%+v up to %d: %d, %v, %v", look.query, look.limit, n, more, err)
		}
	}
}

func statuses(t *testing.T, k *kit) {
	for i := range 6 {
		id := k.create()
		switch {
		case i < 3:
			k.update(id, k.completion("<svg/>"))
		case i == 3:
			k.update(id, k.progress("on"))
		}
	}
	for limit, want := range map[int]map[job.Status]int{
		10: {job.Completed: 3, job.Processing: 1, job.Pending: 2},
		2:  {job.Completed: 2, job.Processing: 1, job.Pending: 2},
	} {
		if got, err := k.store.Statuses(t.Context(), limit); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("up to %d: %v, %v", limit, got, err)
		}
	}
}
