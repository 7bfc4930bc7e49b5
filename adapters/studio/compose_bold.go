package studio

import (
	"math"

	"convoke/adapters/studio/draw"
	"convoke/adapters/studio/ornament"
)

// drawPoster sets large flush type over strong rules, as the Swiss do; a single shape is the ornament.
func (s *sheet) drawPoster() {
	ground := s.colors.Paper
	if chance(s.spec.Seed+s.spec.Turn, "poster").IntN(2) == 0 && !s.bare() {
		ground = s.colors.Deep
	}
	s.paper(ground)
	s.loud = 1.5
	if !s.tall {
		s.print(s.columns(s.inner(), leftward, middle), ground)
		return
	}
	area := s.inner().Inset(s.margin * 0.2)
	_, accent, _ := s.inks(ground)
	thick := math.Max(1, s.short*0.008)
	upper := draw.Rect{X: area.X, Y: area.Y + s.margin*0.7, W: area.W, H: area.H * 0.56}
	head := s.fit(upper, leftward, top, s.headline())
	s.line(draw.Rect{X: area.X, Y: area.Y, W: area.W, H: thick}, accent)
	columns := []column{head}
	if details := s.details(); len(details) > 0 {
		details[0].gap = 0
		lower := draw.Rect{X: area.X, Y: area.Y + area.H*0.66, W: area.W * 0.62, H: area.H * 0.34}
		foot := s.fit(lower, leftward, bottom, details)
		s.line(draw.Rect{X: area.X, Y: foot.box.Y - s.short*0.035, W: area.W, H: thick / 2}, accent)
		columns = append(columns, foot)
	}
	s.emblem(area, columns, ground)
	for _, c := range columns {
		s.write(c, ground)
	}
}

// emblem draws one large motif at the right, above the lower rule, if the words leave room for it.
func (s *sheet) emblem(area draw.Rect, columns []column, ground string) {
	if s.bare() || s.family.Uses&ornament.Emblems == 0 || s.family.Motif == nil {
		return
	}
	radius := s.short * 0.13 * math.Min(s.spec.Amount, 1.3)
	at := draw.Point{X: area.Right() - radius, Y: columns[len(columns)-1].box.Y - s.short*0.07 - radius}
	p := s.pen("emblem", ground, s.keepClear(columns)...)
	if box := draw.Around(at, radius); p.Free(box) {
		p.Mark(box)
		s.family.Motif(p, at, radius, -math.Pi/3)
		p.Flush()
	}
}

// drawTicket sets the words on a ticket with a perforation between headline and details.
func (s *sheet) drawTicket() {
	ground := s.colors.Deep
	s.paper(ground)
	page := s.board.Bounds()
	ticket := page.Inset(s.short * 0.085)
	if !s.bare() && s.family.Motif != nil {
		beyond := s.pen("ticket", ground, ticket.Inset(s.short*0.01))
		s.family.Scatter(beyond, page, s.short*0.008, s.short*0.02, 0.16*s.spec.Amount)
	}
	notch := ticket.Short() * 0.055
	s.board.Hold(ticket.Inset(notch))
	_, accent, _ := s.inks(s.colors.Paper)
	thin := math.Max(0.8, s.short*0.004)
	head, details := s.headline(), s.details()
	if len(details) > 0 {
		details[0].gap = 0
	}
	var columns []column
	if s.tall {
		cut := ticket.Y + ticket.H*0.62
		s.board.Fill(ticketShape(ticket, cut, notch, false), s.colors.Paper)
		air := notch * 1.5
		columns = append(columns, s.fit(draw.Rect{X: ticket.X + air, Y: ticket.Y + air, W: ticket.W - 2*air, H: ticket.H*0.62 - 2*air}, centered, middle, head))
		if len(details) > 0 {
			columns = append(columns, s.fit(draw.Rect{X: ticket.X + air, Y: cut + air, W: ticket.W - 2*air, H: ticket.H*0.38 - 2*air}, centered, middle, details))
		}
		s.perforate(draw.Point{X: ticket.X + notch*1.6, Y: cut}, draw.Point{X: ticket.Right() - notch*1.6, Y: cut}, thin, accent)
	} else {
		cut := ticket.X + ticket.W*0.6
		s.board.Fill(ticketShape(ticket, cut, notch, true), s.colors.Paper)
		air := notch * 1.7
		columns = append(columns, s.fit(draw.Rect{X: ticket.X + air, Y: ticket.Y + air, W: ticket.W*0.6 - 2*air, H: ticket.H - 2*air}, centered, middle, head))
		if len(details) > 0 {
			columns = append(columns, s.fit(draw.Rect{X: cut + air, Y: ticket.Y + air, W: ticket.W*0.4 - 2*air, H: ticket.H - 2*air}, leftward, middle, details))
		}
		s.perforate(draw.Point{X: cut, Y: ticket.Y + notch*1.6}, draw.Point{X: cut, Y: ticket.Bottom() - notch*1.6}, thin, accent)
	}
	for _, c := range columns {
		s.write(c, s.colors.Paper)
	}
}

// ticketShape is a rectangle with two bites, where a perforation begins and ends.
func ticketShape(r draw.Rect, cut, notch float64, upright bool) *draw.Path {
	p := &draw.Path{}
	if upright {
		return p.Move(draw.Point{X: r.X, Y: r.Y}).Line(draw.Point{X: cut - notch, Y: r.Y}).
			Arc(notch, false, draw.Point{X: cut, Y: r.Y + notch}).Arc(notch, false, draw.Point{X: cut + notch, Y: r.Y}).
			Line(draw.Point{X: r.Right(), Y: r.Y}, draw.Point{X: r.Right(), Y: r.Bottom()}, draw.Point{X: cut + notch, Y: r.Bottom()}).
			Arc(notch, false, draw.Point{X: cut, Y: r.Bottom() - notch}).Arc(notch, false, draw.Point{X: cut - notch, Y: r.Bottom()}).
			Line(draw.Point{X: r.X, Y: r.Bottom()}).Close()
	}
	return p.Move(draw.Point{X: r.X, Y: r.Y}).Line(draw.Point{X: r.Right(), Y: r.Y}, draw.Point{X: r.Right(), Y: cut - notch}).
		Arc(notch, false, draw.Point{X: r.Right() - notch, Y: cut}).Arc(notch, false, draw.Point{X: r.Right(), Y: cut + notch}).
		Line(draw.Point{X: r.Right(), Y: r.Bottom()}, draw.Point{X: r.X, Y: r.Bottom()}, draw.Point{X: r.X, Y: cut + notch}).
		Arc(notch, false, draw.Point{X: r.X + notch, Y: cut}).Arc(notch, false, draw.Point{X: r.X, Y: cut - notch}).Close()
}

// perforate draws a row of dots.
func (s *sheet) perforate(from, to draw.Point, thin float64, hex string) {
	s.board.Mark(draw.Around(from, thin).Union(draw.Around(to, thin)))
	n := max(2, int(from.Distance(to)/(thin*4.2)))
	var path draw.Path
	for i := range n + 1 {
		t := float64(i) / float64(n)
		path.Circle(draw.Point{X: from.X + (to.X-from.X)*t, Y: from.Y + (to.Y-from.Y)*t}, thin*0.75)
	}
	s.board.Fill(&path, hex)
}

// drawSplit sets the headline on a strong half and the details on a quiet one.
func (s *sheet) drawSplit() {
	page := s.board.Bounds()
	s.paper(s.colors.Paper)
	strong, quiet := draw.Rect{W: page.W, H: page.H * 0.58}, draw.Rect{Y: page.H * 0.58, W: page.W, H: page.H * 0.42}
	if !s.tall {
		strong, quiet = draw.Rect{W: page.W * 0.56, H: page.H}, draw.Rect{X: page.W * 0.56, W: page.W * 0.44, H: page.H}
	}
	if len(s.details()) == 0 {
		strong = page
	}
	a := s.sided()
	s.loud = 1.2
	head := s.fit(strong.Inset(s.margin*1.2), a, middle, s.headline())
	s.line(strong, s.colors.Deep)
	if !s.bare() && s.family.Motif != nil {
		clear := head.box.Pad(s.short*0.04, s.short*0.04)
		s.family.Scatter(s.pen("split", s.colors.Deep, clear), strong.Inset(s.short*0.05), s.short*0.012, s.short*0.036, 0.13*s.spec.Amount)
	}
	s.write(head, s.colors.Deep)
	if details := s.details(); len(details) > 0 {
		details[0].gap = 0
		foot := s.fit(quiet.Inset(s.margin*1.1), a, middle, details)
		s.write(foot, s.colors.Paper)
	}
}
