package raster

import "math"

// dashed cuts lines into dashes: lengths drawn and left out in turn. It stops at the limit of pieces.
func dashed(lines []line, dash []float64, offset float64, limit int) (out []line, complete bool) {
	sum := 0.0
	for _, d := range dash {
		sum += d
	}
	offset = math.Mod(offset, sum)
	if offset < 0 {
		offset += sum
	}
	first := 0
	for offset > 0 && offset >= dash[first] {
		offset -= dash[first]
		first = (first + 1) % len(dash)
	}
	for _, l := range lines {
		d := dasher{dash: dash, index: first, left: dash[first] - offset, limit: limit}
		d.cut(l)
		out = append(out, d.out...)
		if limit -= len(d.out); limit <= 0 || d.steps > d.limit {
			return out, false
		}
	}
	return out, true
}

// dasher is on its way along one line.
type dasher struct {
	dash         []float64
	index        int
	left         float64 // of the current dash or gap
	limit, steps int
	out          []line
	current      []point
}

func (d *dasher) cut(l line) {
	points := l.points
	if l.closed {
		points = append(points[:len(points):len(points)], points[0])
	}
	begun := d.drawing()
	if begun {
		d.current = []point{points[0]}
	}
	for i := 1; i < len(points); i++ {
		d.segment(points[i-1], points[i])
		if d.steps > d.limit {
			return
		}
	}
	if len(d.current) == 0 {
		return
	}
	if d.steps == 0 { // one dash is longer than all of it
		d.out = append(d.out, l)
		return
	}
	last := line{points: d.current}
	if first := d.out; l.closed && begun && len(first) > 0 { // the last dash of a closed line goes on as its first
		first[0].points = append(last.points, first[0].points[1:]...)
		return
	}
	d.out = append(d.out, last)
}

func (d *dasher) drawing() bool { return d.index%2 == 0 }

func (d *dasher) segment(a, b point) {
	whole := b.sub(a).length()
	at := 0.0
	for whole-at > d.left {
		at += d.left
		p := a.toward(b, at/whole)
		if d.drawing() {
			d.out = append(d.out, line{points: append(d.current, p)})
			d.current = nil
		} else {
			d.current = []point{p}
		}
		d.index = (d.index + 1) % len(d.dash)
		d.left = d.dash[d.index]
		if d.steps++; d.steps > d.limit {
			return
		}
	}
	d.left -= whole - at
	if d.drawing() {
		d.current = append(d.current, b)
	}
}
