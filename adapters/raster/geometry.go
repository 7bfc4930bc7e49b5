package raster

import "math"

// point is a place, in whatever system of coordinates the context says.
type point struct{ x, y float64 }

func (p point) add(q point) point               { return point{p.x + q.x, p.y + q.y} }
func (p point) sub(q point) point               { return point{p.x - q.x, p.y - q.y} }
func (p point) times(f float64) point           { return point{p.x * f, p.y * f} }
func (p point) length() float64                 { return math.Hypot(p.x, p.y) }
func (p point) toward(q point, t float64) point { return p.add(q.sub(p).times(t)) }

// finite reports whether a number may be computed with: neither infinite nor absurd.
func finite(values ...float64) bool {
	for _, v := range values {
		if math.IsNaN(v) || math.Abs(v) > 1e9 {
			return false
		}
	}
	return true
}

// matrix maps (x, y) to (a·x + c·y + e, b·x + d·y + f), as SVG's matrix(a b c d e f) does.
type matrix struct{ a, b, c, d, e, f float64 }

var identity = matrix{a: 1, d: 1}

func translate(x, y float64) matrix { return matrix{1, 0, 0, 1, x, y} }
func scale(x, y float64) matrix     { return matrix{x, 0, 0, y, 0, 0} }

// then returns the matrix that applies inner first and m afterwards.
func (m matrix) then(inner matrix) matrix {
	return matrix{
		m.a*inner.a + m.c*inner.b, m.b*inner.a + m.d*inner.b,
		m.a*inner.c + m.c*inner.d, m.b*inner.c + m.d*inner.d,
		m.a*inner.e + m.c*inner.f + m.e, m.b*inner.e + m.d*inner.f + m.f,
	}
}

func (m matrix) apply(p point) point { return point{m.a*p.x + m.c*p.y + m.e, m.b*p.x + m.d*p.y + m.f} }

// inverse returns false for a matrix that flattens the plane.
func (m matrix) inverse() (matrix, bool) {
	det := m.a*m.d - m.b*m.c
	if det == 0 || math.IsNaN(det) || math.IsInf(1/det, 0) {
		return matrix{}, false
	}
	a, b, c, d := m.d/det, -m.b/det, -m.c/det, m.a/det
	return matrix{a, b, c, d, -(a*m.e + c*m.f), -(b*m.e + d*m.f)}, true
}

// stretch is the largest factor by which the matrix makes a length longer.
func (m matrix) stretch() float64 {
	sum, diff := m.a*m.a+m.b*m.b+m.c*m.c+m.d*m.d, m.a*m.d-m.b*m.c
	return math.Sqrt((sum + math.Sqrt(math.Max(0, sum*sum-4*diff*diff))) / 2)
}

func (m matrix) usable() bool { return finite(m.a, m.b, m.c, m.d, m.e, m.f) }

// box is an upright rectangle from (x0, y0) to (x1, y1); empty unless x0 < x1 and y0 < y1.
type box struct{ x0, y0, x1, y1 float64 }

// nowhere is the box that any point enlarges.
var nowhere = box{math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)}

func (b box) width() float64  { return b.x1 - b.x0 }
func (b box) height() float64 { return b.y1 - b.y0 }

// void reports that no point was ever added.
func (b box) void() bool { return b.x0 > b.x1 || b.y0 > b.y1 }

func (b box) with(p point) box {
	return box{math.Min(b.x0, p.x), math.Min(b.y0, p.y), math.Max(b.x1, p.x), math.Max(b.y1, p.y)}
}

func (b box) union(o box) box {
	return box{math.Min(b.x0, o.x0), math.Min(b.y0, o.y0), math.Max(b.x1, o.x1), math.Max(b.y1, o.y1)}
}

// outline returns the box as a closed line.
func (b box) outline() []line {
	return []line{{points: []point{{b.x0, b.y0}, {b.x1, b.y0}, {b.x1, b.y1}, {b.x0, b.y1}}, closed: true}}
}

// mapped returns the bounds of the box after a matrix.
func (b box) mapped(m matrix) box {
	if b.void() {
		return b
	}
	return boundsOf(transformed(b.outline(), m))
}

// unit maps the unit square onto the box: what objectBoundingBox units mean.
func (b box) unit() matrix { return matrix{b.width(), 0, 0, b.height(), b.x0, b.y0} }

// line is a row of straight segments.
type line struct {
	points []point
	closed bool
}

func transformed(lines []line, m matrix) []line {
	out := make([]line, len(lines))
	for i, l := range lines {
		points := make([]point, len(l.points))
		for j, p := range l.points {
			points[j] = m.apply(p)
		}
		out[i] = line{points, l.closed}
	}
	return out
}

func boundsOf(lines []line) box {
	b := nowhere
	for _, l := range lines {
		for _, p := range l.points {
			b = b.with(p)
		}
	}
	return b
}
