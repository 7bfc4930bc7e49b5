package studio

import (
	"math"
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
	dressRole
	noteRole
	ruleRole // no words: a small ornament
)

// block is some words that are set alike. Size and gap are relative to the text size.
type block struct {
	role    role
	words   string
	inline  bool     // goes on where another block began: its first letter stays as it is
	halves  []string // where two lines break by their sense, such as date and time
	look    letter.Look
	size    float64
	gap     float64 // above
	leading float64
	lines   int // at most
}

// set is a block's words in lines, at a size in pixels.
type setBlock struct {
	block
	set  []letter.Line
	size float64
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

// wrap breaks a block into as few lines as give it nearly its full size, of nearly equal length, and shrinks it until
// it fits the width.
func (s *sheet) wrap(b block, width, text float64) setBlock {
	size := b.size * text
	words := pieces(b.shown())
	best := setBlock{block: b}
	for n := 1; n <= min(b.lines, len(words)); n++ {
		lines := s.broken(words, n, b.look)
		if n == 2 && b.halves != nil {
			lines = []letter.Line{s.setter.Set(b.halves[0], b.look), s.setter.Set(b.halves[1], b.look)}
		}
		widest := 0.0
		for _, line := range lines {
			widest = math.Max(widest, line.Ink.W)
		}
		fitting := math.Min(size, width/math.Max(widest, 1e-6))
		gain := 1.12
		if b.role != titleRole {
			gain = 1.02
		}
		if best.set == nil || fitting > best.size*gain {
			best.set, best.size = lines, fitting
		}
	}
	return best
}

// piece is what a line is not broken inside of.
type piece struct {
	text  string
	space bool // before it
}

// pieces divides words at spaces, and scripts without spaces between their letters.
func pieces(words string) []piece {
	var all []piece
	for i, word := range strings.Fields(words) {
		if !hasIdeographs(word) {
			all = append(all, piece{word, i > 0})
			continue
		}
		for j, r := range []rune(word) {
			if j > 0 && strings.ContainsRune("、。，！？」』）・ー", r) {
				all[len(all)-1].text += string(r)
				continue
			}
			all = append(all, piece{string(r), i > 0 && j == 0})
		}
	}
	if len(all) == 0 {
		return []piece{{text: words}}
	}
	return all
}

func hasIdeographs(word string) bool {
	return strings.ContainsFunc(word, func(r rune) bool {
		return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana)
	})
}

// shown is what is set: a block that begins a line of thought begins with a capital. Labels keep the brief's own.
func (b block) shown() string {
	if b.inline {
		return b.words
	}
	first, width := utf8.DecodeRuneInString(b.words)
	return string(unicode.ToUpper(first)) + b.words[width:]
}

// broken breaks words into at most n lines whose longest is as short as possible.
func (s *sheet) broken(words []piece, n int, look letter.Look) []letter.Line {
	const space = 0.26
	sums := make([]float64, len(words)+1)
	for i, word := range words {
		sums[i+1] = sums[i] + s.setter.Set(word.text, look).Width + look.Tracking
		if word.space {
			sums[i+1] += space
		}
	}
	breaks := balance(len(words), n, func(from, to int) float64 { return sums[to] - sums[from] })
	lines := make([]letter.Line, 0, n)
	from := 0
	for _, to := range breaks {
		lines = append(lines, s.setter.Set(joined(words[from:to]), look))
		from = to
	}
	return lines
}

func joined(words []piece) string {
	var b strings.Builder
	for i, word := range words {
		if word.space && i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(word.text)
	}
	return b.String()
}

// balance returns where at most n lines end so that the longest is as short as it can be.
func balance(words, n int, length func(from, to int) float64) []int {
	low, high := 0.0, length(0, words)
	ends := []int{words}
	for range 22 {
		limit := (low + high) / 2
		if tried := greedy(words, limit, length); tried != nil && len(tried) <= n {
			ends, high = tried, limit
		} else {
			low = limit
		}
	}
	return ends
}

// greedy fills lines up to a length; nil if a single word is longer.
func greedy(words int, limit float64, length func(from, to int) float64) []int {
	var ends []int
	from := 0
	for to := 1; to <= words; to++ {
		if length(from, to) <= limit {
			continue
		}
		if to-1 == from {
			return nil
		}
		ends = append(ends, to-1)
		from, to = to-1, to-1
	}
	return append(ends, words)
}
