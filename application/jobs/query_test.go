package jobs_test

import (
	"slices"
	"testing"

	"convoke/application/jobs"
	"convoke/domain/fault"
	"convoke/domain/job"
)

const (
	someID     = "01a207bd-a9c0-7c41-9d0e-5b1f6a2c8e37"
	belowSome  = "01a207bd-a9c0-7c41-9d0e-5b1f6a2c8e36"
	aboveSome  = "01a207bd-a9c0-7c41-9d0e-5b1f6a2c8e38"
	round      = "01a207bd-a9c1-0000-0000-000000000000"
	belowRound = "01a207bd-a9c0-ffff-ffff-ffffffffffff"
	lowest     = "00000000-0000-0000-0000-000000000000"
	highest    = "ffffffff-ffff-ffff-ffff-ffffffffffff"
)

func TestATextThatCanOnlyBeAnIDIsARangeOfIDs(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][2]string{
		someID:                 {someID, someID},
		"01A207BD-A9":          {"01a207bd-a900-0000-0000-000000000000", "01a207bd-a9ff-ffff-ffff-ffffffffffff"},
		"01a207bd-":            {"01a207bd-0000-0000-0000-000000000000", "01a207bd-ffff-ffff-ffff-ffffffffffff"},
		"01a207bd":             {}, // or a word
		"":                     {},
		someID + "0":           {},
		"01a207bd_a9":          {},
		"01a207bdaa9c":         {},
		"01a207bg-a9":          {},
		"01a207bd-a9c0\x0d":    {},
		"\x101a207bd-":         {}, // no digit, and no letter either
		"01A207BD-A9C0-7C\x11": {},
	} {
		q := jobs.Query{Text: text}
		first, last := q.IDs()
		if first != want[0] || last != want[1] || q.Narrow() == (first != "" || text == "") {
			t.Errorf("%q: %s to %s, narrow %v", text, first, last, q.Narrow())
		}
	}
}

func found(ids ...string) []job.State {
	states := make([]job.State, len(ids))
	for i, id := range ids {
		states[i].ID = id
	}
	return states
}

func TestAPageKnowsItsNeighbours(t *testing.T) {
	t.Parallel()
	for name, page := range map[string]struct {
		query      jobs.Query
		found      []job.State
		stopped    string
		ids        []string
		next, prev string
	}{
		"first of many":             {jobs.Query{Limit: 2}, found("9", "8", "7"), "", []string{"9", "8"}, "8", ""},
		"first and last":            {jobs.Query{Limit: 2}, found("9", "8"), "", []string{"9", "8"}, "", ""},
		"middle":                    {jobs.Query{Limit: 2, Cursor: "8"}, found("7", "6", "5"), "", []string{"7", "6"}, "6", "7"},
		"last":                      {jobs.Query{Limit: 2, Cursor: "6"}, found("5"), "", []string{"5"}, "", "5"},
		"back to the middle":        {jobs.Query{Limit: 2, Cursor: "5", Back: true}, found("6", "7", "8"), "", []string{"7", "6"}, "6", "7"},
		"back to the first":         {jobs.Query{Limit: 2, Cursor: "7", Back: true}, found("8", "9"), "", []string{"9", "8"}, "8", ""},
		"a search that went so far": {jobs.Query{Limit: 2, Cursor: "9"}, found("5"), "3", []string{"5"}, "3", "5"},
		"a search without success":  {jobs.Query{Limit: 2, Cursor: someID}, nil, "3", nil, "3", belowSome},
		"back without success":      {jobs.Query{Limit: 2, Cursor: someID, Back: true}, nil, "9", nil, aboveSome, "9"},
		"below a round number":      {jobs.Query{Limit: 2, Cursor: round}, nil, "", nil, "", belowRound},
		"above all nines":           {jobs.Query{Limit: 2, Cursor: belowRound, Back: true}, nil, "", nil, round, ""},
		"below the lowest":          {jobs.Query{Limit: 2, Cursor: lowest}, nil, "", nil, "", ""},
		"above the highest":         {jobs.Query{Limit: 2, Cursor: highest, Back: true}, nil, "", nil, "", ""},
		"nothing at all":            {jobs.Query{Limit: 2}, nil, "", nil, "", ""},
	} {
		got := page.query.Paged(page.found, page.stopped)
		var ids []string
		for _, s := range got.Jobs {
			ids = append(ids, s.ID)
		}
		if !slices.Equal(ids, page.ids) || got.NextCursor != page.next || got.PrevCursor != page.prev {
			t.Errorf("%s: %v, next %q, previous %q", name, ids, got.NextCursor, got.PrevCursor)
		}
	}
}

func TestAQueryHasNoControlCharacters(t *testing.T) {
	t.Parallel()
	var s jobs.Service // it asks no store
	for field, q := range map[string]jobs.Query{"q": {Text: "\x101a207bd-"}, "serverId": {ServerID: "stu\x00dio"}} {
		_, err := s.List(t.Context(), q)
		_, _, counted := s.Matching(t.Context(), q, 10)
		for _, err := range []error{err, counted} {
			if all := fault.All(err); len(all) != 1 || all[0].Kind != fault.Invalid || all[0].Field != field {
				t.Errorf("%s: %v", field, err)
			}
		}
	}
}
