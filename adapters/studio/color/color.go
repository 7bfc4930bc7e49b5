// Package color chooses the studio's colours. Colours are thought of in OKLCH, where equal steps look equal, and
// written as "#rrggbb". Words always stand on their ground with a contrast of at least 4.5:1 (WCAG AA).
package color

import (
	"math"

	"github.com/lucasb-eyer/go-colorful"
)

// MinContrast is what words keep against what they stand on.
const MinContrast = 4.5

// LCH is a colour by lightness (0–1), chroma (0–0.37) and hue (degrees).
type LCH struct{ L, C, H float64 }

// Parse reads "#rrggbb"; anything else is black.
func Parse(hex string) LCH {
	c, err := colorful.Hex(hex)
	if err != nil {
		return LCH{}
	}
	l, chroma, hue := c.OkLch()
	return LCH{l, chroma, hue}
}

// Hex writes the colour, with as much of its chroma as a screen can show.
func (c LCH) Hex() string {
	l := math.Max(0, math.Min(1, c.L))
	for chroma := c.C; ; chroma *= 0.94 {
		shown := colorful.OkLch(l, chroma, c.H)
		if nearlyValid(shown) || chroma < 0.002 {
			return shown.Clamped().Hex()
		}
	}
}

// nearlyValid leaves room for rounding: a colour of the screen, taken to OKLCH and back, may end a hair outside.
func nearlyValid(c colorful.Color) bool {
	const hair = 0.015
	return min(c.R, c.G, c.B) >= -hair && max(c.R, c.G, c.B) <= 1+hair
}

// Lighter returns the colour with another lightness added, within 0–1.
func (c LCH) Lighter(by float64) LCH { c.L = math.Max(0, math.Min(1, c.L+by)); return c }

// With returns the colour with a lightness and a chroma.
func (c LCH) With(lightness, chroma float64) LCH { return LCH{lightness, chroma, c.H} }

// Contrast returns the WCAG contrast of two colours, 1 to 21.
func Contrast(a, b string) float64 {
	x, y := luminance(a), luminance(b)
	return (math.Max(x, y) + 0.05) / (math.Min(x, y) + 0.05)
}

func luminance(hex string) float64 {
	c, err := colorful.Hex(hex)
	if err != nil {
		return 0
	}
	r, g, b := c.LinearRgb()
	return 0.2126*r + 0.7152*g + 0.0722*b
}

// Legible returns the colour, made as much darker or lighter as it needs for a contrast on a ground.
func Legible(ink, ground string, contrast float64) string {
	if Contrast(ink, ground) >= contrast {
		return ink
	}
	step := 0.02
	if luminance(ground) < 0.18 {
		step = -step // a dark ground wants lighter ink
	}
	for c := Parse(ink); c.L > 0 && c.L < 1; {
		c.L -= step
		if hex := c.Hex(); Contrast(hex, ground) >= contrast {
			return hex
		}
	}
	if step > 0 {
		return "#000000"
	}
	return "#ffffff"
}

// Mix returns a colour between two, part 0–1 of the second.
func Mix(a, b string, part float64) string {
	x, errX := colorful.Hex(a)
	y, errY := colorful.Hex(b)
	if errX != nil || errY != nil {
		return a
	}
	return x.BlendOkLab(y, part).Clamped().Hex()
}
