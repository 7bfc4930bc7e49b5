package raster

import (
	"math"
)

// stop is a colour at a place of a gradient, 0 to 1.
type stop struct {
	offset float64
	color  tint
}

// ramp is a gradient's colours from its begin to its end.
type ramp struct {
	table  [rampSteps]premultiplied
	spread string
}

// rampSteps are more than there are pixels across the largest picture, so that hard edges stay where they are.
const rampSteps = 4096

// newRamp mixes colours as browsers do: in sRGB, not multiplied by their opacities.
func newRamp(stops []stop, opacity float64, spread string) *ramp {
	r := &ramp{spread: spread}
	next := 0
	for i := range r.table {
		at := float64(i) / (rampSteps - 1)
		for next < len(stops) && stops[next].offset <= at {
			next++
		}
		switch next {
		case 0:
			r.table[i] = stops[0].color.faded(opacity)
		case len(stops):
			r.table[i] = stops[next-1].color.faded(opacity)
		default:
			a, b := stops[next-1], stops[next]
			r.table[i] = mixed(a.color, b.color, (at-a.offset)/(b.offset-a.offset)).faded(opacity)
		}
	}
	return r
}

func mixed(a, b tint, t float64) tint {
	mix := func(x, y uint8) uint8 { return toByte(float64(x) + (float64(y)-float64(x))*t) }
	return tint{mix(a.r, b.r), mix(a.g, b.g), mix(a.b, b.b), a.opacity + (b.opacity-a.opacity)*t}
}

func (r *ramp) at(t float64) premultiplied {
	switch r.spread {
	case "repeat":
		t -= math.Floor(t)
	case "reflect":
		if t = math.Abs(math.Mod(t, 2)); t > 1 {
			t = 2 - t
		}
	default:
		t = math.Max(0, math.Min(1, t))
	}
	return r.table[int(t*(rampSteps-1)+0.5)]
}

// linear is a gradient along a line.
type linear struct {
	*ramp
	x, y, base float64 // the place of a pixel is x·column + y·row + base
}

// newLinear returns the gradient from a to b; back leads from pixels to the gradient's own coordinates.
func newLinear(r *ramp, a, b point, back matrix) linear {
	d := b.sub(a)
	f := 1 / (d.x*d.x + d.y*d.y)
	g := linear{ramp: r, x: (back.a*d.x + back.b*d.y) * f, y: (back.c*d.x + back.d*d.y) * f}
	origin := back.apply(point{0.5, 0.5}).sub(a)
	g.base = (origin.x*d.x + origin.y*d.y) * f
	return g
}

func (g linear) cost() int64 { return linearWork }

func (g linear) colors(y, x int, out []premultiplied) {
	t := g.base + g.x*float64(x) + g.y*float64(y)
	for i := range out {
		out[i] = g.at(t + g.x*float64(i))
	}
}

// radial is a gradient from one circle to another.
type radial struct {
	*ramp
	from, way    point // the centre of the first circle, and from there to that of the second
	radius, grow float64
	back         matrix
}

func (g radial) cost() int64 { return radialWork }

func (g radial) colors(y, x int, out []premultiplied) {
	for i := range out {
		p := g.back.apply(point{float64(x+i) + 0.5, float64(y) + 0.5})
		if t, ok := g.place(p); ok {
			out[i] = g.at(t)
		} else {
			out[i] = premultiplied{}
		}
	}
}

// place returns the largest t whose circle, on the way from the first to the second, goes through the point.
func (g radial) place(p point) (float64, bool) {
	d := p.sub(g.from)
	a := g.way.x*g.way.x + g.way.y*g.way.y - g.grow*g.grow
	b := d.x*g.way.x + d.y*g.way.y + g.radius*g.grow
	c := d.x*d.x + d.y*d.y - g.radius*g.radius
	if math.Abs(a) < 1e-12 {
		if b == 0 {
			return 0, false
		}
		t := c / (2 * b)
		return t, g.radius+t*g.grow >= 0
	}
	root := b*b - a*c
	if root < 0 {
		return 0, false
	}
	root = math.Sqrt(root)
	t, other := (b+root)/a, (b-root)/a
	if other > t {
		t, other = other, t
	}
	if g.radius+t*g.grow >= 0 {
		return t, true
	}
	return other, g.radius+other*g.grow >= 0
}
