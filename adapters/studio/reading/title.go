package reading

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// title divides "Join us for a garden party for Ada's birthday at Kew" into what stands above the title, the title,
// and the place.
func (r *reader) title(s string) {
	if m := commandPattern.FindStringIndex(s); m != nil && m[1] < len(s) {
		s = s[m[1]:]
	}
	if before, place, ok := placeInside(s, " at ", " @ "); ok && r.facts.Place == "" {
		s, r.facts.Place, r.placed = before, place, true
	}
	_, r.inside, _ = placeInside(s, " in ")
	var lead []string
	if m := leadPattern.FindStringSubmatch(s); m != nil {
		lead, s = append(lead, m[1]), m[2]
	}
	if before, after, ok := divide(s); ok {
		lead, s = append(lead, before), after
	}
	if before, after, ok := strings.Cut(s, ": "); ok && utf8.RuneCountInString(before) <= 32 {
		lead, s = append(lead, before), strings.TrimSpace(after)
	}
	r.facts.Lead = strings.Join(lead, " ")
	if m := tailPattern.FindStringSubmatch(s); m != nil && utf8.RuneCountInString(m[2]) <= 60 {
		s, r.facts.Tail = m[1], m[2]
	}
	if utf8.RuneCountInString(s) > longestTitle {
		title, rest := cutLong(s)
		r.facts.Notes = append(r.facts.Notes, rest)
		s = title
	}
	r.facts.Title = s
}

// divide splits before a name: "A garden party for | Ada's 36th birthday".
func divide(s string) (before, after string, ok bool) {
	for _, at := range joinPattern.FindAllStringIndex(s, -1) {
		before, after = strings.TrimSpace(s[:at[1]]), s[at[1]:]
		if utf8.RuneCountInString(before) <= 60 && startsWithName(after) {
			return before, after, true
		}
	}
	return "", s, false
}

func startsWithName(s string) bool {
	word, _, _ := strings.Cut(s, " ")
	switch strings.ToLower(word) {
	case "my", "our", "her", "his", "their", "mr", "mrs", "dr", "baby":
		return true
	}
	first, _ := utf8.DecodeRuneInString(s)
	return unicode.IsUpper(first)
}

// cutLong divides a title that is too long for one at a natural place.
func cutLong(s string) (title, rest string) {
	for _, joint := range []string{" with ", " where ", " featuring ", " as ", " because ", " and "} {
		if at := strings.Index(s, joint); at > 8 && at <= longestTitle {
			return s[:at], strings.TrimSpace(s[at:])
		}
	}
	limit := 0
	for i := range s {
		if utf8.RuneCountInString(s[:i]) > longestTitle {
			break
		}
		if s[i] == ' ' || limit == 0 {
			limit = i
		}
	}
	if limit < 8 {
		limit = len(string([]rune(s)[:longestTitle]))
	}
	return strings.TrimSpace(s[:limit]), strings.TrimSpace(s[limit:])
}

// placeInside finds " at the Old Barn" or " in Tuscany" inside a clause.
func placeInside(s string, prepositions ...string) (before, place string, ok bool) {
	for _, preposition := range prepositions {
		at := strings.Index(s, preposition)
		if at < 3 {
			continue
		}
		after := s[at+len(preposition):]
		word, _, _ := strings.Cut(after, " ")
		switch strings.ToLower(word) {
		case "honour", "honor", "memory", "celebration", "aid", "support", "style", "a", "an":
			continue
		case "the", "our", "my", "his", "her", "their", "mum", "mom":
			if preposition == " in " && !placeNouns[lastWord(after)] {
				continue
			}
		default:
			if first, _ := utf8.DecodeRuneInString(after); !unicode.IsUpper(first) && !unicode.IsDigit(first) {
				continue
			}
		}
		if !isHint(after) {
			return strings.TrimSpace(s[:at]), trimmed(after), true
		}
	}
	return s, "", false
}

func lastWord(s string) string {
	words := strings.Fields(strings.ToLower(s))
	return words[len(words)-1]
}

// place takes a clause that names a place, or goes on with an address.
func (r *reader) place(s string) bool {
	opened := placeOpener.MatchString(s)
	bare := trimmed(placeOpener.ReplaceAllString(s, ""))
	if bare == "" || isHint(bare) {
		return opened
	}
	switch {
	case r.facts.Place == "" && (opened || r.facts.Title != "" && looksLikePlace(bare)):
		r.facts.Place = bare
	case r.placed && (looksLikePlace(bare) || isProper(bare)):
		r.facts.Place += ", " + bare
	default:
		return false
	}
	r.placed = true
	return true
}

// looksLikePlace accepts a short clause with a noun of places, or a short one of capitalised words only.
func looksLikePlace(s string) bool {
	words := strings.Fields(s)
	if len(words) > 8 {
		return false
	}
	for _, word := range words {
		if placeNouns[strings.ToLower(strings.Trim(word, ".,'’"))] {
			return true
		}
	}
	return isProper(s)
}

// isProper reports whether every word of any length is capitalised or a number, as in "14 Mill Lane" or "Kew".
func isProper(s string) bool {
	words := strings.Fields(s)
	if len(words) > 5 {
		return false
	}
	for _, word := range words {
		first, _ := utf8.DecodeRuneInString(word)
		if !smallWords[word] && !unicode.IsUpper(first) && !unicode.IsDigit(first) {
			return false
		}
	}
	return true
}
