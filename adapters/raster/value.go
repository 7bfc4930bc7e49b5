package raster

import (
	"image/color"
	"math"
	"strings"

	"golang.org/x/image/colornames"
)

// unitPixels are the lengths of CSS units in pixels.
var unitPixels = map[string]float64{"": 1, "px": 1, "pt": 4.0 / 3, "pc": 16, "mm": 96 / 25.4, "cm": 96 / 2.54, "in": 96, "q": 96 / 101.6}

// length reads a length; a percentage is one of whole. ok is false for what is no length, or has a unit that needs a
// font.
func length(text string, whole float64) (v float64, ok bool) {
	n := numbers{text: text}
	v, ok = n.number()
	if !ok {
		return 0, false
	}
	unit := strings.ToLower(strings.TrimSpace(text[n.at:]))
	if unit == "%" {
		return v / 100 * whole, true
	}
	factor, known := unitPixels[unit]
	return v * factor, known
}

// fraction reads a number or a percentage of one, such as an opacity, and keeps it between 0 and 1.
func fraction(text string) (float64, bool) {
	n := numbers{text: text}
	v, ok := n.number()
	if !ok {
		return 0, false
	}
	switch strings.TrimSpace(text[n.at:]) {
	case "":
	case "%":
		v /= 100
	default:
		return 0, false
	}
	return math.Max(0, math.Min(1, v)), true
}

// tint is a colour, not multiplied by its opacity.
type tint struct {
	r, g, b uint8
	opacity float64
}

// parseColor reads a colour. known is false for a colour that browsers draw and this package does not; ok is false
// for what is no colour at all.
func parseColor(text string) (t tint, ok, known bool) {
	text = strings.ToLower(strings.TrimSpace(text))
	if hex, is := strings.CutPrefix(text, "#"); is {
		t, ok = parseHex(hex)
		return t, ok, true
	}
	if name, arguments, is := strings.Cut(text, "("); is {
		return colorFunction(name, strings.TrimSuffix(arguments, ")"))
	}
	if text == "transparent" {
		return tint{}, true, true
	}
	if text == "rebeccapurple" {
		return tint{0x66, 0x33, 0x99, 1}, true, true
	}
	var named color.RGBA
	named, ok = colornames.Map[text]
	return tint{named.R, named.G, named.B, 1}, ok, true
}

func parseHex(hex string) (tint, bool) {
	var digits [8]uint8
	if n := len(hex); n != 3 && n != 4 && n != 6 && n != 8 {
		return tint{}, false
	}
	for i := range len(hex) {
		at := strings.IndexByte("0123456789abcdef", hex[i])
		if at < 0 {
			return tint{}, false
		}
		digits[i] = uint8(at)
	}
	d := digits
	if len(hex) <= 4 {
		for i := range 4 {
			d[2*i], d[2*i+1] = digits[i], digits[i]
		}
	}
	t := tint{d[0]<<4 | d[1], d[2]<<4 | d[3], d[4]<<4 | d[5], 1}
	if len(hex) == 4 || len(hex) == 8 {
		t.opacity = float64(d[6]<<4|d[7]) / 255
	}
	return t, true
}

func colorFunction(name, arguments string) (t tint, ok, known bool) {
	parts := strings.FieldsFunc(arguments, func(r rune) bool { return r == ',' || r == '/' || r == ' ' })
	switch name {
	case "rgb", "rgba", "hsl", "hsla":
	case "hwb", "lab", "lch", "oklab", "oklch", "color":
		return tint{}, false, false
	default:
		return tint{}, false, true
	}
	if len(parts) != 3 && len(parts) != 4 {
		return tint{}, false, true
	}
	t.opacity = 1
	if len(parts) == 4 {
		if t.opacity, ok = fraction(parts[3]); !ok {
			return tint{}, false, true
		}
	}
	if name[0] == 'h' {
		return fromHSL(t, parts)
	}
	for i, channel := range []*uint8{&t.r, &t.g, &t.b} {
		v, ok := length(parts[i], 255)
		if !ok {
			return tint{}, false, true
		}
		*channel = toByte(v)
	}
	return t, true, true
}

func fromHSL(t tint, parts []string) (tint, bool, bool) {
	hue, ok1 := length(strings.TrimSuffix(parts[0], "deg"), 0)
	saturation, ok2 := fraction(parts[1])
	light, ok3 := fraction(parts[2])
	if !ok1 || !ok2 || !ok3 {
		return tint{}, false, true
	}
	chroma := saturation * math.Min(light, 1-light)
	channel := func(n float64) uint8 {
		k := math.Mod(math.Mod(n+hue/30, 12)+12, 12)
		return toByte(255 * (light - chroma*math.Max(-1, math.Min(math.Min(k-3, 9-k), 1))))
	}
	t.r, t.g, t.b = channel(0), channel(8), channel(4)
	return t, true, true
}

func toByte(v float64) uint8 { return uint8(math.Max(0, math.Min(255, math.Round(v)))) }

// parseTransform reads a list of transforms, as attributes and style properties write them. ok is false for one that
// is not understood.
func parseTransform(text string) (m matrix, ok bool) {
	m = identity
	text = strings.TrimSpace(text)
	for text != "" && text != "none" {
		name, rest, ok1 := strings.Cut(text, "(")
		inside, after, ok2 := strings.Cut(rest, ")")
		if !ok1 || !ok2 {
			return identity, false
		}
		one, ok := transformFunction(strings.TrimSpace(name), plainArguments(inside))
		if !ok {
			return identity, false
		}
		m = m.then(one)
		text = strings.TrimLeft(after, " ,\t\n\r")
	}
	return m, m.usable()
}

// plainArguments removes the units that style properties write: degrees and pixels.
func plainArguments(inside string) string {
	return strings.NewReplacer("deg", "", "px", "").Replace(inside)
}

func transformFunction(name, inside string) (matrix, bool) {
	v, ok := list(inside)
	if !ok || len(v) == 0 {
		return identity, false
	}
	second := func(otherwise float64) float64 {
		if len(v) > 1 {
			return v[1]
		}
		return otherwise
	}
	switch {
	case name == "matrix" && len(v) == 6:
		return matrix{v[0], v[1], v[2], v[3], v[4], v[5]}, true
	case name == "translate" && len(v) <= 2:
		return translate(v[0], second(0)), true
	case name == "translateX" && len(v) == 1:
		return translate(v[0], 0), true
	case name == "translateY" && len(v) == 1:
		return translate(0, v[0]), true
	case name == "scale" && len(v) <= 2:
		return scale(v[0], second(v[0])), true
	case name == "scaleX" && len(v) == 1:
		return scale(v[0], 1), true
	case name == "scaleY" && len(v) == 1:
		return scale(1, v[0]), true
	case name == "rotate" && (len(v) == 1 || len(v) == 3):
		sin, cos := math.Sincos(v[0] * math.Pi / 180)
		turn := matrix{cos, sin, -sin, cos, 0, 0}
		if len(v) == 3 {
			turn = translate(v[1], v[2]).then(turn).then(translate(-v[1], -v[2]))
		}
		return turn, true
	case name == "skewX" && len(v) == 1:
		return matrix{1, 0, math.Tan(v[0] * math.Pi / 180), 1, 0, 0}, true
	case name == "skewY" && len(v) == 1:
		return matrix{1, math.Tan(v[0] * math.Pi / 180), 0, 1, 0, 0}, true
	}
	return identity, false
}
