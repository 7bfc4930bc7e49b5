package raster

import (
	"math"
	"strconv"
)

// numbers reads the numbers of path data, point lists and the like.
type numbers struct {
	text string
	at   int
}

// space skips white space and commas.
func (n *numbers) space() {
	for n.at < len(n.text) {
		switch n.text[n.at] {
		case ' ', '\t', '\n', '\r', '\f', ',':
			n.at++
		default:
			return
		}
	}
}

func (n *numbers) ended() bool {
	n.space()
	return n.at >= len(n.text)
}

// number reads the next number; ok is false when there is none.
func (n *numbers) number() (v float64, ok bool) {
	n.space()
	from := n.at
	if n.at < len(n.text) && (n.text[n.at] == '+' || n.text[n.at] == '-') {
		n.at++
	}
	n.digits()
	if n.at < len(n.text) && n.text[n.at] == '.' {
		n.at++
		n.digits()
	}
	n.exponent()
	v, err := strconv.ParseFloat(n.text[from:n.at], 64)
	if err != nil || !finite(v) {
		n.at = from
		return 0, false
	}
	return v, true
}

func (n *numbers) digits() {
	for n.at < len(n.text) && '0' <= n.text[n.at] && n.text[n.at] <= '9' {
		n.at++
	}
}

// exponent steps over "e-3", but not over the "e" of "1em".
func (n *numbers) exponent() {
	rest := n.text[n.at:]
	if len(rest) < 2 || rest[0] != 'e' && rest[0] != 'E' {
		return
	}
	digit := 1
	if rest[1] == '+' || rest[1] == '-' {
		digit = 2
	}
	if len(rest) > digit && '0' <= rest[digit] && rest[digit] <= '9' {
		n.at += digit
		n.digits()
	}
}

// flag reads one digit that is 0 or 1, as arcs have them; nothing need separate it from what follows.
func (n *numbers) flag() (set, ok bool) {
	n.space()
	if n.at >= len(n.text) || n.text[n.at] != '0' && n.text[n.at] != '1' {
		return false, false
	}
	n.at++
	return n.text[n.at-1] == '1', true
}

// list reads all numbers; ok is false when something else is among them.
func list(text string) (values []float64, ok bool) {
	n := numbers{text: text}
	for !n.ended() {
		v, ok := n.number()
		if !ok {
			return values, false
		}
		values = append(values, v)
	}
	return values, true
}

// pathReader draws path data. An error ends the path where it stands, as the standard demands.
type pathReader struct {
	numbers
	path       path
	pen, start point
	control    point // of the last curve, which a smooth one mirrors
	last       byte  // the last command, in upper case
}

func parsePath(text string) *path {
	r := pathReader{numbers: numbers{text: text}}
	for !r.ended() {
		command := r.text[r.at]
		r.at++
		if !r.command(command) {
			break
		}
	}
	return &r.path
}

// command draws one letter with all its arguments, which may repeat.
func (r *pathReader) command(letter byte) bool {
	relative := letter >= 'a'
	upper := letter &^ 0x20
	if r.path.steps == nil && upper != 'M' {
		return false
	}
	if upper == 'Z' {
		r.path.close()
		r.pen, r.last = r.start, 'Z'
		return true
	}
	for first := true; ; first = false {
		if !first && r.noNumber() {
			return true
		}
		var origin point
		if relative {
			origin = r.pen
		}
		if !r.draw(upper, origin, first) {
			return false
		}
	}
}

// noNumber reports whether what follows is the next command, or nothing.
func (r *pathReader) noNumber() bool {
	if r.ended() {
		return true
	}
	c := r.text[r.at]
	return c >= 'A'
}

func (r *pathReader) draw(letter byte, origin point, first bool) bool {
	if letter == 'A' {
		return r.drawArc(origin)
	}
	var p [3]point
	var ok bool
	switch letter {
	case 'H', 'V':
		v, found := r.number()
		p[0], ok = point{origin.x + v, r.pen.y}, found
		if letter == 'V' {
			p[0] = point{r.pen.x, origin.y + v}
		}
	case 'M', 'L', 'T':
		ok = r.points(p[:1], origin)
	case 'S', 'Q':
		ok = r.points(p[:2], origin)
	case 'C':
		ok = r.points(p[:3], origin)
	default:
		return false
	}
	if !ok {
		return false
	}
	r.add(letter, p, first)
	r.last = letter
	return true
}

func (r *pathReader) points(p []point, origin point) bool {
	for i := range p {
		x, okX := r.number()
		y, okY := r.number()
		if !okX || !okY {
			return false
		}
		p[i] = origin.add(point{x, y})
	}
	return true
}

func (r *pathReader) add(letter byte, p [3]point, first bool) {
	switch letter {
	case 'M':
		if first {
			r.path.move(p[0])
			r.start = p[0]
		} else {
			r.path.line(p[0])
		}
		r.pen = p[0]
	case 'L', 'H', 'V':
		r.path.line(p[0])
		r.pen = p[0]
	case 'Q':
		r.path.quad(p[0], p[1])
		r.control, r.pen = p[0], p[1]
	case 'T':
		c := r.mirrored('Q', 'T')
		r.path.quad(c, p[0])
		r.control, r.pen = c, p[0]
	case 'C':
		r.path.cubic(p[0], p[1], p[2])
		r.control, r.pen = p[1], p[2]
	case 'S':
		r.path.cubic(r.mirrored('C', 'S'), p[0], p[1])
		r.control, r.pen = p[0], p[1]
	}
}

// mirrored is the first control point of a smooth curve: it goes on from a curve of its kind, else begins at the pen.
func (r *pathReader) mirrored(kinds ...byte) point {
	for _, kind := range kinds {
		if r.last == kind {
			return r.pen.add(r.pen.sub(r.control))
		}
	}
	return r.pen
}

func (r *pathReader) drawArc(origin point) bool {
	rx, ok1 := r.number()
	ry, ok2 := r.number()
	turn, ok3 := r.number()
	large, ok4 := r.flag()
	sweep, ok5 := r.flag()
	var to [1]point
	if !ok1 || !ok2 || !ok3 || !ok4 || !ok5 || !r.points(to[:], origin) {
		return false
	}
	r.path.arc(r.pen, rx, ry, turn*math.Pi/180, large, sweep, to[0])
	r.pen, r.last = to[0], 'A'
	return true
}
