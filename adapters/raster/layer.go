package raster

// premultiplied is a colour with its opacity, 0 to 255 each; no channel exceeds the opacity.
type premultiplied [4]uint8

// layer is a picture under construction: premultiplied RGBA, as image.RGBA keeps it.
type layer struct {
	area
	pix []uint8
}

func newLayer(a area) *layer { return &layer{a, make([]uint8, 4*a.size())} }

// row returns the bytes of the pixels from x0 up to x1.
func (l *layer) row(y, x0, x1 int) []uint8 {
	at := 4 * ((y-l.y0)*l.width() - l.x0)
	return l.pix[at+4*x0 : at+4*x1]
}

// mask says how much of each pixel may be seen.
type mask struct {
	area
	alpha []uint8
}

func newMask(a area) *mask { return &mask{a, make([]uint8, a.size())} }

func (m *mask) row(y, x0, x1 int) []uint8 {
	at := (y-m.y0)*m.width() - m.x0
	return m.alpha[at+x0 : at+x1]
}

// whole reports that the mask hides nothing.
func (m *mask) whole() bool {
	for _, a := range m.alpha {
		if a != 255 {
			return false
		}
	}
	return true
}

// cover adds to what may be seen.
func (m *mask) cover(y, x0, x1 int, covered uint8) {
	row := m.row(y, x0, x1)
	for i, a := range row {
		row[i] = a + times(255-a, covered)
	}
}

// cut takes away what another mask hides. The other must be as large at least.
func (m *mask) cut(other *mask) {
	for y := m.y0; y < m.y1; y++ {
		mine, theirs := m.row(y, m.x0, m.x1), other.row(y, m.x0, m.x1)
		for i := range mine {
			mine[i] = times(mine[i], theirs[i])
		}
	}
}

// times multiplies two parts of 255.
func times(a, b uint8) uint8 {
	t := uint32(a)*uint32(b) + 128
	return uint8((t + t>>8) >> 8)
}

// over lays one colour on another, covered as far as it says.
func over(pixel []uint8, c premultiplied, covered uint8) {
	_ = pixel[3]
	if covered != 255 {
		c = premultiplied{times(c[0], covered), times(c[1], covered), times(c[2], covered), times(c[3], covered)}
	}
	rest := 255 - c[3]
	pixel[0] = c[0] + times(pixel[0], rest)
	pixel[1] = c[1] + times(pixel[1], rest)
	pixel[2] = c[2] + times(pixel[2], rest)
	pixel[3] = c[3] + times(pixel[3], rest)
}

// overAll lays one colour on a row.
func overAll(row []uint8, c premultiplied, covered uint8) {
	if c[3] == 255 && covered == 255 {
		for done := copy(row, c[:]); done < len(row); done *= 2 {
			copy(row[done:], row[:done])
		}
		return
	}
	c = premultiplied{times(c[0], covered), times(c[1], covered), times(c[2], covered), times(c[3], covered)}
	for i := 0; i < len(row); i += 4 {
		over(row[i:i+4:i+4], c, 255)
	}
}

// lay puts a finished layer on this one, as far as mask (which may be nil) and opacity (of 255) let it.
func (l *layer) lay(top *layer, m *mask, opacity uint8) {
	for y := top.y0; y < top.y1; y++ {
		from, to := top.row(y, top.x0, top.x1), l.row(y, top.x0, top.x1)
		var seen []uint8
		if m != nil {
			seen = m.row(y, top.x0, top.x1)
		}
		for i := 0; i < len(from); i += 4 {
			covered := opacity
			if seen != nil {
				covered = times(covered, seen[i/4])
			}
			if from[i+3] > 0 && covered > 0 {
				over(to[i:i+4:i+4], premultiplied(from[i:i+4]), covered)
			}
		}
	}
}

// luminance makes the mask that a drawn layer stands for.
func (l *layer) luminance() *mask {
	m := newMask(l.area)
	for i := range m.alpha {
		p := l.pix[4*i : 4*i+4 : 4*i+4]
		m.alpha[i] = toByte(0.2125*float64(p[0]) + 0.7154*float64(p[1]) + 0.0721*float64(p[2]))
	}
	return m
}
