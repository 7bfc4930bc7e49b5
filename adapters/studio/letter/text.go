package letter

import (
	"strings"
	"unicode"

	"convoke/adapters/studio/draw"
)

// runsBothWays reports whether a line mixes writing from the right with letters or digits from the left, which
// the reader's own text layout orders better than we do.
func runsBothWays(runes []rune) bool {
	var right, left bool
	for _, r := range runes {
		if unicode.In(r, unicode.Hebrew, unicode.Arabic, unicode.Syriac, unicode.Thaana) {
			right = true
		} else if unicode.IsLetter(r) || unicode.IsDigit(r) {
			left = true
		}
	}
	return right && left
}

// live estimates a line that no face can set. The drawing tells the reader's fonts to keep to this width.
func live(runes []rune) Line {
	width := 0.0
	for _, r := range runes {
		switch {
		case unicode.In(r, unicode.Han, unicode.Hangul, unicode.Hiragana, unicode.Katakana):
			width++
		case unicode.In(r, unicode.Mn, unicode.Me):
		default:
			width += 0.6
		}
	}
	return Line{Width: width, Ink: draw.Rect{X: 0, Y: -0.9, W: width, H: 1.15}, Live: true}
}

// visible is what is drawn for words: typographic quotes and dashes, no pictographs, single spaces.
func visible(words string, caps bool) string {
	var b strings.Builder
	previous := ' '
	for _, r := range strings.TrimSpace(words) {
		switch {
		case r == '\'':
			r = '’'
			if unicode.IsSpace(previous) || previous == '(' {
				r = '‘'
			}
		case r == '"':
			r = '”'
			if unicode.IsSpace(previous) || previous == '(' {
				r = '“'
			}
		case unicode.IsSpace(r):
			if previous == ' ' {
				continue
			}
			r = ' '
		case isPictograph(r):
			continue
		}
		b.WriteRune(r)
		previous = r
	}
	text := strings.TrimSpace(strings.ReplaceAll(strings.ReplaceAll(b.String(), " - ", " – "), " -- ", " – "))
	if caps {
		text = strings.ToUpper(text)
	}
	return text
}

// isPictograph reports whether a rune is an emoji or a part of one, or controls the line: none of our faces draws them.
func isPictograph(r rune) bool {
	return r >= 0x1F000 && r <= 0x1FAFF || r >= 0x2600 && r <= 0x27BF || r >= 0xFE00 && r <= 0xFE0F ||
		r == 0x200D || r == 0x20E3 || unicode.Is(unicode.Cc, r) || unicode.Is(unicode.Cf, r)
}
