package web_test

import (
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"
	"time"

	"convoke/domain/rsvp"
	"convoke/test/backend"
	"convoke/test/site"
)

func TestMain(m *testing.M) { backend.Main(m) }

const party = "A garden party"

// reader is a browser without scripts: it keeps cookies and shows where it would be sent.
type reader struct {
	t      *testing.T
	site   *site.Site
	client *http.Client
}

func newReader(t *testing.T, s *site.Site) *reader {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	transport := &http.Transport{}
	t.Cleanup(transport.CloseIdleConnections)
	return &reader{t, s, &http.Client{
		Jar: jar, Transport: transport, Timeout: 20 * time.Second,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// answer is a response with its body.
type answer struct {
	*http.Response
	body string
}

func (a answer) location() string { return a.Header.Get("Location") }

func (r *reader) do(method, path string, form url.Values, headers ...string) answer {
	r.t.Helper()
	var body io.Reader
	if form != nil {
		body = strings.NewReader(form.Encode())
	}
	request, err := http.NewRequestWithContext(r.t.Context(), method, r.site.URL+path, body)
	if err != nil {
		r.t.Fatal(err)
	}
	if form != nil {
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for _, header := range headers {
		name, value, _ := strings.Cut(header, ": ")
		request.Header.Set(name, value)
		if name == "Host" {
			request.Host = value
		}
	}
	response, err := r.client.Do(request)
	if err != nil {
		r.t.Fatal(err)
	}
	defer response.Body.Close()
	content, err := io.ReadAll(response.Body)
	if err != nil {
		r.t.Fatal(err)
	}
	return answer{response, string(content)}
}

func (r *reader) get(path string) answer {
	r.t.Helper()
	return r.do(http.MethodGet, path, nil)
}

func (r *reader) post(path string, form url.Values, headers ...string) answer {
	r.t.Helper()
	return r.do(http.MethodPost, path, form, headers...)
}

// want fails the test unless the answer has the status and contains every text.
func (a answer) want(t *testing.T, status int, texts ...string) answer {
	t.Helper()
	if a.StatusCode != status {
		t.Fatalf("%s %s: %d instead of %d\n%s", a.Request.Method, a.Request.URL.Path, a.StatusCode, status, a.body)
	}
	for _, text := range texts {
		if !strings.Contains(a.body, text) {
			t.Errorf("%s %s: %q is missing in\n%s", a.Request.Method, a.Request.URL.Path, text, a.body)
		}
	}
	return a
}

// lacks fails the test if the answer contains any of the texts.
func (a answer) lacks(t *testing.T, texts ...string) answer {
	t.Helper()
	for _, text := range texts {
		if strings.Contains(a.body, text) {
			t.Errorf("%s %s: %q is in\n%s", a.Request.Method, a.Request.URL.Path, text, a.body)
		}
	}
	return a
}

// written is a form that can be sent; more overwrites fields, two by two.
func written(email string, more ...string) url.Values {
	form := url.Values{"name": {"Ada Lovelace"}, "email": {email}, "status": {"yes"}, "partySize": {"2"}, "note": {"See you"}}
	for i := 0; i < len(more); i += 2 {
		form.Set(more[i], more[i+1])
	}
	return form
}

func soon() time.Time { return time.Now().Add(30 * 24 * time.Hour).Truncate(time.Hour) }

func details(change func(*rsvp.Details)) rsvp.Details {
	d := rsvp.Details{Title: party, StartsAt: soon(), TimeZone: "Europe/Berlin", Place: "Kew Gardens"}
	if change != nil {
		change(&d)
	}
	return d
}
