package color

import (
	"math"
	"slices"
)

// Palette is the colours of one design, each "#rrggbb".
type Palette struct {
	Name  string   `json:"name"`
	Paper string   `json:"paper"` // the page
	Ink   string   `json:"ink"`   // words on Paper
	Deep  string   `json:"deep"`  // a second ground: panels, bands
	Tints []string `json:"tints"` // decoration, at least three, the leading one first
}

// Dark reports whether the page is darker than its words.
func (p Palette) Dark() bool { return Parse(p.Paper).L < 0.5 }

// Accent returns the leading colour for words on a ground.
func (p Palette) Accent(ground string) string {
	best := Legible(p.Tints[0], ground, MinContrast)
	for _, tint := range p.Tints {
		if Contrast(tint, ground) >= MinContrast && Parse(tint).C > 0.03 {
			return tint
		}
	}
	return best
}

// InkOn returns the best colour of the palette for words on a ground.
func (p Palette) InkOn(ground string) string {
	best := p.Ink
	for _, candidate := range []string{p.Paper, p.Ink} {
		if Contrast(candidate, ground) > Contrast(best, ground) {
			best = candidate
		}
	}
	return Legible(best, ground, MinContrast)
}

// Seen returns the tints that show on a ground: those too near to it are moved away.
func (p Palette) Seen(ground string) []string {
	seen := make([]string, 0, len(p.Tints))
	at := Parse(ground)
	for _, tint := range p.Tints {
		c := Parse(tint)
		near := math.Abs(c.L-at.L) < 0.09 && distance(c, at) < 0.1
		if near {
			away := 0.16
			if at.L > 0.5 {
				away = -away
			}
			tint = LCH{math.Max(0.1, math.Min(0.95, at.L+away)), c.C, c.H}.Hex()
		}
		seen = append(seen, tint)
	}
	return seen
}

func distance(a, b LCH) float64 {
	ax, ay := a.C*math.Cos(a.H*math.Pi/180), a.C*math.Sin(a.H*math.Pi/180)
	bx, by := b.C*math.Cos(b.H*math.Pi/180), b.C*math.Sin(b.H*math.Pi/180)
	return math.Hypot(a.L-b.L, math.Hypot(ax-bx, ay-by))
}

// FromColors builds a palette around given colours, which it keeps as they are. At least one is needed. With dark set
// the page is the darkest one.
func FromColors(given []string, dark bool) Palette {
	sorted := slices.Clone(given)
	slices.SortStableFunc(sorted, func(a, b string) int { return compare(Parse(b).L, Parse(a).L) })
	lightest, darkest := sorted[0], sorted[len(sorted)-1]
	p := Palette{Name: "given"}
	switch {
	case dark || Parse(lightest).L < 0.35:
		p.Paper = darkest
		if c := Parse(darkest); c.L > 0.35 {
			p.Paper = c.With(0.24, math.Min(c.C, 0.05)).Hex()
		}
	case Parse(lightest).L >= 0.9 && Parse(lightest).C < 0.07:
		p.Paper = lightest
	default:
		p.Paper = Parse(given[0]).With(0.972, math.Min(Parse(given[0]).C, 0.016)).Hex()
	}
	p.Ink = inkFor(p.Paper, lightest, darkest)
	p.Deep = deepFor(sorted, p)
	p.Tints = tintsFor(given, p)
	return p
}

func compare(a, b float64) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

func inkFor(paper, lightest, darkest string) string {
	if Parse(paper).L < 0.5 {
		if Contrast(lightest, paper) >= 8 && Parse(lightest).C < 0.09 {
			return lightest
		}
		c := Parse(lightest)
		return Legible(c.With(0.95, math.Min(c.C, 0.03)).Hex(), paper, 7)
	}
	if Contrast(darkest, paper) >= 7 {
		return darkest
	}
	c := Parse(darkest)
	return Legible(c.With(0.29, math.Min(c.C, 0.055)).Hex(), paper, 7)
}

// deepFor returns a strong ground: the most colourful of the darker given colours.
func deepFor(sorted []string, p Palette) string {
	best, found := LCH{}, ""
	for _, hex := range sorted {
		if c := Parse(hex); hex != p.Paper && c.L < 0.62 && (found == "" || c.C > best.C) {
			best, found = c, hex
		}
	}
	if found != "" {
		return found
	}
	c := Parse(sorted[len(sorted)-1])
	if p.Dark() {
		return Parse(p.Paper).Lighter(0.07).Hex()
	}
	if c.H > 45 && c.H < 125 {
		return c.With(0.34, 0.03).Hex() // a dark yellow is olive: brown is kinder
	}
	return c.With(0.42, math.Min(c.C+0.01, 0.11)).Hex()
}

// tintsFor lists the given colours that are not the page, the most colourful first, and fills up with their relatives.
func tintsFor(given []string, p Palette) []string {
	var tints []string
	for _, hex := range given {
		if hex != p.Paper && !slices.Contains(tints, hex) {
			tints = append(tints, hex)
		}
	}
	slices.SortStableFunc(tints, func(a, b string) int { return compare(leading(b, p), leading(a, p)) })
	base := Parse(given[0])
	if len(tints) > 0 {
		base = Parse(tints[0])
	}
	relatives := []LCH{base.Lighter(0.16), base.Lighter(-0.14), base.Lighter(0.26), base.Lighter(-0.24)}
	switch {
	case p.Dark():
		relatives = []LCH{base.With(0.66, base.C*0.9), Parse("#c9a55c"), base.With(0.8, base.C*0.5), base.With(0.52, base.C)}
	case base.L > 0.8:
		relatives = []LCH{base.Lighter(-0.14), base.Lighter(-0.26), base.Lighter(-0.08), base.Lighter(-0.36)}
	}
	for i := 0; len(tints) < 4; i++ {
		c := relatives[i]
		tints = append(tints, c.With(math.Max(0.2, math.Min(0.93, c.L)), c.C*0.85).Hex())
	}
	return tints
}

// leading ranks a colour for the first place: colourful, and well apart from the page.
func leading(hex string, p Palette) float64 {
	return math.Min(Parse(hex).C, 0.15) + 0.25*math.Min(1, math.Abs(Parse(hex).L-Parse(p.Paper).L))
}
