package web_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"convoke/adapters/web/words"
	"convoke/test/site"
)

func TestAnotherSitesFormIsRefused(t *testing.T) {
	t.Parallel()
	s := site.Open(t, site.Config{PublicURL: "https://invite.example.org/convoke"})
	id, _ := s.Open(details(nil))
	before := s.Revision(t, id)
	for _, headers := range [][]string{
		{"Sec-Fetch-Site: cross-site"}, {"Sec-Fetch-Site: same-site"}, {"Origin: https://evil.example"}, {"Origin: null"},
	} {
		a := newReader(t, s).post("/o/"+id, written("ada@example.org"), headers...).want(t, http.StatusForbidden, words.ForeignHeading)
		if len(a.Cookies()) > 0 {
			t.Errorf("%q got a cookie", headers)
		}
	}
	if s.Revision(t, id) != before {
		t.Fatal("a foreign form changed something")
	}
	for i, headers := range [][]string{
		{"Sec-Fetch-Site: same-origin"}, {"Origin: " + s.URL}, {"Origin: https://invite.example.org", "Host: 10.0.0.7:3001"}, nil,
	} {
		newReader(t, s).post("/o/"+id, written(string(rune('a'+i))+"@example.org"), headers...).want(t, http.StatusSeeOther)
	}
}

func TestPagesShareTheLimitOfTheAPI(t *testing.T) {
	t.Parallel()
	s := site.Open(t, site.Config{RateLimit: 0.001}) // one write, and no more in this test
	id, _ := s.Open(details(nil))
	guest := newReader(t, s)
	guest.do(http.MethodPost, "/api/rsvps", url.Values{}).want(t, http.StatusUnsupportedMediaType)
	a := guest.post("/o/"+id, written("ada@example.org")).want(t, http.StatusTooManyRequests, words.BusyHeading, `href="/o/`+id+`"`)
	if a.Header.Get("Retry-After") == "" || !strings.HasPrefix(a.Header.Get("Content-Type"), "text/html") {
		t.Fatalf("%v", a.Header)
	}
	api := guest.do(http.MethodPost, "/api/rsvps", url.Values{}).want(t, http.StatusTooManyRequests)
	if api.Header.Get("Content-Type") != "application/problem+json" {
		t.Fatalf("the API answers %v", api.Header)
	}
	guest.get("/o/"+id).want(t, http.StatusOK)
}

var reference = regexp.MustCompile(`(?:href|src|action|data-base)="(/[^"]*)"`)

func TestBelowAPathEverythingIsBelowIt(t *testing.T) {
	t.Parallel()
	s := site.Open(t, site.Config{PublicURL: "https://example.org/convoke/"})
	id, _ := s.Open(details(nil))
	guest := newReader(t, s)
	a := guest.post("/o/"+id, written("ada@example.org")).want(t, http.StatusSeeOther)
	cookie := a.Cookies()[0]
	if !strings.HasPrefix(a.location(), "/convoke/o/") || cookie.Path != "/convoke/o/"+id || !cookie.Secure {
		t.Fatalf("%q, %v", a.location(), cookie)
	}
	own := "Cookie: guest=" + cookie.Value
	for _, path := range []string{"/o/" + id, "/o/" + id + "/reply", "/o/" + id + "/reply/cancel", "/o/nothing"} {
		for _, headers := range [][]string{nil, {own}} {
			page := guest.do(http.MethodGet, path, nil, headers...)
			if to := page.location(); to != "" && !strings.HasPrefix(to, "/convoke/o/") {
				t.Errorf("%s leads to %s", path, to)
			}
			for _, found := range reference.FindAllStringSubmatch(page.body, -1) {
				if !strings.HasPrefix(found[1], "/convoke/") {
					t.Errorf("%s refers to %s", path, found[1])
				}
			}
		}
	}
	guest.get("/o/"+id).want(t, http.StatusOK, `content="https://example.org/convoke/o/`+id+`"`)
}

// load gets a file that a page refers to.
func load(t *testing.T, r *reader, path string, headers ...string) answer {
	t.Helper()
	return r.do(http.MethodGet, path, nil, headers...).want(t, http.StatusOK)
}

func TestAssetsAreKeptForEverUnderTheirOwnAddress(t *testing.T) {
	t.Parallel()
	s := site.Open(t, site.Config{})
	r := newReader(t, s)
	page := r.get("/o/default").want(t, http.StatusOK)
	sheet := regexp.MustCompile(`/assets/[0-9a-f]+/app\.css`).FindString(page.body)
	plain, packed := load(t, r, sheet, "Accept-Encoding: identity"), load(t, r, sheet, "Accept-Encoding: br, gzip")
	if !strings.Contains(plain.Header.Get("Cache-Control"), "immutable") || packed.Header.Get("Content-Encoding") != "gzip" || !strings.Contains(packed.Header.Get("Vary"), "Accept-Encoding") {
		t.Fatalf("%v and %v", plain.Header, packed.Header)
	}
	unpacked, err := gzip.NewReader(strings.NewReader(packed.body))
	if err != nil {
		t.Fatal(err)
	}
	if content, err := io.ReadAll(unpacked); err != nil || string(content) != plain.body {
		t.Fatalf("packed and plain differ: %v", err)
	}
	if refused := load(t, r, sheet, "Accept-Encoding: gzip;q=0"); refused.Header.Get("Content-Encoding") != "" || refused.body != plain.body {
		t.Errorf("a client that refuses gzip gets %v", refused.Header)
	}
	if old := load(t, r, "/assets/0123456789abcdef/app.css", "Accept-Encoding: identity"); old.Header.Get("Cache-Control") != "no-cache" || old.body != plain.body {
		t.Fatalf("another version's sheet: %v", old.Header)
	}
	load(t, r, "/favicon.ico")
	for _, path := range []string{"/assets/x/nothing.css", "/assets/x/fetch.sh", "/assets/x/..%2fweb.go"} {
		r.get(path).want(t, http.StatusNotFound)
	}
}

// The bars of what a first visit loads, in bytes as they travel.
const (
	maxScript = 15_000
	maxSheet  = 8_000
	maxView   = 100_000
)

// TestEachKindOfPageIsSmall weighs what each kind of page loads besides the typefaces.
func TestEachKindOfPageIsSmall(t *testing.T) {
	t.Parallel()
	s := site.Open(t, site.Config{})
	r := newReader(t, s)
	for _, kind := range []string{"guest", "studio", "console"} {
		size := func(name string) int { return len(load(t, r, "/assets/x/"+name, "Accept-Encoding: gzip").body) }
		sheets := size("app.css")
		if kind != "guest" {
			sheets += size(kind + ".css")
		}
		if script := size(kind + ".js"); script > maxScript || sheets > maxSheet {
			t.Errorf("%s: a script of %d bytes, at most %d; sheets of %d, at most %d", kind, script, maxScript, sheets, maxSheet)
		}
	}
}

func TestAFirstVisitIsSmall(t *testing.T) {
	t.Parallel()
	s := site.Open(t, site.Config{})
	r := newReader(t, s)
	page := r.get("/o/default").want(t, http.StatusOK)
	root := regexp.MustCompile(`/assets/[0-9a-f]+/`).FindString(page.body)
	total := len(page.body)
	for name, most := range map[string]int{"guest.js": maxScript, "app.css": maxSheet, "young-serif-latin.woff2": maxView, "atkinson-latin.woff2": maxView, "favicon.svg": maxSheet} {
		size := len(load(t, r, root+name, "Accept-Encoding: gzip").body)
		if size > most || size == 0 {
			t.Errorf("%s has %d bytes, at most %d are wanted", name, size, most)
		}
		total += size
	}
	if total > maxView {
		t.Errorf("a first visit loads %d bytes, at most %d are wanted", total, maxView)
	}
	t.Logf("a first visit loads %d bytes", total)
	if bytes.Contains([]byte(page.body), []byte("http://")) {
		t.Error("the page names another address")
	}
}

func TestTheStudioIsSmall(t *testing.T) {
	t.Parallel()
	s := site.Open(t, site.Config{})
	r := newReader(t, s)
	root := regexp.MustCompile(`/assets/[0-9a-f]+/`).FindString(r.get("/studio").want(t, http.StatusOK).body)
	size := func(name string) int { return len(load(t, r, root+name, "Accept-Encoding: gzip").body) }
	if script, sheets := size("studio.js"), size("app.css")+size("studio.css"); script > maxScript || sheets > maxSheet {
		t.Errorf("the script has %d bytes, the sheets %d", script, sheets)
	}
}
