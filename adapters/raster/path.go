package raster

import "math"

// path is an outline of straight lines and curves.
type path struct{ steps []step }

type verb uint8

const (
	moveTo verb = iota
	lineTo
	quadTo
	cubicTo
	closePath
)

// step is one command; p holds its control points and, last, its end.
type step struct {
	verb verb
	p    [3]point
}

func (p *path) move(to point)    { p.steps = append(p.steps, step{moveTo, [3]point{to}}) }
func (p *path) line(to point)    { p.steps = append(p.steps, step{lineTo, [3]point{to}}) }
func (p *path) quad(c, to point) { p.steps = append(p.steps, step{quadTo, [3]point{c, to}}) }
func (p *path) cubic(c, d, to point) {
	p.steps = append(p.steps, step{cubicTo, [3]point{c, d, to}})
}
func (p *path) close() { p.steps = append(p.steps, step{verb: closePath}) }

// arc draws a part of an ellipse as SVG describes it: from the pen to a point, with radii, the turn of the ellipse in
// radians, and which of the four ways round.
func (p *path) arc(from point, rx, ry, turn float64, large, sweep bool, to point) {
	rx, ry = math.Abs(rx), math.Abs(ry)
	if rx == 0 || ry == 0 {
		p.line(to)
		return
	}
	if from == to {
		return
	}
	sin, cos := math.Sincos(turn)
	half := from.sub(to).times(0.5)
	x, y := cos*half.x+sin*half.y, cos*half.y-sin*half.x
	if over := x*x/(rx*rx) + y*y/(ry*ry); over > 1 {
		rx, ry = rx*math.Sqrt(over), ry*math.Sqrt(over)
	}
	q := x*x*ry*ry + y*y*rx*rx
	k := math.Sqrt(math.Max(0, (rx*rx*ry*ry-q)/q))
	if large == sweep {
		k = -k
	}
	cx, cy := k*rx*y/ry, -k*ry*x/rx
	place := matrix{cos * rx, sin * rx, -sin * ry, cos * ry, 0, 0}
	middle := from.toward(to, 0.5)
	place.e, place.f = cos*cx-sin*cy+middle.x, sin*cx+cos*cy+middle.y
	begin := math.Atan2((y-cy)/ry, (x-cx)/rx)
	angle := math.Atan2((-y-cy)/ry, (-x-cx)/rx) - begin
	switch {
	case sweep && angle < 0:
		angle += 2 * math.Pi
	case !sweep && angle > 0:
		angle -= 2 * math.Pi
	}
	p.turn(place, begin, angle, to)
}

// turn draws a part of the unit circle, as the matrix places it; to is its end without errors of rounding.
func (p *path) turn(place matrix, begin, angle float64, to point) {
	parts := int(math.Ceil(math.Abs(angle)/(math.Pi/2) - 1e-9))
	each := angle / float64(max(parts, 1))
	k := 4.0 / 3 * math.Tan(each/4)
	for i := range parts {
		s0, c0 := math.Sincos(begin + each*float64(i))
		s1, c1 := math.Sincos(begin + each*float64(i+1))
		end := place.apply(point{c1, s1})
		if i == parts-1 {
			end = to
		}
		p.cubic(place.apply(point{c0 - k*s0, s0 + k*c0}), place.apply(point{c1 + k*s1, s1 - k*c1}), end)
	}
}

// ellipse draws a closed ellipse, clockwise from its rightmost point, as SVG does.
func (p *path) ellipse(center point, rx, ry float64) {
	place := matrix{rx, 0, 0, ry, center.x, center.y}
	begin := place.apply(point{1, 0})
	p.move(begin)
	p.turn(place, 0, 2*math.Pi, begin)
	p.close()
}

// rect draws a rectangle with corners of the radii, clockwise.
func (p *path) rect(b box, rx, ry float64) {
	rx, ry = math.Min(rx, b.width()/2), math.Min(ry, b.height()/2)
	if rx <= 0 || ry <= 0 {
		p.move(point{b.x0, b.y0})
		p.line(point{b.x1, b.y0})
		p.line(point{b.x1, b.y1})
		p.line(point{b.x0, b.y1})
		p.close()
		return
	}
	p.move(point{b.x0 + rx, b.y0})
	corner := func(from, to point) {
		p.line(from)
		p.arc(from, rx, ry, 0, false, true, to)
	}
	corner(point{b.x1 - rx, b.y0}, point{b.x1, b.y0 + ry})
	corner(point{b.x1, b.y1 - ry}, point{b.x1 - rx, b.y1})
	corner(point{b.x0 + rx, b.y1}, point{b.x0, b.y1 - ry})
	corner(point{b.x0, b.y0 + ry}, point{b.x0 + rx, b.y0})
	p.close()
}

const (
	flatness  = 0.04 // how far, in pixels, a straight line may be from its curve
	maxPieces = 256  // of one curve
)

// flatten returns the path, after a matrix, as straight lines that are off by at most flatness × coarse.
func (p *path) flatten(m matrix, coarse float64) []line {
	var lines []line
	var current line
	end := func() {
		if len(current.points) > 0 {
			lines = append(lines, current)
		}
		current = line{}
	}
	for _, s := range p.steps {
		a, b, c := m.apply(s.p[0]), m.apply(s.p[1]), m.apply(s.p[2])
		switch s.verb {
		case moveTo:
			end()
			current.points = append(current.points, a)
		case lineTo:
			current.points = append(current.points, a)
		case quadTo:
			current.points = appendQuad(current.points, a, b, flatness*coarse)
		case cubicTo:
			current.points = appendCubic(current.points, a, b, c, flatness*coarse)
		case closePath:
			begin := current.points[0]
			current.closed = true
			end()
			current.points = []point{begin} // what is drawn next without a move begins here
		}
	}
	end()
	return dropLoneStarts(lines)
}

// dropLoneStarts removes outlines of one point: a move that nothing follows draws nothing.
func dropLoneStarts(lines []line) []line {
	kept := lines[:0]
	for _, l := range lines {
		if len(l.points) > 1 || l.closed {
			kept = append(kept, l)
		}
	}
	return kept
}

func pieces(bend, tolerance float64) int {
	n := math.Ceil(math.Sqrt(bend / tolerance))
	if !(n < maxPieces) {
		return maxPieces
	}
	return max(1, int(n))
}

func appendQuad(points []point, b, c point, tolerance float64) []point {
	a := points[len(points)-1]
	bend := a.sub(b).add(c.sub(b)).length() / 4
	n := pieces(bend, tolerance)
	for i := 1; i < n; i++ {
		t := float64(i) / float64(n)
		points = append(points, a.toward(b, t).toward(b.toward(c, t), t))
	}
	return append(points, c)
}

func appendCubic(points []point, b, c, d point, tolerance float64) []point {
	a := points[len(points)-1]
	bend := 0.75 * math.Max(a.sub(b).add(c.sub(b)).length(), b.sub(c).add(d.sub(c)).length())
	n := pieces(bend, tolerance)
	for i := 1; i < n; i++ {
		t := float64(i) / float64(n)
		ab, bc, cd := a.toward(b, t), b.toward(c, t), c.toward(d, t)
		points = append(points, ab.toward(bc, t).toward(bc.toward(cd, t), t))
	}
	return append(points, d)
}
