package raster

import "slices"

// paint returns what an ink lays on, or nil for nothing. p is the outline that is painted, in its own coordinates.
func (r *renderer) paint(i ink, opacity float64, p *path, at place) paint {
	if r.err != nil || opacity == 0 {
		return nil
	}
	if target := r.doc.find(i.server); target != nil {
		s := server{renderer: r, chain: r.chain(target), at: at, opacity: opacity, outline: p}
		switch target.name {
		case "linearGradient", "radialGradient":
			return s.gradient()
		case "pattern":
			return s.pattern()
		}
	}
	color, ok := i.plain(at.style.color)
	if !ok {
		return nil
	}
	c := color.faded(opacity)
	if c[3] == 0 {
		return nil
	}
	return solid(c)
}

// chain is an element with what its href refers to, and what that refers to: each lends what those before it lack.
func (r *renderer) chain(n *node) []*node {
	const longest = 16
	all := []*node{n}
	for len(all) < longest {
		next := r.doc.find(all[len(all)-1].attribute("href"))
		if next == nil || slices.Contains(all, next) {
			break
		}
		all = append(all, next)
	}
	return all
}

// server is a gradient or pattern that is to paint a shape.
type server struct {
	*renderer
	chain   []*node
	at      place // of the shape
	opacity float64
	outline *path
}

func (s *server) attribute(name string) string {
	for _, n := range s.chain {
		if v := n.attribute(name); v != "" {
			return v
		}
	}
	return ""
}

// owner is the first of the chain that has children of a kind; any kind if the name is empty.
func (s *server) owner(child string) *node {
	for _, n := range s.chain {
		for _, c := range n.children {
			if child == "" || c.name == child {
				return n
			}
		}
	}
	return nil
}

// object is the shape's bounding box.
func (s *server) object() (b box, ok bool) {
	b = boundsOf(s.flat(s.outline, identity, 1/max(1e-6, s.at.m.stretch())))
	return b, !b.void() && b.width() > 0 && b.height() > 0
}

// measure reads an attribute in the units of the server.
func (s *server) measure(name, otherwise string, object bool, whole float64) float64 {
	text := s.attribute(name)
	if text == "" {
		text = otherwise
	}
	if object {
		whole = 1
	}
	v, _ := length(text, whole)
	return v
}

// gradient returns nothing where the standard says that nothing is painted, and the last colour where it says so.
func (s *server) gradient() paint {
	stops := s.stops()
	if len(stops) == 0 {
		return nil
	}
	last := solid(stops[len(stops)-1].color.faded(s.opacity))
	object := s.attribute("gradientUnits") != "userSpaceOnUse"
	m := s.at.m
	if object {
		b, ok := s.object()
		if !ok {
			return nil
		}
		m = m.then(b.unit())
	}
	own, ok := parseTransform(s.attribute("gradientTransform"))
	back, invertible := m.then(own).inverse()
	if !ok || !invertible {
		return nil
	}
	if len(stops) == 1 || !s.spend(linearWork*rampSteps) {
		return last
	}
	ramp := newRamp(stops, s.opacity, s.attribute("spreadMethod"))
	var p paint
	if s.chain[0].name == "linearGradient" {
		p, ok = s.linear(ramp, object, back)
	} else {
		p, ok = s.radial(ramp, object, back)
	}
	if !ok {
		return last
	}
	return p
}

func (s *server) linear(r *ramp, object bool, back matrix) (p paint, ok bool) {
	view := s.at.viewport
	a := point{s.measure("x1", "0", object, view.x), s.measure("y1", "0", object, view.y)}
	b := point{s.measure("x2", "100%", object, view.x), s.measure("y2", "0", object, view.y)}
	return newLinear(r, a, b, back), a != b
}

func (s *server) radial(r *ramp, object bool, back matrix) (p paint, ok bool) {
	view, diagonal := s.at.viewport, s.at.diagonal()
	center := point{s.measure("cx", "50%", object, view.x), s.measure("cy", "50%", object, view.y)}
	radius := s.measure("r", "50%", object, diagonal)
	focus := center
	if s.attribute("fx") != "" {
		focus.x = s.measure("fx", "", object, view.x)
	}
	if s.attribute("fy") != "" {
		focus.y = s.measure("fy", "", object, view.y)
	}
	from := s.measure("fr", "0", object, diagonal)
	return radial{ramp: r, from: focus, way: center.sub(focus), radius: from, grow: radius - from, back: back}, radius > 0
}

// stops reads the colours; places never go back.
func (s *server) stops() []stop {
	n := s.owner("stop")
	if n == nil {
		return nil
	}
	parent := s.styleOf(n, s.at)
	at := s.at
	at.style = &parent
	var stops []stop
	for _, child := range n.children {
		if child.name != "stop" || !s.enter(&at) {
			continue
		}
		look, _ := s.look(child, at)
		color, _ := look.stopColor.plain(look.color)
		color.opacity *= look.stopOpacity
		offset, _ := fraction(child.attribute("offset"))
		if len(stops) > 0 {
			offset = max(offset, stops[len(stops)-1].offset)
		}
		stops = append(stops, stop{offset, color})
	}
	return stops
}
