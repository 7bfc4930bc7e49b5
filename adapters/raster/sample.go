package raster

import "math"

// samples are the lines on which a row of pixels is sampled; along each, what is covered is measured in parts of a pixel.
const (
	samples = 16
	parts   = 256
	band    = 64 // rows that are sampled together, to keep the memory small
)

// sampler finds what is covered by following the winding number along lines through the pixels. It is right wherever
// outlines lie over one another, and takes more time than summing areas.
type sampler struct {
	limit   area   // the band
	crossed int    // the work done, in cells
	cells   []cell // where an edge crosses a line: x in parts, y in lines, cover is the direction
	order   sorter
	row     []int32 // what is covered of each pixel, in parts of a line
	steps   []int32 // changes of that for all pixels from here on
}

// sweep reports what edges cover; false: there was too much.
func (s *sampler) sweep(limit area, edges []edge, evenOdd bool, emit span) bool {
	s.row = append(s.row[:0], make([]int32, limit.width()+2)...)
	s.steps = append(s.steps[:0], make([]int32, limit.width()+2)...)
	s.crossed = 0
	for y := limit.y0; y < limit.y1; y += band {
		s.limit, s.cells = limit, s.cells[:0]
		s.limit.y0, s.limit.y1 = y, min(y+band, limit.y1)
		for _, e := range edges {
			if s.cross(e); len(s.cells) > maxCells {
				return false
			}
		}
		s.crossed += len(s.cells) + len(edges)/cellWork
		s.order.sort(s.cells, s.limit.y0*samples, s.limit.height()*samples)
		for i := range s.limit.height() {
			s.sweepRow(i, evenOdd, emit)
		}
	}
	return true
}

// cross notes where an edge crosses the lines of a band.
func (s *sampler) cross(e edge) {
	first := max(s.limit.y0*samples, int(math.Ceil(e.a.y*samples-0.5)))
	last := min(s.limit.y1*samples, int(math.Ceil(e.b.y*samples-0.5)))
	for line := first; line < last; line++ {
		x := e.a.x + e.slope*((float64(line)+0.5)/samples-e.a.y)
		x = math.Max(float64(s.limit.x0), math.Min(float64(s.limit.x1), x))
		s.cells = append(s.cells, cell{x: int32(math.Round(x * parts)), y: int32(line), cover: float32(e.direction)})
	}
}

func (s *sampler) sweepRow(row int, evenOdd bool, emit span) {
	from, to := s.limit.width(), 0
	for line := row * samples; line < (row+1)*samples; line++ {
		winding, begin := 0, 0
		for _, c := range s.order.row(line) {
			before := inside(winding, evenOdd)
			winding += int(c.cover)
			switch after := inside(winding, evenOdd); {
			case after && !before:
				begin = int(c.x) - s.limit.x0*parts
			case before && !after:
				end := int(c.x) - s.limit.x0*parts
				s.add(begin, end)
				from, to = min(from, begin/parts), max(to, end/parts+1)
			}
		}
		if inside(winding, evenOdd) { // what ends beyond the right side is not there
			s.add(begin, s.limit.width()*parts)
			from, to = min(from, begin/parts), s.limit.width()
		}
	}
	s.report(s.limit.y0+row, from, min(to, s.limit.width()), emit)
}

func inside(winding int, evenOdd bool) bool {
	if evenOdd {
		return winding%2 != 0
	}
	return winding != 0
}

// add covers a line from one place to another, both in parts from the left side.
func (s *sampler) add(begin, end int) {
	first, last := begin/parts, end/parts
	if first == last {
		s.row[first] += int32(end - begin)
		return
	}
	s.row[first] += int32(parts - begin%parts)
	s.row[last] += int32(end % parts)
	s.steps[first+1] += parts
	s.steps[last] -= parts
}

// report emits a row in runs that are covered alike, and clears it.
func (s *sampler) report(y, from, to int, emit span) {
	var whole int32
	run, covered := from, uint8(0)
	for x := from; x < to; x++ {
		whole += s.steps[x]
		c := uint8((int(whole+s.row[x])*255 + samples*parts/2) / (samples * parts))
		if c != covered {
			if covered > 0 {
				emit(y, s.limit.x0+run, s.limit.x0+x, covered)
			}
			run, covered = x, c
		}
	}
	if covered > 0 && run < to {
		emit(y, s.limit.x0+run, s.limit.x0+to, covered)
	}
	clear(s.row[min(from, to):])
	clear(s.steps[min(from, to):])
}
