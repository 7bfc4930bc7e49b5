package studio

import "convoke/adapters/studio/letter"

// pairing is the typefaces of one design, each with the way that it is set. Sizes are relative to the text's.
type pairing struct {
	name    string
	suits   string // styles, kinds of occasion and moods
	title   letter.Look
	size    float64 // of the title, at most
	leading float64 // between the title's lines
	lead    letter.Look
	detail  letter.Look
	note    letter.Look
}

// detailSize evens out the faces: some look small at their size.
func (p pairing) detailSize() float64 {
	switch p.detail.Face {
	case letter.Crimson, letter.Goudy, letter.Instrument:
		return 1.12
	case letter.Josefin:
		return 1.04
	}
	return 1
}

func caps(f letter.Face, tracking float64) letter.Look {
	return letter.Look{Face: f, Caps: true, Tracking: tracking}
}

func plain(f letter.Face) letter.Look { return letter.Look{Face: f} }

// pairings lists the studio's type.
var pairings = []pairing{
	{"bodoni", "elegant modern formal wedding gala dinner anniversary exhibition glamorous romantic", plain(letter.Bodoni), 3.9, 1.06,
		caps(letter.Jost, 0.2), caps(letter.Jost, 0.12), plain(letter.BodoniItalic)},
	{"bodoni italic", "elegant romantic wedding engagement shower tea soft anniversary brunch", plain(letter.BodoniItalic), 3.9, 1.06,
		caps(letter.Jost, 0.2), plain(letter.Bodoni), plain(letter.BodoniItalic)},
	{"roundhand", "elegant formal wedding anniversary engagement romantic gala", plain(letter.Pinyon), 5.2, 0.98,
		caps(letter.Cinzel, 0.16), plain(letter.Crimson), plain(letter.CrimsonItalic)},
	{"inscription", "elegant formal gala memorial graduation wedding holiday corporate", caps(letter.Cinzel, 0.06), 3.1, 1.12,
		plain(letter.CrimsonItalic), plain(letter.Crimson), plain(letter.CrimsonItalic)},
	{"calligraph", "elegant minimal spring calm soft tea shower garden wedding", plain(letter.Italiana), 4.3, 1.02,
		caps(letter.Jost, 0.22), plain(letter.Jost), plain(letter.Jost)},
	{"quiet", "minimal modern calm dinner housewarming workshop brunch fresh exhibition", plain(letter.Instrument), 4.6, 0.98,
		caps(letter.Jost, 0.14), plain(letter.Jost), plain(letter.Jost)},
	{"quiet italic", "minimal elegant romantic soft dinner garden retirement farewell", plain(letter.InstrumentItal), 4.7, 0.98,
		caps(letter.Jost, 0.16), plain(letter.Instrument), plain(letter.InstrumentItal)},
	{"grotesque", "modern exhibition launch music workshop corporate bright memphis", plain(letter.Syne), 3.3, 1.04,
		plain(letter.JostMedium), plain(letter.JostMedium), plain(letter.Jost)},
	{"geometric", "modern minimal corporate workshop launch graduation", letter.Look{Face: letter.JostMedium, Tracking: -0.015}, 3.9, 1.02,
		plain(letter.JostMedium), plain(letter.Jost), plain(letter.Jost)},
	{"fat face", "retro birthday housewarming exhibition barbecue party warm", plain(letter.Abril), 3.8, 1.02,
		caps(letter.Josefin, 0.18), caps(letter.Josefin, 0.08), plain(letter.Josefin)},
	{"disco", "retro playful music party birthday pool bright newyear fun", plain(letter.Righteous), 3.5, 1.06,
		caps(letter.Josefin, 0.18), plain(letter.Josefin), plain(letter.Josefin)},
	{"gatsby", "retro elegant deco gala newyear glamorous dinner dark", caps(letter.Poiret, 0.05), 3.7, 1.08,
		caps(letter.Josefin, 0.26), caps(letter.Josefin, 0.14), plain(letter.Josefin)},
	{"rounded", "playful kids birthday party fun bright pool graduation halloween", plain(letter.FredokaSemiBold), 3.8, 1.0,
		plain(letter.Fredoka), plain(letter.Fredoka), plain(letter.Fredoka)},
	{"handwritten", "playful rustic romantic shower brunch summer garden soft farewell", plain(letter.Sacramento), 5.4, 0.92,
		caps(letter.Jost, 0.18), plain(letter.Jost), plain(letter.Jost)},
	{"letterpress", "rustic calm harvest tea memorial autumn camping wedding holiday", plain(letter.Goudy), 3.9, 1.06,
		caps(letter.Goudy, 0.16), plain(letter.Goudy), plain(letter.Goudy)},
	{"clarendon", "rustic retro harvest barbecue camping housewarming autumn", plain(letter.Besley), 3.1, 1.08,
		caps(letter.Josefin, 0.16), plain(letter.Crimson), plain(letter.CrimsonItalic)},
}
