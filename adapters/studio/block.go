package studio

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"convoke/adapters/studio/letter"
	"convoke/adapters/studio/reading"
)

// role is what a block of words is to the design; it decides its ink and, when room is short, who goes first.
type role uint8

const (
	titleRole role = iota
	joinRole       // the "and" between two names
	whenRole
	placeRole
	leadRole
	tailRole
	replyRole
	addedRole // a line that a refinement asked for
	dressRole
	noteRole
	ruleRole // no words: a small ornament
)

// block is some words that are set alike. Size and gap are relative to the text size.
type block struct {
	role    role
	words   string
	inline  bool     // goes on where another block began: its first letter stays as it is
	lockup  *lockup  // the words as a date of several parts, where there is room
	halves  []string // where two lines break by their sense, such as date and time
	look    letter.Look
	size    float64
	gap     float64 // above
	leading float64
	lines   int // at most
}

// headline returns the blocks of the upper part: lead, title, tail.
func (s *sheet) headline() []block {
	t, p := s.spec.Text, s.pairing
	var all []block
	if t.Lead != "" {
		all = append(all, block{role: leadRole, words: reading.Shortened(t.Lead, 80), look: p.lead, size: leadSize(p.lead), leading: 1.4, lines: 3})
	}
	all = append(all, s.titleBlocks()...)
	if t.Tail != "" {
		all = append(all, block{role: tailRole, words: t.Tail, inline: true, look: p.note, size: 1.3, gap: 0.75, leading: 1.25, lines: 2})
	}
	return all
}

// titleBlocks sets two names on lines of their own, as on a wedding card, and any other title as one block.
func (s *sheet) titleBlocks() []block {
	t, p := s.spec.Text, s.pairing
	title := block{role: titleRole, words: t.Title, look: p.title, size: p.size * s.spec.TitleSize * s.loud, gap: 0.9, leading: p.leading, lines: 5}
	first, join, second, ok := couple(t)
	if !ok || !s.tall {
		return []block{title}
	}
	above, below := title, title
	above.words, above.lines = first, 2
	between := block{role: joinRole, words: join, inline: true, look: p.note, size: 1.45, gap: 0.7, leading: 1, lines: 1}
	below.words, below.inline, below.gap, below.lines = second, true, 0.7, 2
	return []block{above, between, below}
}

// couple divides the names of two people: "Anna and James", "Sofia & Luca".
func couple(t reading.Facts) (first, join, second string, ok bool) {
	switch t.Kind {
	case reading.Wedding, reading.Engagement, reading.Anniversary, "":
	default:
		return "", "", "", false
	}
	for _, word := range []string{" and ", " & ", " und ", " et ", " y ", " и "} {
		first, second, found := strings.Cut(t.Title, word)
		if !found || strings.Contains(second, word) || strings.ContainsAny(t.Title, "'’,") {
			continue
		}
		if begins, _ := utf8.DecodeRuneInString(second); unicode.IsUpper(begins) && fewWords(first, 3) && fewWords(second, 3) {
			return first, strings.TrimSpace(word), second, true
		}
	}
	return "", "", "", false
}

func fewWords(s string, limit int) bool { return len(strings.Fields(s)) <= limit && len(s) <= 30 }

// details returns the blocks of the lower part: when, where, and the rest.
func (s *sheet) details() []block {
	t, p := s.spec.Text, s.pairing
	size := p.detailSize()
	var all []block
	add := func(r role, words string, look letter.Look, size, gap float64, lines int) {
		if words != "" {
			all = append(all, block{role: r, words: words, look: look, size: size, gap: gap, leading: 1.32, lines: lines})
		}
	}
	switch {
	case t.Date != "" && t.Time != "":
		add(whenRole, t.Date+" · "+t.Time, p.detail, size*1.1, 0, 2)
		all[0].halves = []string{t.Date, t.Time}
	default:
		add(whenRole, t.Date+t.Time, p.detail, size*1.1, 0, 2)
	}
	if len(all) > 0 {
		all[0].lockup = s.dateLockup()
	}
	add(placeRole, reading.Shortened(t.Place, 120), p.detail, size, 0.62, 3)
	if t.Dress != "" {
		add(dressRole, reading.Shortened(t.Dress, 80), p.note, 0.92, 0.95, 2)
	}
	for i, note := range t.Notes[:min(len(t.Notes), 3)] {
		gap := 0.95
		if i > 0 {
			gap = 0.45
		}
		add(noteRole, reading.Shortened(note, 150), p.note, 0.92, gap, 4)
	}
	for _, line := range s.spec.Added {
		add(addedRole, reading.Shortened(line, 150), p.note, 0.92, 0.6, 4)
	}
	add(replyRole, reading.Shortened(t.Reply, 110), p.note, 0.86, 0.95, 3)
	if len(all) > 0 {
		all[0].gap = 1.5
	}
	return all
}

// leadSize is smaller for tracked capitals than for a line in lower case.
func leadSize(look letter.Look) float64 {
	if look.Caps {
		return 0.82
	}
	return 1.12
}

// shown is what is set: a block that begins a line of thought begins with a capital. Labels keep the brief's own.
func (b block) shown() string {
	if b.inline {
		return b.words
	}
	first, width := utf8.DecodeRuneInString(b.words)
	return string(unicode.ToUpper(first)) + b.words[width:]
}
