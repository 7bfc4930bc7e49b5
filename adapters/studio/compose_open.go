package studio

import (
	"math"

	"convoke/adapters/studio/draw"
)

// drawFrame sets the words in a fine double frame, and nothing else: the card of an engraver.
func (s *sheet) drawFrame() {
	s.engraved = s.tall
	s.paper(s.colors.Paper)
	_, accent, _ := s.inks(s.colors.Paper)
	page := s.board.Bounds()
	columns := s.columns(s.inner().Inset(s.margin*0.75), centered, middle)
	edge, thin := s.short*0.04, math.Max(0.4, s.short*0.0025)
	s.frame(page.Inset(edge), accent, thin*2.4)
	s.frame(page.Inset(edge+thin*6), accent, thin)
	if !s.bare() {
		s.notches(page.Inset(edge+thin*6), s.short*0.035, thin)
	}
	s.print(columns, s.colors.Paper)
}

// notches sets small squares into the corners of a frame.
func (s *sheet) notches(r draw.Rect, size, thin float64) {
	_, accent, _ := s.inks(s.colors.Paper)
	for _, corner := range corners(r) {
		at := corner.at
		box := draw.Rect{X: math.Min(at.X, at.X+corner.into.X*size), Y: math.Min(at.Y, at.Y+corner.into.Y*size), W: size, H: size}
		s.frame(box, accent, thin)
		center := box.Center()
		var path draw.Path
		d := size * 0.2
		path.Polygon(center.Add(0, -d), center.Add(d, 0), center.Add(0, d), center.Add(-d, 0))
		s.board.Fill(&path, s.colors.Tints[0])
		s.board.Mark(box)
	}
}

// corner is a corner of an area and the direction into it.
type corner struct{ at, into draw.Point }

// corners lists an area's corners, opposite ones next to each other.
func corners(r draw.Rect) []corner {
	return []corner{
		{draw.Point{X: r.X, Y: r.Y}, draw.Point{X: 1, Y: 1}},
		{draw.Point{X: r.Right(), Y: r.Bottom()}, draw.Point{X: -1, Y: -1}},
		{draw.Point{X: r.Right(), Y: r.Y}, draw.Point{X: -1, Y: 1}},
		{draw.Point{X: r.X, Y: r.Bottom()}, draw.Point{X: 1, Y: -1}},
	}
}

// drawCorners sets the words between two clusters that grow from opposite corners.
func (s *sheet) drawCorners() {
	s.engraved = s.tall
	s.paper(s.colors.Paper)
	columns := s.columns(s.inner().Inset(s.margin*0.8), centered, middle)
	clear := s.keepClear(columns)
	if !s.bare() {
		all := corners(s.board.Bounds())
		chosen := all[:2]
		if s.spec.Seed%2 == 1 {
			chosen = all[2:]
		}
		if s.spec.Amount > 1.4 || s.family.Name == "deco" {
			chosen = all
		}
		reach := s.short * (0.3 + 0.16*math.Min(s.spec.Amount, 2))
		for i, c := range chosen {
			s.family.Cluster(s.pen("corner"+string(rune('a'+i)), s.colors.Paper, clear...), c.at, c.into, reach)
		}
	}
	s.print(columns, s.colors.Paper)
}

// drawWreath sets the words inside a ring; on a tall page the details stand below it.
func (s *sheet) drawWreath() {
	s.engraved = s.tall
	s.paper(s.colors.Paper)
	page := s.board.Bounds()
	radius := s.short * 0.415
	center := page.Center()
	var columns []column
	if page.H > page.W*1.22 {
		center.Y = radius*1.2 + (page.H-page.W)*0.06
		inside := draw.Rect{X: center.X - radius*0.74, Y: center.Y - radius*0.55, W: radius * 1.48, H: radius * 1.1}
		below := draw.Rect{X: s.margin * 1.3, Y: center.Y + radius*1.2, W: page.W - 2.6*s.margin}
		below.H = page.H - s.margin - below.Y
		columns = append(columns, s.fit(inside, centered, middle, s.headline()))
		if details := s.details(); len(details) > 0 {
			columns = append(columns, s.fit(below, centered, middle, details))
		}
	} else {
		inside := draw.Rect{X: center.X - radius*0.66, Y: center.Y - radius*0.6, W: radius * 1.32, H: radius * 1.2}
		columns = append(columns, s.fit(inside, centered, middle, s.all()))
	}
	if !s.bare() {
		s.family.Wreath(s.pen("wreath", s.colors.Paper, s.keepClear(columns)...), center, radius)
	}
	for _, c := range columns {
		s.divide(c, s.colors.Paper)
		s.write(c, s.colors.Paper)
	}
}

// drawScatter sets the words among motifs that keep a distance from them.
func (s *sheet) drawScatter() {
	ground := s.colors.Paper
	s.paper(ground)
	columns := s.columns(s.inner().Inset(s.margin*1.1), centered, middle)
	if !s.bare() {
		var clear []draw.Rect
		for _, c := range columns {
			clear = append(clear, c.box.Pad(s.short*0.03, s.short*0.03))
		}
		density := 0.2 * math.Min(s.spec.Amount, 2)
		s.family.Scatter(s.pen("scatter", ground, clear...), s.board.Bounds(), s.short*0.014, s.short*0.042, density)
	}
	s.print(columns, ground)
}

// drawFestoon sets the words between two rows of motifs.
func (s *sheet) drawFestoon() {
	s.engraved = s.tall
	s.paper(s.colors.Paper)
	page := s.board.Bounds()
	high := s.short * (0.08 + 0.05*math.Min(s.spec.Amount, 2))
	area := draw.Rect{X: s.margin * 1.2, Y: high + s.margin, W: page.W - 2.4*s.margin, H: page.H - 2*high - 2*s.margin}
	columns := s.columns(area, centered, middle)
	if !s.bare() {
		clear := s.keepClear(columns)
		radius := high * 0.4
		for i, y := range []float64{high * 0.62, page.H - high*0.62} {
			pen := s.pen("festoon"+string(rune('a'+i)), s.colors.Paper, clear...)
			if s.family.Name == "bunting" { // it hangs: there is none below
				if i == 0 {
					s.family.Field(pen, draw.Rect{X: -page.W * 0.02, Y: -high * 0.1, W: page.W * 1.04, H: high * 1.1})
					pen.Flush()
				}
				continue
			}
			s.family.Along(pen, draw.Point{X: radius * 1.3, Y: y}, draw.Point{X: page.W - radius*1.3, Y: y}, radius, radius*2.5)
		}
	}
	s.print(columns, s.colors.Paper)
}
