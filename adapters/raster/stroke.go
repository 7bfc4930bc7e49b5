package raster

import "math"

// pen draws the outline of lines: what a stroke covers, to be filled by the non-zero rule.
type pen struct {
	half       float64 // of the width
	join, cap  string
	miterLimit float64
	step       float64 // the largest angle that one straight piece of a round corner may turn
	out        []line
	side       []point
	left       int // points that may still be drawn
}

// maxPoints bounds the outline of one stroke: a thick pen with round corners makes up to 256 of each of its line's.
const maxPoints = 1_000_000

// newPen returns a pen whose round corners are off by at most flatness × coarse.
func newPen(s *style, coarse float64) *pen {
	p := &pen{left: maxPoints, half: s.width / 2, join: s.join, cap: s.cap, miterLimit: s.miterLimit}
	p.step = 2 * math.Acos(math.Max(0.5, 1-flatness*coarse/p.half))
	p.step = math.Max(p.step, math.Pi/128)
	return p
}

// stroke returns the outline; complete is false when it has more points than it may have.
func (p *pen) stroke(lines []line) (out []line, complete bool) {
	for _, l := range lines {
		p.one(distinct(l))
		if p.left < 0 {
			return nil, false
		}
	}
	return p.out, true
}

// distinct removes points that lie on the one before.
func distinct(l line) line {
	const hair = 1e-9
	kept := make([]point, 0, len(l.points))
	for _, q := range l.points {
		if len(kept) == 0 || q.sub(kept[len(kept)-1]).length() > hair {
			kept = append(kept, q)
		}
	}
	if l.closed && len(kept) > 1 && kept[0].sub(kept[len(kept)-1]).length() <= hair {
		kept = kept[:len(kept)-1]
	}
	return line{kept, l.closed}
}

func (p *pen) one(l line) {
	n := len(l.points)
	switch {
	case n == 1:
		p.dot(l.points[0])
	case l.closed && n > 2:
		p.along(l.points, true)
		p.finish()
		p.along(reversed(l.points), true)
		p.finish()
	case l.closed: // there and back again, with a join at both ends
		p.along(l.points, true)
		p.finish()
	default:
		p.along(l.points, false)
		p.end(l.points[n-2], l.points[n-1])
		p.along(reversed(l.points), false)
		p.end(l.points[1], l.points[0])
		p.finish()
	}
}

func reversed(points []point) []point {
	out := make([]point, len(points))
	for i, q := range points {
		out[len(points)-1-i] = q
	}
	return out
}

func (p *pen) finish() {
	p.out = append(p.out, line{p.side, true})
	p.left -= len(p.side)
	p.side = nil
}

// normal is what leads from a segment to its left side.
func (p *pen) normal(a, b point) point {
	d := b.sub(a)
	f := p.half / d.length()
	return point{d.y * f, -d.x * f}
}

// along adds the left side of a row of segments, with the joins between them.
func (p *pen) along(points []point, closed bool) {
	n := len(points)
	segments := n - 1
	if closed {
		segments = n
	}
	for i := range segments {
		if len(p.side) > p.left {
			return
		}
		a, b := points[i], points[(i+1)%n]
		across := p.normal(a, b)
		p.side = append(p.side, a.add(across), b.add(across))
		if closed || i+1 < segments {
			p.corner(b, across, p.normal(b, points[(i+2)%n]))
		}
	}
}

// corner joins two segments that meet at a point, given the ways to their left sides.
func (p *pen) corner(at, from, to point) {
	cross, dot := from.x*to.y-from.y*to.x, from.x*to.x+from.y*to.y
	turn := math.Atan2(cross, dot)
	if turn < 1e-9-math.Pi { // straight back: both sides are outer ones
		turn = math.Pi
	}
	switch {
	case turn < 0: // the inner side: through the middle, so that nothing is left open
		p.side = append(p.side, at)
	case p.join == "round":
		p.round(at, from, turn)
	case p.join == "bevel":
	default:
		// The tip of a miter is 1/cos(turn/2) half widths away.
		if cos := math.Cos(turn / 2); cos > 0 && 1/cos <= p.miterLimit {
			tip := from.add(to)
			p.side = append(p.side, at.add(tip.times(p.half*p.half/(p.half*p.half+dot))))
		}
	}
}

// round adds the points between two ends of an arc.
func (p *pen) round(at, from point, turn float64) {
	n := int(math.Ceil(math.Abs(turn) / p.step))
	for i := 1; i < n; i++ {
		sin, cos := math.Sincos(turn * float64(i) / float64(n))
		p.side = append(p.side, at.add(point{cos*from.x - sin*from.y, sin*from.x + cos*from.y}))
	}
}

// end adds the cap at b of a segment that comes from a.
func (p *pen) end(a, b point) {
	across := p.normal(a, b)
	switch p.cap {
	case "round":
		p.round(b, across, math.Pi)
	case "square":
		ahead := point{-across.y, across.x}
		p.side = append(p.side, b.add(across).add(ahead), b.sub(across).add(ahead))
	}
}

// dot draws a line without length, which only caps make visible.
func (p *pen) dot(at point) {
	right := point{p.half, 0}
	switch p.cap {
	case "round":
		p.side = append(p.side, at.add(right))
		p.round(at, right, 2*math.Pi)
	case "square":
		h := p.half
		p.side = append(p.side, at.add(point{-h, -h}), at.add(point{h, -h}), at.add(point{h, h}), at.add(point{-h, h}))
	default:
		return
	}
	p.finish()
}
