package design

import (
	"strconv"
	"strings"
)

// safeValue accepts a value made of harmless characters and known functions, and returns the id that a url(#id) in it
// names. A value that names two is not accepted: no property of ours needs it.
func safeValue(value string) (target string, ok bool) {
	depth, word := 0, 0 // word: where the identifier before i begins
	for i := 0; i < len(value); i++ {
		c := value[i]
		switch {
		case isWordLetter(c):
			continue
		case !plainLetters[c]:
			return "", false
		case c == '(':
			depth++
			name := strings.ToLower(value[word:i])
			if name == "url" {
				id, length, found := urlTarget(value[i:])
				if !found || target != "" {
					return "", false
				}
				target = id
				i += length - 1
				depth--
			} else if !functions[name] && name != "" {
				return "", false
			}
		case c == ')':
			if depth--; depth < 0 {
				return "", false
			}
		}
		word = i + 1
	}
	return target, depth == 0 && strings.Count(value, `"`)%2 == 0 && strings.Count(value, "'")%2 == 0
}

// urlTarget reads `(#id)`, the id also in quotes, and returns its length.
func urlTarget(s string) (id string, length int, ok bool) {
	end := strings.IndexByte(s, ')')
	if end < 0 {
		return "", 0, false
	}
	inner := strings.TrimSpace(s[1:end])
	if len(inner) > 1 && (inner[0] == '"' || inner[0] == '\'') && inner[len(inner)-1] == inner[0] {
		inner = inner[1 : len(inner)-1]
	}
	id, ok = strings.CutPrefix(inner, "#")
	return id, end + 1, ok && isID(id)
}

func isWordLetter(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '-' || c == '_' || c >= '0' && c <= '9'
}

// isID accepts the names that programs give: no spaces, quotes or brackets.
func isID(s string) bool {
	if s == "" || len(s) > 128 {
		return false
	}
	for i := range len(s) {
		if c := s[i]; !isWordLetter(c) && c != '.' && c != ':' && c < 0x80 {
			return false
		}
	}
	return true
}

// isPathData accepts path data and point lists; renderers judge the grammar, here nothing else may hide.
func isPathData(s string) bool {
	for i := range len(s) {
		if !pathLetters[s[i]] {
			return false
		}
	}
	return true
}

// excessive bounds the numbers that cost a renderer time out of proportion.
func excessive(name, value string) bool {
	limit, bounded := costly[name]
	if !bounded {
		return false
	}
	for number := range strings.FieldsFuncSeq(value, func(c rune) bool { return c == ' ' || c == ',' }) {
		if n, err := strconv.ParseFloat(number, 64); err != nil || n > limit {
			return true
		}
	}
	return false
}

func letters(s string) (set [256]bool) {
	for i := range len(s) {
		set[s[i]] = true
	}
	return set
}

var (
	plainLetters = letters(" \t\r\n.,#%+/()'\"*!=")
	pathLetters  = letters("MmLlHhVvCcSsQqTtAaZzeE0123456789.,+- \t\r\n")
)
