package database

import (
	"strings"

	"convoke/application/rsvps"
)

// contains looks for a part of a text in whatever case. Both databases make small letters of the capital ones of ASCII,
// alike and whatever their locale; other letters of the term have their forms put in.
func (d postgresDialect) contains(column, term string) (condition string, arguments []any) {
	text := d.sorting(column)
	if from, to := otherCases(term); from != "" {
		text, arguments = "translate("+text+", ?, ?)", []any{from, to}
	}
	return "strpos(" + text + ", ?) > 0", append(arguments, rsvps.Fold(term))
}

func (d sqliteDialect) contains(column, term string) (condition string, arguments []any) {
	if isASCII(term) {
		return "instr(lower(" + column + "), ?) > 0", []any{rsvps.Fold(term)}
	}
	return column + " GLOB ?", []any{globOf(term)}
}

// otherCases returns the letters outside of ASCII that are to be replaced, each with the one in whose place it stands.
func otherCases(term string) (from, to string) {
	for _, r := range rsvps.Fold(term) {
		for _, other := range rsvps.Cases(r)[1:] {
			if other >= 0x80 && !strings.ContainsRune(from, other) {
				from, to = from+string(other), to+string(r)
			}
		}
	}
	return from, to
}

// globOf writes a term for GLOB, which tells cases apart: each letter as the set of its forms. Its wildcards are plain
// characters as the only member of a set.
func globOf(term string) string {
	var glob strings.Builder
	glob.WriteByte('*')
	for _, r := range term {
		cases := rsvps.Cases(r)
		if len(cases) == 1 && !strings.ContainsRune("*?[", r) {
			glob.WriteRune(r)
			continue
		}
		glob.WriteString("[" + string(cases) + "]")
	}
	glob.WriteByte('*')
	return glob.String()
}

func isASCII(text string) bool {
	for i := range len(text) {
		if text[i] >= 0x80 {
			return false
		}
	}
	return true
}
