package studio

import (
	"math"
	"slices"

	"convoke/adapters/studio/draw"
	"convoke/adapters/studio/letter"
)

// align is where lines begin.
type align uint8

const (
	centered align = iota
	leftward
)

// rise is where a column stands in its area.
type rise uint8

const (
	middle rise = iota
	top
	bottom
)

// column is words in their places, not yet drawn.
type column struct {
	blocks []placedBlock
	rules  []draw.Rect // where small ornaments go
	bars   []draw.Rect // fine lines of a date
	box    draw.Rect
	text   float64 // the text size in pixels
}

type placedBlock struct {
	role  role
	words string
	size  float64
	lines []placedLine
}

type placedLine struct {
	letter.Line
	origin draw.Point
}

// vanishing is a text size in pixels below which setting goes on no further.
const vanishing = 0.3

// fit sets blocks into an area as large as they can be. When they would become too small to read, the least needed
// ones go (their words stay in the description).
func (s *sheet) fit(area draw.Rect, a align, r rise, blocks []block) column {
	page := 0.041 * math.Pow(1/s.spec.aspect(), 0.3)
	if !s.tall {
		page = 0.066
	}
	least := 0.04
	if s.spec.aspect() > 1.15 {
		least = 0.046
	}
	page = math.Max(least, math.Min(page, 0.066))
	if !hasTitle(blocks) {
		page *= 1.3 // details that have a place of their own may speak up
	}
	largest := math.Min(area.W*0.066, s.short*page) * s.spec.TextSize
	smallest := math.Min(largest*0.6, math.Max(s.short*0.02, 5))
	for {
		for text := largest; text >= smallest || len(blocks) == 1; text *= 0.95 {
			for _, title := range []float64{1, 0.87, 0.75} { // rather a smaller title than smaller details
				if c, ok := s.stack(area, a, blocks, text, title); ok || text < vanishing {
					c.raise(area, r)
					return c
				}
			}
		}
		blocks = without(blocks)
	}
}

func hasTitle(blocks []block) bool {
	return slices.ContainsFunc(blocks, func(b block) bool { return b.role == titleRole })
}

// without drops the block that a reader would miss least.
func without(blocks []block) []block {
	least := 0
	for i, b := range blocks {
		if b.role >= blocks[least].role {
			least = i
		}
	}
	kept := make([]block, 0, len(blocks)-1)
	kept = append(kept, blocks[:least]...)
	return append(kept, blocks[least+1:]...)
}

// stack places blocks from the top of an area at a text size, and reports whether they fit.
func (s *sheet) stack(area draw.Rect, a align, blocks []block, text, loudness float64) (column, bool) {
	c := column{text: text}
	y := area.Y // the lowest ink so far
	baseline := area.Y
	title := s.titleSize(blocks, area.W, text*loudness)
	for i, b := range blocks {
		gap := b.gap * text
		if i == 0 {
			gap = 0
		}
		if b.role == ruleRole {
			height := b.size * text
			rule := draw.Rect{X: area.X, Y: y + gap, W: area.W, H: height}
			if a == leftward {
				rule.W = height * 6.4
			}
			c.rules = append(c.rules, rule)
			y += gap + height
			baseline = y
			continue
		}
		if b.lockup != nil {
			if end, ok := s.stackLockup(&c, b, area, y+gap, text); ok {
				y, baseline = end, end
				continue
			}
		}
		if b.role == titleRole {
			b.size = title / text
		}
		w := s.wrap(b, area.W, text)
		placed := placedBlock{role: b.role, words: b.words, size: w.size}
		for j, line := range w.set {
			rise := -line.Ink.Y * w.size
			next := math.Max(y+gap+rise, baseline)
			if j > 0 {
				next = math.Max(baseline+b.leading*w.size, y+0.1*w.size+rise)
			}
			origin := draw.Point{X: s.startOf(line, w.size, area, a), Y: next}
			placed.lines = append(placed.lines, placedLine{line, origin})
			baseline, y = next, line.Box(origin, w.size).Bottom()
		}
		c.blocks = append(c.blocks, placed)
	}
	c.box = c.bounds()
	return c, c.box.H <= area.H && c.box.W <= area.W+1e-6
}

// titleSize returns the size at which every block of the title fits: two names are set alike.
func (s *sheet) titleSize(blocks []block, width, text float64) float64 {
	size := math.Inf(1)
	for _, b := range blocks {
		if b.role == titleRole {
			size = math.Min(size, s.wrap(b, width, text).size)
		}
	}
	return size
}

// startOf returns where the pen starts so that the ink, not the pen's way, is centred or flush.
func (s *sheet) startOf(line letter.Line, size float64, area draw.Rect, a align) float64 {
	if a == leftward {
		return area.X - line.Ink.X*size
	}
	return area.X + (area.W-line.Ink.W*size)/2 - line.Ink.X*size
}

func (c *column) bounds() draw.Rect {
	var box draw.Rect
	for _, b := range c.blocks {
		for _, l := range b.lines {
			box = box.Union(l.Box(l.origin, b.size))
		}
	}
	for _, r := range c.rules {
		box = box.Union(draw.Rect{X: r.Center().X, Y: r.Y, W: 0.01, H: r.H})
	}
	return box
}

// raise moves the column to its place in the area.
func (c *column) raise(area draw.Rect, r rise) {
	shift := area.Y - c.box.Y
	switch r {
	case middle:
		shift += (area.H - c.box.H) / 2
	case bottom:
		shift += area.H - c.box.H
	case top:
	}
	for _, b := range c.blocks {
		for i := range b.lines {
			b.lines[i].origin.Y += shift
		}
	}
	for i := range c.rules {
		c.rules[i].Y += shift
	}
	for i := range c.bars {
		c.bars[i].Y += shift
	}
	c.box.Y += shift
}

// areas returns the places that ornaments keep clear of.
func (c *column) areas(air float64) []draw.Rect {
	var all []draw.Rect
	for _, b := range c.blocks {
		for _, l := range b.lines {
			all = append(all, l.Box(l.origin, b.size).Pad(air, air))
		}
	}
	for _, bar := range c.bars {
		all = append(all, bar.Pad(air/2, air/2))
	}
	for _, r := range c.rules {
		all = append(all, draw.Around(r.Center(), r.H*1.5).Pad(air, 0))
	}
	return all
}

// write draws the column's words on a ground.
func (s *sheet) write(c column, ground string) {
	ink, accent, soft := s.inks(ground)
	for _, bar := range c.bars {
		s.line(bar, accent)
		s.board.Mark(bar)
	}
	for _, b := range c.blocks {
		color := ink
		switch b.role {
		case leadRole, joinRole:
			color = accent
		case noteRole, addedRole, replyRole, dressRole:
			color = soft
		case titleRole, whenRole, placeRole, tailRole, ruleRole:
		}
		var shape draw.Path
		for _, l := range b.lines {
			text := draw.Text{Words: l.Words, Box: l.Box(l.origin, b.size), Ink: color, Paper: ground}
			s.board.Note(text)
			if l.Live {
				s.board.WriteLive(text, b.size, l.origin.Y)
				s.live = true
				continue
			}
			l.Outline(&shape, l.origin, b.size)
		}
		s.board.Write(b.words, color, &shape)
	}
}
