package studio

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"convoke/adapters/studio/color"
	"convoke/adapters/studio/ornament"
	"convoke/domain/design"
)

// phrases are the parts that briefs are generated from: plain, odd, long, foreign.
var phrases = struct{ titles, dates, times, places, rest []string }{
	titles: []string{
		"A garden party for Ada's 36th birthday", "Wedding of Anna and James", "Join us for a gala in honour of Dr. Jane Goodall",
		"Maya turns 7!", "BBQ", "The Honourable Society of Extraordinarily Long Names and Improbably Verbose Titles presents an evening",
		"Donaudampfschifffahrtsgesellschaftskapitän", "Soirée d'été chez Camille", "Свадьба Анны и Ивана", "誕生日パーティーのお知らせ",
		"حفل زفاف سارة وأحمد", "Book club: The Left Hand of Darkness", "x", "Grace & Henry's 50th wedding anniversary", "🎉 Party 🎉",
		"Sofia & Luca", "Create a minimal invitation for the launch of Meridian",
	},
	dates:  []string{"", "12 June", "on Saturday, June 12, 2027", "Friday night", "2026-09-14", "the twelfth of June 2027"},
	times:  []string{"", "at 4 pm", "7:30 p.m.", "from noon", "10:00-16:00", "9 pm until late"},
	places: []string{"", "Kew Gardens", "at the Old Barn, Sussex", "Grand Ballroom, The Savoy, Strand, London WC2R 0EZ", "上野公園", "St. Mary's Hall"},
	rest: []string{
		"", "RSVP by 1 May to anna@example.org", "Black tie. Dinner and dancing to follow. Carriages at midnight.", "Bring a plate", "sage and cream",
		"elegant, with flowers", strings.Repeat("There will be music and cake and a long table under the trees. ", 20),
	},
}

// anyBrief generates a brief; the same number gives the same brief.
func anyBrief(t testing.TB, number uint64) design.Brief {
	rng := rand.New(rand.NewPCG(number, 7))
	one := func(of []string) string { return of[rng.IntN(len(of))] }
	parts := []string{one(phrases.titles)}
	for _, part := range []string{one(phrases.dates), one(phrases.times), one(phrases.places)} {
		if part != "" {
			parts = append(parts, part)
		}
	}
	description := strings.Join(parts, ", ") + ". " + one(phrases.rest)
	sizes := []design.Size{
		{}, {Width: 1080, Height: 1080}, {Width: 1000, Height: 1400}, {Width: 1080, Height: 1920}, {Width: 1400, Height: 1000},
		{Width: 64, Height: 64}, {Width: 4096, Height: 64}, {Width: 64, Height: 4096}, {Width: 4096, Height: 4096}, {Width: 2000, Height: 600},
		{Width: 64 + rng.IntN(4033), Height: 64 + rng.IntN(4033)}, {Width: 300 + rng.IntN(1000), Height: 300 + rng.IntN(1000)},
	}
	var palette []string
	for range rng.IntN(9) * rng.IntN(2) {
		palette = append(palette, fmt.Sprintf("#%06x", rng.IntN(1<<24)))
	}
	styles := append(design.Styles(), "")
	return briefOf(t, description, styles[rng.IntN(len(styles))], sizes[rng.IntN(len(sizes))], palette...)
}

// sheetOf draws a specification and keeps the board, on which the geometry can be checked.
func sheetOf(t testing.TB, s *Studio, spec Spec) *sheet {
	t.Helper()
	setter := s.letters.Setter()
	defer s.letters.Return(setter)
	drawn := newSheet(spec, setter)
	drawn.draw()
	if err := setter.Err(); err != nil {
		t.Fatal(err)
	}
	return drawn
}

// checkGeometry fails for words that leave the page's margin, meet each other or an ornament, or are hard to read.
func checkGeometry(t *testing.T, drawn *sheet, about string) {
	t.Helper()
	panel, edge := drawn.board.Panel(), drawn.board.Bounds().Inset(drawn.short*0.03)
	texts := drawn.board.Texts()
	if len(texts) == 0 {
		t.Errorf("%s: no words at all", about)
	}
	for i, text := range texts {
		if !edge.Contains(text.Box) || !panel.Contains(text.Box) {
			t.Errorf("%s: %q at %+v leaves the page %+v", about, text.Words, text.Box, edge)
		}
		if c := color.Contrast(text.Ink, text.Paper); c < color.MinContrast {
			t.Errorf("%s: %q has a contrast of %.2f", about, text.Words, c)
		}
		for _, other := range texts[i+1:] {
			if text.Box.Overlaps(other.Box) {
				t.Errorf("%s: %q %+v meets %q %+v", about, text.Words, text.Box, other.Words, other.Box)
			}
		}
		for _, mark := range drawn.board.Marks() {
			if text.Box.Overlaps(mark) {
				t.Errorf("%s: %q %+v meets an ornament at %+v", about, text.Words, text.Box, mark)
				break
			}
		}
	}
}

func TestWordsStayApartOnAThousandBriefs(t *testing.T) {
	t.Parallel()
	s, briefs := open(t), uint64(1000)
	if testing.Short() {
		briefs = 150
	}
	for number := range briefs {
		spec := plan(anyBrief(t, number), number)
		about := fmt.Sprintf("brief %d (%s, %s, %d×%d)", number, spec.Composition, spec.Ornament, spec.Width, spec.Height)
		checkGeometry(t, sheetOf(t, s, spec), about)
		if t.Failed() {
			t.Fatalf("%s: %q", about, spec.Description)
		}
	}
}

func TestEveryCompositionHoldsWithEveryOrnament(t *testing.T) {
	t.Parallel()
	s := open(t)
	for _, c := range compositions {
		for i, f := range ornament.Families() {
			if c.needs != 0 && c.needs&f.Uses == 0 {
				continue
			}
			for j, size := range []design.Size{{Width: 800, Height: 800}, {Width: 700, Height: 1000}, {Width: 1000, Height: 700}} {
				spec := plan(briefOf(t, gardenParty+". RSVP to Tom. Bring a plate.", "", size), uint64(i+j))
				if !c.fits(spec.aspect()) {
					continue
				}
				spec.Composition, spec.Ornament, spec.Amount = c.name, f.Name, []float64{1, 0, 2}[j]
				checkGeometry(t, sheetOf(t, s, spec), fmt.Sprintf("%s with %s at %v", c.name, f.Name, size))
			}
		}
	}
}
