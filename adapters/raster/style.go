package raster

import (
	"math"
	"slices"
)

// style is how an element looks. The first part is inherited, the second is each element's own.
type style struct {
	fill, stroke               ink
	fillOpacity, strokeOpacity float64
	fillEvenOdd, clipEvenOdd   bool
	width, miterLimit          float64
	join, cap                  string
	dash                       []float64
	dashOffset                 float64
	color                      tint
	visible                    bool
	strokeFirst                bool
	fontSize                   float64

	own
}

type own struct {
	opacity         float64
	clip, mask      string // "#id", empty for none
	shown           bool   // display is not none
	overflowVisible bool
	transform       matrix
	stopColor       ink
	stopOpacity     float64
	beyond          string // a property that asks for what can not be drawn
}

// ink is what fills or strokes: nothing, a colour, the current colour, or a paint server with one of them in reserve.
type ink struct {
	kind   inkKind
	color  tint
	server string // "#id", empty for none
}

type inkKind uint8

const (
	noInk inkKind = iota
	colorInk
	currentInk
)

// plain is the colour of an ink that is no server; ok is false for none.
func (i ink) plain(current tint) (tint, bool) {
	if i.kind == currentInk {
		return current, true
	}
	return i.color, i.kind == colorInk
}

var (
	black = tint{opacity: 1}

	rootStyle = style{
		fill: ink{kind: colorInk, color: black}, fillOpacity: 1, strokeOpacity: 1, width: 1, miterLimit: 4, join: "miter",
		cap: "butt", color: black, visible: true, fontSize: 16, own: plainOwn,
	}
	plainOwn = own{opacity: 1, shown: true, transform: identity, stopColor: ink{kind: colorInk, color: black}, stopOpacity: 1}
)

// propertyNames are what presentation attributes may set.
var propertyNames = []string{
	"clip-path", "clip-rule", "color", "display", "fill", "fill-opacity", "fill-rule", "filter", "font-size", "mask",
	"mix-blend-mode", "opacity", "overflow", "paint-order", "stop-color", "stop-opacity", "stroke", "stroke-dasharray",
	"stroke-dashoffset", "stroke-linecap", "stroke-linejoin", "stroke-miterlimit", "stroke-opacity", "stroke-width", "transform",
	"transform-box", "transform-origin", "vector-effect", "visibility",
}

func isProperty(name string) bool { return slices.Contains(propertyNames, name) }

// inherit returns the style of an element that says nothing.
func (s style) inherit() style {
	s.own = plainOwn
	return s
}

// faded returns the colour as it is laid on, times an opacity.
func (t tint) faded(opacity float64) premultiplied {
	a := t.opacity * opacity
	part := func(c uint8) uint8 { return uint8(math.Round(float64(c) * a)) }
	return premultiplied{part(t.r), part(t.g), part(t.b), uint8(math.Round(a * 255))}
}
