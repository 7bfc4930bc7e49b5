package raster

import "math"

// bounds returns the bounds of what an element draws, with the matrix and the style of its place: with strokes, or, as
// objectBoundingBox demands, without.
func (r *renderer) bounds(n *node, at place, stroked bool) box {
	switch n.name {
	case "g", "svg", "symbol":
		if n.name != "g" {
			at = at.inside(n, at.opening(n))
		}
		all := nowhere
		for _, child := range n.children {
			if !hidden(child.name) {
				all = all.union(r.boundsOfChild(child, at, stroked))
			}
		}
		return all
	case "use":
		if target, there := r.referred(n, at); target != nil {
			return r.boundsOfChild(target, there, stroked)
		}
		return nowhere
	case "image":
		return lengths{n, at.viewport}.box().mapped(at.m)
	}
	shape := shapeOf(n, at.viewport)
	if shape == nil {
		return nowhere
	}
	b := boundsOf(r.flat(shape, at.m, 1))
	if s := at.style; stroked && !b.void() && !s.stroke.none() {
		more := s.width / 2 * at.m.stretch() * math.Max(math.Sqrt2, s.miterLimit)
		b = box{b.x0 - more, b.y0 - more, b.x1 + more, b.y1 + more}
	}
	return b
}

func (r *renderer) boundsOfChild(n *node, at place, stroked bool) box {
	if !r.enter(&at) {
		return nowhere
	}
	s, ok := r.look(n, at)
	if !ok {
		return nowhere
	}
	at.style = &s
	at.m = at.m.then(s.transform)
	return r.bounds(n, at, stroked)
}

// objectBox is the bounding box that an element's units may refer to, in its own coordinates; ok is false when it has
// no area, which leaves nothing to draw with such units.
func (r *renderer) objectBox(n *node, at place) (b box, ok bool) {
	at.m = identity
	b = r.bounds(n, at, false)
	return b, !b.void() && b.width() > 0 && b.height() > 0
}
