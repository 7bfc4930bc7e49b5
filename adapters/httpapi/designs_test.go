package httpapi

import (
	"bytes"
	"testing"

	"convoke/domain/design"
	"convoke/test/backend"
)

func TestADesignListsItsVersions(t *testing.T) {
	t.Parallel()
	s := open(t, Config{}).serve()
	id := s.Order()
	s.Complete(id)
	a := s.ask("POST", "/api/mcp/tools/refine", `{"jobId":"`+id+`","instructions":"bluer"}`)
	child := read[acceptedBody](t, a).JobID
	s.CompleteWith(child, backend.SVG("Mary"))

	designID := s.State(id).DesignID
	a = s.ask("GET", "/api/designs/"+designID, "")
	d := read[designAnswer](t, a).Design
	if a.status != 200 || d.ID != designID || len(d.Versions) != 2 {
		t.Fatalf("status %d: %s", a.status, a.body)
	}
	one, two := d.Versions[0], d.Versions[1]
	if !bytes.Contains(a.body, []byte(`"metadata":{`)) {
		t.Errorf("metadata must be an object: %s", a.body)
	}
	if one.Version != 1 || one.ParentVersion != nil || one.Instructions != nil || one.Generator != "studio" || one.AssetType != design.SVGType {
		t.Errorf("%+v", one)
	}
	if two.Version != 2 || *two.ParentVersion != 1 || *two.Instructions != "bluer" || two.URL != "/api/designs/"+designID+"/v/2.svg" {
		t.Errorf("%+v", two)
	}
	if a := s.ask("GET", two.URL, ""); !bytes.Contains(a.body, []byte("Mary")) {
		t.Errorf("%s", a.body)
	}
	wantProblem(t, s.ask("GET", "/api/designs/"+noSuchID, ""), 404, "design-not-found")
	wantProblem(t, s.ask("GET", "/api/designs/x", ""), 404, "design-not-found")
}

func TestADrawingIsImmutableAndHarmless(t *testing.T) {
	t.Parallel()
	s := open(t, Config{}).serve()
	id := s.Order()
	s.Complete(id)
	path := "/api/designs/" + s.State(id).DesignID + "/v/1"
	a := s.ask("GET", path+".svg", "")
	for name, want := range map[string]string{
		"Content-Type":            "image/svg+xml",
		"Cache-Control":           "public, max-age=31536000, immutable",
		"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
		"X-Content-Type-Options":  "nosniff",
	} {
		if got := a.header.Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	etag := a.header.Get("ETag")
	for _, tags := range []string{etag, "W/" + etag, `"other", ` + etag, "*"} {
		b := s.ask("GET", path+".svg", "", "If-None-Match", tags)
		if b.status != 304 || len(b.body) != 0 || b.header.Get("ETag") != etag {
			t.Errorf("If-None-Match %s: status %d", tags, b.status)
		}
	}
	if b := s.ask("GET", path+".svg", "", "If-None-Match", `"other"`); b.status != 200 || !bytes.Equal(a.body, b.body) {
		t.Errorf("status %d", b.status)
	}
	if head := s.ask("HEAD", path+".svg", ""); head.status != 200 || len(head.body) != 0 || head.header.Get("ETag") != etag {
		t.Errorf("HEAD: status %d", head.status)
	}
	for _, other := range []string{".jpg", ".webp", ".svg.png", "", ".", ".SVG"} {
		wantProblem(t, s.ask("GET", path+other, ""), 404, "version-not-found")
	}
	for _, number := range []string{"2.svg", "0.svg", "-1.svg", "01.svg", "+1.svg", "99999999999999999999.svg", "x.svg"} {
		wantProblem(t, s.ask("GET", path[:len(path)-1]+number, ""), 404, "version-not-found")
	}
}

func TestARasterIsServedAsItIs(t *testing.T) {
	t.Parallel()
	s := open(t, Config{}).serve()
	id := s.Order()
	png := []byte("\x89PNG\r\n\x1a\nbytes\x00\xff")
	s.CompleteWith(id, design.Asset{MediaType: design.PNGType, Data: png})
	a := s.ask("GET", "/api/designs/"+s.State(id).DesignID+"/v/1.png", "")
	if a.status != 200 || !bytes.Equal(a.body, png) || a.header.Get("Content-Type") != "image/png" || a.header.Get("Content-Security-Policy") != "" {
		t.Errorf("status %d, %v", a.status, a.header)
	}
	if narrow := s.ask("GET", "/api/designs/"+s.State(id).DesignID+"/v/1.png?width=64", ""); !bytes.Equal(narrow.body, png) {
		t.Errorf("with a width: status %d", narrow.status)
	}
	wantProblem(t, s.ask("GET", "/api/designs/"+s.State(id).DesignID+"/v/1.svg", ""), 404, "version-not-found")
	shown := s.ask("GET", "/api/mcp/tools/job/"+id, "")
	if !bytes.Contains(shown.body, []byte(`"content":null`)) {
		t.Errorf("%s", shown.body)
	}
}
