package ornament

import (
	"math"

	"convoke/adapters/studio/draw"
)

// deco: fans and rays of the twenties.
var deco = Family{
	Name: "deco", Suits: "elegant retro deco gala newyear dinner anniversary wedding glamorous formal dark",
	Uses: Fills | Corners | Rows | Emblems,
	Field: func(p *Pen, area draw.Rect) {
		radius := math.Max(area.Short()/4.5, area.Long()/22)
		row := 0
		for y := area.Y + radius*0.5; y < area.Bottom()+radius*1.2; y += radius * 0.5 {
			for x := area.X + radius*float64(row%2); x < area.Right()+radius; x += 2 * radius {
				scale(p, draw.Point{X: x, Y: y}, radius)
			}
			p.Flush()
			row++
		}
	},
	Motif: func(p *Pen, at draw.Point, radius, _ float64) {
		fan(p, at.Add(0, radius*0.5), draw.Point{X: 1, Y: -1}, radius*0.95, math.Pi)
	},
	Corner: func(p *Pen, at, into draw.Point, reach float64) {
		if !p.Free(cornerBox(at, into, reach*0.8)) {
			reach *= 0.7
		}
		if p.Free(cornerBox(at, into, reach*0.8)) {
			p.Mark(cornerBox(at, into, reach*0.8))
			fan(p, at, into, reach*0.8, math.Pi/2)
		}
	},
}

// scale is one fan of a fish-scale pattern.
func scale(p *Pen, c draw.Point, radius float64) {
	p.Path(p.Ground).Circle(c, radius)
	p.Flush()
	for i := range 4 {
		r := radius * (0.96 - 0.23*float64(i))
		ring(p.Path(p.tint(i%2)), c, r, math.Max(0.4, radius*0.045))
	}
}

// ring draws a full ring: two outlines that run against each other.
func ring(path *draw.Path, c draw.Point, radius, width float64) {
	inner := radius - width
	path.Circle(c, radius)
	path.Move(c.Add(-inner, 0)).Arc(inner, false, c.Add(inner, 0)).Arc(inner, false, c.Add(-inner, 0)).Close()
}

// fan draws rays and arcs over an angle that begins at the x axis and opens towards into.
func fan(p *Pen, at, into draw.Point, radius, spread float64) {
	spot := func(turn, r float64) draw.Point {
		return draw.Point{X: at.X + into.X*math.Cos(turn)*r, Y: at.Y + into.Y*math.Sin(turn)*r}
	}
	rays := int(math.Round(spread / (math.Pi / 2) * 6))
	thin := math.Max(0.5, radius*0.014)
	for i := range rays {
		a, b := spread*(float64(i)+0.14)/float64(rays), spread*(float64(i)+0.86)/float64(rays)
		p.Path(p.tint(i%2)).Polygon(spot((a+b)/2, radius*0.3), spot(a, radius*0.76), spot((a+b)/2, radius*0.84), spot(b, radius*0.76))
	}
	for i := range rays + 1 {
		turn := spread * float64(i) / float64(rays)
		bar(p.Path(p.tint(0)), spot(turn, radius*0.26), spot(turn, radius*0.94), thin)
	}
	for _, out := range []float64{0.2, 0.26, 0.96, 1} {
		arcBand(p.Path(p.tint(0)), spot, spread, radius*out, thin)
	}
}

func arcBand(path *draw.Path, spot func(turn, r float64) draw.Point, spread, radius, width float64) {
	const steps = 18
	var outer, inner []draw.Point
	for i := range steps + 1 {
		turn := spread * float64(i) / steps
		outer = append(outer, spot(turn, radius))
		inner = append([]draw.Point{spot(turn, radius-width)}, inner...)
	}
	path.Polygon(append(outer, inner...)...)
}

// waves: rows of rolling water.
var waves = Family{
	Name: "waves", Suits: "modern playful minimal waves pool summer retirement fresh calm dinner",
	Uses: Fills | Scenes,
	Field: func(p *Pen, area draw.Rect) {
		height := math.Max(area.Short()/7, area.Long()/40)
		length := height * p.between(3, 4.4)
		for i, y := 0, area.Y+height*0.4; y < area.Bottom()+height; i, y = i+1, y+height {
			swell(p.Path(p.tint(i)), area, y, height*0.3, length, float64(i%2)*length/2)
			p.Flush()
		}
	},
	Motif: func(p *Pen, at draw.Point, radius, _ float64) {
		color := p.anyTint()
		for i := range 3 {
			y := radius * 0.45 * float64(i-1)
			squiggle(p.Path(color), at.Add(-radius*0.75, y), 0, radius*1.5, radius*0.14, 2)
		}
	},
}

// swell fills everything below a wavy line.
func swell(path *draw.Path, area draw.Rect, y, high, length, shift float64) {
	x := area.X - length + shift - length
	path.Move(draw.Point{X: x, Y: y})
	for ; x < area.Right()+length; x += length {
		path.Cubic(draw.Point{X: x + length*0.25, Y: y - high}, draw.Point{X: x + length*0.25, Y: y - high}, draw.Point{X: x + length*0.5, Y: y})
		path.Cubic(draw.Point{X: x + length*0.75, Y: y + high}, draw.Point{X: x + length*0.75, Y: y + high}, draw.Point{X: x + length, Y: y})
	}
	path.Line(draw.Point{X: x, Y: area.Bottom()}, draw.Point{X: area.X - 2*length, Y: area.Bottom()}).Close()
}

// sunburst: rays from one point.
var sunburst = Family{
	Name: "sunburst", Suits: "retro modern playful sunburst summer barbecue music harvest bright warm launch",
	Uses: Fills | Scenes | Rows | Emblems,
	Field: func(p *Pen, area draw.Rect) {
		center := draw.Point{X: area.X + area.W*p.between(0.35, 0.65), Y: area.Bottom() + area.H*0.02}
		if area.H > area.W*1.3 {
			center = draw.Point{X: area.X + area.W*0.5, Y: area.Y + area.H*p.between(0.55, 0.75)}
		}
		rays, reach := 28+4*p.Rng.IntN(3), area.W+area.H
		for i := range rays {
			a := 2 * math.Pi * float64(i) / float64(rays)
			b := a + math.Pi/float64(rays)
			p.Path(p.tint(i%2)).Polygon(center, center.Toward(a, reach), center.Toward(b, reach))
		}
		p.Flush()
		p.Path(p.Ground).Circle(center, area.Short()*0.36)
		p.Path(p.tint(2)).Circle(center, area.Short()*0.3)
	},
	Motif: func(p *Pen, at draw.Point, radius, angle float64) {
		path := p.Path(p.anyTint())
		for i := range 12 {
			turn := angle + 2*math.Pi*float64(i)/12
			bar(path, at.Toward(turn, radius*0.6), at.Toward(turn, radius*0.95), math.Max(0.5, radius*0.1))
		}
		path.Circle(at, radius*0.42)
	},
}

// arches: rainbows, alone or in rows.
var arches = Family{
	Name: "arches", Suits: "modern retro rustic playful arches shower kids housewarming brunch warm soft calm exhibition",
	Uses: Fills | Rows | Emblems,
	Field: func(p *Pen, area draw.Rect) {
		radius := math.Max(area.Short()/4, area.Long()/20)
		n := max(1, int(math.Round(area.W/(2*radius))))
		radius = area.W / float64(2*n)
		for row, y := 0, area.Bottom(); y > area.Y-radius; row, y = row+1, y-radius {
			for i := range n {
				rainbow(p, draw.Point{X: area.X + radius*float64(2*i+1), Y: y}, radius, row+i)
			}
		}
	},
	Motif: func(p *Pen, at draw.Point, radius, _ float64) {
		rainbow(p, at.Add(0, radius*0.5), radius*0.95, p.Rng.IntN(4))
	},
}

func rainbow(p *Pen, foot draw.Point, radius float64, first int) {
	for i := range 4 {
		outer := radius * (0.97 - 0.24*float64(i))
		halfRing(p.Path(p.tint(first+i)), foot, outer, math.Max(0, outer-radius*0.15))
	}
}

// papercut: hills behind hills.
var papercut = Family{
	Name: "papercut", Suits: "modern rustic minimal papercut camping harvest retirement calm autumn farewell",
	Uses: Scenes,
	Field: func(p *Pen, area draw.Rect) {
		sun := draw.Point{X: area.X + area.W*p.between(0.25, 0.75), Y: area.Y + area.H*0.36}
		p.Path(p.tint(1)).Circle(sun, area.Short()*0.17)
		p.Flush()
		layers := 4
		for i := range layers {
			y := area.Y + area.H*(0.42+0.17*float64(i))
			ridge(p, area, y, area.H*0.2, []int{2, 3, 0, 0}[i], i)
			p.Flush()
		}
	},
}

// ridge fills everything below a line of hills.
func ridge(p *Pen, area draw.Rect, y, high float64, tint, layer int) {
	color := p.tint(tint)
	if layer == 3 {
		color = shade(color)
	}
	path := p.Path(color)
	at := draw.Point{X: area.X - area.W*0.1, Y: y}
	path.Move(at)
	for at.X < area.Right()+area.W*0.1 {
		width := area.W * p.between(0.22, 0.4)
		peak := at.Add(width/2, -high*p.between(0.3, 1))
		next := draw.Point{X: at.X + width, Y: y - high*p.between(-0.15, 0.2)}
		path.Cubic(at.Add(width*0.22, 0), peak.Add(-width*0.2, 0), peak).Cubic(peak.Add(width*0.2, 0), next.Add(-width*0.22, 0), next)
		at = next
	}
	path.Line(draw.Point{X: at.X, Y: area.Bottom() + 1}, draw.Point{X: area.X - area.W*0.1, Y: area.Bottom() + 1}).Close()
}
