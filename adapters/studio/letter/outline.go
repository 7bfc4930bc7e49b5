package letter

import (
	"github.com/go-text/typesetting/font"
	"github.com/go-text/typesetting/font/opentype"

	"convoke/adapters/studio/draw"
)

// Box returns where the line leaves ink when its pen starts at a point, at a size in pixels.
func (l Line) Box(origin draw.Point, size float64) draw.Rect {
	return draw.Rect{X: origin.X + l.Ink.X*size, Y: origin.Y + l.Ink.Y*size, W: l.Ink.W * size, H: l.Ink.H * size}
}

// Outline adds the line's letters to a shape. A live line has none.
func (l Line) Outline(p *draw.Path, origin draw.Point, size float64) {
	scale := size / l.upem
	for _, m := range l.marks {
		if outline, ok := l.font.Face().GlyphDataOutline(m.glyph); ok {
			trace(p, outline.Segments, origin.Add(m.at.X*size, m.at.Y*size), scale)
		}
	}
}

func trace(p *draw.Path, segments []font.Segment, origin draw.Point, scale float64) {
	at := func(q font.SegmentPoint) draw.Point {
		return draw.Point{X: origin.X + float64(q.X)*scale, Y: origin.Y - float64(q.Y)*scale}
	}
	open := false
	for _, s := range segments {
		switch s.Op {
		case opentype.SegmentOpMoveTo:
			if open {
				p.Close()
			}
			p.Move(at(s.Args[0]))
			open = true
		case opentype.SegmentOpLineTo:
			p.Line(at(s.Args[0]))
		case opentype.SegmentOpQuadTo:
			p.Quad(at(s.Args[0]), at(s.Args[1]))
		case opentype.SegmentOpCubeTo:
			p.Cubic(at(s.Args[0]), at(s.Args[1]), at(s.Args[2]))
		}
	}
	if open {
		p.Close()
	}
}
