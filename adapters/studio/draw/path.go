package draw

import (
	"math"
	"strconv"
)

// Path is a shape under construction. It is kept as the text of an SVG path: relative steps in hundredths of a pixel,
// counted from the rounded position, so that rounding never adds up. The zero value is empty.
type Path struct {
	data         []byte
	x, y         int // the pen, in hundredths
	startX, strY int
	box          Rect
	some         bool
}

// Empty reports whether nothing was drawn.
func (p *Path) Empty() bool { return !p.some }

// Box returns the bounds of all points, control points included.
func (p *Path) Box() Rect { return p.box }

// Move lifts the pen to a point and begins a new outline.
func (p *Path) Move(to Point) *Path {
	x, y := p.see(to)
	p.data = append(p.data, 'M')
	p.number(x)
	p.number(y)
	p.x, p.y, p.startX, p.strY = x, y, x, y
	return p
}

// Line draws straight lines through the points.
func (p *Path) Line(points ...Point) *Path {
	for _, to := range points {
		x, y := p.see(to)
		p.data = append(p.data, 'l')
		p.number(x - p.x)
		p.number(y - p.y)
		p.x, p.y = x, y
	}
	return p
}

// Quad draws a curve with one control point.
func (p *Path) Quad(control, to Point) *Path {
	cx, cy := p.see(control)
	x, y := p.see(to)
	p.data = append(p.data, 'q')
	p.numbers(cx-p.x, cy-p.y, x-p.x, y-p.y)
	p.x, p.y = x, y
	return p
}

// Cubic draws a curve with two control points.
func (p *Path) Cubic(first, second, to Point) *Path {
	ax, ay := p.see(first)
	bx, by := p.see(second)
	x, y := p.see(to)
	p.data = append(p.data, 'c')
	p.numbers(ax-p.x, ay-p.y, bx-p.x, by-p.y, x-p.x, y-p.y)
	p.x, p.y = x, y
	return p
}

// Arc draws a part of a circle to a point, the short way round, clockwise if sweep is set.
func (p *Path) Arc(radius float64, sweep bool, to Point) *Path {
	x, y := p.see(to)
	r := hundredths(radius)
	p.data = append(p.data, 'a')
	p.numbers(r, r)
	p.data = append(p.data, " 0 0 0"...)
	if sweep {
		p.data[len(p.data)-1] = '1'
	}
	p.numbers(x-p.x, y-p.y)
	p.x, p.y = x, y
	middle := Point{float64(p.x) / 100, float64(p.y) / 100}
	p.cover(Around(middle, 0))
	return p
}

// Close draws back to where the outline began.
func (p *Path) Close() *Path {
	p.data = append(p.data, 'z')
	p.x, p.y = p.startX, p.strY
	return p
}

// Polygon draws a closed outline through the points.
func (p *Path) Polygon(points ...Point) *Path { return p.Move(points[0]).Line(points[1:]...).Close() }

// Rect draws a rectangle.
func (p *Path) Rect(r Rect) *Path {
	return p.Polygon(Point{r.X, r.Y}, Point{r.Right(), r.Y}, Point{r.Right(), r.Bottom()}, Point{r.X, r.Bottom()})
}

// Round draws a rectangle with round corners.
func (p *Path) Round(r Rect, radius float64) *Path {
	d := math.Min(radius, r.Short()/2)
	return p.Move(Point{r.X + d, r.Y}).Line(Point{r.Right() - d, r.Y}).Arc(d, true, Point{r.Right(), r.Y + d}).
		Line(Point{r.Right(), r.Bottom() - d}).Arc(d, true, Point{r.Right() - d, r.Bottom()}).
		Line(Point{r.X + d, r.Bottom()}).Arc(d, true, Point{r.X, r.Bottom() - d}).
		Line(Point{r.X, r.Y + d}).Arc(d, true, Point{r.X + d, r.Y}).Close()
}

// Circle draws a circle.
func (p *Path) Circle(c Point, radius float64) *Path {
	p.cover(Around(c, radius))
	return p.Move(c.Add(-radius, 0)).Arc(radius, true, c.Add(radius, 0)).Arc(radius, true, c.Add(-radius, 0)).Close()
}

func (p *Path) see(to Point) (x, y int) {
	p.cover(Rect{to.X, to.Y, 0, 0})
	return hundredths(to.X), hundredths(to.Y)
}

func (p *Path) cover(r Rect) {
	if !p.some {
		p.box, p.some = r, true
		return
	}
	x, y := math.Min(p.box.X, r.X), math.Min(p.box.Y, r.Y)
	p.box = Rect{x, y, math.Max(p.box.Right(), r.Right()) - x, math.Max(p.box.Bottom(), r.Bottom()) - y}
}

func (p *Path) numbers(values ...int) {
	for _, v := range values {
		p.number(v)
	}
}

// number writes a value in hundredths after a letter or another number.
func (p *Path) number(v int) {
	if last := p.data[len(p.data)-1]; v >= 0 && last >= '0' && last <= '9' {
		p.data = append(p.data, ' ')
	}
	p.data = appendHundredths(p.data, v)
}

func hundredths(v float64) int { return int(math.Round(v * 100)) }

func appendHundredths(b []byte, v int) []byte {
	if v < 0 {
		b, v = append(b, '-'), -v
	}
	whole, part := v/100, v%100
	if whole > 0 || part == 0 {
		b = strconv.AppendInt(b, int64(whole), 10)
	}
	if part > 0 {
		b = append(b, '.', byte('0'+part/10))
		if part%10 > 0 {
			b = append(b, byte('0'+part%10))
		}
	}
	return b
}
