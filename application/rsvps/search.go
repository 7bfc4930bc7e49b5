package rsvps

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"convoke/domain/rsvp"
)

// Matches reports whether a reply is wanted, as every store must decide it.
func (f Filter) Matches(r rsvp.Reply) bool {
	if f.Status != "" && r.Status != f.Status {
		return false
	}
	term := Fold(f.Search)
	return term == "" || strings.Contains(Fold(r.Name), term) || strings.Contains(Fold(r.Email), term)
}

// SortName is what names are sorted by: in small letters where they are of ASCII, which every database can do alike.
func SortName(name string) string { return strings.Map(asciiLower, name) }

// Fold makes texts equal that differ in case only. ASCII letters stay among themselves: no other letter becomes one.
func Fold(text string) string {
	return strings.Map(func(r rune) rune {
		if r < utf8.RuneSelf {
			return asciiLower(r)
		}
		return Cases(r)[0]
	}, text)
}

// Cases returns the forms of a letter that are equal, first the one that Fold writes.
func Cases(r rune) []rune {
	if r < utf8.RuneSelf {
		lower := asciiLower(r)
		if upper := unicode.ToUpper(lower); upper != lower {
			return []rune{lower, upper}
		}
		return []rune{lower}
	}
	cases := []rune{r}
	for other := unicode.SimpleFold(r); other != r; other = unicode.SimpleFold(other) {
		switch {
		case other < utf8.RuneSelf:
		case other < cases[0]:
			cases = append([]rune{other}, cases...)
		default:
			cases = append(cases, other)
		}
	}
	return cases
}

func asciiLower(r rune) rune {
	if 'A' <= r && r <= 'Z' {
		return r + 'a' - 'A'
	}
	return r
}
