package studio

import (
	"math"

	"convoke/adapters/studio/color"
	"convoke/adapters/studio/draw"
)

// toned returns a quiet tone of the page's colour.
func toned(p color.Palette) string {
	return color.Mix(p.Paper, p.Tints[len(p.Tints)-1], 0.32)
}

// drawBand sets the words below a band of pattern.
func (s *sheet) drawBand() {
	s.paper(s.colors.Paper)
	page := s.board.Bounds()
	band := draw.Rect{W: page.W, H: page.H * s.bandPart()}
	rest := draw.Rect{X: s.margin * 1.2, Y: band.H + s.margin*0.8, W: page.W - 2.4*s.margin, H: page.H - band.H - 1.8*s.margin}
	columns := s.columns(rest, s.sided(), middle)
	s.board.Mark(band)
	var shape draw.Path
	s.field(shape.Rect(band), band, s.fieldGround(), "band")
	s.line(draw.Rect{Y: band.H, W: page.W, H: math.Max(1, s.short*0.006)}, s.colors.Tints[0])
	s.print(columns, s.colors.Paper)
}

// bandPart is the part of the page that a band takes: less, the less ornament is wanted.
func (s *sheet) bandPart() float64 {
	return math.Min(0.5, 0.14+0.17*math.Min(s.spec.Amount, 2))
}

// sided is how the words of a page with a strong edge stand: some seeds prefer them flush.
func (s *sheet) sided() align {
	if chance(s.spec.Seed+s.spec.Turn, "align").IntN(3) == 0 {
		return leftward
	}
	return centered
}

func (s *sheet) line(r draw.Rect, hex string) {
	var path draw.Path
	s.board.Fill(path.Rect(r), hex)
}

// drawHorizon sets the words in a sky above a landscape of pattern.
func (s *sheet) drawHorizon() {
	s.engraved = s.tall
	s.paper(s.colors.Paper)
	page := s.board.Bounds()
	high := page.H * s.bandPart()
	ground := draw.Rect{Y: page.H - high, W: page.W, H: high}
	area := draw.Rect{X: s.margin * 1.2, Y: s.margin * 1.1, W: page.W - 2.4*s.margin, H: page.H - high - s.margin*2}
	columns := s.columns(area, centered, middle)
	s.board.Mark(ground)
	var shape draw.Path
	switch s.family.Name {
	case "papercut", "waves", "sunburst":
		s.openField(ground)
	default:
		s.field(shape.Rect(ground), ground, s.fieldGround(), "horizon")
		s.line(draw.Rect{Y: ground.Y - s.short*0.006, W: page.W, H: math.Max(1, s.short*0.006)}, s.colors.Tints[0])
	}
	s.print(columns, s.colors.Paper)
}

// openField draws a landscape right on the page: hills and waves need no ground of their own.
func (s *sheet) openField(area draw.Rect) {
	if s.bare() {
		return
	}
	var shape draw.Path
	shape.Rect(area)
	s.board.Clipped(&shape, func() {
		p := s.pen("horizon", s.colors.Paper)
		p.Under = true
		s.family.Field(p, draw.Rect{X: area.X, Y: area.Y + area.H*0.07, W: area.W, H: area.H * 0.94})
		p.Flush()
	})
}

// drawSide sets the words beside an upright band of pattern.
func (s *sheet) drawSide() {
	s.paper(s.colors.Paper)
	page := s.board.Bounds()
	width := math.Min(page.W*0.34, page.H*0.9) * math.Min(1.3, 0.4+0.6*s.spec.Amount)
	band := draw.Rect{W: width, H: page.H}
	if s.spec.Seed%2 == 0 {
		band.X = page.W - width
	}
	area := draw.Rect{X: s.margin * 1.2, Y: s.margin, W: page.W - width - s.margin*2.4, H: page.H - 2*s.margin}
	if band.X == 0 {
		area.X += width
	}
	columns := s.columns(area, leftward, middle)
	s.board.Mark(band)
	var shape draw.Path
	s.field(shape.Rect(band), band, s.fieldGround(), "side")
	s.print(columns, s.colors.Paper)
}

// drawLabel sets the words on a label that lies on a page of pattern.
func (s *sheet) drawLabel() {
	s.engraved = s.tall
	page := s.board.Bounds()
	var whole draw.Path
	s.field(whole.Rect(page), page, s.fieldGround(), "label")
	border := s.short * (0.08 + 0.045*math.Min(s.spec.Amount, 2))
	label := page.Inset(border)
	air := label.Short() * 0.085
	columns := s.columns(label.Inset(air), centered, middle)
	s.board.Hold(label.Inset(air * 0.8))
	cut := label.Short() * 0.07
	kind := chance(s.spec.Seed+s.spec.Turn, "label").IntN(3)
	s.board.Fill(plaque(label, cut, kind), s.colors.Paper)
	_, accent, _ := s.inks(s.colors.Paper)
	s.board.Stroke(plaque(label.Inset(label.Short()*0.022), cut, kind), accent, math.Max(0.7, s.short*0.0026))
	s.print(columns, s.colors.Paper)
}

// plaque is the outline of a label: plain, round at the corners, or with the corners scooped out.
func plaque(r draw.Rect, cut float64, kind int) *draw.Path {
	p := &draw.Path{}
	switch kind {
	case 0:
		return p.Rect(r)
	case 1:
		return p.Round(r, cut*0.8)
	}
	return p.Move(draw.Point{X: r.X + cut, Y: r.Y}).Line(draw.Point{X: r.Right() - cut, Y: r.Y}).
		Arc(cut, false, draw.Point{X: r.Right(), Y: r.Y + cut}).Line(draw.Point{X: r.Right(), Y: r.Bottom() - cut}).
		Arc(cut, false, draw.Point{X: r.Right() - cut, Y: r.Bottom()}).Line(draw.Point{X: r.X + cut, Y: r.Bottom()}).
		Arc(cut, false, draw.Point{X: r.X, Y: r.Bottom() - cut}).Line(draw.Point{X: r.X, Y: r.Y + cut}).
		Arc(cut, false, draw.Point{X: r.X + cut, Y: r.Y}).Close()
}

// drawArch sets the words in an arched window in a wall of pattern.
func (s *sheet) drawArch() {
	s.engraved = s.tall
	page := s.board.Bounds()
	var whole draw.Path
	s.field(whole.Rect(page), page, s.fieldGround(), "arch")
	side := s.short * (0.06 + 0.035*math.Min(s.spec.Amount, 2))
	window := draw.Rect{X: side, Y: side, W: page.W - 2*side, H: page.H - side}
	window.Y = math.Max(side, page.H-window.W*1.7)
	window.H = page.H - window.Y
	radius := window.W / 2
	rise := math.Min(radius, window.H*0.42)
	s.board.Fill(archway(window, rise), s.colors.Paper)
	_, accent, _ := s.inks(s.colors.Paper)
	inset := s.short * 0.022
	line := draw.Rect{X: window.X + inset, Y: window.Y + inset, W: window.W - 2*inset, H: window.H}
	s.board.Stroke(archway(line, rise-inset*rise/radius), accent, math.Max(0.7, s.short*0.0026))
	area := draw.Rect{X: window.X + window.W*0.13, Y: window.Y + rise*0.42, W: window.W * 0.74}
	area.H = page.H - s.margin - area.Y
	s.board.Hold(area.Pad(window.W*0.01, 0))
	s.print(s.columns(area, centered, middle), s.colors.Paper)
}

// archway is a door with a round head, its foot on the area's lower side.
func archway(r draw.Rect, rise float64) *draw.Path {
	p := &draw.Path{}
	spring, mid, k := r.Y+rise, r.X+r.W/2, 0.5523
	return p.Move(draw.Point{X: r.X, Y: r.Bottom()}).Line(draw.Point{X: r.X, Y: spring}).
		Cubic(draw.Point{X: r.X, Y: spring - rise*k}, draw.Point{X: mid - r.W/2*k, Y: r.Y}, draw.Point{X: mid, Y: r.Y}).
		Cubic(draw.Point{X: mid + r.W/2*k, Y: r.Y}, draw.Point{X: r.Right(), Y: spring - rise*k}, draw.Point{X: r.Right(), Y: spring}).
		Line(draw.Point{X: r.Right(), Y: r.Bottom()}).Close()
}

// drawMedallion sets the words in a round window on a page of pattern.
func (s *sheet) drawMedallion() {
	s.engraved = s.tall
	page := s.board.Bounds()
	var whole draw.Path
	s.field(whole.Rect(page), page, s.fieldGround(), "medallion")
	radius := s.short * (0.47 - 0.02*math.Min(s.spec.Amount, 2))
	rx, ry := radius, math.Min(page.H*0.45, radius*1.3)
	if page.W > page.H {
		rx, ry = math.Min(page.W*0.45, radius*1.3), radius
	}
	c := page.Center()
	s.board.Fill(oval(c, rx, ry), s.colors.Paper)
	_, accent, _ := s.inks(s.colors.Paper)
	s.board.Stroke(oval(c, rx*0.955, ry*0.955), accent, math.Max(0.7, s.short*0.003))
	s.board.Hold(draw.Rect{X: c.X - rx*0.7, Y: c.Y - ry*0.7, W: rx * 1.4, H: ry * 1.4})
	area := draw.Rect{X: c.X - rx*0.68, Y: c.Y - ry*0.66, W: rx * 1.36, H: ry * 1.32}
	s.print(s.columns(area, centered, middle), s.colors.Paper)
}

func oval(c draw.Point, rx, ry float64) *draw.Path {
	const k = 0.5523
	p := &draw.Path{}
	return p.Move(c.Add(-rx, 0)).Cubic(c.Add(-rx, -ry*k), c.Add(-rx*k, -ry), c.Add(0, -ry)).
		Cubic(c.Add(rx*k, -ry), c.Add(rx, -ry*k), c.Add(rx, 0)).
		Cubic(c.Add(rx, ry*k), c.Add(rx*k, ry), c.Add(0, ry)).
		Cubic(c.Add(-rx*k, ry), c.Add(-rx, ry*k), c.Add(-rx, 0)).Close()
}
