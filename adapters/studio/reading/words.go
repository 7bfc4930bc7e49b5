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
	clubhouse office headquarters campus zoom online floor rue calle via piazza plaza avenida straße strasse platz allee
	weg quai jardin château chateau salle casa maison haus ulica`)

// smallWords may stand in lower case inside a proper name.
var smallWords = set(`of the and de la le les du des del della di d' & am im zu zur van von der den rue calle via`)

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
	papercut paper cut & all seventies eighties sixties fifties twenties moody rocket rockets dinosaurs unicorns
	moons planets`)

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

// colorsOf returns the colours that the text asks for, in its order, each once: every colour word of a clause about the
// look, and elsewhere those after "in" or "with" and those that mean nothing else.
func colorsOf(text string) []string {
	var hexes []string
	for _, sentence := range sentences(text) {
		for _, clause := range clauses(sentence) {
			_, value, labelled := strings.Cut(clause, ":")
			about := isHint(clause) || labelled && isHint(value)
			for _, hex := range colorWords(clause, about) {
				if !slices.Contains(hexes, hex) {
					hexes = append(hexes, hex)
				}
			}
		}
	}
	return hexes[:min(len(hexes), 6)]
}

// plainColors mean a colour wherever they stand in lower case.
var plainColors = set(`blue navy teal turquoise indigo green pink purple magenta fuchsia burgundy maroon beige
	terracotta lilac mauve taupe`)

// colorWords returns the colours of a clause. Longer names win over shorter ones.
func colorWords(clause string, about bool) []string {
	type found struct {
		at  int
		hex string
	}
	var all []found
	lower := strings.ToLower(clause)
	if len(lower) != len(clause) {
		clause = lower // letters whose case changes their length: places must agree
	}
	for _, word := range slices.Concat(color.Words(), color.Words()) { // "black and gold": the first may vouch for the second
		for from := 0; ; {
			i := strings.Index(lower[from:], word.Name)
			if i < 0 {
				break
			}
			at, end := from+i, from+i+len(word.Name)
			from = end
			if isBoundary(lower, at, end) && (about || meansColor(clause, lower, at, word.Name)) {
				all = append(all, found{at, word.Hex})
				lower = lower[:at] + strings.Repeat("\x00", len(word.Name)) + lower[end:]
			}
		}
	}
	slices.SortStableFunc(all, func(a, b found) int { return a.at - b.at })
	hexes := make([]string, len(all))
	for i, f := range all {
		hexes[i] = f.hex
	}
	return hexes
}

// meansColor judges a colour word by what stands before it; a capitalised one is a name, as in "Blue Note".
func meansColor(clause, lower string, at int, word string) bool {
	if clause[at] != lower[at] {
		return false
	}
	if plainColors[word] || strings.Contains(word, " ") {
		return true
	}
	before := strings.Fields(lower[:at])
	if len(before) == 0 {
		return false
	}
	last := before[len(before)-1]
	return last == "in" || strings.Contains(last, "\x00") || len(before) > 1 && strings.Contains(before[len(before)-2], "\x00") && (last == "and" || last == "&")
}

func isBoundary(s string, from, to int) bool {
	letter := func(b byte) bool { return b >= 'a' && b <= 'z' || b >= 0x80 }
	return (from == 0 || !letter(s[from-1])) && (to == len(s) || !letter(s[to])) &&
		!strings.HasPrefix(s[to:], "'s") && !strings.HasPrefix(s[to:], "’s")
}
