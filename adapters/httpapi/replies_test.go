package httpapi

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"convoke/application/contract"
	"convoke/domain/event"
	"convoke/domain/rsvp"
)

const ada = `{"name":"Ada Lovelace","email":"Ada@Example.org"}`

func TestNameAndEmailAloneAreEnough(t *testing.T) {
	t.Parallel()
	s := open(t, Config{}).serve()
	a := s.ask("POST", "/api/rsvps", ada)
	taken := read[repliedAnswer](t, a)
	if a.status != http.StatusCreated || a.header.Get("Cache-Control") != "no-store" || a.header.Get("Content-Type") != "application/json" {
		t.Fatalf("status %d, %v: %s", a.status, a.header, a.body)
	}
	if r := taken.RSVP; r.OccasionID != rsvp.DefaultID || r.Email != "ada@example.org" || r.Status != rsvp.Yes || r.PartySize != 1 || r.Revision == 0 {
		t.Errorf("%+v", r)
	}
	verified := read[verifiedAnswer](t, s.bearing(taken.Token, "GET", "/api/rsvps/verify-token", ""))
	if verified.RSVP != taken.RSVP {
		t.Errorf("%+v, then %+v", taken.RSVP, verified.RSVP)
	}
	wantProblem(t, s.ask("POST", "/api/rsvps", strings.Replace(ada, "Ada@", " aDA@", 1)), 409, "duplicate-email")
}

func TestAGuestChangesAndCancels(t *testing.T) {
	t.Parallel()
	s := open(t, Config{}).serve()
	id, _ := s.Open(rsvp.Details{Capacity: 3, Waitlist: rsvp.WaitlistAuto})
	r, token := s.Reply(id, "ada@example.org", 2)
	waiting, _ := s.Reply(id, "bob@example.org", 2)
	path := "/api/rsvps/" + r.ID

	a := s.bearing(token, "PUT", path, `{"partySize":1,"note":"No nuts, please","status":null}`)
	changed := read[changedAnswer](t, a)
	if a.status != 200 || changed.RSVP.PartySize != 1 || changed.RSVP.Note == nil || changed.RSVP.Name != r.Name || changed.Revision <= r.Revision {
		t.Fatalf("status %d: %s", a.status, a.body)
	}
	if now, _ := s.Store.Reply(t.Context(), waiting.ID); now.Status != rsvp.Yes {
		t.Errorf("who fits now is %s", now.Status)
	}
	wantProblem(t, s.bearing(token, "PUT", path, `{"partySize":2}`), 409, "occasion-full")
	if again := read[changedAnswer](t, s.bearing(token, "PUT", path, `{"note":null}`)); again.RSVP.Note != nil {
		t.Errorf("the note is still there: %+v", again)
	}
	a = s.bearing(token, "DELETE", "/api/rsvps/cancel-by-token", "")
	if cancelled := read[changedAnswer](t, a); a.status != 200 || cancelled.RSVP.Status != rsvp.Cancelled {
		t.Fatalf("status %d: %s", a.status, a.body)
	}
	wantProblem(t, s.bearing(token, "DELETE", path, ""), 409, "already-cancelled")
	if shown := read[verifiedAnswer](t, s.bearing(token, "GET", "/api/rsvps/verify-token", "")); shown.RSVP.Status != rsvp.Cancelled {
		t.Errorf("%+v", shown)
	}
}

func TestAHostRemovesAndTheReplyIsGone(t *testing.T) {
	t.Parallel()
	s := open(t, Config{}).serve()
	id, host := s.Open(rsvp.Details{})
	r, guest := s.Reply(id, "ada@example.org", 2)
	a := s.bearing(host, "DELETE", "/api/rsvps/"+r.ID, "")
	if removed := read[changedAnswer](t, a); a.status != 200 || removed.RSVP.ID != r.ID || removed.Revision != r.Revision+1 {
		t.Fatalf("status %d: %s", a.status, a.body)
	}
	wantProblem(t, s.bearing(guest, "GET", "/api/rsvps/verify-token", ""), 404, "rsvp-not-found")
	wantProblem(t, s.bearing(host, "PUT", "/api/rsvps/"+r.ID, `{}`), 404, "rsvp-not-found")
}

func TestAfterTheDeadlineAndLongAfterTheEndItIsOver(t *testing.T) {
	t.Parallel()
	s := open(t, Config{}).serve()
	closed, host := s.Open(rsvp.Details{})
	r, token := s.Reply(closed, "ada@example.org", 1)
	past := time.Now().Add(-time.Hour).UTC().Format(time.RFC3339)
	if a := s.bearing(host, "PATCH", "/api/occasions/"+closed, `{"deadline":"`+past+`"}`); a.status != 200 {
		t.Fatalf("status %d: %s", a.status, a.body)
	}
	wantProblem(t, s.ask("POST", "/api/rsvps", `{"occasionId":"`+closed+`","name":"Bob","email":"b@example.org"}`), 410, "past-deadline")
	wantProblem(t, s.bearing(token, "PUT", "/api/rsvps/"+r.ID, `{"status":"no"}`), 410, "past-deadline")
	if a := s.bearing(host, "PUT", "/api/rsvps/"+r.ID, `{"status":"no"}`); a.status != 200 {
		t.Errorf("the host: status %d: %s", a.status, a.body)
	}

	over, _ := s.Open(rsvp.Details{StartsAt: time.Now().Add(-8 * 24 * time.Hour)})
	r, token = s.Reply(over, "ada@example.org", 1)
	for _, request := range []string{"GET /api/rsvps/verify-token", "DELETE /api/rsvps/cancel-by-token", "PUT /api/rsvps/" + r.ID, "DELETE /api/rsvps/" + r.ID} {
		method, path, _ := strings.Cut(request, " ")
		wantProblem(t, s.bearing(token, method, path, bodyFor(method)), 410, "token-expired")
	}
}

func TestARepeatedReplyGetsTheSameAnswer(t *testing.T) {
	t.Parallel()
	s := open(t, Config{}).serve()
	first := s.ask("POST", "/api/rsvps", ada, "Idempotency-Key", "k")
	again := s.ask("POST", "/api/rsvps", ada, "Idempotency-Key", "k")
	if first.status != 201 || again.status != 201 || string(first.body) != string(again.body) {
		t.Errorf("%d %s\n%d %s", first.status, first.body, again.status, again.body)
	}
	wantProblem(t, s.ask("POST", "/api/rsvps", strings.Replace(ada, "Ada", "Eve", 1), "Idempotency-Key", "k"), 422, "idempotency-key-reused")
	wantProblem(t, s.ask("POST", "/api/rsvps", ada, "Idempotency-Key", strings.Repeat("k", 256)), 400, "bad-idempotency-key")
}

func TestBadRepliesNameTheirFields(t *testing.T) {
	t.Parallel()
	s := open(t, Config{}).serve()
	id, _ := s.Open(rsvp.Details{MaxPartySize: 4})
	with := func(more string) string {
		return `{"occasionId":"` + id + `","name":"Ada Lovelace","email":"ada@example.org",` + more + `}`
	}
	for _, test := range []struct {
		name, body string
		status     int
		code       string
		fields     []string
	}{
		{"nothing", `{}`, 422, "invalid", []string{"name", "email"}},
		{"null", `null`, 422, "invalid", []string{"name", "email"}},
		{"short name", `{"name":"A","email":"a@example.org"}`, 422, "invalid", []string{"name"}},
		{"no address", `{"name":"Ada","email":"Ada <a@example.org>"}`, 422, "invalid", []string{"email"}},
		{"long address", `{"name":"Ada","email":"` + strings.Repeat("a", 200) + `@example.org"}`, 422, "invalid", []string{"email"}},
		{"unknown status", with(`"status":"waitlisted"`), 422, "invalid", []string{"status"}},
		{"party too large", with(`"partySize":5`), 422, "invalid", []string{"partySize"}},
		{"party of none", with(`"partySize":0`), 422, "invalid", []string{"partySize"}},
		{"negative party", with(`"partySize":-1`), 422, "invalid", []string{"partySize"}},
		{"half a guest", with(`"partySize":1.5`), 422, "invalid", []string{"partySize"}},
		{"party as text", with(`"partySize":"2"`), 422, "invalid", []string{"partySize"}},
		{"long note", with(`"note":"` + strings.Repeat("x", 1001) + `"`), 422, "invalid", []string{"note"}},
		{"escaped NUL", with(`"note":"a\u0000b"`), 422, "invalid", []string{"note"}},
		{"raw NUL", with("\"note\":\"a\x00b\""), 400, "malformed-json", nil},
		{"invalid UTF-8", with("\"note\":\"a\xffb\""), 400, "malformed-json", nil},
		{"name as number", `{"name":7,"email":"a@example.org"}`, 422, "invalid", []string{"name"}},
		{"half a document", `{"name":"Ada"`, 400, "malformed-json", nil},
		{"two documents", ada + ada, 400, "malformed-json", nil},
		{"a list", `[]`, 400, "malformed-json", nil},
		{"nobody's occasion", `{"occasionId":"` + noSuchID + `","name":"Ada","email":"a@example.org"}`, 404, "occasion-not-found", nil},
		{"no occasion's id", `{"occasionId":"x","name":"Ada","email":"a@example.org"}`, 404, "occasion-not-found", nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			wantProblem(t, s.ask("POST", "/api/rsvps", test.body), test.status, test.code, test.fields...)
		})
	}
	wantProblem(t, s.ask("POST", "/api/rsvps", ada, "Content-Type", "text/plain"), 415, "unsupported-media-type")
	wantProblem(t, s.ask("POST", "/api/rsvps", ada, "Content-Encoding", "gzip"), 415, "unsupported-encoding")
	odd := " {\n\"Name\":\"\\u0041da\",\"email\":\"1@example.org\", \"unknown\":[{}],\"name\":\"Zoë\"}"
	if a := s.ask("POST", "/api/rsvps", odd); a.status != 201 || read[repliedAnswer](t, a).RSVP.Name != "Zoë" {
		t.Errorf("status %d: %s", a.status, a.body)
	}
	if c := s.counts(id); c.Replies != (contract.ReplyCounts{}) {
		t.Errorf("refused replies are counted: %+v", c)
	}
}

func TestBadChangesNameTheirFields(t *testing.T) {
	t.Parallel()
	s := open(t, Config{}).serve()
	r, token := s.Reply("", "ada@example.org", 1)
	for body, field := range map[string]string{
		`{"status":""}`: "status", `{"status":"cancelled"}`: "status", `{"name":""}`: "name", `{"email":""}`: "email",
		`{"partySize":0}`: "partySize", `{"partySize":11}`: "partySize", `{"note":"\u0000"}`: "note", `{"note":7}`: "note", `{"email":[]}`: "email",
	} {
		t.Run(body, func(t *testing.T) {
			wantProblem(t, s.bearing(token, "PUT", "/api/rsvps/"+r.ID, body), 422, "invalid", field)
		})
	}
	if now, _ := s.Store.Reply(t.Context(), r.ID); now != r {
		t.Errorf("%+v became %+v", r, now)
	}
}

func TestTheTraceOfARequestGoesOn(t *testing.T) {
	t.Parallel()
	s := open(t, Config{}).serve()
	const trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
	s.ask("POST", "/api/rsvps", ada, "Traceparent", trace)
	batches, err := s.Store.Pending(t.Context(), nil, 100)
	if err != nil || len(batches) == 0 {
		t.Fatal(err)
	}
	last := batches[len(batches)-1].Messages
	if m := last[len(last)-1]; m.Headers["traceparent"] != trace || !strings.Contains(string(m.Value), string(event.TypeRSVPCreated)) {
		t.Errorf("%v %s", m.Headers, m.Value)
	}
}

// bearing sends a request with a bearer token.
func (s *site) bearing(token, method, path, body string) answer {
	s.t.Helper()
	if token == "" {
		return s.ask(method, path, body)
	}
	return s.ask(method, path, body, "Authorization", "Bearer "+token)
}

func (s *site) counts(id string) contract.Counts {
	s.t.Helper()
	a := s.ask("GET", "/api/occasions/"+id+"/counts", "")
	if a.status != 200 {
		s.t.Fatalf("status %d: %s", a.status, a.body)
	}
	return read[contract.Counts](s.t, a)
}

// bodyFor is a body that changes nothing, for methods that need one.
func bodyFor(method string) string {
	if method == "PUT" || method == "PATCH" {
		return "{}"
	}
	return ""
}

// fill lets guests reply.
func (s *site) fill(id string, guests int) {
	s.t.Helper()
	for i := range guests {
		s.Reply(id, fmt.Sprintf("guest%d@example.org", i), 1)
	}
}
