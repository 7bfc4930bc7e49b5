package studio

import (
	"hash/fnv"
	"math/rand/v2"
	"slices"
	"strings"

	"convoke/adapters/studio/color"
	"convoke/adapters/studio/ornament"
	"convoke/adapters/studio/reading"
	"convoke/domain/design"
)

// chance returns a source of randomness for one purpose, so that a change in one choice leaves the others alone.
func chance(seed uint64, purpose string) *rand.Rand {
	h := fnv.New64a()
	h.Write([]byte(purpose))
	return rand.New(rand.NewPCG(seed, h.Sum64()))
}

// plan decides what a brief's drawing is made from.
func plan(brief design.Brief, seed uint64) Spec {
	facts := reading.Read(brief.Description)
	h := fnv.New64a()
	h.Write([]byte(brief.Description))
	s := Spec{
		Format: specFormat, Seed: seed ^ h.Sum64(), Width: brief.Size.Width, Height: brief.Size.Height,
		Description: brief.Description, Text: facts, Style: brief.Style, Amount: 1, TitleSize: 1, TextSize: 1,
		Given: brief.Palette,
	}
	s.Palette = s.choosePalette()
	s.Type = s.chooseType()
	s.Ornament = s.chooseOrnament(nil)
	s.Composition = s.chooseComposition()
	return s
}

// taste is what choices are scored by: each word with its weight.
func (s Spec) taste() map[string]float64 {
	taste := map[string]float64{}
	for _, mood := range s.Text.Moods {
		taste[mood] += 2
	}
	for _, season := range []string{"spring", "summer", "autumn", "winter", "night"} {
		taste[season] = min(taste[season], 0.7)
	}
	if s.Text.Kind != "" {
		taste[string(s.Text.Kind)] += 2.2
	}
	if s.Style != "" {
		taste[string(s.Style)] += 6
	}
	return taste
}

// score says how well a list of words suits a taste.
func score(taste map[string]float64, suits string) float64 {
	total := 0.0
	for word := range strings.FieldsSeq(suits) {
		total += taste[word]
	}
	return total
}

// pick chooses among the best: the nearer to the best score, the likelier.
func pick[T any](rng *rand.Rand, all []T, points func(T) float64) T {
	best := points(all[0])
	for _, one := range all {
		best = max(best, points(one))
	}
	const spread = 2.6
	weights, total := make([]float64, len(all)), 0.0
	for i, one := range all {
		if near := points(one) - best + spread; near > 0 {
			weights[i] = near * near
			total += weights[i]
		}
	}
	at := rng.Float64() * total
	for i, weight := range weights {
		if at -= weight; at < 0 && weight > 0 {
			return all[i]
		}
	}
	return all[len(all)-1]
}

func (s Spec) choosePalette() color.Palette {
	dark := slices.Contains(s.Text.Moods, "dark")
	switch {
	case len(s.Given) > 0:
		return color.FromColors(s.Given, dark)
	case len(s.Text.Colors) > 0:
		return color.FromColors(s.Text.Colors, dark)
	}
	taste := s.taste()
	switch {
	case dark:
		taste["dark"] += 4
	case s.Text.Kind == reading.Kids || s.Text.Kind == reading.Shower:
		taste["dark"] -= 3
	}
	return pick(chance(s.Seed+s.Turn, "palette"), color.Themes(), func(t color.Theme) float64 {
		if t.Only != "" && score(taste, t.Only) == 0 {
			return -100
		}
		return score(taste, t.Suits)
	}).Palette
}

func (s Spec) chooseType() string {
	taste := s.taste()
	return pick(chance(s.Seed+s.Turn, "type"), pairings, func(p pairing) float64 { return score(taste, p.suits) }).name
}

// chooseOrnament picks a family that some composition can use; families named in avoid are left out.
func (s Spec) chooseOrnament(avoid []string) string {
	taste := s.taste()
	var able []ornament.Family
	for _, f := range ornament.Families() {
		if !slices.Contains(avoid, f.Name) {
			able = append(able, f)
		}
	}
	return pick(chance(s.Seed+s.Turn, "ornament"), able, func(f ornament.Family) float64 {
		points := score(taste, f.Suits)
		if slices.Contains(s.Text.Moods, f.Name) {
			points += 6 // asked for by name
		}
		return points
	}).Name
}

func (s Spec) chooseComposition() string {
	taste := s.taste()
	family := s.family()
	var able []composition
	for _, c := range compositions {
		if c.fits(s.aspect()) && (c.needs == 0 || c.needs&family.Uses != 0) {
			able = append(able, c)
		}
	}
	return pick(chance(s.Seed+s.Turn, "composition"), able, func(c composition) float64 {
		return score(taste, c.suits) + c.prefer(s)
	}).name
}

func (s Spec) aspect() float64 { return float64(s.Width) / float64(s.Height) }

func (s Spec) family() ornament.Family {
	families := ornament.Families()
	for _, f := range families {
		if f.Name == s.Ornament {
			return f
		}
	}
	return families[0]
}

func (s Spec) pairing() pairing {
	for _, p := range pairings {
		if p.name == s.Type {
			return p
		}
	}
	return pairings[0]
}

func (s Spec) composition() composition {
	for _, c := range compositions {
		if c.name == s.Composition {
			return c
		}
	}
	return compositions[0]
}
