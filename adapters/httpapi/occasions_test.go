package httpapi

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"strings"
	"testing"
	"time"

	ics "github.com/arran4/golang-ical"

	"convoke/application/contract"
	"convoke/domain/rsvp"
)

const garden = `{"title":"Ada's garden party","startsAt":"2027-06-12T16:00","endsAt":"2027-06-12T21:00:00+01:00","timeZone":"Europe/London",
	"place":"Kew","capacity":50,"deadline":"2027-06-01T23:59:59","maxPartySize":4,"waitlist":"auto"}`

func TestAnOccasionIsOpenedShownEditedAndDeleted(t *testing.T) {
	t.Parallel()
	s := open(t, Config{}).serve()
	a := s.ask("POST", "/api/occasions", garden, "Idempotency-Key", "k")
	opened := read[openedAnswer](t, a)
	o, path := opened.Occasion, "/api/occasions/"+opened.Occasion.ID
	if a.status != 201 || a.header.Get("Location") != path || opened.HostToken == "" || o.Revision != 1 {
		t.Fatalf("status %d, %v: %s", a.status, a.header, a.body)
	}
	if !o.StartsAt.Equal(time.Date(2027, 6, 12, 15, 0, 0, 0, time.UTC)) || !o.EndsAt.Equal(o.StartsAt.Add(5*time.Hour)) ||
		!o.Deadline.Equal(time.Date(2027, 6, 1, 22, 59, 59, 0, time.UTC)) {
		t.Errorf("from %v to %v until %v", o.StartsAt, o.EndsAt, o.Deadline)
	}
	if again := read[openedAnswer](t, s.ask("POST", "/api/occasions", garden, "Idempotency-Key", "k")); again.HostToken != opened.HostToken || again.Occasion.ID != o.ID {
		t.Errorf("a repetition opened another: %+v", again)
	}
	shown := s.ask("GET", path, "")
	etag := shown.header.Get("ETag")
	if got := read[occasionAnswer](t, shown); got.Occasion.ID != o.ID || etag != `"1"` {
		t.Errorf("ETag %s: %s", etag, shown.body)
	}
	if same := s.ask("GET", path, "", "If-None-Match", etag); same.status != 304 || len(same.body) != 0 {
		t.Errorf("status %d: %s", same.status, same.body)
	}
	edited := read[occasionAnswer](t, s.bearing(opened.HostToken, "PATCH", path, `{"title":"Moved","place":null,"capacity":null,"startsAt":"2027-06-12T17:00"}`))
	if e := edited.Occasion; e.Title != "Moved" || e.Place != nil || e.Capacity != nil || e.Deadline == nil || e.MaxPartySize != 4 || e.StartsAt.Hour() != 16 {
		t.Errorf("%+v", e)
	}
	if next := s.ask("GET", path, "", "If-None-Match", etag); next.status != 200 || next.header.Get("ETag") != `"2"` {
		t.Errorf("status %d with ETag %s", next.status, next.header.Get("ETag"))
	}
	if gone := s.bearing(opened.HostToken, "DELETE", path, ""); gone.status != 204 {
		t.Fatalf("status %d: %s", gone.status, gone.body)
	}
	for _, after := range []string{"", "/counts", "/calendar.ics", "/counts?minRevision=3"} {
		wantProblem(t, s.ask("GET", path+after, ""), 404, "occasion-not-found")
	}
	wantProblem(t, s.operator("DELETE", "/api/occasions/default", ""), 409, "default-occasion")
}

func TestBadOccasionsNameTheirFields(t *testing.T) {
	t.Parallel()
	s := open(t, Config{}).serve()
	for body, fields := range map[string]string{
		`{}`:                                     "title",
		`{"title":"x\u0000"}`:                    "title",
		`{"title":"x","capacity":0}`:             "capacity",
		`{"title":"x","capacity":"1"}`:           "capacity",
		`{"title":"x","maxPartySize":0}`:         "maxPartySize",
		`{"title":7}`:                            "title",
		`{"startsAt":"tomorrow","designId":"x"}`: "startsAt designId title",
		`{"title":"x","startsAt":"9999-12-31T23:59:59-01:00"}`:                                         "startsAt",
		`{"title":"x","timeZone":"Mars/Base","waitlist":"maybe"}`:                                      "timeZone waitlist",
		`{"title":"x","startsAt":"2027-06-12T16:00:00Z","endsAt":"2027-06-12T15:00:00Z","counts":"x"}`: "endsAt counts",
	} {
		wantProblem(t, s.ask("POST", "/api/occasions", body), 422, "invalid", strings.Fields(fields)...)
	}
	wantProblem(t, s.ask("POST", "/api/occasions", "{\"title\":\"\xff\"}"), 400, "malformed-json")
	wantProblem(t, s.operator("PATCH", "/api/occasions/default", `{"title":null}`), 422, "invalid", "title")
}

func TestPagesAndCursorsWalkAllGuests(t *testing.T) {
	t.Parallel()
	s := open(t, Config{}).serve()
	id, host := s.Open(rsvp.Details{})
	s.fill(id, 25)
	list := "/api/rsvps?occasionId=" + id
	seen := map[string]bool{}
	for page := 1; page <= 3; page++ {
		p := read[pageAnswer](t, s.bearing(host, "GET", fmt.Sprintf("%s&limit=10&page=%d", list, page), ""))
		if g := p.Pagination; g.Total != 25 || g.TotalPages != 3 || *g.Page != page || g.HasNext != (page < 3) || g.HasPrev != (page > 1) || p.Revision != 26 {
			t.Errorf("page %d: %+v at %d", page, g, p.Revision)
		}
		for _, r := range p.Data {
			seen[r.ID] = true
		}
	}
	cursor, walked := "", 0
	for {
		p := read[pageAnswer](t, s.bearing(host, "GET", list+"&limit=10&cursor="+cursor, ""))
		walked += len(p.Data)
		if p.Pagination.NextCursor == nil {
			break
		}
		cursor = *p.Pagination.NextCursor
	}
	if len(seen) != 25 || walked != 25 {
		t.Errorf("pages show %d guests, cursors %d", len(seen), walked)
	}
	if empty := s.bearing(host, "GET", list+"&page=4&limit=10", ""); !strings.Contains(string(empty.body), `"data":[]`) {
		t.Errorf("%s", empty.body)
	}
}

func TestPagesHaveLimits(t *testing.T) {
	t.Parallel()
	s := open(t, Config{}).serve()
	for query, fields := range map[string]string{
		"page=0": "page", "page=-1": "page", "page=x": "page", "limit=0": "limit", "limit=101": "limit", "limit=-1": "limit",
		"page=99999999999999999999": "page", "cursor=x": "cursor", "cursor=%00": "cursor", "minRevision=-1": "minRevision", "minRevision=x": "minRevision",
	} {
		wantProblem(t, s.operator("GET", "/api/rsvps?"+query, ""), 422, "invalid", fields)
	}
	wantProblem(t, s.operator("GET", "/api/rsvps?page=201&limit=100", ""), 422, "use-cursor", "page")
	wantProblem(t, s.operator("GET", "/api/rsvps?page=9223372036854775807&limit=100", ""), 422, "use-cursor", "page")
	if a := s.operator("GET", "/api/rsvps?page=200&limit=100", ""); a.status != 200 {
		t.Errorf("status %d: %s", a.status, a.body)
	}
}

func TestMinRevisionReadsOnesOwnWrite(t *testing.T) {
	t.Parallel()
	s := open(t, Config{}).serve()
	id, host := s.Open(rsvp.Details{})
	for i := range 20 {
		s.counts(id) // so that there is something old to answer with
		r, _ := s.Reply(id, fmt.Sprintf("%d@example.org", i), 1)
		least := fmt.Sprintf("minRevision=%d", r.Revision)
		c := read[contract.Counts](t, s.ask("GET", "/api/occasions/"+id+"/counts?"+least, ""))
		p := read[pageAnswer](t, s.bearing(host, "GET", "/api/rsvps?occasionId="+id+"&"+least, ""))
		if c.Replies.Yes != i+1 || p.Pagination.Total != i+1 || p.Data[0].ID != r.ID {
			t.Fatalf("after reply %d: %+v, %+v", i, c, p.Pagination)
		}
	}
	wantProblem(t, s.ask("GET", "/api/occasions/"+id+"/counts?minRevision=99", ""), 409, "revision-not-reached")
}

func TestAGuestListIsExportedWholeAndDefused(t *testing.T) {
	t.Parallel()
	s := open(t, Config{}).serve()
	id, host := s.Open(rsvp.Details{})
	s.fill(id, 250)
	a := s.ask("POST", "/api/rsvps", `{"occasionId":"`+id+`","name":"=cmd|' /C calc'!A0","email":"x@example.org","note":" \n@SUM(1), \"so\""}`)
	if a.status != 201 {
		t.Fatalf("%s", a.body)
	}
	a = s.bearing(host, "GET", "/api/occasions/"+id+"/rsvps.csv", "")
	body, marked := bytes.CutPrefix(a.body, []byte(byteOrderMark))
	rows, err := csv.NewReader(bytes.NewReader(body)).ReadAll()
	if err != nil || !marked || len(rows) != 252 || a.header.Get("Content-Type") != "text/csv; charset=utf-8" {
		t.Fatalf("%d rows, %v, %v", len(rows), err, a.header)
	}
	ids := map[string]bool{}
	for _, row := range rows[1:] {
		ids[row[0]] = true
	}
	if first := rows[1]; len(ids) != 251 || first[1] != "'=cmd|' /C calc'!A0" || strings.Join(rows[0], ",") != strings.Join(csvColumns, ",") {
		t.Errorf("%d guests, the newest %q", len(ids), first)
	}
}

func TestCellsThatASpreadsheetWouldRunAreDefused(t *testing.T) {
	t.Parallel()
	for cell, want := range map[string]string{
		"": "", "Ada": "Ada", "a=b": "a=b", "=1": "'=1", "+1": "'+1", "-1": "'-1", "@a": "'@a", "\tx": "'\tx", "\rx": "'\rx", "\nx": "'\nx",
		"  =1": "'  =1", "\u00a0=1": "'\u00a0=1", "\u200b=1": "'\u200b=1", "\ufeff=1": "'\ufeff=1", "＝1": "'＝1", "＠a": "'＠a", "Ö": "Ö",
	} {
		if got := defuse(cell); got != want {
			t.Errorf("%q becomes %q, want %q", cell, got, want)
		}
	}
}

func TestTheCalendarEntryIsPublicAndFollowsTheOccasion(t *testing.T) {
	t.Parallel()
	s := open(t, Config{}).serve()
	opened := read[openedAnswer](t, s.ask("POST", "/api/occasions", garden))
	path := "/api/occasions/" + opened.Occasion.ID
	sequence := func() string {
		a := s.ask("GET", path+"/calendar.ics", "")
		calendar, err := ics.ParseCalendar(bytes.NewReader(a.body))
		if err != nil || a.status != 200 || !strings.HasPrefix(a.header.Get("Content-Type"), "text/calendar") || len(calendar.Events()) != 1 {
			t.Fatalf("status %d, %v: %s", a.status, err, a.body)
		}
		if event := calendar.Events()[0]; event.Id() != opened.Occasion.ID+"@convoke" || event.GetProperty(ics.ComponentPropertyDtStart).Value != "20270612T150000Z" {
			t.Errorf("%s", a.body)
		}
		return calendar.Events()[0].GetProperty(ics.ComponentPropertySequence).Value
	}
	if first := sequence(); first != "1" {
		t.Errorf("sequence %s", first)
	}
	s.bearing(opened.HostToken, "PATCH", path, `{"place":"Indoors"}`)
	if next := sequence(); next != "2" {
		t.Errorf("sequence %s", next)
	}
	wantProblem(t, s.ask("GET", "/api/occasions/default/calendar.ics", ""), 404, "no-date")
}
