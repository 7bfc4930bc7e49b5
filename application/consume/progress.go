package consume

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Progress is how far a consumer has come with the events of one key that are numbered 1, 2, 3, … without a gap. They may
// arrive twice, late and in any order: each number is taken once. The zero value has taken none. Not safe for concurrent
// use.
type Progress struct {
	Highest uint64
	Missing []Range // below Highest, ascending, with something taken between each two
}

// Range is the numbers from First to Last.
type Range struct{ First, Last uint64 }

// Take reports whether the number is new, and takes it.
func (p *Progress) Take(n uint64) bool {
	if n == 0 {
		return false
	}
	if n > p.Highest {
		if n > p.Highest+1 {
			p.Missing = append(p.Missing, Range{p.Highest + 1, n - 1})
		}
		p.Highest = n
		return true
	}
	i, found := slices.BinarySearchFunc(p.Missing, n, func(r Range, n uint64) int {
		switch {
		case r.Last < n:
			return -1
		case r.First > n:
			return 1
		}
		return 0
	})
	if found {
		p.Missing = slices.Replace(p.Missing, i, i+1, p.Missing[i].without(n)...)
		if len(p.Missing) == 0 {
			p.Missing = nil
		}
	}
	return found
}

func (r Range) without(n uint64) []Range {
	var left []Range
	if r.First < n {
		left = append(left, Range{r.First, n - 1})
	}
	if n < r.Last {
		left = append(left, Range{n + 1, r.Last})
	}
	return left
}

// Whole is the number up to which nothing is missing.
func (p *Progress) Whole() uint64 {
	if len(p.Missing) > 0 {
		return p.Missing[0].First - 1
	}
	return p.Highest
}

// MissingText writes the missing numbers as stores keep them: "5-7,9-9".
func (p *Progress) MissingText() string {
	parts := make([]string, len(p.Missing))
	for i, r := range p.Missing {
		parts[i] = fmt.Sprintf("%d-%d", r.First, r.Last)
	}
	return strings.Join(parts, ",")
}

// ParseProgress reads what a store has kept.
func ParseProgress(highest uint64, missing string) (Progress, error) {
	p := Progress{Highest: highest}
	if missing == "" {
		return p, nil
	}
	before := uint64(0)
	for part := range strings.SplitSeq(missing, ",") {
		first, last, _ := strings.Cut(part, "-")
		a, err1 := strconv.ParseUint(first, 10, 64)
		b, err2 := strconv.ParseUint(last, 10, 64)
		if err1 != nil || err2 != nil || a <= before || a > b || b >= highest {
			return Progress{}, fmt.Errorf("missing numbers %q below %d can not be read", missing, highest)
		}
		p.Missing, before = append(p.Missing, Range{a, b}), b+1
	}
	return p, nil
}
