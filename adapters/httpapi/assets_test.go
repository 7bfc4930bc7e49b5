package httpapi

import (
	"bytes"
	"fmt"
	"image/png"
	"testing"

	"convoke/domain/design"
	"convoke/domain/event"
)

// square is a drawing of one colour, twice as wide as high.
func square(color string) design.Asset {
	const form = `<svg xmlns="http://www.w3.org/2000/svg" width="100" height="50"><rect width="100" height="50" fill="%s"/></svg>`
	return design.Asset{MediaType: design.SVGType, Data: fmt.Appendf(nil, form, color)}
}

// finished completes a job with an asset and returns the path of its version.
func (s *site) finished(asset design.Asset) string {
	s.t.Helper()
	id := s.Order()
	s.CompleteWith(id, asset)
	return "/api/designs/" + s.State(id).DesignID + "/v/1"
}

func TestADrawingIsServedAsPNGInAnyWidth(t *testing.T) {
	t.Parallel()
	s := open(t, Config{}).serve()
	path := s.finished(square("#336699")) + ".png"
	etags := map[string]bool{}
	widths := map[string]int{"": 100, "?width=100": 100, "?width=16": 16, "?width=1200": 1200, "?width=4096": 4096}
	if testing.Short() {
		delete(widths, "?width=4096") // under the race detector it may take longer than a drawing is given
	}
	for query, width := range widths {
		a := s.ask("GET", path+query, "")
		picture, err := png.Decode(bytes.NewReader(a.body))
		if a.status != 200 || err != nil {
			t.Fatalf("%s: status %d, %v", query, a.status, err)
		}
		if size := picture.Bounds().Size(); size.X != width || size.Y != width/2 {
			t.Errorf("%s: %v", query, size)
		}
		if r, g, b, alpha := picture.At(width/2, width/4).RGBA(); r>>8 != 0x33 || g>>8 != 0x66 || b>>8 != 0x99 || alpha>>8 != 0xff {
			t.Errorf("%s: the middle is %x %x %x %x", query, r, g, b, alpha)
		}
		for name, want := range map[string]string{
			"Content-Type": "image/png", "Cache-Control": "public, max-age=31536000, immutable", "X-Content-Type-Options": "nosniff",
		} {
			if got := a.header.Get(name); got != want {
				t.Errorf("%s: %s is %q, want %q", query, name, got, want)
			}
		}
		etag := a.header.Get("ETag")
		if etags[etag] {
			t.Errorf("%s: the tag %s is another picture's", query, etag)
		}
		etags[etag] = true
		if b := s.ask("GET", path+query, "", "If-None-Match", etag); b.status != 304 || len(b.body) != 0 {
			t.Errorf("%s: who has it gets status %d", query, b.status)
		}
		if b := s.ask("HEAD", path+query, ""); b.status != 200 || b.header.Get("ETag") != etag {
			t.Errorf("%s: HEAD status %d", query, b.status)
		}
	}
}

func TestAWidthOutOfRangeIsRefused(t *testing.T) {
	t.Parallel()
	s := open(t, Config{}).serve()
	path := s.finished(square("#000")) + ".png"
	for _, width := range []string{"15", "4097", "0", "-5", "1.5", "wide", "99999999999999999999"} {
		wantProblem(t, s.ask("GET", path+"?width="+width, ""), 422, "invalid", "width")
	}
}

func TestWhatCanNotBeDrawnIsAProblemThatSaysWhy(t *testing.T) {
	t.Parallel()
	s := open(t, Config{}).serve()
	id := s.Order()
	s.Complete(id) // with live text
	path := "/api/designs/" + s.State(id).DesignID + "/v/"
	for range 2 { // drawn, and remembered
		p := wantProblem(t, s.ask("GET", path+"1.png", ""), 422, "cannot-draw")
		if want := "the design can not be drawn as PNG: it uses live <text>, whose fonts are not here"; p.Detail != want {
			t.Errorf("%q, want %q", p.Detail, want)
		}
	}
	wantProblem(t, s.ask("GET", path+"2.png", ""), 404, "version-not-found")
	wantProblem(t, s.ask("GET", "/api/designs/"+noSuchID+"/v/1.png", ""), 404, "design-not-found")
	jpeg := s.finished(design.Asset{MediaType: design.JPEGType, Data: []byte("\xff\xd8\xff")})
	wantProblem(t, s.ask("GET", jpeg+".png", ""), 404, "version-not-found")
}

func TestADiffSaysWhatARefinementChanged(t *testing.T) {
	t.Parallel()
	s := open(t, Config{}).serve()
	id := s.Order()
	complete := func(id, spec string) {
		s.Apply(event.DesignReady{JobID: id, Attempt: s.State(id).Attempt, Asset: square("#000"), Generator: "studio", Spec: []byte(spec)})
	}
	complete(id, `{"seed":"7","palette":{"tints":["#111","#222"]}}`)
	a := s.ask("POST", "/api/mcp/tools/refine", `{"jobId":"`+id+`","instructions":"bluer"}`)
	complete(read[acceptedBody](t, a).JobID, `{"seed":"7","palette":{"tints":["#111","#00f"]},"added":["<3"]}`)

	designID := s.State(id).DesignID
	path := "/api/designs/" + designID + "/diff"
	a = s.ask("GET", path+"?from=1&to=2", "")
	want := `{"success":true,"designId":"` + designID + `","from":1,"to":2,` +
		`"brief":[{"path":"instructions","after":"bluer"}],` +
		`"spec":[{"path":"added","after":["<3"]},{"path":"palette.tints.1","before":"#222","after":"#00f"}]}` + "\n"
	if a.status != 200 || string(a.body) != want {
		t.Errorf("status %d: %swant %s", a.status, a.body, want)
	}
	if a := s.ask("GET", path+"?from=2&to=2", ""); !bytes.Contains(a.body, []byte(`"brief":[],"spec":[]`)) {
		t.Errorf("status %d: %s", a.status, a.body)
	}
	wantProblem(t, s.ask("GET", path, ""), 422, "invalid", "from", "to")
	wantProblem(t, s.ask("GET", path+"?from=x&to=-1", ""), 422, "invalid", "from")
	wantProblem(t, s.ask("GET", path+"?from=1&to=3", ""), 404, "version-not-found")
	wantProblem(t, s.ask("GET", "/api/designs/"+noSuchID+"/diff?from=1&to=2", ""), 404, "design-not-found")
}
