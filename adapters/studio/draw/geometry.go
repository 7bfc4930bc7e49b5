// Package draw is the studio's drawing board: shapes in pixels, y downwards, written as compact SVG. It knows nothing
// of invitations. Nothing in it is safe for concurrent use; each drawing has its own board.
package draw

import "math"

// Point is a place on the board.
type Point struct{ X, Y float64 }

// Add returns the point moved by dx and dy.
func (p Point) Add(dx, dy float64) Point { return Point{p.X + dx, p.Y + dy} }

// Toward returns the point that lies at a distance in a direction, an angle in radians, clockwise from the x axis.
func (p Point) Toward(angle, distance float64) Point {
	return Point{p.X + math.Cos(angle)*distance, p.Y + math.Sin(angle)*distance}
}

// Distance returns how far two points are apart.
func (p Point) Distance(q Point) float64 { return math.Hypot(p.X-q.X, p.Y-q.Y) }

// Rect is an upright rectangle.
type Rect struct{ X, Y, W, H float64 }

// Around returns the square with this centre and half side.
func Around(c Point, half float64) Rect { return Rect{c.X - half, c.Y - half, 2 * half, 2 * half} }

// Right and Bottom are the far sides.
func (r Rect) Right() float64  { return r.X + r.W }
func (r Rect) Bottom() float64 { return r.Y + r.H }

// Center returns the middle.
func (r Rect) Center() Point { return Point{r.X + r.W/2, r.Y + r.H/2} }

// Short and Long return the lengths of the sides.
func (r Rect) Short() float64 { return math.Min(r.W, r.H) }
func (r Rect) Long() float64  { return math.Max(r.W, r.H) }

// Inset returns the rectangle with d taken from every side.
func (r Rect) Inset(d float64) Rect { return r.Pad(-d, -d) }

// Pad returns the rectangle grown by dx to the left and right and dy above and below.
func (r Rect) Pad(dx, dy float64) Rect {
	return Rect{r.X - dx, r.Y - dy, math.Max(0, r.W+2*dx), math.Max(0, r.H+2*dy)}
}

// Contains reports whether other lies inside, its edge allowed on the edge.
func (r Rect) Contains(other Rect) bool {
	const hair = 1e-6
	return other.X >= r.X-hair && other.Y >= r.Y-hair && other.Right() <= r.Right()+hair && other.Bottom() <= r.Bottom()+hair
}

// Has reports whether the point lies inside.
func (r Rect) Has(p Point) bool {
	return p.X >= r.X && p.Y >= r.Y && p.X <= r.Right() && p.Y <= r.Bottom()
}

// Overlaps reports whether the two share an area.
func (r Rect) Overlaps(other Rect) bool {
	return r.X < other.Right() && other.X < r.Right() && r.Y < other.Bottom() && other.Y < r.Bottom()
}

// Union returns the smallest rectangle around both; an empty one counts for nothing.
func (r Rect) Union(other Rect) Rect {
	switch {
	case r.W == 0 && r.H == 0:
		return other
	case other.W == 0 && other.H == 0:
		return r
	}
	x, y := math.Min(r.X, other.X), math.Min(r.Y, other.Y)
	return Rect{x, y, math.Max(r.Right(), other.Right()) - x, math.Max(r.Bottom(), other.Bottom()) - y}
}

// Distance returns how far the point is from the rectangle, 0 inside.
func (r Rect) Distance(p Point) float64 {
	dx := math.Max(0, math.Max(r.X-p.X, p.X-r.Right()))
	dy := math.Max(0, math.Max(r.Y-p.Y, p.Y-r.Bottom()))
	return math.Hypot(dx, dy)
}
