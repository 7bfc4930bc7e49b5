package reading

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// longestTitle bounds the title in characters; what follows becomes a note.
const longestTitle = 64

// reader collects facts sentence by sentence.
type reader struct {
	facts  Facts
	placed bool   // the clause before was a place, so the next one may belong to its address
	inside string // "in Tuscany", inside the title: the place, if no other is named
}

// Read understands a brief. It never fails: a brief that it does not understand is a title.
func Read(description string) Facts {
	r := &reader{}
	for _, sentence := range sentences(description) {
		r.sentence(sentence)
	}
	if r.inside != "" && r.facts.Place == "" && strings.HasSuffix(r.facts.Title, r.inside) {
		r.facts.Title, r.facts.Place = strings.TrimSuffix(r.facts.Title, " in "+r.inside), r.inside
	}
	if r.facts.Place == "" && len(r.facts.Notes) > 0 && !hasLatin(description) && utf8.RuneCountInString(r.facts.Notes[0]) <= 40 {
		r.facts.Place, r.facts.Notes = r.facts.Notes[0], r.facts.Notes[1:]
	}
	lower := strings.ToLower(description)
	r.facts.Colors = colorsOf(description)
	r.facts.Moods = moodWords(lower)
	r.facts.Kind = kindOf(lower)
	if r.facts.Title == "" {
		r.facts.Title = Shortened(description, longestTitle)
	}
	return r.facts
}

// hasLatin reports whether the text has Latin letters: only there are places told from other words.
func hasLatin(text string) bool {
	return strings.ContainsFunc(text, func(r rune) bool { return unicode.Is(unicode.Latin, r) })
}

// sentences divides text at line breaks and at the ends of sentences, but not inside "St. Mary's" or "4 p.m.".
func sentences(text string) []string {
	var all []string
	from := 0
	cut := func(end, next int) {
		if s := strings.TrimSpace(text[from:end]); s != "" {
			all = append(all, s)
		}
		from = next
	}
	for i, c := range text {
		width := utf8.RuneLen(c)
		switch c {
		case '\n', ';', '!', '?', '。', '•', '|':
			end := i
			if c == '!' || c == '?' {
				end = i + width
			}
			cut(end, i+width)
		case '.':
			if endsSentence(text[from:i], text[i+1:]) {
				cut(i, i+1)
			}
		}
	}
	cut(len(text), len(text))
	return all
}

var abbreviations = regexp.MustCompile(`(?i)(?:\b(?:st|mr|mrs|ms|dr|prof|ave|rd|blvd|no|vs|jr|sr|sept?|jan|feb|mar|apr|aug|oct|nov|dec|approx)|\b\p{L})$`)

// "12. Juni" is a date, not the end of a sentence.
var (
	numberEnd  = regexp.MustCompile(`\b\d{1,2}$`)
	monthStart = regexp.MustCompile(`(?i)^\s*` + month)
)

func endsSentence(before, after string) bool {
	if after == "" {
		return true
	}
	if after[0] != ' ' && after[0] != '\t' && after[0] != '\n' {
		return false
	}
	next, _ := utf8.DecodeRuneInString(strings.TrimLeft(after, " \t"))
	if strings.HasSuffix(strings.ToLower(before), ".m") || strings.HasSuffix(strings.ToLower(before), ".m ") {
		return unicode.IsUpper(next) // "at 4 p.m. Bring a plate"
	}
	return !abbreviations.MatchString(before) && (!numberEnd.MatchString(before) || !monthStart.MatchString(after))
}

func (r *reader) sentence(s string) {
	if m := labelPattern.FindStringSubmatch(s); m != nil {
		r.labelled(strings.ToLower(m[1]), strings.TrimSpace(m[2]), s)
		return
	}
	if at := replyPattern.FindStringIndex(s); at != nil && r.facts.Reply == "" {
		r.facts.Reply = trimmed(s[at[0]:])
		s = s[:at[0]]
	}
	s = take(s, datePattern, &r.facts.Date)
	s = take(s, timePattern, &r.facts.Time)
	r.placed = false
	for _, clause := range clauses(s) {
		r.clause(clause)
	}
}

func (r *reader) labelled(label, value, whole string) {
	set := func(field *string) {
		if *field == "" {
			*field = trimmed(value)
		}
	}
	switch label {
	case "title", "event", "occasion", "what":
		if r.facts.Title == "" {
			r.title(trimmed(value))
		}
	case "name", "names", "who":
		if r.facts.Title != "" && r.facts.Lead == "" {
			r.facts.Lead = r.facts.Title
		}
		r.facts.Title = trimmed(value)
	case "date", "when", "day":
		rest := take(value, timePattern, &r.facts.Time)
		value = strings.Trim(connectors.ReplaceAllString(strings.ReplaceAll(rest, cutMark, " "), " "), " ,")
		set(&r.facts.Date)
	case "time", "start", "starts", "doors":
		set(&r.facts.Time)
	case "where", "place", "location", "venue", "address":
		set(&r.facts.Place)
	case "dress", "dress code", "attire":
		r.facts.Dress = whole
	case "rsvp", "reply":
		r.facts.Reply = whole
	case "theme", "style", "color", "colour", "colors", "colours", "palette", "mood", "look":
		// hints for the look; colours and moods are read from the whole text
	default:
		r.facts.Notes = append(r.facts.Notes, trimmed(value))
	}
}

// cutMark stands where a date or time was taken out: a clause ends there.
const cutMark = "\x00"

// take moves the first match of a pattern from the text to a field that is still empty.
func take(s string, pattern *regexp.Regexp, field *string) string {
	if *field != "" {
		return s
	}
	at := pattern.FindStringIndex(s)
	if at == nil {
		return s
	}
	*field = trimmed(s[at[0]:at[1]])
	return s[:at[0]] + cutMark + s[at[1]:]
}

var clauseBreak = regexp.MustCompile(`,\s+|[，、]\s*|\s+[–—-]\s+|—|\s*[()·]\s*|\x00`)

func clauses(s string) []string { return clauseBreak.Split(s, -1) }

var (
	connectors  = regexp.MustCompile(`(?i)(?:^|\s)(?:on|at|from|in|the|this|by|um|ab|am|à|a\s+las|le|el|starting|starts|start|begins|beginning|to|held|and|is|it['’]s|until)\s*$`)
	openers     = regexp.MustCompile(`(?i)^(?:and|on|from|with|plus|it['’]s|it\s+is|held|starting|starts|begins|for|the\s+theme\s+is)\s+`)
	placeOpener = regexp.MustCompile(`(?i)^(?:at|in|@|near|inside|outside|location\s+is|venue\s+is)\s+`)
)

func (r *reader) clause(s string) {
	s = trimmed(s)
	for {
		shorter := trimmed(connectors.ReplaceAllString(s, ""))
		if shorter == s {
			break
		}
		s = shorter
	}
	s = withoutLook(s)
	if s == "" || isHint(s) {
		return
	}
	if dressPattern.MatchString(s) && r.facts.Dress == "" && r.facts.Title != "" {
		r.facts.Dress = trimmed(openers.ReplaceAllString(s, ""))
		return
	}
	if r.place(s) {
		return
	}
	r.placed = false
	if r.facts.Title == "" {
		r.title(s)
		return
	}
	if note := trimmed(openers.ReplaceAllString(s, "")); !isHint(note) && note != "" {
		r.facts.Notes = append(r.facts.Notes, note)
	}
}

// withoutLook cuts "… in black and gold" from the end of a clause: it is for the designer, not for the guests.
func withoutLook(s string) string {
	for _, joint := range []string{" in ", " with "} {
		if at := strings.LastIndex(s, joint); at > 0 && isHint(s[at+len(joint):]) {
			return s[:at]
		}
	}
	return s
}

// trimmed takes white space and loose punctuation from both ends.
func trimmed(s string) string { return strings.Trim(s, " \t\r\n,:;-–—"+cutMark) }

// Shortened cuts text at a space, to at most so many characters, and marks the cut.
func Shortened(s string, limit int) string {
	s = strings.Join(strings.Fields(s), " ")
	if utf8.RuneCountInString(s) <= limit {
		return s
	}
	runes := []rune(s)[:limit]
	cut := string(runes)
	if space := strings.LastIndexByte(cut, ' '); space > limit/3 {
		cut = cut[:space]
	}
	return strings.TrimRight(cut, " ,;:-") + "…"
}
