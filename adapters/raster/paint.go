package raster

// paint gives each pixel its colour.
type paint interface {
	// colors writes the colours of the pixels of a row from x on.
	colors(y, x int, out []premultiplied)
	// cost is the work for one pixel.
	cost() int64
}

type solid premultiplied

func (s solid) cost() int64 {
	if s[3] == 255 {
		return plainWork
	}
	return blendWork
}

func (s solid) colors(_, _ int, out []premultiplied) {
	for i := range out {
		out[i] = premultiplied(s)
	}
}

// brush lays paint on a layer where a shape covers it and the clip lets it.
type brush struct {
	onto   *layer
	clip   *mask // nil: everything
	paint  paint
	colors []premultiplied
}

func (b *brush) span(y, x0, x1 int, covered uint8) {
	row := b.onto.row(y, x0, x1)
	if plain, ok := b.paint.(solid); ok && b.clip == nil {
		overAll(row, premultiplied(plain), covered)
		return
	}
	b.colors = append(b.colors[:0], make([]premultiplied, x1-x0)...)
	b.paint.colors(y, x0, b.colors)
	var seen []uint8
	if b.clip != nil {
		seen = b.clip.row(y, x0, x1)
	}
	for i, c := range b.colors {
		part := covered
		if seen != nil {
			part = times(part, seen[i])
		}
		over(row[4*i:4*i+4:4*i+4], c, part)
	}
}
