package studio

import (
	"math"
	"strings"
	"unicode"

	"convoke/adapters/studio/letter"
)

// setBlock is a block's words in lines, at a size in pixels.
type setBlock struct {
	block
	set  []letter.Line
	size float64
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
