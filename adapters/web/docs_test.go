package web_test

import (
	"compress/gzip"
	"encoding/json"
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"convoke/adapters/web/words"
	"convoke/application/contract"
	"convoke/test/site"
)

func TestTheContractCanBeReadByPeople(t *testing.T) {
	t.Parallel()
	s := site.Open(t, site.Config{})
	page := newReader(t, s).get("/docs").want(t, http.StatusOK, words.DocsTitle, "/api/rsvps/verify-token", "DESIGN_REQUEST_RECEIVED", "job_complete")
	if strings.Contains(page.body, "<script") || !strings.Contains(page.Header.Get("Content-Security-Policy"), "default-src 'none'") {
		t.Errorf("%v", page.Header)
	}
	var openapi struct {
		Paths      map[string]map[string]any
		Components struct{ Schemas map[string]any }
	}
	var asyncapi struct {
		Components struct{ Messages, Schemas map[string]any }
	}
	if err := json.Unmarshal(contract.OpenAPI(), &openapi); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(contract.AsyncAPI(), &asyncapi); err != nil {
		t.Fatal(err)
	}
	for path, operations := range openapi.Paths {
		for method, operation := range operations {
			o, ok := operation.(map[string]any) // else they are the path's parameters
			if id, _ := o["operationId"].(string); ok && !strings.Contains(page.body, `<article id="`+id+`">`) {
				t.Errorf("%s %s is not on the page", method, path)
			}
		}
	}
	for _, schemas := range []map[string]any{openapi.Components.Schemas, asyncapi.Components.Schemas} {
		for name := range schemas {
			if !strings.Contains(page.body, `id="schema-`+name+`"`) {
				t.Errorf("%s is not on the page", name)
			}
		}
	}
}

func TestEveryLinkWithinTheContractsPageLeadsSomewhereAndNothingIsNamedTwice(t *testing.T) {
	t.Parallel()
	body := newReader(t, site.Open(t, site.Config{})).get("/docs").body
	ids := map[string]int{}
	for _, found := range regexp.MustCompile(` id="([^"]+)"`).FindAllStringSubmatch(body, -1) {
		if ids[found[1]]++; ids[found[1]] > 1 {
			t.Errorf("%s is there twice", found[1])
		}
	}
	links := regexp.MustCompile(`href="#([^"]+)"`).FindAllStringSubmatch(body, -1)
	for _, found := range links {
		if ids[found[1]] == 0 {
			t.Errorf("#%s leads nowhere", found[1])
		}
	}
	if len(links) < 200 {
		t.Errorf("only %d links", len(links))
	}
}

func TestTheContractsPageIsSentOnceAndPacked(t *testing.T) {
	t.Parallel()
	reader := newReader(t, site.Open(t, site.Config{}))
	plain := reader.get("/docs")
	etag := plain.Header.Get("ETag")
	reader.do(http.MethodGet, "/docs", nil, "If-None-Match: "+etag).want(t, http.StatusNotModified)
	packed := reader.do(http.MethodGet, "/docs", nil, "Accept-Encoding: gzip")
	unpacked, err := gzip.NewReader(strings.NewReader(packed.body))
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(unpacked)
	if err != nil || string(text) != plain.body || len(packed.body) > 40<<10 {
		t.Errorf("%d bytes packed, %v", len(packed.body), err)
	}
}

func TestExamplesNameTheDeployment(t *testing.T) {
	t.Parallel()
	s := site.Open(t, site.Config{PublicURL: "https://example.org/convoke/"})
	page := newReader(t, s).get("/docs").want(t, http.StatusOK, `https://example.org/convoke/api/rsvps`)
	if strings.Contains(page.body, "localhost") {
		t.Error("an example names localhost")
	}
	for _, found := range reference.FindAllStringSubmatch(page.body, -1) {
		if !strings.HasPrefix(found[1], "/convoke/") {
			t.Errorf("the page refers to %s", found[1])
		}
	}
}
