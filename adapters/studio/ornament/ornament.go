// Package ornament draws the studio's decorations: families of generative shapes that fill areas, grow from corners, run
// round rings and scatter. All of them are made of a few plain shapes and at most four colours, and keep clear of words.
package ornament

import (
	"math"
	"math/rand/v2"

	"convoke/adapters/studio/draw"
)

// Use is a set of ways in which a family can be used.
type Use uint8

// The ways.
const (
	Fills    Use = 1 << iota // whole areas: bands, panels, grounds behind a label
	Scatters                 // single motifs with air between
	Corners                  // clusters that grow from a corner
	Rings                    // a wreath
	Scenes                   // a landscape: bands that have an up and a down
	Rows                     // a row of motifs
	Emblems                  // one motif, large
)

// Family is one kind of ornament. Functions that are nil are not among its uses.
type Family struct {
	Name  string
	Suits string // styles, kinds of occasion and moods
	Uses  Use
	// Light families look right on a light ground only.
	Light bool
	// Field fills an area edge to edge; the caller clips.
	Field func(*Pen, draw.Rect)
	// Motif draws one small thing inside a circle.
	Motif func(p *Pen, at draw.Point, radius, angle float64)
	// Corner grows from a corner of the page into it: along gives the directions, reach how far.
	Corner func(p *Pen, at draw.Point, into draw.Point, reach float64)
	// Ring draws a wreath.
	Ring func(p *Pen, center draw.Point, radius float64)
}

// Pen is what a family draws with.
type Pen struct {
	*draw.Layer
	Rng    *rand.Rand
	Tints  []string // the colours, the leading one first; at least three
	Ground string   // what is below
	Unit   float64  // pixels: the page's short side
}

// NewPen returns a pen on a board that keeps clear of the words' areas.
func NewPen(b *draw.Board, rng *rand.Rand, tints []string, ground string, avoid ...draw.Rect) *Pen {
	unit := math.Min(float64(b.Width), float64(b.Height))
	return &Pen{Layer: b.NewLayer(avoid...), Rng: rng, Tints: tints, Ground: ground, Unit: unit}
}

// Families lists all families.
func Families() []Family {
	return []Family{botanical, blossom, confetti, deco, memphis, waves, sunburst, stars, arches, lattice, papercut,
		gingham, fireworks, bunting, terrazzo, balloons}
}

// tint returns the colour of a number, going round.
func (p *Pen) tint(i int) string { return p.Tints[i%len(p.Tints)] }

// anyTint returns a random colour, the leading one more often.
func (p *Pen) anyTint() string { return p.tint(p.Rng.IntN(len(p.Tints)+1) % len(p.Tints)) }

// between returns a random number in a range.
func (p *Pen) between(low, high float64) float64 { return low + p.Rng.Float64()*(high-low) }

// free marks a decoration's place and reports true, or reports false when it would meet words.
func (p *Pen) free(c draw.Point, radius float64) bool {
	box := draw.Around(c, radius)
	if !p.Free(box) {
		return false
	}
	p.Mark(box)
	return true
}

// Scatter draws motifs over an area with air between them. Density is 0 to 1. Motifs never leave the area's inside by
// more than half.
func (f Family) Scatter(p *Pen, area draw.Rect, smallest, largest, density float64) {
	type placed struct {
		at     draw.Point
		radius float64
	}
	var done []placed
	mean := (smallest + largest) / 2
	wanted := int(area.W * area.H * density / (math.Pi * mean * mean))
	for tries := 0; tries < wanted*12 && len(done) < min(wanted, 400); tries++ {
		radius := p.between(smallest, largest)
		at := draw.Point{X: p.between(area.X, area.Right()), Y: p.between(area.Y, area.Bottom())}
		fits := p.Free(draw.Around(at, radius*1.15))
		for _, other := range done {
			if !fits || other.at.Distance(at) < (other.radius+radius)*1.25 {
				fits = false
				break
			}
		}
		if fits {
			done = append(done, placed{at, radius})
			f.motif(p, at, radius, p.between(0, 2*math.Pi))
		}
	}
	p.Flush()
}

// Along draws motifs in a row from one point to another.
func (f Family) Along(p *Pen, from, to draw.Point, radius, step float64) {
	length := from.Distance(to)
	n := max(1, int(length/step))
	for i := range n + 1 {
		t := float64(i) / float64(n)
		at := draw.Point{X: from.X + (to.X-from.X)*t, Y: from.Y + (to.Y-from.Y)*t}
		f.motif(p, at, radius, float64(i)*0.7)
	}
	p.Flush()
}

// Cluster grows from a corner: the family's own way, or motifs that get smaller with the distance.
func (f Family) Cluster(p *Pen, at, into draw.Point, reach float64) {
	if f.Corner != nil {
		f.Corner(p, at, into, reach)
		p.Flush()
		return
	}
	p.pack(int(34), func() (draw.Point, float64) {
		distance := math.Sqrt(p.Rng.Float64()) * reach
		angle := p.between(-0.08, math.Pi/2+0.08)
		c := draw.Point{X: at.X + into.X*math.Cos(angle)*distance, Y: at.Y + into.Y*math.Sin(angle)*distance}
		return c, reach * (0.13 - 0.085*distance/reach) * p.between(0.7, 1.15)
	}, f)
}

// Wreath draws a ring: the family's own, or motifs along a circle.
func (f Family) Wreath(p *Pen, center draw.Point, radius float64) {
	if f.Ring != nil {
		f.Ring(p, center, radius)
		p.Flush()
		return
	}
	p.pack(90, func() (draw.Point, float64) {
		angle := p.between(0, 2*math.Pi)
		return center.Toward(angle, radius*p.between(0.93, 1.1)), radius * p.between(0.025, 0.07)
	}, f)
}

// pack draws as many motifs as find a place of their own.
func (p *Pen) pack(tries int, next func() (draw.Point, float64), f Family) {
	type placed struct {
		at     draw.Point
		radius float64
	}
	var done []placed
	for range tries * 6 {
		at, radius := next()
		clear := p.Free(draw.Around(at, radius))
		for _, other := range done {
			clear = clear && other.at.Distance(at) > (other.radius+radius)*1.12
		}
		if clear {
			done = append(done, placed{at, radius})
			f.motif(p, at, radius, p.between(0, 2*math.Pi))
			p.Flush()
		}
	}
}

// motif draws one motif if its place is free.
func (f Family) motif(p *Pen, at draw.Point, radius, angle float64) {
	if f.Motif != nil && p.free(at, radius) {
		f.Motif(p, at, radius, angle)
	}
}
