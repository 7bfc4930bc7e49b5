package draw

// Layer gathers shapes by colour and paints each colour as one shape: small files, and a clear order, that of the
// colours' first use. Decorations that would meet one of Avoid are left out whole.
type Layer struct {
	Avoid  []Rect
	Under  bool // clipped, or below a panel: it cannot meet words
	board  *Board
	colors []string
	paths  map[string]*Path
}

// NewLayer returns an empty layer of the board.
func (b *Board) NewLayer(avoid ...Rect) *Layer {
	return &Layer{Avoid: avoid, board: b, paths: map[string]*Path{}}
}

// Free reports whether a decoration with these bounds meets nothing that it must avoid.
func (l *Layer) Free(r Rect) bool {
	for _, avoid := range l.Avoid {
		if r.Overlaps(avoid) {
			return false
		}
	}
	return true
}

// FreeCircle is Free for a round decoration.
func (l *Layer) FreeCircle(c Point, radius float64) bool {
	for _, avoid := range l.Avoid {
		if avoid.Distance(c) < radius {
			return false
		}
	}
	return true
}

// Path returns the shape of a colour, to draw into. What is drawn there must be Free, and is marked by Flush.
func (l *Layer) Path(color string) *Path {
	p, ok := l.paths[color]
	if !ok {
		p = &Path{}
		l.paths[color] = p
		l.colors = append(l.colors, color)
	}
	return p
}

// Mark notes a decoration's bounds on the board.
func (l *Layer) Mark(r Rect) {
	if !l.Under {
		l.board.Mark(r)
	}
}

// Flush paints the layer.
func (l *Layer) Flush() { l.FlushFaint(1) }

// FlushFaint paints the layer with an opacity of 0 to 1.
func (l *Layer) FlushFaint(opacity float64) {
	for _, color := range l.colors {
		l.board.FillFaint(l.paths[color], color, opacity)
	}
	l.colors, l.paths = nil, map[string]*Path{}
}
