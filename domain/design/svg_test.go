package design

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"convoke/domain/fault"
)

func inSVG(inner string) string {
	return `<svg xmlns="http://www.w3.org/2000/svg" width="10" height="20" viewBox="0 0 10 20">` + inner + `</svg>`
}

func TestParseSVGKeepsAnHonestDrawing(t *testing.T) {
	t.Parallel()
	drawings := map[string]string{
		"shapes":    `<g transform="translate(3,4) rotate(-5)"><path d="M0 0L5,5Z" fill="#a1b2c3"/><circle cx="1" cy="2" r="3"/></g>`,
		"gradient":  `<defs><linearGradient id="g"><stop offset="0.5" stop-color="red"/></linearGradient></defs><rect fill="url(#g)"/>`,
		"reuse":     `<defs><symbol id="s" viewBox="0 0 1 1"><rect width="1"/></symbol></defs><use href="#s" x="3"/>`,
		"words":     `<title>Ada &amp; Grace</title><desc>12 June</desc><text x="1" aria-label="Näkemiin" font-family="'Noto Sans', serif">Ça va &lt;3</text>`,
		"style":     `<style>svg .a{fill:#fff;stroke:none}svg #b,svg rect.c{opacity:.5}</style><rect class="a" style="fill:url(#x);stroke-width:2px"/>`,
		"picture":   `<image href="data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGNgYGD4DwABBAEAfbLI3wAAAABJRU5ErkJggg==" width="1"/>`,
		"filter":    `<filter id="f"><feGaussianBlur stdDeviation="4"/><feTurbulence numOctaves="3" baseFrequency="0.8"/></filter>`,
		"clip mask": `<clipPath id="c"><rect width="4"/></clipPath><g clip-path="url(#c)" mask="url(#m)"/>`,
	}
	for name, inner := range drawings {
		svg, err := ParseSVG([]byte(inSVG(inner)))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got := string(svg.Bytes()); got != inSVG(inner) {
			t.Errorf("%s:\n got %s\nwant %s", name, got, inSVG(inner))
		}
		if len(svg.Removed()) != 0 {
			t.Errorf("%s: removed %v", name, svg.Removed())
		}
	}
}

func TestParseSVGLeavesOutWhatIsNotAllowed(t *testing.T) {
	t.Parallel()
	rows := []struct{ name, inner, want, removed string }{
		{"script", `<script>alert(1)</script><rect/>`, `<rect/>`, "element script"},
		{"handler", `<rect onclick="x()" x="1"/>`, `<rect x="1"/>`, "attribute onclick"},
		{"link, but not its children", `<a href="https://x.example"><rect/></a>`, `<rect/>`, "element a"},
		{"outside reference", `<use href="https://x.example#a"/>`, `<use/>`, "attribute href"},
		{"outside paint", `<rect fill="url(https://x.example#a)"/>`, `<rect/>`, "attribute fill"},
		{"animation", `<rect><animate attributeName="x"/></rect>`, `<rect></rect>`, "element animate"},
		{"page-wide rule", `<style>body{display:none}.a{fill:red}</style>`, `<style>svg .a{fill:red}</style>`, "style rule"},
		{"import before a rule", `<style>@import "x";.a{fill:red}</style>`, `<style>svg .a{fill:red}</style>`, "style rule"},
		{"loading property", `<rect style="fill:red;background:url(//x.example)"/>`, `<rect style="fill:red"/>`, "style background"},
		{"escaped value", `<rect style="fill:u\72l(//x.example)"/>`, `<rect/>`, "style fill"},
		{"second id", `<g id="a"/><g id="a" x="1"/>`, `<g id="a"/><g x="1"/>`, "attribute id"},
		{"markup in a title", `<title><g/>x</title>`, `<title>x</title>`, "element g"},
		{"costly filter", `<filter><feGaussianBlur stdDeviation="99999"/></filter>`, `<filter><feGaussianBlur/></filter>`, "attribute stdDeviation"},
	}
	for _, row := range rows {
		svg, err := ParseSVG([]byte(inSVG(row.inner)))
		if err != nil {
			t.Errorf("%s: %v", row.name, err)
			continue
		}
		want := strings.Replace(inSVG(row.want), "<rect></rect>", "<rect/>", 1)
		if got := string(svg.Bytes()); got != want {
			t.Errorf("%s:\n got %s\nwant %s", row.name, got, want)
		}
		if !slices.Contains(svg.Removed(), row.removed) {
			t.Errorf("%s: removed %q, want %q among them", row.name, svg.Removed(), row.removed)
		}
	}
}

func TestParseSVGRefusesWhatCannotBeTrusted(t *testing.T) {
	t.Parallel()
	refused := []string{"dtd-entities", "xxe", "use-bomb", "pattern-bomb", "sheet-bomb", "use-cycle", "deep", "two-roots",
		"html-root", "svg-in-html-space", "unclosed", "not-xml"}
	for _, name := range refused {
		markup, err := os.ReadFile(filepath.Join("testdata", "hostile", name+".svg"))
		if err != nil {
			t.Fatal(err)
		}
		_, err = ParseSVG(markup)
		if !errors.Is(err, ErrUnsafeSVG) || fault.KindOf(err) != fault.Invalid {
			t.Errorf("%s: error %v, want unsafe-svg", name, err)
		}
	}
	many := strings.Repeat("<g/>", maxElements+1)
	if _, err := ParseSVG([]byte(inSVG(many))); !errors.Is(err, ErrUnsafeSVG) {
		t.Errorf("too many elements: error %v, want unsafe-svg", err)
	}
	if _, err := ParseSVG(make([]byte, MaxAssetBytes+1)); !errors.Is(err, ErrAssetTooLarge) {
		t.Errorf("too many bytes: error %v, want asset-too-large", err)
	}
}

// The oracle knows the dangers by name and nothing of the lists that the sanitiser allows by.
var (
	dangerousElement = regexp.MustCompile(`(?i)^(script|foreignobject|animate.*|set|a|iframe|body|html|link|feimage|marker|handler|switch|.*:.*)$`)
	dangerousValue   = regexp.MustCompile(`(?i)javascript:|@|\\|url\(\s*['"]?[^#'"\s]|https?:|file:|data:`)
	harmlessHref     = regexp.MustCompile(`^(#[^\s"]+|data:image/(png|jpeg|webp);base64,[A-Za-z0-9+/=]+)$`)
)

// danger returns what no safe drawing may hold, or "".
func danger(markup []byte) string {
	decoder, inStyle := xml.NewDecoder(bytes.NewReader(markup)), false
	for {
		token, err := decoder.Token()
		if err != nil {
			return ""
		}
		switch t := token.(type) {
		case xml.StartElement:
			if dangerousElement.MatchString(t.Name.Local) || t.Name.Space != svgSpace {
				return "element " + t.Name.Local
			}
			for _, a := range t.Attr {
				if dangerousAttribute(a) {
					return "attribute " + a.Name.Local + " " + a.Value
				}
			}
			inStyle = t.Name.Local == "style"
		case xml.CharData:
			if inStyle && dangerousValue.Match(t) {
				return "style " + string(t)
			}
		case xml.Comment, xml.Directive, xml.ProcInst:
			return "more than elements and words"
		case xml.EndElement:
			inStyle = false
		}
	}
}

func dangerousAttribute(a xml.Attr) bool {
	switch name := strings.ToLower(a.Name.Local); {
	case name == "xmlns":
		return a.Value != svgSpace
	case name == "href":
		return !harmlessHref.MatchString(a.Value)
	case name == "aria-label", name == "id":
		return false
	default:
		return strings.HasPrefix(name, "on") || a.Name.Space != "" || dangerousValue.MatchString(a.Value)
	}
}

func checkSafe(t *testing.T, markup []byte) {
	t.Helper()
	svg, err := ParseSVG(markup)
	if err != nil {
		if fault.KindOf(err) != fault.Invalid {
			t.Fatalf("refused with %v, which is no fault of the input", err)
		}
		return
	}
	if found := danger(svg.Bytes()); found != "" {
		t.Fatalf("kept %s in\n%s", found, svg.Bytes())
	}
	again, err := ParseSVG(svg.Bytes())
	if err != nil {
		t.Fatalf("the result does not parse again: %v\n%s", err, svg.Bytes())
	}
	if !bytes.Equal(again.Bytes(), svg.Bytes()) || len(again.Removed()) != 0 {
		t.Fatalf("the result is no fixed point (removed %v):\n%s\n%s", again.Removed(), svg.Bytes(), again.Bytes())
	}
}

func TestParseSVGDisarmsTheHostileCorpus(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(filepath.Join("testdata", "hostile", "*.svg"))
	if err != nil || len(files) < 35 {
		t.Fatalf("%d hostile files, error %v", len(files), err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			t.Parallel()
			markup, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			checkSafe(t, markup)
			if svg, err := ParseSVG(markup); err == nil && len(svg.Removed()) == 0 &&
				!strings.HasPrefix(filepath.Base(file), "cdata-") {
				t.Errorf("nothing was removed from\n%s", markup)
			}
		})
	}
}

func TestTheReportIsBoundedAndNamesTheResult(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	for i := range 100 {
		fmt.Fprintf(&b, "<x%d/>", i)
	}
	svg, err := ParseSVG([]byte(inSVG(b.String())))
	if err != nil {
		t.Fatal(err)
	}
	if len(svg.Removed()) != maxRemoved || svg.Removed()[0] != "element x0" {
		t.Errorf("removed %v", svg.Removed())
	}
	if sum, _ := svg.Report()["sha256"].(string); len(sum) != 64 {
		t.Errorf("report %v has no SHA-256", svg.Report())
	}
}

func FuzzParseSVG(f *testing.F) {
	files, _ := filepath.Glob(filepath.Join("testdata", "hostile", "*.svg"))
	for _, file := range files {
		if markup, err := os.ReadFile(file); err == nil {
			f.Add(markup)
		}
	}
	f.Add([]byte(inSVG(`<style>svg .a{fill:url(#g)}</style><text style="fill:red">a&#13;b</text>`)))
	f.Fuzz(checkSafe)
}

func BenchmarkParseSVG(b *testing.B) {
	var drawing strings.Builder
	for i := range 60 {
		fmt.Fprintf(&drawing, `<path fill="#2b3a42" d="%s"/>`, strings.Repeat("M12.5 33.1c4.2-1.7 9.9.3 11.4 4.6", 20))
		fmt.Fprintf(&drawing, `<use href="#leaf" transform="translate(%d 40) rotate(12)"/>`, i)
	}
	drawing.WriteString(`<path id="leaf" d="M0 0"/>`)
	markup := []byte(inSVG(drawing.String()))
	b.SetBytes(int64(len(markup)))
	for b.Loop() {
		if _, err := ParseSVG(markup); err != nil {
			b.Fatal(err)
		}
	}
}

// The standard reader must agree that the result is well-formed; ParseSVG's own use of it is no proof of that.
func TestTheResultIsWellFormed(t *testing.T) {
	t.Parallel()
	svg, err := ParseSVG([]byte(inSVG(`<text aria-label="a &quot;b&quot; &lt;c">x ]]&gt; y</text>`)))
	if err != nil {
		t.Fatal(err)
	}
	if err := xml.Unmarshal(svg.Bytes(), new(struct{})); err != nil {
		t.Errorf("%v in %s", err, svg.Bytes())
	}
}

// Markup that is long on purpose must cost no more than its length. Each of these takes milliseconds, and would take
// many minutes if any part of the reading were quadratic; the bound leaves room for a busy machine.
func TestLongHostileMarkupIsReadInLinearTime(t *testing.T) {
	t.Parallel()
	const size = 1 << 20
	fill := func(part string) string { return strings.Repeat(part, size/len(part)) }
	begin := time.Now()
	for name, markup := range map[string]string{
		"references":       inSVG(`<path id="a"/>` + strings.Repeat(`<use href="#a"/>`, size/40)),
		"style references": inSVG(`<path id="a"/><path style="` + fill("fill:url(#a);") + `"/>`),
		"comments":         inSVG("<style>" + fill("/**/") + "</style>"),
		"open braces":      inSVG("<style>" + fill("{") + "</style>"),
		"rules":            inSVG("<style>" + fill(".a{x:y}") + "</style>"),
		"attributes":       inSVG("<g " + fill(`x="1" `) + "/>"),
		"unknown elements": inSVG(fill("<x/>")),
		"nested unknowns":  inSVG(fill("<x>")),
		"brackets":         inSVG(`<path transform="` + fill("(") + `"/>`),
		"entities":         inSVG("<text>" + fill("&amp;") + "</text>"),
		"ids":              inSVG(strings.Repeat(`<g id="a"/>`, size/40)),
	} {
		if _, err := ParseSVG([]byte(markup)); err != nil && fault.KindOf(err) != fault.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
	if took := time.Since(begin); took > time.Minute {
		t.Errorf("took %v", took)
	}
}

func TestTheOracleSeesTheDangerOfTheCorpus(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"script", "handlers", "foreign-object", "javascript-link", "use-external", "use-data", "image-external",
		"animate-href", "style-import", "style-attribute", "url-external", "feimage", "marker", "dtd-external"} {
		markup, err := os.ReadFile(filepath.Join("testdata", "hostile", name+".svg"))
		if err != nil {
			t.Fatal(err)
		}
		if danger(markup) == "" {
			t.Errorf("%s looks harmless to the oracle", name)
		}
	}
}
