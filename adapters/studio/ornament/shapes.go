package ornament

import (
	"math"

	"convoke/adapters/studio/color"
	"convoke/adapters/studio/draw"
)

// leaf draws an almond from its stalk to its tip; width is that of its widest place.
func leaf(path *draw.Path, stalk, tip draw.Point, width float64) {
	angle := math.Atan2(tip.Y-stalk.Y, tip.X-stalk.X)
	length := stalk.Distance(tip)
	left := stalk.Toward(angle, length*0.42).Toward(angle-math.Pi/2, width)
	right := stalk.Toward(angle, length*0.42).Toward(angle+math.Pi/2, width)
	path.Move(stalk).Quad(left, tip).Quad(right, stalk).Close()
}

// star draws a star with n points; inner is the part of the radius at which it is thinnest.
func star(path *draw.Path, c draw.Point, radius, inner float64, n int, angle float64) {
	points := make([]draw.Point, 0, 2*n)
	for i := range 2 * n {
		r := radius
		if i%2 == 1 {
			r = radius * inner
		}
		points = append(points, c.Toward(angle+math.Pi*float64(i)/float64(n), r))
	}
	path.Polygon(points...)
}

// sparkle draws a star of four points with hollow sides.
func sparkle(path *draw.Path, c draw.Point, radius float64) {
	path.Move(c.Add(0, -radius))
	for i := range 4 {
		to := c.Toward(-math.Pi/2+math.Pi/2*float64(i+1), radius)
		path.Quad(c.Toward(-math.Pi/4+math.Pi/2*float64(i), radius*0.12), to)
	}
	path.Close()
}

// bar draws a stroke of even width as a shape, with square ends.
func bar(path *draw.Path, from, to draw.Point, width float64) {
	angle := math.Atan2(to.Y-from.Y, to.X-from.X) + math.Pi/2
	path.Polygon(from.Toward(angle, width/2), to.Toward(angle, width/2), to.Toward(angle, -width/2), from.Toward(angle, -width/2))
}

// box draws a turned rectangle around a centre.
func box(path *draw.Path, c draw.Point, w, h, angle float64) {
	along := func(x, y float64) draw.Point {
		return c.Toward(angle, x).Toward(angle+math.Pi/2, y)
	}
	path.Polygon(along(-w/2, -h/2), along(w/2, -h/2), along(w/2, h/2), along(-w/2, h/2))
}

// halfDisc draws a half circle on a diameter of this angle.
func halfDisc(path *draw.Path, c draw.Point, radius, angle float64) {
	from, to := c.Toward(angle, radius), c.Toward(angle+math.Pi, radius)
	path.Move(from).Arc(radius, true, c.Toward(angle+math.Pi/2, radius)).Arc(radius, true, to).Close()
}

// halfRing draws an arch: the part of a ring above a horizontal line.
func halfRing(path *draw.Path, c draw.Point, outer, inner float64) {
	path.Move(c.Add(-outer, 0)).Arc(outer, true, c.Add(0, -outer)).Arc(outer, true, c.Add(outer, 0)).
		Line(c.Add(inner, 0)).Arc(inner, false, c.Add(0, -inner)).Arc(inner, false, c.Add(-inner, 0)).Close()
}

// squiggle draws a wavy band of even width along a line.
func squiggle(path *draw.Path, from draw.Point, angle, length, width float64, bends int) {
	step := length / float64(2*bends)
	high := length / float64(bends) * 0.42
	at := from
	path.Move(at.Toward(angle+math.Pi/2, -width/2))
	for i := range 2 * bends {
		side := high
		if i%2 == 1 {
			side = -high
		}
		next := from.Toward(angle, step*float64(i+1))
		control := at.Toward(angle, step/2).Toward(angle-math.Pi/2, side+width/2)
		path.Quad(control, next.Toward(angle+math.Pi/2, -width/2))
		at = next
	}
	path.Line(at.Toward(angle+math.Pi/2, width/2))
	for i := 2*bends - 1; i >= 0; i-- {
		side := high
		if i%2 == 1 {
			side = -high
		}
		next := from.Toward(angle, step*float64(i))
		control := at.Toward(angle, -step/2).Toward(angle-math.Pi/2, side-width/2)
		path.Quad(control, next.Toward(angle+math.Pi/2, width/2))
		at = next
	}
	path.Close()
}

// shade returns a darker neighbour of a colour.
func shade(hex string) string { return color.Parse(hex).Lighter(-0.12).Hex() }
