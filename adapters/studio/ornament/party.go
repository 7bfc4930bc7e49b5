package ornament

import (
	"math"

	"convoke/adapters/studio/draw"
)

// confetti: paper snips, dots and streamers.
var confetti = Family{
	Name: "confetti", Suits: "playful modern confetti birthday kids party newyear graduation fun bright farewell launch",
	Uses: Scatters | Fills | Corners,
	Field: func(p *Pen, area draw.Rect) {
		confettiFamily := Family{Motif: snip}
		confettiFamily.Scatter(p, area, p.Unit*0.008, p.Unit*0.02, 0.32)
	},
	Motif: snip,
}

func snip(p *Pen, at draw.Point, radius, angle float64) {
	path := p.Path(p.anyTint())
	switch p.Rng.IntN(5) {
	case 0:
		path.Circle(at, radius*0.55)
	case 1:
		squiggle(path, at.Toward(angle, -radius*0.85), angle, radius*1.7, radius*0.3, 2)
	case 2:
		halfDisc(path, at, radius*0.7, angle)
	default:
		box(path, at, radius*1.55, radius*0.62, angle)
	}
}

// memphis: the loose geometry of the eighties.
var memphis = Family{
	Name: "memphis", Suits: "modern playful retro memphis exhibition music birthday workshop launch party bright kids",
	Uses: Scatters | Fills,
	Field: func(p *Pen, area draw.Rect) {
		Family{Motif: shard}.Scatter(p, area, p.Unit*0.022, p.Unit*0.055, 0.3)
	},
	Motif: shard,
}

func shard(p *Pen, at draw.Point, radius, angle float64) {
	path := p.Path(p.anyTint())
	switch p.Rng.IntN(7) {
	case 0:
		star(path, at, radius, 0.5, 3, angle)
	case 1:
		squiggle(path, at.Toward(angle, -radius*0.9), angle, radius*1.8, radius*0.26, 3)
	case 2:
		halfDisc(path, at, radius*0.85, angle)
	case 3:
		for i := range 9 {
			path.Circle(at.Toward(angle, radius*0.6*float64(i%3-1)).Toward(angle+math.Pi/2, radius*0.6*float64(i/3-1)), radius*0.13)
		}
	case 4:
		bar(path, at.Toward(angle, -radius*0.8), at.Toward(angle, radius*0.8), radius*0.3)
		bar(path, at.Toward(angle+math.Pi/2, -radius*0.8), at.Toward(angle+math.Pi/2, radius*0.8), radius*0.3)
	case 5:
		halfRing(path, at.Add(0, radius*0.45), radius*0.9, radius*0.55)
	default:
		path.Circle(at, radius*0.7)
	}
}

// fireworks: bursts of fine strokes that end in sparks.
var fireworks = Family{
	Name: "fireworks", Suits: "playful modern elegant fireworks newyear party night music gala glamorous dark",
	Uses: Scatters | Corners | Fills | Emblems,
	Field: func(p *Pen, area draw.Rect) {
		Family{Motif: burst}.Scatter(p, area, area.Short()*0.14, area.Short()*0.34, 0.5)
	},
	Motif: burst,
	Corner: func(p *Pen, at, into draw.Point, reach float64) {
		for _, spot := range []struct{ x, y, size float64 }{{0.36, 0.36, 0.34}, {0.86, 0.2, 0.17}, {0.2, 0.88, 0.15}, {0.74, 0.62, 0.09}} {
			c := draw.Point{X: at.X + into.X*reach*spot.x, Y: at.Y + into.Y*reach*spot.y}
			if p.free(c, reach*spot.size) {
				burst(p, c, reach*spot.size, p.between(0, 3))
			}
		}
	},
}

func burst(p *Pen, at draw.Point, radius, angle float64) {
	rays := 16 + 2*p.Rng.IntN(4)
	first := p.Rng.IntN(len(p.Tints))
	for i := range rays {
		turn := angle + 2*math.Pi*float64(i)/float64(rays)
		out := radius * []float64{0.9, 0.66}[i%2]
		path := p.Path(p.tint(first + i%2))
		bar(path, at.Toward(turn, radius*0.26), at.Toward(turn, out), math.Max(0.5, radius*0.022))
		path.Circle(at.Toward(turn, out+radius*0.05), math.Max(0.5, radius*0.035))
	}
	p.Path(p.tint(first+2)).Circle(at, radius*0.05)
}

// stars: a clear night.
var stars = Family{
	Name: "stars", Suits: "elegant playful modern stars night winter holiday newyear kids dark glamorous camping music gala birthday",
	Uses: Scatters | Corners | Fills | Emblems,
	Field: func(p *Pen, area draw.Rect) {
		Family{Motif: light}.Scatter(p, area, p.Unit*0.006, p.Unit*0.026, 0.14)
	},
	Motif: light,
	Corner: func(p *Pen, at, into draw.Point, reach float64) {
		moon := draw.Point{X: at.X + into.X*reach*0.34, Y: at.Y + into.Y*reach*0.36}
		if radius := reach * 0.2; into.Y > 0 && p.free(moon, radius) {
			crescent(p.Path(p.tint(0)), moon, radius)
		}
		p.pack(26, func() (draw.Point, float64) {
			out, turn := math.Sqrt(p.Rng.Float64())*reach, p.between(0, math.Pi/2)
			c := draw.Point{X: at.X + into.X*math.Cos(turn)*out, Y: at.Y + into.Y*math.Sin(turn)*out}
			return c, reach * p.between(0.012, 0.055)
		}, Family{Motif: light})
	},
}

func light(p *Pen, at draw.Point, radius, _ float64) {
	path := p.Path(p.anyTint())
	if p.Rng.IntN(5) < 2 || radius < 2 {
		path.Circle(at, math.Max(0.4, radius*0.3))
		return
	}
	sparkle(path, at, radius)
}

// crescent draws a waxing moon.
func crescent(path *draw.Path, c draw.Point, radius float64) {
	top, bottom := c.Add(radius*0.35, -radius*0.93), c.Add(radius*0.35, radius*0.93)
	path.Move(top).Cubic(c.Add(-radius*1.05, -radius*0.95), c.Add(-radius*1.05, radius*0.95), bottom).
		Cubic(c.Add(-radius*0.3, radius*0.62), c.Add(-radius*0.3, -radius*0.62), top).Close()
}

// balloons: a bunch on its strings.
var balloons = Family{
	Name: "balloons", Suits: "playful balloons kids birthday fun party graduation farewell",
	Uses: Scatters | Corners | Rows,
	Field: func(p *Pen, area draw.Rect) {
		Family{Motif: balloon}.Scatter(p, area, area.Short()*0.12, area.Short()*0.22, 0.5)
	},
	Motif: balloon,
	Corner: func(p *Pen, at, into draw.Point, reach float64) {
		for i, spot := range []struct{ x, y, size float64 }{{0.3, 0.34, 0.24}, {0.72, 0.24, 0.17}, {0.2, 0.84, 0.16}, {0.62, 0.66, 0.12}} {
			c := draw.Point{X: at.X + into.X*reach*spot.x, Y: at.Y + into.Y*reach*spot.y}
			if p.free(c, reach*spot.size) {
				float(p, c, reach*spot.size, i)
				p.Flush()
			}
		}
	},
}

func balloon(p *Pen, at draw.Point, radius, _ float64) {
	float(p, at, radius, p.Rng.IntN(len(p.Tints)))
}

// float draws one balloon with its knot, string and a glint.
func float(p *Pen, at draw.Point, radius float64, kind int) {
	color := p.tint(kind)
	c, r := at.Add(0, -radius*0.25), radius*0.66
	bottom := c.Add(0, r*1.18)
	p.Path(color).Move(c.Add(0, -r)).Cubic(c.Add(r*1.1, -r), c.Add(r*1.05, r*0.55), bottom).
		Cubic(c.Add(-r*1.05, r*0.55), c.Add(-r*1.1, -r), c.Add(0, -r)).Close()
	star(p.Path(color), bottom.Add(0, r*0.08), r*0.13, 0.5, 3, -math.Pi/2)
	squiggle(p.Path(color), bottom.Add(0, r*0.12), math.Pi/2, radius*0.42, math.Max(0.4, radius*0.022), 1)
	leaf(p.Path(p.Ground), c.Add(-r*0.5, r*0.05), c.Add(-r*0.22, -r*0.66), r*0.12)
}

// bunting: garlands of flags.
var bunting = Family{
	Name: "bunting", Suits: "playful rustic retro bunting barbecue garden summer party housewarming kids brunch tea fun",
	Uses: Rows,
	Field: func(p *Pen, area draw.Rect) {
		rows := max(1, int(math.Round(area.H/(area.W*0.16+1))))
		for i := range min(rows, 6) {
			y := area.Y + area.H*(float64(i)+0.12)/float64(min(rows, 6))
			garland(p, draw.Point{X: area.X, Y: y}, draw.Point{X: area.Right(), Y: y}, math.Min(area.H*0.4, area.W*0.07), i)
		}
	},
	Motif: func(p *Pen, at draw.Point, radius, angle float64) {
		star(p.Path(p.anyTint()), at, radius*0.9, 0.5, 3, angle)
	},
}

// cornerBox is the square that reaches from a corner into the page.
func cornerBox(at, into draw.Point, reach float64) draw.Rect {
	return draw.Rect{X: math.Min(at.X, at.X+into.X*reach), Y: math.Min(at.Y, at.Y+into.Y*reach), W: reach, H: reach}
}

// garland hangs flags on a slack string.
func garland(p *Pen, from, to draw.Point, size float64, first int) {
	length := from.Distance(to)
	n := max(3, int(length/(size*1.02)))
	sag := math.Min(size*1.2, length*0.12)
	at := func(t float64) draw.Point {
		return draw.Point{X: from.X + (to.X-from.X)*t, Y: from.Y + (to.Y-from.Y)*t + sag*4*t*(1-t)}
	}
	for i := range n {
		a, b := at((float64(i)+0.08)/float64(n)), at((float64(i)+0.92)/float64(n))
		low := draw.Point{X: (a.X + b.X) / 2, Y: (a.Y+b.Y)/2 + size*0.95}
		bounds := draw.Rect{X: math.Min(a.X, b.X), Y: math.Min(a.Y, b.Y), W: math.Abs(b.X - a.X), H: low.Y - math.Min(a.Y, b.Y)}
		if !p.Free(bounds) {
			continue
		}
		p.Mark(bounds)
		p.Path(p.tint(first+i)).Polygon(a, b, low)
		bar(p.Path(p.tint(0)), at(float64(i)/float64(n)), at(float64(i+1)/float64(n)), math.Max(0.5, size*0.04))
	}
}
