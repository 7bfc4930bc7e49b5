package raster

import "math"

// shapeOf returns the outline of a shape element in its own coordinates, or nil for what is none or draws nothing.
func shapeOf(n *node, viewport point) *path {
	v := lengths{n, viewport}
	var p path
	switch n.name {
	case "path":
		return parsePath(n.attribute("d"))
	case "rect":
		return v.rect()
	case "circle":
		if radius := v.diagonal("r"); radius > 0 {
			p.ellipse(point{v.across("cx"), v.down("cy")}, radius, radius)
		}
	case "ellipse":
		rx, ry := v.radii()
		if rx > 0 && ry > 0 {
			p.ellipse(point{v.across("cx"), v.down("cy")}, rx, ry)
		}
	case "line":
		p.move(point{v.across("x1"), v.down("y1")})
		p.line(point{v.across("x2"), v.down("y2")})
	case "polyline", "polygon":
		return polygon(n.attribute("points"), n.name == "polygon")
	default:
		return nil
	}
	return &p
}

// lengths reads an element's measures; percentages refer to the viewport.
type lengths struct {
	n        *node
	viewport point
}

func (l lengths) across(name string) float64 {
	v, _ := length(l.n.attribute(name), l.viewport.x)
	return v
}
func (l lengths) down(name string) float64 {
	v, _ := length(l.n.attribute(name), l.viewport.y)
	return v
}
func (l lengths) diagonal(name string) float64 {
	v, _ := length(l.n.attribute(name), l.viewport.length()/math.Sqrt2)
	return v
}

// radii reads rx and ry, each of which stands for the other that is missing or "auto".
func (l lengths) radii() (rx, ry float64) {
	rx, okX := length(l.n.attribute("rx"), l.viewport.x)
	ry, okY := length(l.n.attribute("ry"), l.viewport.y)
	okX, okY = okX && rx >= 0, okY && ry >= 0
	switch {
	case okX && okY:
		return rx, ry
	case okX:
		return rx, rx
	case okY:
		return ry, ry
	}
	return 0, 0
}

func (l lengths) box() box {
	x, y := l.across("x"), l.down("y")
	return box{x, y, x + l.across("width"), y + l.down("height")}
}

func (l lengths) rect() *path {
	b := l.box()
	if b.width() <= 0 || b.height() <= 0 {
		return nil
	}
	rx, ry := l.radii()
	var p path
	p.rect(b, rx, ry)
	return &p
}

func polygon(text string, closed bool) *path {
	var p path
	n := numbers{text: text}
	for {
		x, okX := n.number()
		y, okY := n.number()
		if !okX || !okY {
			break
		}
		if len(p.steps) == 0 {
			p.move(point{x, y})
		} else {
			p.line(point{x, y})
		}
	}
	if closed && len(p.steps) > 0 {
		p.close()
	}
	return &p
}
