package raster

import "math"

// clippedTo narrows a place to outlines in its coordinates; ok is false when nothing is left.
func (r *renderer) clippedTo(outlines []line, at place) (_ place, ok bool) {
	lines := transformed(outlines, at.m)
	b := boundsOf(lines)
	at.area = pixels(b, at.area)
	if at.area.empty() {
		return at, false
	}
	if upright(at.m) && even(b) { // whole pixels need no mask
		return at, true
	}
	m := r.mask(at.area)
	if m == nil {
		return at, false
	}
	r.cover(lines, false, at.area, m.cover)
	return r.under(m, at)
}

func upright(m matrix) bool { return m.b == 0 && m.c == 0 || m.a == 0 && m.d == 0 }

// even reports whether a box consists of whole pixels.
func even(b box) bool {
	for _, v := range []float64{b.x0, b.y0, b.x1, b.y1} {
		if math.Abs(v-math.Round(v)) > 1e-6 {
			return false
		}
	}
	return true
}

// mask makes room for one, counted as if it were a layer.
func (r *renderer) mask(a area) *mask {
	r.layers += a.size() / 4
	if r.layers > maxLayers {
		r.fail(errTooMuch)
	}
	if !r.spend(a.size()) {
		return nil
	}
	return newMask(a)
}

// under puts a place under one more mask.
func (r *renderer) under(m *mask, at place) (place, bool) {
	if at.clip != nil {
		m.cut(at.clip)
	}
	at.area, at.clip = m.area, m
	if m.whole() {
		at.clip = nil
	}
	return at, r.spend(blendWork * m.size())
}

// piece is one shape of a clip path, in pixels.
type piece struct {
	lines   []line
	evenOdd bool
	at      place // its own clip
}

// clipped narrows the place of an element to a clip path; a reference to something else clips nothing.
func (r *renderer) clipped(n *node, at place, ref string) (_ place, ok bool) {
	target := r.doc.find(ref)
	if target == nil || target.name != "clipPath" {
		return at, true
	}
	inner := at
	inner.clip, inner.window = nil, nil
	if !r.enter(&inner) {
		return at, false
	}
	if target.attribute("clipPathUnits") == "objectBoundingBox" {
		b, ok := r.objectBox(n, at)
		if !ok {
			return at, false
		}
		inner.m = inner.m.then(b.unit())
	}
	s := r.styleOf(target, at)
	inner.style = &s
	inner.m = inner.m.then(s.transform)
	if s.clip != "" { // a clip path that is itself clipped
		deeper := at
		deeper.depth = inner.depth
		if at, ok = r.clipped(n, deeper, s.clip); !ok {
			return at, false
		}
	}
	var pieces []piece
	for _, child := range target.children {
		pieces = r.pieces(child, inner, pieces)
	}
	return r.behind(pieces, at)
}

// pieces adds the shape that a child of a clip path draws.
func (r *renderer) pieces(n *node, at place, all []piece) []piece {
	if hidden(n.name) || !r.enter(&at) {
		return all
	}
	s, ok := r.look(n, at)
	if !ok {
		return all
	}
	at.style = &s
	at.m = at.m.then(s.transform)
	if s.clip != "" {
		if at, ok = r.clipped(n, at, s.clip); !ok {
			return all
		}
	}
	switch n.name {
	case "use":
		if target, there := r.referred(n, at); target != nil && target.name != "use" && !group(target) {
			return r.pieces(target, there, all)
		}
		return all
	case "text":
		r.text(at)
		return all
	}
	if shape := shapeOf(n, at.viewport); shape != nil && s.visible {
		all = append(all, piece{r.flat(shape, at.m, 1), s.clipEvenOdd, at})
	}
	return all
}

// behind narrows a place to what any of the pieces covers.
func (r *renderer) behind(pieces []piece, at place) (place, bool) {
	all := nowhere
	for _, p := range pieces {
		all = all.union(boundsOf(p.lines))
	}
	at.area = pixels(all, at.area)
	if at.area.empty() || r.err != nil {
		return at, false
	}
	m := r.mask(at.area)
	if m == nil {
		return at, false
	}
	for _, p := range pieces {
		own := p.at.clip
		r.cover(p.lines, p.evenOdd, m.area.cut(p.at.area), func(y, x0, x1 int, covered uint8) {
			if own == nil {
				m.cover(y, x0, x1, covered)
				return
			}
			for x := x0; x < x1; x++ {
				m.cover(y, x, x+1, times(covered, own.row(y, x, x+1)[0]))
			}
		})
	}
	return r.under(m, at)
}

// styleOf is the style of an element where it stands in the document, which is what a referred one inherits from.
func (r *renderer) styleOf(n *node, at place) style {
	parent := rootStyle
	if n.parent != nil {
		parent = r.styleOf(n.parent, at)
	}
	at.style = &parent
	s, _ := r.look(n, at)
	return s
}

// maskOf draws the mask of an element that has a layer of its own; nil hides nothing.
func (r *renderer) maskOf(n *node, at place, ref string) *mask {
	target := r.doc.find(ref)
	if target == nil || target.name != "mask" || !r.enter(&at) {
		return nil
	}
	drawn := at
	drawn.onto, drawn.clip, drawn.window = r.layer(at.area), nil, nil
	if r.err != nil {
		return nil
	}
	b, boxed := r.objectBox(n, at)
	s := r.styleOf(target, at)
	drawn.style = &s
	region := regionOf(target, at.viewport, b)
	ok := boxed || target.attribute("maskUnits") == "userSpaceOnUse"
	if ok {
		drawn, ok = r.clippedTo(region.outline(), drawn)
	}
	if target.attribute("maskContentUnits") == "objectBoundingBox" {
		ok = ok && boxed
		drawn.m = drawn.m.then(b.unit())
	}
	if ok {
		r.children(target, drawn)
	}
	if !r.spend(blendWork * at.area.size()) {
		return nil
	}
	return drawn.onto.luminance()
}

// regionOf is the part of the plane that a mask speaks of; all else is hidden.
func regionOf(n *node, viewport point, object box) box {
	get := func(name, otherwise string, whole float64) float64 {
		text := n.attribute(name)
		if text == "" {
			text = otherwise
		}
		v, _ := length(text, whole)
		return v
	}
	w, h := viewport.x, viewport.y
	if n.attribute("maskUnits") != "userSpaceOnUse" {
		w, h = 1, 1
	}
	x, y := get("x", "-10%", w), get("y", "-10%", h)
	region := box{x, y, x + get("width", "120%", w), y + get("height", "120%", h)}
	if n.attribute("maskUnits") != "userSpaceOnUse" {
		region = region.mapped(object.unit())
	}
	return region
}
