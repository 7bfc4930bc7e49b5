package reading

import (
	"slices"
	"strings"
	"unicode"

	"convoke/adapters/studio/color"
)

func set(words string) map[string]bool {
	all := map[string]bool{}
	for word := range strings.FieldsSeq(words) {
		all[word] = true
	}
	return all
}

var placeNouns = set(`garden gardens park hall house church chapel cathedral temple synagogue mosque hotel inn restaurant
	trattoria bistro café cafe bar pub club library museum gallery beach barn farm vineyard winery estate studio room
	school university center centre rooftop terrace place street st road rd avenue ave lane square court drive
	boulevard plaza castle manor palace villa lodge cabin lake island bay pier harbour harbor stadium arena theatre
	theater cinema brewery bakery kitchen home backyard patio courtyard pavilion conservatory greenhouse orchard meadow
	field fields woods forest campsite zoo aquarium planetarium observatory ballroom loft warehouse factory dock yard
	clubhouse office headquarters campus zoom online floor`)

// hints are words that tell of the look and are not for the page, when a clause has no others.
var hints = set(`and with in of a an the some lots plenty touches accents hints shades tones tone colour colours color colors
	palette theme themed style styled feel feeling vibe vibes look aesthetic mood design inspired soft light dark bright
	bold muted pastel warm cool deep pale dusty lots little very super but not too simple clean plain classic fresh
	elegant minimal minimalist minimalistic modern contemporary playful fun retro vintage rustic boho bohemian
	romantic whimsical formal casual glamorous glam chic luxurious luxury sophisticated timeless cheerful colourful
	colorful vibrant cosy cozy calm festive tropical nautical floral flowers flower botanical leaves greenery eucalyptus
	geometric abstract art deco gatsby confetti balloons stars moon fireworks waves sunburst lattice gingham stripes
	polka dots bunting rainbow rainbows memphis watercolour watercolor typographic typography lettering handwritten
	hand-drawn illustration illustrated please make it should be use using mostly mainly background text gold foil
	metallic 1920s 20s 1950s 50s 1960s 60s 1970s 70s 1980s 80s 90s mid-century midcentury scandinavian japanese
	papercut paper cut & all seventies eighties sixties fifties twenties`)

// isHint reports whether a clause speaks of the look only.
func isHint(s string) bool {
	rest := strings.ToLower(s)
	for _, word := range color.Words() {
		if strings.Contains(word.Name, " ") {
			rest = strings.ReplaceAll(rest, word.Name, " ")
		}
	}
	spoken := 0
	for word := range strings.FieldsFuncSeq(rest, func(c rune) bool { return unicode.IsSpace(c) || c == ',' || c == '/' }) {
		word = strings.Trim(word, ".!'’\"()")
		if word == "" {
			continue
		}
		if _, isColor := color.Named(word); !isColor && !hints[word] {
			return false
		}
		spoken++
	}
	return spoken > 0 || strings.TrimSpace(rest) == "" && s != ""
}

// colorWords returns the colours that the text names, in its order, each once. Longer names win over shorter ones.
func colorWords(lower string) []string {
	type found struct {
		at  int
		hex string
	}
	var all []found
	for _, word := range color.Words() {
		for from := 0; ; {
			i := strings.Index(lower[from:], word.Name)
			if i < 0 {
				break
			}
			at, end := from+i, from+i+len(word.Name)
			from = end
			if isBoundary(lower, at, end) {
				all = append(all, found{at, word.Hex})
				lower = lower[:at] + strings.Repeat("\x00", len(word.Name)) + lower[end:]
			}
		}
	}
	slices.SortStableFunc(all, func(a, b found) int { return a.at - b.at })
	var hexes []string
	for _, f := range all {
		if !slices.Contains(hexes, f.hex) {
			hexes = append(hexes, f.hex)
		}
	}
	return hexes[:min(len(hexes), 6)]
}

func isBoundary(s string, from, to int) bool {
	letter := func(b byte) bool { return b >= 'a' && b <= 'z' || b >= 0x80 }
	return (from == 0 || !letter(s[from-1])) && (to == len(s) || !letter(s[to])) &&
		!strings.HasPrefix(s[to:], "'s") && !strings.HasPrefix(s[to:], "’s")
}
