package httpapi

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"convoke/adapters/system"
	"convoke/application/rsvps"
	"convoke/domain/rsvp"
)

// party lets three guests reply, of whom one declines and one waits.
func (s *site) party() (id, host string) {
	s.t.Helper()
	id, host = s.Open(rsvp.Details{Capacity: 3, Waitlist: rsvp.WaitlistAuto})
	for _, guest := range []string{
		`"name":"Zoë","email":"zoe@example.org","partySize":2,"note":"no nuts"`, `"name":"ada","email":"ada@example.com","status":"no"`,
		`"name":"Björn","email":"bjorn@example.org","partySize":2`,
	} {
		if a := s.ask("POST", "/api/rsvps", `{"occasionId":"`+id+`",`+guest+`}`); a.status != 201 {
			s.t.Fatalf("status %d: %s", a.status, a.body)
		}
	}
	return id, host
}

func TestAHostFiltersSearchesAndSorts(t *testing.T) {
	t.Parallel()
	s := open(t, Config{}).serve()
	id, host := s.party()
	for query, want := range map[string]string{
		"": "Björn ada Zoë", "sort=oldest": "Zoë ada Björn", "sort=name": "ada Björn Zoë", "sort=party": "Zoë Björn ada", "sort=changed": "Björn ada Zoë",
		"status=no": "ada", "status=waitlisted&sort=line": "Björn", "q=%40example.org&sort=oldest": "Zoë Björn", "q=BJ%C3%96": "Björn", "q=%25": "",
		"status=yes&q=example.org": "Zoë", "status=cancelled": "", "q=%20&sort=newest": "Björn ada Zoë",
	} {
		wanted := strings.Fields(want)
		var names []string
		cursor := ""
		for {
			a := s.bearing(host, "GET", "/api/rsvps?limit=1&occasionId="+id+"&"+query+cursor, "")
			p := read[pageAnswer](t, a)
			if a.status != 200 || p.Pagination.Total != len(wanted) {
				t.Fatalf("%s: status %d: %s", query, a.status, a.body)
			}
			for _, r := range p.Data {
				names = append(names, r.Name)
			}
			if p.Pagination.NextCursor == nil {
				break
			}
			cursor = "&cursor=" + *p.Pagination.NextCursor
		}
		if !slices.Equal(names, wanted) {
			t.Errorf("%s: %q instead of %q", query, names, wanted)
		}
		a := s.bearing(host, "GET", "/api/occasions/"+id+"/rsvps.csv?"+query, "")
		if exported := column(t, a.body, "name"); a.status != 200 || !slices.Equal(exported, wanted) {
			t.Errorf("%s: exported %q instead of %q", query, exported, wanted)
		}
	}
	second := read[pageAnswer](t, s.bearing(host, "GET", "/api/rsvps?limit=2&page=2&sort=name&occasionId="+id, ""))
	if len(second.Data) != 1 || second.Data[0].Name != "Zoë" || *second.Pagination.Page != 2 {
		t.Errorf("%+v", second)
	}
}

// column reads one column of an export.
func column(t *testing.T, body []byte, name string) []string {
	t.Helper()
	rows, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(body, []byte(byteOrderMark)))).ReadAll()
	if err != nil || len(rows) == 0 {
		t.Fatalf("%v: %s", err, body)
	}
	var values []string
	for _, row := range rows[1:] {
		values = append(values, row[slices.Index(rows[0], name)])
	}
	return values
}

func TestBadFiltersNameTheirFields(t *testing.T) {
	t.Parallel()
	s := open(t, Config{}).serve()
	id, host := s.party()
	for query, fields := range map[string]string{
		"status=gone": "status", "sort=random": "sort", "sort=line": "sort", "q=%00": "q", "q=%ff": "q", "q=" + strings.Repeat("a", 201): "q",
		"status=x&q=%07&sort=x": "status q sort",
	} {
		wantProblem(t, s.bearing(host, "GET", "/api/rsvps?occasionId="+id+"&"+query, ""), 422, "invalid", strings.Fields(fields)...)
		wantProblem(t, s.bearing(host, "GET", "/api/occasions/"+id+"/rsvps.csv?"+query, ""), 422, "invalid", strings.Fields(fields)...)
	}
	for _, query := range []string{"sort=name&cursor=x", "sort=changed&cursor=" + id, "sort=party&cursor=999999999999." + id} {
		wantProblem(t, s.bearing(host, "GET", "/api/rsvps?occasionId="+id+"&"+query, ""), 422, "invalid", "cursor")
	}
}

// What is kept may be a quarter of a second old, and has a place for each page of the whole list.
func TestAFilteredListIsKeptNowhere(t *testing.T) {
	t.Parallel()
	s := open(t, Config{}).serve()
	id, host := s.party()
	for n := range 5 {
		for _, query := range []string{"status=yes", "q=guest", "sort=name"} {
			list := "/api/rsvps?limit=100&occasionId=" + id + "&" + query
			before := read[pageAnswer](t, s.bearing(host, "GET", list, ""))
			c := &rsvps.Change{OccasionID: id, Decide: func(d *rsvps.Desk) error {
				r, err := d.Occasion.Enter(system.NewIDs().New(), rsvp.Answer{Name: "Guest", Email: fmt.Sprintf("guest%d%s@example.org", n, query[:1]), Status: rsvp.Maybe}, time.Now())
				d.Put(r)
				return err
			}}
			if err := errors.Join(s.Store.CommitReplies(t.Context(), c), c.Err); err != nil {
				t.Fatal(err)
			}
			if after := read[pageAnswer](t, s.bearing(host, "GET", list, "")); after.Revision != before.Revision+1 {
				t.Errorf("%s: at %d, and after the next reply at %d", query, before.Revision, after.Revision)
			}
		}
	}
}

func TestALongListIsExportedInItsOrder(t *testing.T) {
	t.Parallel()
	s := open(t, Config{}).serve()
	id, host := s.Open(rsvp.Details{})
	s.fill(id, rsvps.MaxRead+10)
	for order, sorted := range map[string]func([]string) bool{
		"oldest": func(ids []string) bool { return slices.IsSorted(ids) },
		"name":   func(ids []string) bool { return slices.IsSorted(ids) }, // all have the same
		"newest": func(ids []string) bool { slices.Reverse(ids); return slices.IsSorted(ids) },
	} {
		ids := column(t, s.bearing(host, "GET", "/api/occasions/"+id+"/rsvps.csv?sort="+order, "").body, "id")
		if len(slices.Compact(slices.Clone(ids))) != rsvps.MaxRead+10 || !sorted(ids) {
			t.Errorf("%s: %d guests, or another order", order, len(ids))
		}
	}
}

func TestAHostAddsAGuestAfterTheDeadline(t *testing.T) {
	t.Parallel()
	for caller, want := range map[string]int{
		"nobody": 410, "guest": 410, "other guest": 410, "host": 201, "other host": 403, "admin": 201, "forged": 401, "replaced": 401,
	} {
		c := newCast(t)
		past := time.Now().Add(-time.Hour).UTC().Format(time.RFC3339)
		if a := c.bearing(c.tokens["host"], "PATCH", "/api/occasions/"+c.id, `{"capacity":3,"deadline":"`+past+`"}`); a.status != 200 {
			t.Fatalf("status %d: %s", a.status, a.body)
		}
		body := func(name string) string {
			return fmt.Sprintf(`{"occasionId":%q,"name":%q,"email":"%s@example.org"}`, c.id, name, name)
		}
		a := c.bearing(c.tokens[caller], "POST", "/api/rsvps", body("Eve"))
		if a.status != want {
			t.Errorf("%s: status %d, want %d: %s", caller, a.status, want, a.body)
		}
		if a.status != 201 {
			continue
		}
		added := read[repliedAnswer](t, a)
		if own := c.bearing(added.Token, "GET", "/api/rsvps/verify-token", ""); own.status != 200 {
			t.Errorf("the guest's token: status %d: %s", own.status, own.body)
		}
		wantProblem(t, c.bearing(c.tokens[caller], "POST", "/api/rsvps", body("eve")), 409, "duplicate-email")
		wantProblem(t, c.bearing(c.tokens[caller], "POST", "/api/rsvps", body("Mallory")), 409, "occasion-full")
	}
}

func TestAHostsRepeatedAdditionGetsTheSameAnswer(t *testing.T) {
	t.Parallel()
	s := open(t, Config{}).serve()
	id, host := s.Open(rsvp.Details{Deadline: time.Now().Add(-time.Hour)})
	body := `{"occasionId":"` + id + `","name":"Eve","email":"eve@example.org"}`
	as := []string{"Idempotency-Key", "k", "Authorization", "Bearer " + host}
	first, again := s.ask("POST", "/api/rsvps", body, as...), s.ask("POST", "/api/rsvps", body, as...)
	if first.status != 201 || again.status != 201 || string(first.body) != string(again.body) || s.counts(id).Replies.Yes != 1 {
		t.Errorf("%d %s\n%d %s", first.status, first.body, again.status, again.body)
	}
	wantProblem(t, s.ask("POST", "/api/rsvps", body, "Idempotency-Key", "k"), 410, "past-deadline")
}

func TestAnOccasionMayShowOneVersionOfItsDesign(t *testing.T) {
	t.Parallel()
	s := open(t, Config{}).serve()
	const one, two = "01890000-0000-7000-8000-0000000000a1", "01890000-0000-7000-8000-0000000000a2"
	a := s.ask("POST", "/api/occasions", `{"title":"x","designId":"`+one+`","designVersion":2}`)
	opened := read[openedAnswer](t, a)
	path := "/api/occasions/" + opened.Occasion.ID
	if v := opened.Occasion.DesignVersion; a.status != 201 || v == nil || *v != 2 {
		t.Fatalf("status %d: %s", a.status, a.body)
	}
	for _, step := range []struct {
		body string
		want string // after it, in JSON
	}{
		{`{"title":"y"}`, `"designId":"` + one + `","designVersion":2`},
		{`{"designId":"` + strings.ToUpper(one) + `"}`, `"designId":"` + one + `","designVersion":2`},
		{`{"designId":"` + two + `"}`, `"designId":"` + two + `","designVersion":null`},
		{`{"designVersion":7}`, `"designId":"` + two + `","designVersion":7`},
		{`{"designId":"` + one + `","designVersion":1}`, `"designId":"` + one + `","designVersion":1`},
		{`{"designVersion":null}`, `"designId":"` + one + `","designVersion":null`},
		{`{"designVersion":3}`, `"designVersion":3`},
		{`{"designId":null}`, `"designId":null,"designVersion":null`},
	} {
		a := s.bearing(opened.HostToken, "PATCH", path, step.body)
		shown := s.ask("GET", path, "")
		if a.status != 200 || !strings.Contains(string(a.body), step.want) || !strings.Contains(string(shown.body), step.want) {
			t.Errorf("after %s: status %d: %s, shown %s", step.body, a.status, a.body, shown.body)
		}
	}
	for _, body := range []string{`{"designVersion":1}`, `{"designId":"` + one + `","designVersion":0}`, `{"designId":"` + one + `","designVersion":1000001}`, `{"designVersion":"1"}`} {
		wantProblem(t, s.bearing(opened.HostToken, "PATCH", path, body), 422, "invalid", "designVersion")
	}
}
