package raster

import "math"

// maxTile bounds the pixels of one tile.
const maxTile = 16 << 20

// pattern draws one tile and paints with that.
func (s *server) pattern() paint {
	tile, content, ok := s.tile()
	own, fine := parseTransform(s.attribute("patternTransform"))
	n := s.owner("")
	if !ok || !fine || n == nil {
		return nil
	}
	m := s.at.m.then(own)
	w := math.Ceil(tile.width()*math.Hypot(m.a, m.b) - 1e-6)
	h := math.Ceil(tile.height()*math.Hypot(m.c, m.d) - 1e-6)
	w, h = math.Max(w, 1), math.Max(h, 1)
	if !(w*h <= maxTile) {
		s.fail(errTooMuch)
		return nil
	}
	toPixels := scale(w/tile.width(), h/tile.height())
	back, ok := m.then(translate(tile.x0, tile.y0)).then(scale(tile.width()/w, tile.height()/h)).inverse()
	if !ok {
		return nil
	}
	picture := s.layer(area{0, 0, int(w), int(h)})
	if picture == nil {
		return nil
	}
	style := s.styleOf(n, s.at)
	at := place{
		m: toPixels.then(content), style: &style, onto: picture, area: picture.area, viewport: s.at.viewport, depth: s.at.depth + 1,
	}
	s.children(n, at)
	return texture{picture: picture, back: back, repeat: true, opacity: toByte(s.opacity * 255)}
}

// tile returns where the first tile lies, in the coordinates of the shape, and how its content is placed in it.
func (s *server) tile() (tile box, content matrix, ok bool) {
	objectTile := s.attribute("patternUnits") != "userSpaceOnUse"
	objectContent := s.attribute("patternContentUnits") == "objectBoundingBox"
	view := s.at.viewport
	x, y := s.measure("x", "0", objectTile, view.x), s.measure("y", "0", objectTile, view.y)
	tile = box{x, y, x + s.measure("width", "0", objectTile, view.x), y + s.measure("height", "0", objectTile, view.y)}
	content = identity
	if objectTile || objectContent {
		b, ok := s.object()
		if !ok {
			return tile, content, false
		}
		if objectTile {
			tile = tile.mapped(b.unit())
		}
		if objectContent {
			content = scale(b.width(), b.height())
		}
	}
	if !(tile.width() > 0 && tile.height() > 0) {
		return tile, content, false
	}
	for _, n := range s.chain {
		if inner, has := viewBox(n); has {
			content = fitted(inner, box{0, 0, tile.width(), tile.height()}, s.attribute("preserveAspectRatio"))
			break
		}
	}
	return tile, content, true
}
