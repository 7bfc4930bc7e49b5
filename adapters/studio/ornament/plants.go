package ornament

import (
	"math"

	"convoke/adapters/studio/draw"
)

// botanical: branches with leaves, drawn as a gardener would press them.
var botanical = Family{
	Name: "botanical", Suits: "elegant rustic minimal botanical wedding garden tea shower engagement spring memorial brunch harvest calm soft anniversary romantic",
	Uses: Corners | Rings | Scatters | Fills | Rows | Emblems,
	Field: func(p *Pen, area draw.Rect) {
		step := math.Max(area.Short()/3.2, area.Long()/16)
		row := 0
		for y := area.Y; y < area.Bottom()+step; y += step * 0.8 {
			for x := area.X + step*0.5*float64(row%2); x < area.Right()+step; x += step {
				sprig(p, draw.Point{X: x, Y: y}, step*0.52, p.between(0, 2*math.Pi))
			}
			row++
		}
	},
	Motif: sprig,
	Corner: func(p *Pen, at, into draw.Point, reach float64) {
		branches := 4 + p.Rng.IntN(2)
		for i := range branches {
			turn := (float64(i)+0.5)/float64(branches)*1.9 - 0.16
			angle := math.Atan2(into.Y*math.Sin(turn), into.X*math.Cos(turn))
			bend := p.between(0.25, 0.55) * into.X * into.Y
			if i < branches/2 {
				bend = -bend
			}
			length := reach * p.between(0.72, 1) * (0.78 + 0.3*math.Abs(float64(i)-float64(branches-1)/2)/float64(branches))
			branch(p, at.Toward(angle, -reach*0.06), angle, length, bend, i)
		}
	},
	Ring: func(p *Pen, center draw.Point, radius float64) {
		gap := p.between(0.25, 0.6)
		turned := -math.Pi/2 + p.between(-0.35, 0.35)
		for side := range 2 {
			sign := 1 - 2*float64(side)
			for i := range 44 {
				t := float64(i) / 44
				angle := turned + sign*(gap+t*(math.Pi-gap*1.1))
				foot := center.Toward(angle, radius)
				if before := center.Toward(angle-sign*(math.Pi-gap*1.1)/44, radius); i > 0 && p.Free(draw.Around(foot, radius*0.04)) {
					bar(p.Path(p.tint(0)), before, foot, math.Max(0.5, radius*0.006))
				}
				size := radius * (0.1 + 0.1*math.Sin(t*math.Pi)) * p.between(0.8, 1.15)
				lean := angle - sign*(math.Pi/2) + sign*p.between(0.35, 0.75)*float64(1-2*(i%2))
				tip := foot.Toward(lean+math.Pi, size)
				leafAt(p, p.tint(i%3), foot, tip, size*0.2)
				if i%9 == 4 {
					berry(p, p.tint(3), center.Toward(angle, radius*(1+0.07*float64(1-2*(i%2)))), radius*0.014)
				}
			}
		}
	},
}

// branch draws a bent stem and its leaves, which get smaller towards the end.
func branch(p *Pen, from draw.Point, angle, length, bend float64, kind int) {
	const steps = 13
	color := p.tint(kind % 3)
	at := from
	for i := 1; i <= steps; i++ {
		t := float64(i) / steps
		next := at.Toward(angle+bend*t, length/steps)
		if p.Free(draw.Around(next, length/steps)) {
			bar(p.Path(color), at, next, math.Max(0.5, length*0.009*(1.15-t)))
			p.Mark(draw.Around(next, length/steps/2))
		}
		size := length * 0.2 * (1.12 - 0.75*t)
		lean := 0.62 + 0.25*t
		for _, side := range []float64{-1, 1} {
			if (i+kind)%2 == 0 && kind%3 != 1 && side > 0 || i < 2 {
				continue
			}
			tip := next.Toward(angle+bend*t+side*lean, size)
			width := size * 0.27
			if kind%3 == 1 {
				width = size * 0.13
			}
			leafAt(p, color, next, tip, width)
		}
		at = next
	}
	leafAt(p, color, at, at.Toward(angle+bend, length*0.1), length*0.026)
	if kind%2 == 1 {
		berry(p, p.tint(3), at.Toward(angle+bend+0.9, length*0.07), length*0.018)
		berry(p, p.tint(3), at.Toward(angle+bend-0.7, length*0.1), length*0.014)
	}
}

// leafAt draws a leaf where it meets no words.
func leafAt(p *Pen, color string, stalk, tip draw.Point, width float64) {
	bounds := draw.Around(stalk, 0).Union(draw.Rect{
		X: math.Min(stalk.X, tip.X), Y: math.Min(stalk.Y, tip.Y),
		W: math.Abs(stalk.X - tip.X), H: math.Abs(stalk.Y - tip.Y),
	}).Pad(width, width)
	if p.Free(bounds) {
		leaf(p.Path(color), stalk, tip, width)
		p.Mark(bounds)
	}
}

func berry(p *Pen, color string, at draw.Point, radius float64) {
	if p.free(at, radius) {
		p.Path(color).Circle(at, radius)
	}
}

// sprig is a small twig inside a circle.
func sprig(p *Pen, at draw.Point, radius, angle float64) {
	color := p.tint(p.Rng.IntN(3))
	foot, head := at.Toward(angle, -radius*0.9), at.Toward(angle, radius*0.5)
	bar(p.Path(color), foot, head, math.Max(0.4, radius*0.05))
	for i := range 3 {
		node := foot.Toward(angle, radius*(0.35+0.42*float64(i)))
		size := radius * (0.62 - 0.1*float64(i))
		leaf(p.Path(color), node, node.Toward(angle+0.75, size), size*0.26)
		leaf(p.Path(color), node, node.Toward(angle-0.75, size), size*0.26)
	}
	leaf(p.Path(color), head, at.Toward(angle, radius*0.98), radius*0.13)
}

// blossom: open flowers with round petals, and leaves between them.
var blossom = Family{
	Name: "blossom", Suits: "elegant playful rustic floral wedding shower tea spring summer romantic soft birthday engagement garden brunch anniversary",
	Uses: Corners | Rings | Scatters | Fills | Rows | Emblems,
	Field: func(p *Pen, area draw.Rect) {
		step := math.Max(area.Short()/3, area.Long()/18)
		row := 0
		for y := area.Y; y < area.Bottom()+step; y += step * 0.84 {
			for x := area.X + step*0.5*float64(row%2); x < area.Right()+step; x += step {
				flower(p, draw.Point{X: x, Y: y}, step*p.between(0.3, 0.42), p.between(0, 6))
				p.Flush()
			}
			row++
		}
	},
	Motif: flower,
	Corner: func(p *Pen, at, into draw.Point, reach float64) {
		for i := range 7 {
			turn := float64(i)/6*1.7 - 0.06
			angle := math.Atan2(into.Y*math.Sin(turn), into.X*math.Cos(turn))
			foot := at.Toward(angle, reach*0.2)
			leafAt(p, p.tint(2+i%2), foot, at.Toward(angle, reach*p.between(0.78, 1)), reach*0.1)
		}
		p.Flush()
		for i, spot := range []struct{ turn, out, size float64 }{
			{0.78, 0.24, 0.25}, {0.14, 0.5, 0.18}, {1.45, 0.52, 0.17}, {0.62, 0.66, 0.13}, {1.02, 0.7, 0.1}, {0.1, 0.84, 0.09}, {1.5, 0.84, 0.08},
		} {
			c := draw.Point{X: at.X + into.X*math.Cos(spot.turn)*reach*spot.out, Y: at.Y + into.Y*math.Sin(spot.turn)*reach*spot.out}
			if radius := reach * spot.size * p.between(0.9, 1.1); p.free(c, radius) {
				bloom(p, c, radius, p.between(0, 6), i)
				p.Flush()
			}
		}
	},
	Ring: func(p *Pen, center draw.Point, radius float64) {
		n := 34
		for i := range n {
			angle := 2 * math.Pi * float64(i) / float64(n)
			foot := center.Toward(angle, radius)
			leafAt(p, p.tint(2+i%2), foot, foot.Toward(angle+1.2+0.5*float64(i%2), radius*0.15), radius*0.035)
			leafAt(p, p.tint(2+i%2), foot, foot.Toward(angle+2.2-0.3*float64(i%3), radius*0.13), radius*0.03)
		}
		p.Flush()
		for i := range 9 {
			angle := 2*math.Pi*float64(i)/9 + p.between(-0.12, 0.12)
			size := radius * []float64{0.13, 0.08, 0.1}[i%3]
			if c := center.Toward(angle, radius); p.free(c, size) {
				bloom(p, c, size, p.between(0, 6), i)
				p.Flush()
			}
		}
	},
}

// flower is a bloom, or now and then a small leaf pair.
func flower(p *Pen, at draw.Point, radius, angle float64) {
	if p.Rng.IntN(4) == 0 {
		leaf(p.Path(p.tint(2)), at, at.Toward(angle, radius*0.95), radius*0.3)
		leaf(p.Path(p.tint(2)), at, at.Toward(angle+2.4, radius*0.8), radius*0.26)
		return
	}
	bloom(p, at, radius, angle, p.Rng.IntN(3))
}

// bloom draws one flower: petals in one colour, a heart in another.
func bloom(p *Pen, at draw.Point, radius, angle float64, kind int) {
	petals := []int{5, 6, 8}[kind%3]
	petal, heart := p.tint(kind%2), p.tint(1-kind%2)
	path := p.Path(petal)
	for i := range petals {
		turn := angle + 2*math.Pi*float64(i)/float64(petals)
		half := math.Pi / float64(petals) * 0.92
		tip := at.Toward(turn, radius)
		path.Move(at).Cubic(at.Toward(turn-half, radius*0.75), at.Toward(turn-half*0.8, radius*1.06), tip).
			Cubic(at.Toward(turn+half*0.8, radius*1.06), at.Toward(turn+half, radius*0.75), at).Close()
	}
	p.Path(p.Ground).Circle(at, radius*0.24)
	p.Path(heart).Circle(at, radius*0.17)
}
