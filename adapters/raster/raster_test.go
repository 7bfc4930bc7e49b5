package raster

import (
	"bytes"
	"errors"
	"fmt"
	"image/png"
	"os"
	"strings"
	"testing"

	"convoke/application/designs"
	"convoke/domain/design"
	"convoke/domain/fault"
	"convoke/test/leak"
)

func TestMain(m *testing.M) { os.Exit(leak.Check(m.Run())) }

// drawn draws markup, cleaned as stored designs are.
func drawn(t testing.TB, markup string, width int) *layer {
	t.Helper()
	safe, err := design.ParseSVG([]byte(markup))
	if err != nil {
		t.Fatal(err)
	}
	l, err := render(t.Context(), safe.Bytes(), width)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// on is a drawing of 10 × 10 units with these parts.
func on(parts string) string {
	return `<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10">` + parts + `</svg>`
}

// TestFeaturesAreDrawn looks at single pixels of drawings of 20 × 20, two to a unit: column, row, colour "#rrggbbaa", not
// multiplied by its opacity.
func TestFeaturesAreDrawn(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ parts, pixels string }{
		"nothing is transparent":            {``, "0,0 #00000000"},
		"a fill is black unless told":       {`<rect width="5" height="5"/>`, "9,9 #000000ff 10,9 #00000000"},
		"half a pixel is half covered":      {`<rect width="5.25" height="10" fill="#f00"/>`, "9,3 #ff0000ff 10,3 #ff000080 11,3 #00000000"},
		"a quarter in both directions":      {`<rect width=".25" height=".25"/>`, "0,0 #00000040"},
		"what lies outside counts":          {`<path d="M-90-90H5V90H-90z" fill="#00f"/>`, "0,0 #0000ffff 9,19 #0000ffff 10,9 #00000000"},
		"holes of opposite turn":            {`<path d="M0 0h10v10h-10zM2 2v6h6v-6z"/>`, "1,1 #000000ff 9,9 #00000000"},
		"the same turn leaves no hole":      {`<path d="M0 0h10v10h-10zM2 2h6v6h-6z"/>`, "9,9 #000000ff"},
		"but with evenodd":                  {`<path fill-rule="evenodd" d="M0 0h10v10h-10zM2 2h6v6h-6z"/>`, "1,1 #000000ff 9,9 #00000000"},
		"outlines over one another":         {`<path d="M0 0h10v4.25h-10zM0 0h10v4.25h-10z"/>`, "5,0 #000000ff 5,8 #00000080"},
		"relative and smooth commands":      {`<path d="m1 1h8v8h-8zm0 0"/>`, "2,2 #000000ff 17,17 #000000ff 18,18 #00000000"},
		"a path is drawn up to its error":   {`<path d="M0 0H5V5H0zM9 9L"/>`, "3,3 #000000ff 18,18 #00000000"},
		"a stroke is centred":               {`<path d="M0 5H10" stroke="#0f0" stroke-width="2"/>`, "5,7 #00000000 5,8 #00ff00ff 5,11 #00ff00ff 5,12 #00000000"},
		"square caps reach out":             {`<path d="M3 5H7" stroke="#000" stroke-width="2" stroke-linecap="square"/>`, "4,9 #000000ff 3,9 #00000000 15,9 #000000ff"},
		"dashes":                            {`<path d="M0 5H10" stroke="#000" stroke-width="2" stroke-dasharray="2 3"/>`, "3,9 #000000ff 4,9 #00000000 10,9 #000000ff"},
		"fill opacity":                      {`<rect width="10" height="10" fill="#00f" fill-opacity=".4"/>`, "5,5 #0000ff66"},
		"over":                              {`<rect width="10" height="10" fill="#fff"/><rect width="10" height="10" fill="#f00" opacity=".5"/>`, "5,5 #ff7f7fff"},
		"a group fades as one":              {`<g opacity=".5"><rect width="10" height="10"/><rect width="10" height="10"/></g>`, "5,5 #00000080"},
		"named colours":                     {`<rect width="10" height="10" fill="rebeccapurple"/>`, "5,5 #663399ff"},
		"rgb() in per cent, hsl()":          {`<rect width="5" height="10" fill="rgb(100%,0%,50%)"/><rect x="5" width="5" height="10" fill="hsl(120, 100%, 25%)"/>`, "2,2 #ff0080ff 12,2 #008000ff"},
		"the current colour":                {`<g color="#0ff"><rect width="10" height="10" fill="currentColor"/></g>`, "5,5 #00ffffff"},
		"a transform":                       {`<rect width="2" height="2" transform="translate(4 4) scale(2)"/>`, "7,7 #00000000 8,8 #000000ff 15,15 #000000ff 16,16 #00000000"},
		"a linear gradient":                 {`<linearGradient id="g"><stop stop-color="#000"/><stop offset="1" stop-color="#fff"/></linearGradient><rect width="10" height="10" fill="url(#g)"/>`, "0,5 #060606ff 10,5 #868686ff 19,5 #f9f9f9ff"},
		"a gradient is padded":              {`<linearGradient id="g" gradientUnits="userSpaceOnUse" x1="4" x2="6"><stop stop-color="#f00"/><stop offset="1" stop-color="#00f"/></linearGradient><rect width="10" height="10" fill="url(#g)"/>`, "0,5 #ff0000ff 19,5 #0000ffff"},
		"opacity in a gradient":             {`<linearGradient id="g"><stop stop-color="#f00" stop-opacity=".2"/></linearGradient><rect width="10" height="10" fill="url(#g)"/>`, "5,5 #ff000033"},
		"a radial gradient":                 {`<radialGradient id="g"><stop offset=".5" stop-color="#f00"/><stop offset=".5" stop-color="#00f"/></radialGradient><rect width="10" height="10" fill="url(#g)"/>`, "9,9 #ff0000ff 3,9 #0000ffff 0,0 #0000ffff"},
		"a missing gradient's reserve":      {`<rect width="10" height="10" fill="url(#no) #0f0"/>`, "5,5 #00ff00ff"},
		"a clip path":                       {`<clipPath id="c"><rect width="5" height="10"/></clipPath><rect width="10" height="10" clip-path="url(#c)"/>`, "9,9 #000000ff 10,9 #00000000"},
		"an empty clip path hides":          {`<clipPath id="c"/><rect width="10" height="10" clip-path="url(#c)"/>`, "9,9 #00000000"},
		"clipped by half a pixel":           {`<clipPath id="c"><rect width="5.25" height="10"/></clipPath><rect width="10" height="10" clip-path="url(#c)"/>`, "10,9 #00000080"},
		"a clip path in object units":       {`<clipPath id="c" clipPathUnits="objectBoundingBox"><rect width=".5" height="1"/></clipPath><rect x="2" width="8" height="10" clip-path="url(#c)"/>`, "11,9 #000000ff 12,9 #00000000"},
		"a mask":                            {`<mask id="m"><rect width="5" height="10" fill="#fff"/></mask><rect width="10" height="10" fill="#f00" mask="url(#m)"/>`, "9,9 #ff0000ff 10,9 #00000000"},
		"a mask of half light":              {`<mask id="m"><rect width="10" height="10" fill="#808080"/></mask><rect width="10" height="10" mask="url(#m)"/>`, "9,9 #00000080"},
		"a pattern":                         {`<pattern id="p" width="4" height="4" patternUnits="userSpaceOnUse"><rect width="2" height="4" fill="#f00"/></pattern><rect width="10" height="10" fill="url(#p)"/>`, "1,1 #ff0000ff 5,1 #00000000 9,1 #ff0000ff"},
		"use moves":                         {`<defs><rect id="r" width="2" height="2"/></defs><use href="#r" x="4" y="4"/>`, "1,1 #00000000 9,9 #000000ff 12,12 #00000000"},
		"use lends its style":               {`<defs><rect id="r" width="9" height="9"/></defs><use href="#r" fill="#f0f"/>`, "9,9 #ff00ffff"},
		"a symbol opens where it is used":   {`<symbol id="s" viewBox="0 0 2 2"><rect width="2" height="2"/></symbol><use href="#s" x="5" width="5" height="5"/>`, "9,3 #00000000 10,3 #000000ff 19,9 #000000ff 19,10 #00000000"},
		"an inner svg clips":                {`<svg width="4" height="4"><rect width="9" height="9"/></svg>`, "7,7 #000000ff 8,8 #00000000"},
		"a style sheet":                     {`<style>.a{fill:#f00}#b{fill:#00f}g .a{fill:#0f0}</style><rect class="a" width="5" height="5"/><rect class="a" id="b" x="5" width="5" height="5"/><g><rect class="a" y="5" width="5" height="5"/></g>`, "2,2 #ff0000ff 12,2 #0000ffff 2,12 #00ff00ff"},
		"important wins":                    {`<style>rect{fill:#f00 !important}</style><rect width="9" height="9" style="fill:#00f"/>`, "2,2 #ff0000ff"},
		"an attribute gives way to a style": {`<rect width="9" height="9" fill="#f00" style="fill:#00f"/>`, "2,2 #0000ffff"},
		"hidden, but for a child":           {`<g visibility="hidden"><rect width="5" height="5"/><rect x="5" width="5" height="5" visibility="visible"/></g>`, "2,2 #00000000 12,2 #000000ff"},
		"not displayed":                     {`<g display="none"><rect width="9" height="9" visibility="visible"/></g>`, "2,2 #00000000"},
		"units":                             {`<rect width="50%" height="1in" fill="#f00"/>`, "9,19 #ff0000ff 10,9 #00000000"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			checkPixels(t, drawn(t, on(c.parts), 20), c.pixels)
		})
	}
}

// checkPixels compares pixels with "column,row #rrggbbaa …"; one step of rounding is let off.
func checkPixels(t *testing.T, l *layer, pixels string) {
	t.Helper()
	fields := strings.Fields(pixels)
	for i := 0; i < len(fields); i += 2 {
		var x, y int
		var want [4]uint8
		if _, err := fmt.Sscanf(fields[i]+" "+fields[i+1], "%d,%d #%02x%02x%02x%02x", &x, &y, &want[0], &want[1], &want[2], &want[3]); err != nil {
			t.Fatal(err)
		}
		var got [4]uint8
		row := l.row(y, x, x+1)
		got[3] = row[3]
		for c := range 3 {
			if row[3] > 0 {
				got[c] = uint8((int(row[c])*255 + int(row[3])/2) / int(row[3]))
			}
		}
		for c := range got {
			if d := int(got[c]) - int(want[c]); d < -1 || d > 1 {
				t.Errorf("pixel %d,%d is #%x, want #%x", x, y, got, want)
				break
			}
		}
	}
}

func TestWhatCanNotBeDrawnIsNamed(t *testing.T) {
	t.Parallel()
	const all = `width="9" height="9"`
	for parts, want := range map[string]string{
		`<text y="9">Ada</text>`: "live <text>",
		`<filter id="f"><feGaussianBlur stdDeviation="1"/></filter><rect ` + all + ` filter="url(#f)"/>`: "filter",
		`<rect ` + all + ` style="mix-blend-mode:multiply"/>`:                                            "mix-blend-mode",
		`<rect ` + all + ` vector-effect="non-scaling-stroke"/>`:                                         "vector-effect",
		`<rect ` + all + ` style="transform-origin:center"/>`:                                            "transform-origin",
		`<rect ` + all + ` fill="oklch(0.7 0.1 200)"/>`:                                                  "the colour oklch(0.7 0.1 200)",
	} {
		safe, err := design.ParseSVG([]byte(on(parts)))
		if err != nil {
			t.Fatal(err)
		}
		png, err := Rasterizer{}.Rasterize(t.Context(), safe.Bytes(), 0)
		var refused *fault.Error
		if png != nil || !errors.Is(err, designs.ErrCannotDraw) || !errors.As(err, &refused) || !strings.Contains(refused.Message, want) {
			t.Errorf("%s: %v, want a refusal that names %q", parts, err, want)
		}
		unseen := strings.Replace(string(safe.Bytes()), "<svg ", `<svg display="none" `, 1)
		if _, err := (Rasterizer{}).Rasterize(t.Context(), []byte(unseen), 0); err != nil {
			t.Errorf("%s: refused although nothing of it is seen: %v", parts, err)
		}
	}
}

func TestThePictureHasTheWidthAskedForAndTheDrawingsShape(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		root               string
		ask, width, height int
	}{
		{`width="300" height="200"`, 0, 300, 200},
		{`width="300" height="200"`, 1200, 1200, 800},
		{`width="300" height="200"`, 16, 16, 11},
		{`viewBox="0 0 30 60"`, 0, 30, 60},
		{`viewBox="5 5 30 60" width="100%" height="100%"`, 60, 60, 120},
		{``, 0, 300, 150},
		{`width="4" height="2"`, 0, 16, 8},
	} {
		data, err := Rasterizer{}.Rasterize(t.Context(), []byte(`<svg xmlns="http://www.w3.org/2000/svg" `+c.root+`/>`), c.ask)
		if err != nil {
			t.Fatal(err)
		}
		picture, err := png.DecodeConfig(bytes.NewReader(data))
		if err != nil || picture.Width != c.width || picture.Height != c.height {
			t.Errorf("%s at %d: %d × %d, %v, want %d × %d", c.root, c.ask, picture.Width, picture.Height, err, c.width, c.height)
		}
	}
}
