package web_test

import (
	"net/http"
	"net/url"
	"testing"

	"convoke/test/site"
)

func TestAThemeIsRememberedAndRenderedByTheServer(t *testing.T) {
	t.Parallel()
	s := site.Open(t, site.Config{})
	r := newReader(t, s)
	r.get("/o/default").want(t, http.StatusOK, `class="hue-030"`, `content="light dark"`)
	chosen := r.post("/theme", url.Values{"theme": {"dark"}}, "Referer: "+s.URL+"/o/default?done=x").want(t, http.StatusSeeOther)
	if chosen.location() != "/o/default?done=x" {
		t.Errorf("it leads to %s", chosen.location())
	}
	r.get("/o/default").want(t, http.StatusOK, `class="hue-030 dark"`, `<meta name="color-scheme" content="dark">`)
	r.post("/theme", url.Values{"theme": {"system"}}).want(t, http.StatusSeeOther)
	r.get("/o/default").want(t, http.StatusOK, `class="hue-030"`)
}

func TestAThemeNeverLeadsElsewhere(t *testing.T) {
	t.Parallel()
	s := site.Open(t, site.Config{})
	r := newReader(t, s)
	for _, from := range []string{"https://evil.example//evil.example/", "https://evil.example", "%zz", ""} {
		if a := r.post("/theme", url.Values{"theme": {"light"}}, "Referer: "+from).want(t, http.StatusSeeOther); a.location() != "/studio" {
			t.Errorf("%q leads to %q", from, a.location())
		}
	}
	r.post("/theme", url.Values{"theme": {"blink"}}).want(t, http.StatusUnprocessableEntity)
	r.post("/theme", url.Values{"theme": {"dark"}}, "Origin: https://evil.example").want(t, http.StatusForbidden)
}
