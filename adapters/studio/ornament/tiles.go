package ornament

import (
	"math"

	"convoke/adapters/studio/draw"
)

// lattice: tiles of a terrace.
var lattice = Family{
	Name: "lattice", Suits: "elegant modern lattice exhibition dinner garden tea formal minimal calm corporate wedding",
	Uses: Fills | Rows,
	Field: func(p *Pen, area draw.Rect) {
		step := math.Max(area.Short()/5.5, area.Long()/32)
		n := max(1, int(math.Round(area.W/step)))
		step = area.W / float64(n)
		kind := p.Rng.IntN(3)
		for row, y := 0, area.Y; y < area.Bottom()+step; row, y = row+1, y+step {
			for i := range n + 1 {
				tile(p, draw.Point{X: area.X + step*float64(i), Y: y}, step, kind, row+i)
			}
		}
	},
	Motif: func(p *Pen, at draw.Point, radius, _ float64) {
		quatrefoil(p.Path(p.anyTint()), at, radius*0.5)
	},
}

func tile(p *Pen, at draw.Point, step float64, kind, number int) {
	switch kind {
	case 0:
		quatrefoil(p.Path(p.tint(number%2)), at, step*0.24)
		star(p.Path(p.tint(2)), at.Add(step/2, step/2), step*0.16, 0.7, 2, 0)
	case 1:
		box(p.Path(p.tint(number%2)), at, step*0.62, step*0.62, math.Pi/4)
		box(p.Path(p.Ground), at, step*0.4, step*0.4, math.Pi/4)
		box(p.Path(p.tint(2)), at, step*0.2, step*0.2, math.Pi/4)
	default:
		for i := range 4 {
			turn := math.Pi/4 + math.Pi/2*float64(i)
			leaf(p.Path(p.tint(number%2)), at, at.Toward(turn, step*0.66), step*0.2)
		}
		p.Path(p.tint(2)).Circle(at.Add(step/2, 0), step*0.07)
	}
}

func quatrefoil(path *draw.Path, c draw.Point, radius float64) {
	for i := range 4 {
		path.Circle(c.Toward(math.Pi/2*float64(i), radius*0.8), radius*0.8)
	}
}

// gingham: woven checks.
var gingham = Family{
	Name: "gingham", Suits: "rustic playful retro gingham barbecue brunch garden summer harvest kids tea",
	Uses: Fills, Light: true,
	Field: func(p *Pen, area draw.Rect) {
		step := math.Max(area.Short()/9, area.Long()/60)
		for x := area.X; x < area.Right(); x += 2 * step {
			p.Path(p.tint(0)).Rect(draw.Rect{X: x, Y: area.Y, W: step, H: area.H})
		}
		p.FlushFaint(0.45)
		for y := area.Y; y < area.Bottom(); y += 2 * step {
			p.Path(p.tint(0)).Rect(draw.Rect{X: area.X, Y: y, W: area.W, H: step})
		}
		p.FlushFaint(0.45)
	},
	Motif: func(p *Pen, at draw.Point, radius, _ float64) {
		path := p.Path(p.anyTint())
		for i := range 9 {
			if i%2 == 0 {
				path.Rect(draw.Around(at.Add(radius*0.44*float64(i%3-1), radius*0.44*float64(i/3-1)), radius*0.2))
			}
		}
	},
}

// terrazzo: chips of stone.
var terrazzo = Family{
	Name: "terrazzo", Suits: "modern minimal playful lattice housewarming exhibition corporate workshop dinner launch calm fresh",
	Uses: Fills | Scatters,
	Field: func(p *Pen, area draw.Rect) {
		Family{Motif: chip}.Scatter(p, area, p.Unit*0.012, p.Unit*0.045, 0.42)
	},
	Motif: chip,
}

func chip(p *Pen, at draw.Point, radius, angle float64) {
	n := 4 + p.Rng.IntN(3)
	points := make([]draw.Point, n)
	for i := range n {
		points[i] = at.Toward(angle+2*math.Pi*(float64(i)+p.between(-0.3, 0.3))/float64(n), radius*p.between(0.6, 1))
	}
	p.Path(p.anyTint()).Polygon(points...)
}
