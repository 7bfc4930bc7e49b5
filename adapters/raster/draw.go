package raster

import (
	"math"
)

// hidden are the elements that are drawn only where something refers to them, or never.
func hidden(name string) bool {
	switch name {
	case "defs", "symbol", "title", "desc", "style", "linearGradient", "radialGradient", "stop", "pattern", "clipPath", "mask",
		"filter":
		return true
	}
	return false
}

// draw draws an element with all that is inside it.
func (r *renderer) draw(n *node, at place) {
	if hidden(n.name) && (n.name != "symbol" || at.window == nil) || !r.enter(&at) {
		return
	}
	defer func(before int64) { r.layers = before }(r.layers) // what is made inside is not needed afterwards
	s, ok := r.look(n, at)
	if !ok || s.opacity == 0 {
		return
	}
	at.style = &s
	at.m = at.m.then(s.transform)
	if s.clip != "" {
		if at, ok = r.clipped(n, at, s.clip); !ok {
			return
		}
	}
	alone := s.opacity == 1 || !group(n) && (s.fill.none() || s.stroke.none())
	if alone && s.mask == "" {
		r.content(n, at)
		return
	}
	r.apart(n, at)
}

func (i ink) none() bool { return i.kind == noInk && i.server == "" }

func group(n *node) bool {
	switch n.name {
	case "svg", "g", "use", "image", "text":
		return true
	}
	return false
}

// enter counts an element; references that lead in circles end here, too.
func (r *renderer) enter(at *place) bool {
	if at.depth++; at.depth > maxNested {
		r.fail(errTooMuch)
	}
	return r.spend(elementWork) && !at.area.empty()
}

// look returns an element's style; ok is false for one that is not there to be seen.
func (r *renderer) look(n *node, at place) (s style, ok bool) {
	all, known := r.styles[n]
	if !known {
		r.spend(ruleWork * int64(len(r.doc.rules)))
		all = r.doc.declared(n)
		r.styles[n] = all
	}
	s = at.style.inherit().with(all, at.style, at.diagonal())
	if !s.shown {
		return s, false
	}
	if s.beyond != "" {
		r.fail(cannotUse(s.beyond))
	}
	return s, r.err == nil && s.transform.usable()
}

// apart draws an element on a layer of its own and lays that on, as its opacity and its mask say.
func (r *renderer) apart(n *node, at place) {
	s := *at.style
	inner := at
	inner.area = pixels(r.bounds(n, at, true), at.area)
	if inner.area.empty() || r.err != nil {
		return
	}
	inner.onto = r.layer(inner.area)
	if r.err != nil {
		return
	}
	plain := s
	plain.opacity = 1
	inner.style = &plain
	r.content(n, inner)
	var m *mask
	if s.mask != "" {
		m = r.maskOf(n, inner, s.mask)
	}
	if r.spend(blendWork * inner.area.size()) {
		at.onto.lay(inner.onto, m, toByte(s.opacity*255))
	}
}

// content draws what an element is: a shape, a reference or its children.
func (r *renderer) content(n *node, at place) {
	switch n.name {
	case "g":
		r.children(n, at)
	case "svg", "symbol":
		r.nested(n, at)
	case "use":
		r.use(n, at)
	case "image":
		r.image(n, at)
	case "text":
		r.text(at)
	default:
		if shape := shapeOf(n, at.viewport); shape != nil && at.style.visible {
			r.shape(shape, at)
		}
	}
}

func (r *renderer) children(n *node, at place) {
	for _, child := range n.children {
		if r.err != nil {
			return
		}
		r.draw(child, at)
	}
}

// shape fills and strokes an outline.
func (r *renderer) shape(p *path, at place) {
	s := at.style
	if s.strokeFirst {
		r.strokePath(p, at)
	}
	if !s.fill.none() {
		lines := r.flat(p, at.m, 1)
		if paint := r.paint(s.fill, s.fillOpacity*s.opacity, p, at); paint != nil {
			r.fill(lines, s.fillEvenOdd, paint, at)
		}
	}
	if !s.strokeFirst {
		r.strokePath(p, at)
	}
}

func (r *renderer) strokePath(p *path, at place) {
	s := at.style
	if s.stroke.none() || s.width == 0 {
		return
	}
	if paint := r.paint(s.stroke, s.strokeOpacity*s.opacity, p, at); paint != nil {
		r.fill(transformed(r.outline(p, at), at.m), false, paint, at)
	}
}

// flat is the path as straight lines.
func (r *renderer) flat(p *path, m matrix, coarse float64) []line {
	if !r.spend(segmentWork * int64(len(p.steps))) {
		return nil
	}
	lines := p.flatten(m, coarse)
	points := 0
	for _, l := range lines {
		points += len(l.points)
	}
	r.spend(segmentWork * int64(points))
	return lines
}

// maxDashes bounds the pieces of one dashed line.
const maxDashes = 20_000

// outline is what a path's stroke covers, in the element's own coordinates.
func (r *renderer) outline(p *path, at place) []line {
	s := at.style
	coarse := 1 / math.Max(1e-6, at.m.stretch())
	lines := r.flat(p, identity, coarse)
	if s.dash != nil {
		var complete bool
		if lines, complete = dashed(lines, s.dash, s.dashOffset, maxDashes); !complete {
			r.fail(errTooMuch)
		}
	}
	pen := newPen(s, coarse)
	out, complete := pen.stroke(lines)
	if !complete {
		r.fail(errTooMuch)
	}
	r.spend(segmentWork * int64(maxPoints-pen.left))
	return out
}

// fill lays paint where outlines, in pixels, cover the layer.
func (r *renderer) fill(lines []line, evenOdd bool, p paint, at place) {
	each := p.cost()
	if at.clip != nil {
		each += blendWork
	}
	b := brush{onto: at.onto, clip: at.clip, paint: p}
	r.cover(lines, evenOdd, at.area, func(y, x0, x1 int, covered uint8) {
		if r.spend(each * int64(x1-x0)) {
			b.span(y, x0, x1, covered)
		}
	})
}

// cover reports what outlines cover within a limit.
func (r *renderer) cover(lines []line, evenOdd bool, limit area, emit span) {
	limit = pixels(boundsOf(lines), limit)
	if limit.empty() || r.err != nil {
		return
	}
	r.cells.reset(limit)
	for _, l := range lines {
		before := len(r.cells.cells)
		r.cells.add([]line{l})
		if r.cells.full {
			r.fail(errTooMuch)
		}
		if !r.spend(cellWork * int64(len(r.cells.cells)-before+len(l.points))) {
			return
		}
	}
	r.cells.sweep(evenOdd, emit)
	if r.cells.full {
		r.fail(errTooMuch)
	}
	r.spend(cellWork * int64(r.cells.sampler.crossed))
}
