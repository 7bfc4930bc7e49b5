package web_test

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"convoke/adapters/web/words"
	"convoke/application/deadletter"
	"convoke/application/jobs"
	"convoke/domain/event"
	"convoke/domain/job"
	"convoke/test/site"
)

// newOperator is a reader who has signed in.
func newOperator(t *testing.T, s *site.Site) *reader {
	t.Helper()
	r := newReader(t, s)
	r.post("/console/session", url.Values{"token": {site.AdminToken}}).want(t, http.StatusSeeOther)
	return r
}

// letter puts a dead letter in its place and returns its id.
func letter(t *testing.T, s *site.Site, change func(*deadletter.Letter)) string {
	t.Helper()
	l := deadletter.Letter{
		ID: "01890000-0000-7000-8000-00000000000a", Topic: s.Names.RSVPEvents, Partition: 3, Offset: 41, Group: s.Names.Mail, Reason: "undecodable",
		Attempts: 1, Time: time.Now(), Key: "a-key", Value: []byte(`{"name":"Ada Lovelace"}`), Headers: map[string]string{"traceparent": "00-1"},
	}
	if change != nil {
		change(&l)
	}
	l.Fingerprint[0] = l.ID[len(l.ID)-1]
	if err := s.Store.AddLetters(t.Context(), []deadletter.Letter{l}); err != nil {
		t.Fatal(err)
	}
	return l.ID
}

// everyPage is the console's pages, with something to show on each.
func everyPage(t *testing.T, s *site.Site) map[string]string {
	t.Helper()
	done, failed := s.Order(), s.Order()
	s.Progress(done, 20, "drawing")
	s.Complete(done)
	s.Progress(failed, 20, "drawing")
	s.Fail(failed)
	open := s.Order()
	l := letter(t, s, nil)
	s.Fleet.Take(event.WorkerSeen{
		WorkerID: "worker-7f3a", Concurrency: 8, Generators: []event.GeneratorStatus{{ID: "studio", Health: event.HealthOK}}, Running: []event.Run{{JobID: open, Attempt: 1}},
	})
	return map[string]string{
		"/console": words.HourHeading, "/console/jobs": "A garden party for Ada", "/console/jobs?status=FAILED": "A garden party for Ada",
		"/console/jobs/" + done: "Drew the design", "/console/jobs/" + failed: "refused: the brief was refused", "/console/jobs/" + open + "/cancel": words.JobCancelText,
		"/console/bulk?act=redrive-jobs": "1 job would start afresh", "/console/bulk?act=discard-letters": "1 letter would be thrown away",
		"/console/operations": words.OperationsNone, "/console/letters": "undecodable", "/console/letters/all": "undecodable",
		"/console/letters/" + l: words.LetterHidden, "/console/letters/" + l + "/redrive": words.LetterTarget, "/console/letters/" + l + "/discard": words.LetterDiscardTxt,
		"/console/groups": s.Names.Workers, "/console/groups/replay?group=" + s.Names.Workers: words.GroupsReplayText,
		"/console/workers": "worker-7f3a", "/console/topics": s.Names.RSVPEvents, "/console/topics/tail?topic=" + s.Names.RSVPEvents: words.TopicsNone,
	}
}

func TestEveryPageOfTheConsoleIsShownToOperatorsOnly(t *testing.T) {
	t.Parallel()
	s := site.Open(t, site.Config{})
	operator, stranger := newOperator(t, s), newReader(t, s)
	for path, text := range everyPage(t, s) {
		a := operator.get(path).want(t, http.StatusOK, text, words.SignOutButton)
		if a.Header.Get("Cache-Control") != "no-store" || !strings.Contains(a.Header.Get("Content-Security-Policy"), "default-src 'none'") {
			t.Errorf("%s: %v", path, a.Header)
		}
		refused := stranger.get(path).want(t, http.StatusUnauthorized, words.SignInHeading)
		refused.lacks(t, text, "Ada", "undecodable", s.Names.RSVPEvents+"<", "worker-7f3a", words.SignOutButton)
		if refused.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s: a refusal may be kept", path)
		}
		stranger.do(http.MethodGet, path, nil, "X-Fragment: strip").want(t, http.StatusUnauthorized)
	}
	operator.get("/console/nothing").want(t, http.StatusNotFound, words.ConsoleMissing)
	operator.get("/console/jobs/nothing").want(t, http.StatusNotFound, words.ConsoleMissing)
	stranger.get("/console/nothing").want(t, http.StatusUnauthorized)
}

func TestWithoutAnAdminTokenThereIsNoConsole(t *testing.T) {
	t.Parallel()
	s := site.Open(t, site.Config{NoConsole: true})
	r := newReader(t, s)
	for _, path := range []string{"/console", "/console/session", "/console/jobs"} {
		a := r.get(path).want(t, http.StatusNotFound)
		if a.Header.Get("Content-Type") != "application/problem+json" {
			t.Errorf("%s: %v", path, a.Header)
		}
	}
	for _, token := range []string{"", site.AdminToken} {
		if a := r.post("/console/session", url.Values{"token": {token}}); a.StatusCode != http.StatusNotFound || len(a.Cookies()) > 0 {
			t.Errorf("%q: %d %v", token, a.StatusCode, a.Cookies())
		}
	}
}

func TestTheTokenGivesASession(t *testing.T) {
	t.Parallel()
	s := site.Open(t, site.Config{})
	r := newReader(t, s)
	for _, token := range []string{"", "wrong", site.AdminToken + "x", site.AdminToken[1:]} {
		a := r.post("/console/session", url.Values{"token": {token}, "back": {"/console/jobs"}}).want(t, http.StatusUnauthorized, words.SignInWrong, `value="/console/jobs"`)
		if len(a.Cookies()) > 0 {
			t.Fatalf("%q got a cookie", token)
		}
	}
	a := r.post("/console/session", url.Values{"token": {" " + site.AdminToken + "\n"}, "back": {"/console/jobs?status=FAILED"}}).want(t, http.StatusSeeOther)
	cookie := a.Cookies()[0]
	if a.location() != "/console/jobs?status=FAILED" || !cookie.HttpOnly || cookie.Path != "/console" || cookie.SameSite != http.SameSiteLaxMode || cookie.MaxAge != 12*60*60 {
		t.Fatalf("%s %v", a.location(), cookie)
	}
	if strings.Contains(cookie.Value, site.AdminToken) || strings.Contains(s.Log.String(), site.AdminToken) || !strings.Contains(s.Log.String(), "an operator has signed in") {
		t.Fatalf("the token is kept, or the log does not say: %s", s.Log)
	}
	r.get("/console/session").want(t, http.StatusSeeOther)
	r.post("/console/session/end", url.Values{}).want(t, http.StatusSeeOther)
	r.get("/console/session?done=out").want(t, http.StatusOK, words.SignedOut)
	r.get("/console").want(t, http.StatusUnauthorized)
}

func TestAForgedSessionSeesNothing(t *testing.T) {
	t.Parallel()
	s := site.Open(t, site.Config{})
	id := s.Order()
	for _, cookie := range []string{"x", site.AdminToken, strings.Repeat("A", 62)} {
		r := newReader(t, s)
		r.do(http.MethodGet, "/console/jobs", nil, "Cookie: console="+cookie).want(t, http.StatusUnauthorized).lacks(t, "Ada")
		r.post("/console/jobs/"+id+"/cancel", url.Values{}, "Cookie: console="+cookie).want(t, http.StatusUnauthorized, words.SignInEnded)
	}
	if got := s.State(id).Status; got != job.Pending {
		t.Errorf("the job is %s", got)
	}
}

func TestAnotherSiteCanNotActForAnOperator(t *testing.T) {
	t.Parallel()
	s := site.Open(t, site.Config{})
	operator, id := newOperator(t, s), s.Order()
	for _, path := range []string{"/console/jobs/" + id + "/cancel", "/console/session", "/console/session/end", "/console/bulk", "/console/groups/replay"} {
		for _, header := range []string{"Origin: https://evil.example", "Sec-Fetch-Site: cross-site"} {
			operator.post(path, url.Values{"token": {site.AdminToken}}, header).want(t, http.StatusForbidden, words.ForeignHeading)
		}
	}
	if got := s.State(id).Status; got != job.Pending {
		t.Errorf("the job is %s", got)
	}
	operator.get("/console").want(t, http.StatusOK)
}

func TestAWrongTokenIsLimitedLikeEveryWrite(t *testing.T) {
	t.Parallel()
	s := site.Open(t, site.Config{RateLimit: 0.001})
	r := newReader(t, s)
	r.post("/console/session", url.Values{"token": {"wrong"}}).want(t, http.StatusUnauthorized)
	r.post("/console/session", url.Values{"token": {site.AdminToken}}).want(t, http.StatusTooManyRequests, words.ConsoleBusy)
}

func TestTokensAreNotTriedInARow(t *testing.T) {
	t.Parallel()
	s := site.Open(t, site.Config{}) // there is no limit of writes
	r := newReader(t, s)
	const tries = 10
	for i := range tries {
		r.post("/console/session", url.Values{"token": {fmt.Sprint("guess-", i)}}).want(t, http.StatusUnauthorized)
	}
	r.post("/console/session", url.Values{"token": {site.AdminToken}}).want(t, http.StatusTooManyRequests, words.ConsoleBusy)
	if log := s.Log.String(); strings.Count(log, "level=WARN") != tries || strings.Contains(log, "guess") {
		t.Errorf("the log says %s", log)
	}
}

func TestBelowAPathTheConsoleIsBelowIt(t *testing.T) {
	t.Parallel()
	s := site.Open(t, site.Config{PublicURL: "https://example.org/convoke/"})
	a := newReader(t, s).post("/console/session", url.Values{"token": {site.AdminToken}}).want(t, http.StatusSeeOther)
	cookie := a.Cookies()[0]
	if a.location() != "/convoke/console" || cookie.Path != "/convoke/console" || !cookie.Secure {
		t.Fatalf("%s %v", a.location(), cookie)
	}
	links := regexp.MustCompile(`(?:href|src|action|data-from)="(/[^"]*)"`)
	for path := range everyPage(t, s) {
		page := newReader(t, s).do(http.MethodGet, path, nil, "Cookie: console="+cookie.Value).want(t, http.StatusOK)
		for _, found := range links.FindAllStringSubmatch(page.body, -1) {
			if !strings.HasPrefix(found[1], "/convoke/") {
				t.Errorf("%s refers to %s", path, found[1])
			}
		}
	}
}

func TestOnePartOfAPageCanBeAskedForAlone(t *testing.T) {
	t.Parallel()
	s := site.Open(t, site.Config{})
	operator := newOperator(t, s)
	s.Order()
	for _, part := range []string{"strip", "hour", "groups", "letters", "workers", "outbox", "ready"} {
		a := operator.do(http.MethodGet, "/console", nil, "X-Fragment: "+part).want(t, http.StatusOK, `data-region="`+part+`"`).lacks(t, "<html", "<h1")
		if !strings.Contains(a.Header.Get("Vary"), "X-Fragment") || strings.Count(a.body, "data-region=") != 1 {
			t.Errorf("%s: %v %s", part, a.Header, a.body)
		}
	}
}

func TestWhatIsNotKnownIsNoZero(t *testing.T) {
	t.Parallel()
	s := site.Open(t, site.Config{})
	operator := newOperator(t, s)
	s.Order()
	page := operator.get("/console").want(t, http.StatusOK, "nobody", words.ConsoleUnknown, words.OutboxHeading, "2 batches wait")
	row := regexp.MustCompile(`(?s)<tr data-key="nobody no-such-topic">.*?</tr>`).FindString(page.body)
	if !strings.Contains(row, `<td class="number">–</td>`) || strings.Contains(row, ">0<") {
		t.Errorf("the unknown group is shown as %s", row)
	}
	operator.get("/console/groups").want(t, http.StatusOK, s.Names.Workers, "nobody", words.ConsoleUnknown)
}

func order(t *testing.T, s *site.Site, description string) string {
	t.Helper()
	state, err := s.Jobs.Generate(t.Context(), jobs.Generate{Description: description})
	if err != nil {
		t.Fatal(err)
	}
	return state.ID
}
