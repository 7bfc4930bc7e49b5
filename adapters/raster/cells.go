package raster

import "math"

// area is a rectangle of whole pixels, from (x0, y0) up to but without (x1, y1).
type area struct{ x0, y0, x1, y1 int }

func (a area) empty() bool { return a.x0 >= a.x1 || a.y0 >= a.y1 }
func (a area) width() int  { return a.x1 - a.x0 }
func (a area) height() int { return a.y1 - a.y0 }
func (a area) size() int64 { return int64(a.width()) * int64(a.height()) }

func (a area) cut(b area) area {
	c := area{max(a.x0, b.x0), max(a.y0, b.y0), min(a.x1, b.x1), min(a.y1, b.y1)}
	if c.empty() {
		return area{}
	}
	return c
}

// pixels returns the smallest area of whole pixels that holds the box, within the limits.
func pixels(b box, limit area) area {
	clamp := func(v float64, lo, hi int) int { return int(math.Max(float64(lo), math.Min(float64(hi), v))) }
	return limit.cut(area{
		clamp(math.Floor(b.x0), limit.x0, limit.x1), clamp(math.Floor(b.y0), limit.y0, limit.y1),
		clamp(math.Ceil(b.x1), limit.x0, limit.x1), clamp(math.Ceil(b.y1), limit.y0, limit.y1),
	})
}

// cell is what the edges in one pixel do to the winding number: cover is how far it changes for all pixels to the right,
// part is that change for the pixel itself, which the edges may leave partly on their left.
type cell struct {
	x, y        int32
	cover, part float32
}

// coverage turns outlines into how much of each pixel they cover, exactly, by summing up signed areas. Only pixels that
// an edge crosses take memory; what lies between them on a row is one span. Where outlines lie over one another sums of
// areas say nothing, and the shape is sampled instead.
type coverage struct {
	limit   area
	cells   []cell
	edges   []edge
	order   sorter
	sampler sampler
	full    bool // there were more cells than a shape may have
}

// edge is a straight line inside the limit that runs downwards; direction is -1 if the original ran upwards.
type edge struct {
	a, b      point
	slope     float64
	direction float64
}

// maxCells bounds the memory of one shape, at 16 bytes twice for each, and 48 for an edge.
const maxCells = 2 << 20

func (c *coverage) reset(limit area) {
	c.limit, c.cells, c.edges, c.full = limit, c.cells[:0], c.edges[:0], false
	c.sampler.crossed = 0
}

// add adds outlines; open ones are closed, as fills demand.
func (c *coverage) add(lines []line) {
	for _, l := range lines {
		last := l.points[len(l.points)-1]
		for _, p := range l.points {
			c.edge(last, p)
			last = p
		}
	}
}

// edge adds one edge. What lies left of the limit counts at its left side, the rest outside counts for nothing.
func (c *coverage) edge(a, b point) {
	if a.y == b.y || c.full || !finite(a.x, a.y, b.x, b.y) {
		return
	}
	direction := 1.0
	if a.y > b.y {
		a, b, direction = b, a, -1
	}
	top, bottom := float64(c.limit.y0), float64(c.limit.y1)
	if b.y <= top || a.y >= bottom {
		return
	}
	slope := (b.x - a.x) / (b.y - a.y)
	if a.y < top {
		a = point{a.x + slope*(top-a.y), top}
	}
	if b.y > bottom {
		b = point{b.x + slope*(bottom-b.y), bottom}
	}
	left, right := float64(c.limit.x0), float64(c.limit.x1)
	switch {
	case a.x >= right && b.x >= right:
	case a.x <= left && b.x <= left:
		c.steps(point{left, a.y}, point{left, b.y}, 0, direction)
	case math.Min(a.x, b.x) >= left && math.Max(a.x, b.x) <= right:
		c.steps(a, b, slope, direction)
	default:
		c.split(a, b, slope, direction, left, right)
	}
}

// split cuts an edge where it leaves the limit, and adds the pieces.
func (c *coverage) split(a, b point, slope, direction, left, right float64) {
	cuts := [4]float64{a.y, a.y, a.y, b.y}
	n := 1
	for _, x := range [2]float64{left, right} {
		if y := a.y + (x-a.x)/slope; y > a.y && y < b.y {
			cuts[n] = y
			n++
		}
	}
	if n == 3 && cuts[1] > cuts[2] {
		cuts[1], cuts[2] = cuts[2], cuts[1]
	}
	cuts[n] = b.y
	for i := range n {
		y0, y1 := cuts[i], cuts[i+1]
		x0, x1 := a.x+slope*(y0-a.y), a.x+slope*(y1-a.y)
		switch middle := (x0 + x1) / 2; {
		case middle >= right:
		case middle <= left:
			c.steps(point{left, y0}, point{left, y1}, 0, direction)
		default:
			clamp := func(x float64) float64 { return math.Max(left, math.Min(right, x)) }
			x0, x1 = clamp(x0), clamp(x1)
			if y1 > y0 {
				c.steps(point{x0, y0}, point{x1, y1}, (x1-x0)/(y1-y0), direction)
			}
		}
	}
}

// steps adds an edge inside the limit, row by row. It runs downwards; direction is that of the original.
func (c *coverage) steps(a, b point, slope, direction float64) {
	if len(c.cells)+int(math.Abs(b.x-a.x))+int(b.y-a.y) > maxCells || len(c.edges) > maxCells/2 {
		c.full = true
		return
	}
	c.edges = append(c.edges, edge{a, b, slope, direction})
	y, x := a.y, a.x
	for row := int(math.Floor(a.y)); y < b.y; row++ {
		next := math.Min(float64(row+1), b.y)
		to := a.x + slope*(next-a.y)
		if next == b.y {
			to = b.x
		}
		c.row(row, x, to, next-y, direction)
		y, x = next, to
	}
}

// row adds the piece of an edge that lies in one row of pixels and descends by height.
func (c *coverage) row(row int, x0, x1, height, direction float64) {
	if x0 > x1 {
		x0, x1 = x1, x0
	}
	column := int(math.Floor(x0))
	if x1 <= float64(column+1) {
		right := float64(column+1) - (x0+x1)/2
		c.put(column, row, height*direction, height*right*direction)
		return
	}
	per := height / (x1 - x0)
	for x := x0; x < x1; column++ {
		next := math.Min(float64(column+1), x1)
		h := per * (next - x) * direction
		c.put(column, row, h, h*(float64(column+1)-(x+next)/2))
		x = next
	}
}

func (c *coverage) put(x, y int, cover, part float64) {
	if x >= c.limit.x1 { // an edge on the right side itself
		return
	}
	if x < c.limit.x0 { // a hair outside, by rounding
		x, part = c.limit.x0, cover
	}
	if n := len(c.cells); n > 0 && c.cells[n-1].x == int32(x) && c.cells[n-1].y == int32(y) {
		c.cells[n-1].cover += float32(cover)
		c.cells[n-1].part += float32(part)
		return
	}
	c.cells = append(c.cells, cell{int32(x), int32(y), float32(cover), float32(part)})
}
