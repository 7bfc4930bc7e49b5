package studio

import (
	"regexp"
	"strings"

	"convoke/adapters/studio/color"
	"convoke/domain/design"
)

// slight reports whether a degree asks for a small step.
func slight(degree string) bool {
	degree = strings.ToLower(degree)
	return strings.Contains(degree, "bit") || strings.Contains(degree, "little") || strings.Contains(degree, "touch") ||
		degree == "slightly" || degree == "somewhat"
}

func changeTone(s *Spec, m []string) bool {
	if strings.HasPrefix(strings.ToLower(m[2]), "dark") {
		s.Palette = s.Palette.Darker(!slight(m[1]))
	} else {
		s.Palette = s.Palette.Lighter(!slight(m[1]))
	}
	s.Given = nil
	return true
}

func changeStrength(s *Spec, m []string) bool {
	strength := 1.4
	if slight(m[1]) {
		strength = 1.2
	}
	switch word := strings.ToLower(m[2]); word {
	case "muted", "subdued", "pastel", "softer", "calmer":
		s.Palette = s.Palette.Vivid(1 / strength / 1.1)
	case "warmer", "warm":
		s.Palette = s.Palette.Toward("#e08a3c", 0.3)
	case "cooler", "cool":
		s.Palette = s.Palette.Toward("#3f7fb5", 0.3)
	default:
		s.Palette = s.Palette.Vivid(strength)
	}
	s.Given = nil
	return true
}

func changeHue(s *Spec, m []string) bool {
	hex, ok := color.Named(strings.TrimSpace(m[3]))
	if !ok {
		return false
	}
	part := 0.6
	if slight(m[1]) {
		part = 0.35
	}
	if strings.EqualFold(m[2], "less") {
		s.Palette = s.Palette.Away(hex)
	} else {
		s.Palette = s.Palette.Toward(hex, part)
	}
	s.Given = nil
	return true
}

func changePaper(s *Spec, m []string) bool {
	hex, ok := colorOf(m[1])
	if ok {
		s.Palette = s.Palette.OnPaper(hex)
	}
	return ok
}

func colorOf(word string) (string, bool) {
	if word = strings.ToLower(strings.TrimSpace(word)); strings.HasPrefix(word, "#") {
		return word, true
	}
	return color.Named(word)
}

var listJoint = regexp.MustCompile(`\s*(?:,|&|\band\b)\s*|\s+`)

func changeColors(s *Spec, m []string) bool {
	var colors []string
	rest := m[1]
	if hex, ok := colorOf(rest); ok {
		colors = append(colors, hex)
		rest = ""
	}
	for _, word := range listJoint.Split(rest, -1) {
		hex, ok := colorOf(word)
		if !ok && word != "" {
			return false
		}
		if ok {
			colors = append(colors, hex)
		}
	}
	if len(colors) == 0 {
		return false
	}
	s.Palette, s.Given = color.FromColors(colors, s.Palette.Dark() && len(colors) == 1), colors
	return true
}

func changeSize(s *Spec, what, degree, direction string) bool {
	factor := 1.25
	if slight(degree) {
		factor = 1.12
	}
	if direction != "bigger" && direction != "larger" {
		factor = 1 / factor
	}
	switch strings.ToLower(what) {
	case "title", "headline", "name", "names":
		s.TitleSize = min(max(s.TitleSize*factor, 0.4), 2.5)
	default:
		s.TextSize = min(max(s.TextSize*factor, 0.5), 1.8)
	}
	return true
}

// familyNames maps what people call an ornament to its family; "" is any ornament.
var familyNames = map[string]string{
	"ornament": "", "ornaments": "", "decoration": "", "decorations": "", "ornamentation": "", "pattern": "", "patterns": "", "motifs": "",
	"shapes": "", "graphics": "", "illustration": "", "illustrations": "", "clutter": "",
	"flower": "blossom", "flowers": "blossom", "floral": "blossom", "florals": "blossom", "blossom": "blossom", "blossoms": "blossom", "roses": "blossom",
	"leaves": "botanical", "leaf": "botanical", "botanical": "botanical", "botanicals": "botanical", "greenery": "botanical", "branches": "botanical", "foliage": "botanical",
	"confetti": "confetti", "art deco": "deco", "deco": "deco", "memphis": "memphis", "geometric shapes": "memphis", "geometry": "memphis",
	"waves": "waves", "sunburst": "sunburst", "sun": "sunburst", "rays": "sunburst", "sun rays": "sunburst", "star": "stars", "stars": "stars", "moon": "stars",
	"arches": "arches", "rainbows": "arches", "rainbow": "arches", "lattice": "lattice", "tiles": "lattice", "paper cut": "papercut", "papercut": "papercut",
	"hills": "papercut", "mountains": "papercut", "landscape": "papercut", "gingham": "gingham", "checks": "gingham", "fireworks": "fireworks",
	"bunting": "bunting", "flags": "bunting", "garland": "bunting", "garlands": "bunting", "terrazzo": "terrazzo", "balloon": "balloons", "balloons": "balloons",
}

func changeFamily(s *Spec, m []string) bool {
	name, ok := familyNames[strings.ToLower(m[1])]
	if !ok {
		return false
	}
	if name == "" || name == s.Ornament {
		s.Amount = min(2, max(s.Amount, 0.6)*1.4)
		return true
	}
	s.Ornament, s.Amount = name, max(s.Amount, 1)
	return true
}

func changeAmount(s *Spec, m []string) bool {
	name, ok := familyNames[strings.ToLower(m[2])]
	if !ok {
		return false
	}
	if strings.EqualFold(m[1], "more") {
		return changeFamily(s, []string{"", strings.ToLower(m[2])})
	}
	if name == "" || name == s.Ornament {
		s.Amount *= 0.5
	}
	return true
}

func changeAnother(s *Spec, m []string) bool {
	if strings.EqualFold(m[0], m[1]) {
		return false // a bare "design" asks for nothing
	}
	return another(s, strings.ToLower(m[1]))
}

// another makes a choice anew, and differently.
func another(s *Spec, what string) bool {
	before := *s
	for range 12 {
		s.Turn++
		switch {
		case strings.HasPrefix(what, "font"), what == "typeface", what == "lettering":
			s.Type = s.chooseType()
		case strings.HasPrefix(what, "col"), what == "palette":
			s.Given, s.Text.Colors = nil, nil
			s.Palette = s.choosePalette()
		case strings.HasPrefix(what, "ornament"), strings.HasPrefix(what, "decoration"), what == "pattern":
			s.Ornament = s.chooseOrnament([]string{before.Ornament})
		case what == "layout", what == "composition", what == "arrangement":
			s.Composition = s.chooseComposition()
		default:
			s.Type, s.Ornament = s.chooseType(), s.chooseOrnament([]string{before.Ornament})
			s.Composition = s.chooseComposition()
		}
		if s.Type != before.Type || s.Palette.Name != before.Palette.Name || s.Ornament != before.Ornament || s.Composition != before.Composition {
			return true
		}
	}
	return true
}

func changeType(s *Spec, m []string) bool {
	wanted := map[string]string{
		"serif": "bodoni", "sans": "geometric", "sans-serif": "geometric", "sans serif": "geometric", "script": "roundhand", "handwritten": "handwritten",
		"calligraphy": "roundhand", "calligraphic": "roundhand", "bold": "grotesque", "art deco": "gatsby", "slab": "clarendon", "rounded": "rounded",
	}
	s.Type = wanted[strings.ToLower(m[1])]
	return true
}

// styleWords maps what people say to a style.
var styleWords = map[string]design.Style{
	"minimal": design.Minimal, "minimalist": design.Minimal, "simple": design.Minimal, "simpler": design.Minimal, "cleaner": design.Minimal, "clean": design.Minimal,
	"elegant": design.Elegant, "fancy": design.Elegant, "fancier": design.Elegant, "formal": design.Elegant, "classy": design.Elegant, "romantic": design.Elegant, "classic": design.Elegant,
	"playful": design.Playful, "fun": design.Playful, "cheerful": design.Playful, "whimsical": design.Playful,
	"retro": design.Retro, "vintage": design.Retro, "modern": design.Modern, "contemporary": design.Modern, "bolder": design.Modern,
	"rustic": design.Rustic, "boho": design.Rustic, "natural": design.Rustic,
}

func changeStyle(s *Spec, m []string) bool {
	style, ok := styleWords[strings.ToLower(m[2])]
	if !ok {
		return false
	}
	s.Style = style
	s.Type, s.Ornament = s.chooseType(), s.chooseOrnament(nil)
	s.Composition = s.chooseComposition()
	return true
}
