package studio

import (
	"math"
	"slices"

	"convoke/adapters/studio/color"
	"convoke/adapters/studio/draw"
	"convoke/adapters/studio/ornament"
)

// composition is one way to arrange words and ornament on a page.
type composition struct {
	name  string
	suits string       // styles, kinds of occasion and moods
	needs ornament.Use // the family must offer one of these; 0: any
	from  float64      // aspects (width by height) that it is made for
	to    float64
	draw  func(*sheet)
}

func (c composition) fits(aspect float64) bool { return aspect >= c.from && aspect <= c.to }

// prefer adds points for what the family is best at, and takes some where an ornament that was asked for would not show.
func (c composition) prefer(s Spec) float64 {
	family := s.family()
	asked := slices.Contains(s.Text.Moods, family.Name)
	switch {
	case asked && c.needs == 0:
		return -8
	case c.needs&ornament.Corners != 0 && family.Corner != nil, c.needs&ornament.Rings != 0 && family.Ring != nil,
		c.name == "horizon" && family.Uses&ornament.Scenes != 0:
		return 1.6
	case c.needs&ornament.Scatters != 0 && family.Uses&ornament.Corners == 0:
		return -1
	}
	return 0
}

var compositions = []composition{
	{"frame", "elegant minimal formal memorial gala graduation corporate dinner calm", 0, 0, 100, (*sheet).drawFrame},
	{"corners", "elegant rustic romantic wedding engagement garden shower tea spring anniversary newyear", ornament.Corners, 0.4, 2.2, (*sheet).drawCorners},
	{"wreath", "elegant rustic wedding shower holiday engagement romantic anniversary", ornament.Rings, 0.5, 1.5, (*sheet).drawWreath},
	{"band", "modern minimal playful retro birthday exhibition dinner brunch housewarming", ornament.Fills | ornament.Scenes, 0.3, 1.5, (*sheet).drawBand},
	{"horizon", "rustic retro playful camping pool summer retirement barbecue harvest sunburst papercut waves", ornament.Fills | ornament.Scenes, 0.3, 1.5, (*sheet).drawHorizon},
	{"side", "modern minimal elegant corporate exhibition workshop dinner launch", ornament.Fills | ornament.Scenes, 0.85, 100, (*sheet).drawSide},
	{"label", "retro rustic playful elegant tea brunch barbecue holiday gala dinner kids", ornament.Fills, 0.45, 2.4, (*sheet).drawLabel},
	{"arch", "elegant modern rustic wedding shower housewarming warm romantic brunch arches", ornament.Fills, 0.4, 1.05, (*sheet).drawArch},
	{"poster", "modern minimal exhibition launch music workshop corporate bright", 0, 0, 100, (*sheet).drawPoster},
	{"ticket", "retro music launch halloween", 0, 0.5, 100, (*sheet).drawTicket},
	{"medallion", "retro elegant playful deco gala newyear birthday holiday", ornament.Fills, 0.62, 1.5, (*sheet).drawMedallion},
	{"scatter", "playful modern birthday kids party newyear fun bright graduation stars", ornament.Scatters, 0, 100, (*sheet).drawScatter},
	{"split", "modern retro bold launch music graduation farewell dinner corporate", 0, 0, 100, (*sheet).drawSplit},
	{"festoon", "playful rustic kids birthday summer barbecue brunch tea bunting", ornament.Rows, 0.45, 100, (*sheet).drawFestoon},
}

// draw draws the whole page.
func (s *sheet) draw() {
	s.spec.composition().draw(s)
	s.honour()
}

// honour makes sure that a colour which the brief gave is seen as it was given.
func (s *sheet) honour() {
	for _, hex := range s.spec.Given {
		if s.board.Uses(hex) {
			return
		}
	}
	if len(s.spec.Given) > 0 {
		s.frame(s.board.Bounds(), s.spec.Given[0], math.Max(1, s.short*0.012))
	}
}

// columns sets all words into an area: one column, or two side by side on a banner.
func (s *sheet) columns(area draw.Rect, a align, r rise) []column {
	if s.tall {
		return []column{s.fit(area, a, r, s.all())}
	}
	gap := math.Min(area.W*0.06, area.H*0.5)
	part := 0.56
	if len(s.details()) == 0 {
		return []column{s.fit(area, a, r, s.headline())}
	}
	left := draw.Rect{X: area.X, Y: area.Y, W: area.W*part - gap/2, H: area.H}
	right := draw.Rect{X: area.X + area.W*part + gap/2, Y: area.Y, W: area.W*(1-part) - gap/2, H: area.H}
	return []column{s.fit(left, a, middle, s.headline()), s.fit(right, leftward, middle, s.details())}
}

// print draws columns and what divides them.
func (s *sheet) print(columns []column, ground string) {
	for _, c := range columns {
		s.divide(c, ground)
		s.write(c, ground)
	}
	if len(columns) == 2 {
		_, accent, _ := s.inks(ground)
		x := (columns[0].box.Right() + columns[1].box.X) / 2
		high := math.Max(columns[0].box.H, columns[1].box.H)
		middle := columns[1].box.Center().Y
		var path draw.Path
		path.Rect(draw.Rect{X: x, Y: middle - high/2, W: math.Max(0.6, s.short*0.003), H: high})
		s.board.Fill(&path, accent)
	}
}

// keepClear returns what ornaments avoid: every line of words with some air.
func (s *sheet) keepClear(columns []column) []draw.Rect {
	var all []draw.Rect
	for _, c := range columns {
		all = append(all, c.areas(s.short*0.022)...)
	}
	return all
}

// field fills a shape with the family's pattern on a ground of its own.
func (s *sheet) field(shape *draw.Path, area draw.Rect, ground, purpose string) {
	s.board.Fill(shape, ground)
	if s.bare() || s.family.Field == nil {
		return
	}
	s.board.Clipped(shape, func() {
		p := s.pen(purpose, ground)
		p.Under = true
		s.family.Field(p, area)
		p.Flush()
	})
}

// fieldGround returns the ground on which patterns are drawn: the deep colour, or a tone of the page.
func (s *sheet) fieldGround() string {
	if s.family.Light {
		return color.Mix(s.colors.Paper, "#ffffff", 0.5)
	}
	if chance(s.spec.Seed+s.spec.Turn, "ground").IntN(5) < 3 {
		return s.colors.Deep
	}
	return toned(s.colors)
}
