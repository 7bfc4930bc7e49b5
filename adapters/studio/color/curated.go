package color

// Theme is a palette made by hand, with the words that it suits: styles, kinds of occasion and moods.
type Theme struct {
	Palette
	Suits string
	Only  string // when set, the theme needs one of these words
}

// Themes lists the studio's own palettes.
func Themes() []Theme { return themes }

func theme(name, paper, ink, deep string, suits string, tints ...string) Theme {
	return Theme{Palette: Palette{Name: name, Paper: paper, Ink: ink, Deep: deep, Tints: tints}, Suits: suits}
}

// only limits a theme to its season.
func (t Theme) only(words string) Theme { t.Only = words; return t }

var themes = []Theme{
	theme("sage", "#f6f4ec", "#2c3a30", "#3f5646", "elegant rustic minimal wedding garden shower tea calm spring brunch memorial", "#8fa68a", "#c3a873", "#cfd8c4", "#b98d8a"),
	theme("blush", "#fbf3ef", "#4a2c35", "#7b3f50", "elegant wedding engagement shower anniversary romantic soft spring brunch", "#d99a90", "#b98a5e", "#eccabf", "#8f9f83"),
	theme("midnight", "#101a2e", "#f3e9d2", "#1b2c4d", "elegant retro gala wedding anniversary newyear dark glamorous dinner formal winter", "#c9a55c", "#e6cf96", "#5b6f95", "#93a1bd"),
	theme("ivory", "#faf8f3", "#1f1d1a", "#24211d", "minimal elegant modern wedding dinner gala corporate formal graduation memorial calm", "#b08d57", "#d8cfbf", "#8c867c", "#5f5a52"),
	theme("terracotta", "#f8efe4", "#43261b", "#a4492c", "rustic retro wedding dinner harvest housewarming autumn summer warm barbecue", "#c9683c", "#e3a873", "#7d8a64", "#8a3d22"),
	theme("ocean", "#f1f6f7", "#123042", "#14506b", "modern minimal playful retro summer pool beach retirement farewell fresh calm", "#2f8ca3", "#7fbec9", "#f0b93a", "#e07a5f"),
	theme("confetti", "#fffaf2", "#2b2350", "#4b3ca0", "playful modern birthday kids newyear party bright fun graduation", "#ff6b6b", "#ffc145", "#2ec4b6", "#7f6df2"),
	theme("candy", "#fff3f6", "#4b1d3f", "#b5336c", "playful birthday kids shower party bright fun romantic", "#f2749f", "#ffc04d", "#57bfb3", "#b28dff"),
	theme("emerald", "#0d2b27", "#f3e8cc", "#15413a", "elegant retro gala dinner anniversary newyear dark glamorous formal winter", "#d0a85c", "#e8d09a", "#4f8d7e", "#a7c1ad"),
	theme("seventies", "#fbeed5", "#3d2314", "#b1471f", "retro playful birthday party music housewarming barbecue warm autumn fun", "#e2711d", "#f2a541", "#6c8a4f", "#2f6f73"),
	theme("lavender", "#f7f4fb", "#33284d", "#5a4a82", "elegant minimal shower tea wedding spring soft calm birthday", "#9d87c9", "#cfc0e6", "#8fae8b", "#d9a3b4"),
	theme("citrus", "#fdf9e9", "#26361d", "#3d6b35", "playful modern retro summer garden barbecue brunch bright fresh housewarming", "#ee7f2d", "#f3b61f", "#7ba32c", "#3d6b35"),
	theme("nordic", "#f5f6f4", "#1f2a33", "#24404f", "minimal modern corporate housewarming dinner winter calm retirement workshop", "#5f8390", "#d09a56", "#a9bbbf", "#5d7a70"),
	theme("burgundy", "#fbf5f0", "#3b0f1c", "#6d1a32", "elegant rustic wedding dinner anniversary harvest wine autumn formal romantic", "#9c3650", "#bd8b58", "#dcbba7", "#7b6f58"),
	theme("forest", "#f3f1e7", "#1d2b20", "#2b4432", "rustic elegant wedding harvest camping garden autumn holiday calm", "#5f7f52", "#b5743c", "#a4b07a", "#cdbf94"),
	theme("fireworks", "#14122b", "#f9f4ff", "#251f52", "playful modern retro newyear party music dark night fun bright birthday", "#ff7a59", "#ffd166", "#5ce1e6", "#c77dff"),
	theme("signal", "#ffffff", "#111111", "#111111", "modern minimal corporate exhibition launch music workshop graduation", "#ff4f2e", "#d4d4d4", "#111111", "#8a8a8a"),
	theme("cobalt", "#f4f1ea", "#16213e", "#1f3fbf", "modern playful exhibition launch workshop corporate music bright graduation", "#1f3fbf", "#f26b3a", "#f5c445", "#8fa8ee"),
	theme("peach", "#fff4ea", "#4a2a22", "#c4553a", "playful rustic summer brunch shower birthday warm soft kids", "#ee8f68", "#f3bd86", "#6faa9b", "#e0b93f"),
	theme("snow", "#f3f7fb", "#18304a", "#1d4469", "elegant minimal winter holiday newyear calm", "#7fa8cf", "#b4862f", "#bcd3e8", "#a33b3b").only("winter holiday newyear"),
	theme("holly", "#f8f3e7", "#16301f", "#1e4d33", "rustic elegant retro holiday winter dinner", "#a52a2a", "#c2973b", "#5e8c61", "#1e4d33").only("holiday"),
	theme("pumpkin", "#1a1420", "#fbeedb", "#33244a", "playful retro halloween dark night autumn", "#f2772e", "#8f5fbf", "#f4b942", "#6f9460").only("halloween dark"),
	theme("linen", "#f2ebdf", "#3a2f25", "#6b563f", "rustic minimal wedding housewarming tea brunch memorial calm autumn", "#9c8260", "#b97a56", "#7d8a6e", "#c9b79c"),
	theme("rose noir", "#1f1518", "#f7e9e4", "#3a232a", "elegant modern dinner romantic anniversary wedding dark glamorous", "#d99a94", "#b76e79", "#e8c6b8", "#a08a63"),
}
