package web_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"

	"convoke/adapters/memory"
	"convoke/adapters/web/words"
	"convoke/application/analytics"
	"convoke/domain/rsvp"
	"convoke/test/site"
)

// dial opens the socket of a host's page.
func dial(t *testing.T, s *site.Site, path string, headers ...string) (*websocket.Conn, int) {
	t.Helper()
	header := http.Header{}
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ": ")
		header.Set(name, value)
	}
	c, response, err := websocket.Dial(t.Context(), "ws"+strings.TrimPrefix(s.URL, "http")+path, &websocket.DialOptions{HTTPHeader: header})
	if err != nil {
		if response == nil {
			t.Fatal(err)
		}
		return nil, response.StatusCode
	}
	t.Cleanup(func() { _ = c.CloseNow() })
	return c, response.StatusCode
}

func TestHiddenCountsAreLiveForTheirHost(t *testing.T) {
	t.Parallel()
	s := site.Open(t, site.Config{})
	id, token := s.Open(details(func(d *rsvp.Details) { d.Counts = rsvp.CountsHidden }))
	path := "/studio/occasions/" + id + "/ws"
	c, _ := dial(t, s, path, "Cookie: host="+token, "Origin: "+s.URL)
	if err := c.Write(t.Context(), websocket.MessageText, []byte(`{"type":"subscribe","occasionId":"`+id+`"}`)); err != nil {
		t.Fatal(err)
	}
	s.Reply(id, "ada@example.org", 2)
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	for coming := 0; coming != 2; {
		_, text, err := c.Read(ctx)
		if err != nil {
			t.Fatal(err)
		}
		var m struct {
			Type   string
			People struct{ Yes int }
		}
		if err := json.Unmarshal(text, &m); err != nil || m.Type == "error" {
			t.Fatalf("%s %v", text, err)
		}
		coming = m.People.Yes
	}
	for name, headers := range map[string][]string{
		"another site":       {"Cookie: host=" + token, "Origin: https://evil.example"},
		"a page of nowhere":  {"Cookie: host=" + token, "Origin: null"},
		"another site still": {"Cookie: host=" + token, "Origin: " + s.URL, "Sec-Fetch-Site: cross-site"},
	} {
		if c, status := dial(t, s, path, headers...); c != nil || status != http.StatusForbidden {
			t.Errorf("%s gets %d", name, status)
		}
	}
	if c, status := dial(t, s, path, "Origin: "+s.URL); c != nil || status != http.StatusUnauthorized {
		t.Errorf("nobody gets %d", status)
	}
}

func TestHiddenCountsAreStreamedToTheirHostWithoutASocket(t *testing.T) {
	t.Parallel()
	s := site.Open(t, site.Config{})
	id, token := s.Open(details(func(d *rsvp.Details) { d.Counts = rsvp.CountsHidden }))
	other, foreign := s.Open(details(nil))
	path := "/studio/occasions/" + id + "/api/streams/occasions/"
	host := newReader(t, s)
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.URL+path+id, nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Cookie", "host="+token)
	response, err := host.client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	s.Reply(id, "ada@example.org", 2)
	for lines := bufio.NewScanner(response.Body); ; {
		if !lines.Scan() {
			t.Fatal("the stream told nothing of the reply")
		}
		if strings.Contains(lines.Text(), `"people":{"yes":2`) {
			break
		}
	}
	for _, headers := range [][]string{nil, {"Cookie: host=" + foreign}} {
		host.do(http.MethodGet, path+id, nil, headers...).want(t, http.StatusUnauthorized, words.OpeningHeading).lacks(t, "people", "data:")
	}
	host.do(http.MethodGet, path+id, nil, "Cookie: host="+token, "Sec-Fetch-Site: cross-site").want(t, http.StatusForbidden)
	host.do(http.MethodGet, path+other, nil, "Cookie: host="+token).want(t, http.StatusNotFound)
}

// silent is an analytics database that can not be reached.
type silent struct{ analytics.Store }

func (silent) Report(context.Context, analytics.Subject, time.Duration, time.Duration) (analytics.Report, error) {
	return analytics.Report{}, errors.New("analytics is down")
}

func TestWithoutAnalyticsThePageStays(t *testing.T) {
	t.Parallel()
	s := site.Open(t, site.Config{Numbers: silent{memory.NewAnalytics()}})
	host := newReader(t, s)
	id := opened(t, host, anOccasion())
	s.Reply(id, "ada@example.org", 1)
	host.get("/studio/occasions/"+id).want(t, http.StatusOK, words.ChartMissing, "ada@example.org")
}

func TestRepliesOverTimeAreDrawnAndTold(t *testing.T) {
	t.Parallel()
	s := site.Open(t, site.Config{})
	host := newReader(t, s)
	id := opened(t, host, anOccasion())
	host.get("/studio/occasions/"+id).want(t, http.StatusOK, words.ChartEmpty)
	s.Count(t, id, time.Date(2026, 6, 1, 9, 0, 0, 0, time.UTC), time.Date(2026, 6, 1, 9, 30, 0, 0, time.UTC), time.Date(2026, 6, 1, 22, 30, 0, 0, time.UTC))
	host.get("/studio/occasions/"+id).want(t, http.StatusOK, "<rect", "Mon 1 Jun, 11:00: 2", "Tue 2 Jun, 00:00: 1", words.Peak(2, words.HourUnit), words.ChartTable)
}

func TestTheStudioIsBelowThePathToo(t *testing.T) {
	t.Parallel()
	s := site.Open(t, site.Config{PublicURL: "https://example.org/convoke/"})
	host := newReader(t, s)
	a := host.post("/studio", aBrief()).want(t, http.StatusSeeOther)
	desk := a.Cookies()[0]
	job := strings.TrimPrefix(a.location(), "/convoke/studio/jobs/")
	if desk.Path != "/convoke/studio" || !desk.Secure || strings.Contains(job, "/") {
		t.Fatalf("%q, %v", a.location(), desk)
	}
	s.Draw(t, job)
	a = host.post("/studio/occasions/new", anOccasion("job", job)).want(t, http.StatusSeeOther)
	id := occasionID.FindStringSubmatch(a.location())[1]
	s.Reply(id, "ada@example.org", 1)
	cookies := "Cookie: desk=" + desk.Value
	for _, cookie := range a.Cookies() {
		if cookie.Name == "host" {
			cookies += "; host=" + cookie.Value
			if cookie.Path != "/convoke/studio/occasions/"+id || !cookie.Secure {
				t.Errorf("%v", cookie)
			}
		}
	}
	for _, path := range []string{"/studio", "/studio/jobs/" + job, "/studio/jobs/" + job + "/compare", "/studio/jobs/" + nobody, "/studio/occasions/new?job=" + job,
		"/studio/occasions/" + id, "/studio/occasions/" + id + "/edit", "/studio/occasions/" + id + "/delete", "/studio/occasions/" + id + "/guests/new"} {
		for _, headers := range [][]string{nil, {cookies}} {
			page := host.do(http.MethodGet, path, nil, headers...)
			for _, found := range reference.FindAllStringSubmatch(page.body, -1) {
				if !strings.HasPrefix(found[1], "/convoke/") {
					t.Errorf("%s refers to %s", path, found[1])
				}
			}
		}
	}
	host.do(http.MethodGet, "/studio/occasions/"+id, nil, cookies).want(t, http.StatusOK, `value="https://example.org/convoke/o/`+id+`"`)
	host.post("/studio/occasions/"+id+"/guests/new", url.Values{}, cookies, "Origin: https://evil.example").want(t, http.StatusForbidden)
}
