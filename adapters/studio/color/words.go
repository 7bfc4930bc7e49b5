package color

import "strings"

// Word is a colour word and the colour that it stands for.
type Word struct{ Name, Hex string }

// Words lists the colour words that a brief may use, longer ones first where one holds another.
func Words() []Word { return words }

// Named returns the colour of a word.
func Named(name string) (string, bool) {
	name = strings.ToLower(name)
	for _, w := range words {
		if w.Name == name {
			return w.Hex, true
		}
	}
	return "", false
}

var words = []Word{
	{"forest green", "#2f5d3a"}, {"sage green", "#9caf88"}, {"olive green", "#7a7f3c"}, {"mint green", "#a8d8b9"},
	{"emerald green", "#0f7a5a"}, {"navy blue", "#1b2a4a"}, {"royal blue", "#2b4bb3"}, {"sky blue", "#8cc4e8"},
	{"baby blue", "#a9cde8"}, {"dusty blue", "#8ba3b8"}, {"powder blue", "#b7d0e2"}, {"midnight blue", "#16213e"},
	{"dusty rose", "#c68b8b"}, {"rose gold", "#b76e79"}, {"hot pink", "#e83e8c"}, {"blush pink", "#e8b9b2"},
	{"baby pink", "#f4c2cf"}, {"burnt orange", "#bf5a22"}, {"off white", "#f7f4ec"}, {"off-white", "#f7f4ec"},
	{"sage", "#9caf88"}, {"cream", "#f7efdd"}, {"ivory", "#f8f4e6"}, {"champagne", "#e6d3ae"}, {"gold", "#c39b4a"},
	{"golden", "#c39b4a"}, {"silver", "#a9adb3"}, {"copper", "#b5693f"}, {"bronze", "#94692f"}, {"navy", "#1b2a4a"},
	{"blue", "#2f6fb5"}, {"teal", "#1f7a7a"}, {"turquoise", "#2fb3ac"}, {"aqua", "#5cc3cf"}, {"cyan", "#22b1cf"},
	{"indigo", "#3b3f8f"}, {"cobalt", "#1f3fbf"}, {"green", "#3f8a4f"}, {"emerald", "#0f7a5a"}, {"mint", "#a8d8b9"},
	{"olive", "#7a7f3c"}, {"lime", "#a4c639"}, {"moss", "#6b7a3f"}, {"red", "#c2322d"}, {"crimson", "#a81c34"},
	{"scarlet", "#c9301c"}, {"burgundy", "#6d1a32"}, {"maroon", "#6b1f2a"}, {"wine", "#6f1d3a"}, {"coral", "#f0775d"},
	{"terracotta", "#b8552f"}, {"rust", "#a3482a"}, {"orange", "#e8792b"}, {"peach", "#f5b48a"}, {"apricot", "#f2a66a"},
	{"yellow", "#f0c02f"}, {"mustard", "#cf9a26"}, {"lemon", "#f5dc5a"}, {"pink", "#e58aa8"}, {"blush", "#e8b9b2"},
	{"rose", "#c9687a"}, {"fuchsia", "#c9307f"}, {"magenta", "#b8277f"}, {"purple", "#6d3f9c"}, {"violet", "#7a4fb5"},
	{"lavender", "#b3a1d9"}, {"lilac", "#c0a6d6"}, {"plum", "#6a2f55"}, {"mauve", "#a9839a"}, {"black", "#1a1918"},
	{"white", "#fdfcf9"}, {"grey", "#8b8d8f"}, {"gray", "#8b8d8f"}, {"charcoal", "#33363a"}, {"brown", "#6b4a32"},
	{"chocolate", "#4b2e1f"}, {"tan", "#c2a37c"}, {"beige", "#e5d6bd"}, {"sand", "#dcc8a2"}, {"taupe", "#9c8b7a"},
}
