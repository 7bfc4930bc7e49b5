package raster

import (
	"cmp"
	"math"
	"slices"
)

// span receives a row's pixels from x0 up to x1, all covered alike: 1 to 255.
type span func(y, x0, x1 int, covered uint8)

// sweep reports what is covered, each row from left to right.
func (c *coverage) sweep(evenOdd bool, emit span) {
	if len(c.cells) == 0 {
		return
	}
	c.order.sort(c.cells, c.limit.y0, c.limit.height())
	for i := range c.limit.height() {
		if overlapping(c.order.row(i)) {
			c.full = !c.sampler.sweep(c.limit, c.edges, evenOdd, emit)
			return
		}
	}
	for i := range c.limit.height() {
		c.sweepRow(c.limit.y0+i, c.order.row(i), evenOdd, emit)
	}
}

// overlapping reports whether outlines of a row lie over one another, or run against one another side by side.
func overlapping(row []cell) bool {
	const hair = 1e-3 // what sums of areas may be off by
	var winding, least, most float32
	for i := 0; i < len(row); {
		for x := row[i].x; i < len(row) && row[i].x == x; i++ {
			winding += row[i].cover
		}
		least, most = min(least, winding), max(most, winding)
	}
	return most > 1+hair || least < -1-hair || most > hair && least < -hair
}

func (c *coverage) sweepRow(y int, row []cell, evenOdd bool, emit span) {
	var winding float32
	for i := 0; i < len(row); {
		x, here := row[i].x, winding
		for ; i < len(row) && row[i].x == x; i++ {
			here += row[i].part
			winding += row[i].cover
		}
		if covered := shade(here, evenOdd); covered > 0 {
			emit(y, int(x), int(x)+1, covered)
		}
		end := c.limit.x1
		if i < len(row) {
			end = int(row[i].x)
		}
		if from := int(x) + 1; from < end {
			if covered := shade(winding, evenOdd); covered > 0 {
				emit(y, from, end, covered)
			}
		}
	}
}

// shade turns a sum of winding numbers, weighted by area, into a part of 255.
func shade(winding float32, evenOdd bool) uint8 {
	w := winding
	if w < 0 {
		w = -w
	}
	if evenOdd {
		w = float32(math.Mod(float64(w), 2))
		if w > 1 {
			w = 2 - w
		}
	} else if w > 1 {
		w = 1
	}
	return uint8(w*255 + 0.5)
}

// sorter orders cells by row and, within each row, by column.
type sorter struct {
	cells []cell
	ends  []int32
}

func (s *sorter) sort(cells []cell, y0, height int) {
	s.ends = append(s.ends[:0], make([]int32, height+2)...)
	for i := range cells {
		s.ends[int(cells[i].y)-y0+2]++
	}
	for i := 2; i < len(s.ends); i++ {
		s.ends[i] += s.ends[i-1]
	}
	s.cells = slices.Grow(s.cells[:0], len(cells))[:len(cells)]
	for _, each := range cells {
		at := &s.ends[int(each.y)-y0+1]
		s.cells[*at] = each
		*at++
	}
	for i := range height {
		if row := s.row(i); len(row) > 1 {
			slices.SortFunc(row, func(a, b cell) int { return cmp.Compare(a.x, b.x) })
		}
	}
}

// row returns the cells of a row, counted from the first.
func (s *sorter) row(i int) []cell { return s.cells[s.ends[i]:s.ends[i+1]] }
