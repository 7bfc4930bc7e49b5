package studio

import (
	"math"

	"convoke/adapters/studio/color"
	"convoke/adapters/studio/draw"
	"convoke/adapters/studio/letter"
	"convoke/adapters/studio/ornament"
)

// sheet is one drawing while it is made.
type sheet struct {
	spec     Spec
	board    *draw.Board
	setter   *letter.Setter
	pairing  pairing
	family   ornament.Family
	colors   color.Palette
	short    float64 // the page's short side
	margin   float64 // words keep this far from the edge
	loud     float64 // how much larger than usual the composition sets the title
	engraved bool    // the composition may set the date as a lockup
	tall     bool    // the page is not a banner
	live     bool    // some words are left to the reader's fonts
}

func newSheet(spec Spec, setter *letter.Setter) *sheet {
	short := float64(min(spec.Width, spec.Height))
	return &sheet{
		spec: spec, board: draw.NewBoard(spec.Width, spec.Height), setter: setter, pairing: spec.pairing(),
		family: spec.family(), colors: spec.Palette, short: short, margin: short * 0.07, loud: 1, tall: spec.aspect() < 1.7,
	}
}

// paper fills the page.
func (s *sheet) paper(hex string) {
	var page draw.Path
	s.board.Fill(page.Rect(s.board.Bounds()), hex)
}

// inks returns the colours of words on a ground: of the main ones, of the few that stand out, of the small ones.
func (s *sheet) inks(ground string) (ink, accent, soft string) {
	ink = s.colors.InkOn(ground)
	accent = s.colors.Accent(ground)
	soft = color.Legible(color.Mix(ink, ground, 0.18), ground, color.MinContrast)
	return ink, accent, soft
}

// pen returns an ornament pen for a purpose; it keeps clear of what is given.
func (s *sheet) pen(purpose, ground string, avoid ...draw.Rect) *ornament.Pen {
	rng := chance(s.spec.Seed+s.spec.Turn, "draw "+purpose)
	return ornament.NewPen(s.board, rng, s.colors.Seen(ground), ground, avoid...)
}

// plainOrnament reports whether the design is to have no ornament at all.
func (s *sheet) bare() bool { return s.spec.Amount <= 0 }

// inner returns the area that words may use.
func (s *sheet) inner() draw.Rect { return s.board.Bounds().Inset(s.margin) }

// all returns every block, with a small rule between headline and details where there is something to divide.
func (s *sheet) all() []block {
	head, details := s.headline(), s.details()
	if len(details) > 0 && s.spec.Width*s.spec.Height > 120*120 {
		head = append(head, block{role: ruleRole, size: 0.5, gap: 1.25})
		details[0].gap = 1.15
	}
	return append(head, details...)
}

// divide draws the small ornaments between blocks.
func (s *sheet) divide(c column, ground string) {
	_, accent, _ := s.inks(ground)
	for _, r := range c.rules {
		at, unit := r.Center(), r.H
		thin := math.Max(0.6, unit*0.09)
		var path draw.Path
		switch s.spec.Seed % 4 {
		case 0:
			path.Rect(draw.Rect{X: at.X - unit*2.2, Y: at.Y - thin/2, W: unit * 4.4, H: thin})
		case 1:
			d := unit * 0.34
			path.Polygon(at.Add(0, -d), at.Add(d, 0), at.Add(0, d), at.Add(-d, 0))
			path.Rect(draw.Rect{X: at.X - unit*3, Y: at.Y - thin/2, W: unit * 2.2, H: thin})
			path.Rect(draw.Rect{X: at.X + unit*0.8, Y: at.Y - thin/2, W: unit * 2.2, H: thin})
		case 2:
			for i := -1.0; i <= 1; i++ {
				path.Circle(at.Add(i*unit*0.85, 0), unit*0.14)
			}
		default:
			path.Circle(at, unit*0.17)
			path.Rect(draw.Rect{X: at.X - unit*3.2, Y: at.Y - thin/2, W: unit * 2.5, H: thin})
			path.Rect(draw.Rect{X: at.X + unit*0.7, Y: at.Y - thin/2, W: unit * 2.5, H: thin})
		}
		s.board.Fill(&path, accent)
	}
}

// frame draws a fine line around an area.
func (s *sheet) frame(area draw.Rect, hex string, width float64) {
	var path draw.Path
	outer, inner := area, area.Inset(width)
	path.Rect(outer).Rect(inner)
	s.board.FillHoles(&path, hex)
}
