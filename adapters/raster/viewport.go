package raster

import (
	"math"
	"strings"
)

// viewBox reads the attribute; ok is false when there is none that can be used.
func viewBox(n *node) (b box, ok bool) {
	v, ok := list(n.attribute("viewBox"))
	if !ok || len(v) != 4 || v[2] <= 0 || v[3] <= 0 {
		return box{}, false
	}
	return box{v[0], v[1], v[0] + v[2], v[1] + v[3]}, true
}

// fitted maps a view box onto an area, as preserveAspectRatio says.
func fitted(view, onto box, preserve string) matrix {
	sx, sy := onto.width()/view.width(), onto.height()/view.height()
	words := strings.Fields(preserve)
	align := "xMidYMid"
	if len(words) > 0 {
		align = words[0]
	}
	if align == "none" {
		return translate(onto.x0, onto.y0).then(scale(sx, sy)).then(translate(-view.x0, -view.y0))
	}
	s := math.Min(sx, sy)
	if len(words) > 1 && words[1] == "slice" {
		s = math.Max(sx, sy)
	}
	restX, restY := onto.width()-s*view.width(), onto.height()-s*view.height()
	share := func(min, max string) float64 {
		switch {
		case strings.Contains(align, min):
			return 0
		case strings.Contains(align, max):
			return 1
		}
		return 0.5
	}
	dx, dy := restX*share("xMin", "xMax"), restY*share("YMin", "YMax")
	return translate(onto.x0+dx, onto.y0+dy).then(scale(s, s)).then(translate(-view.x0, -view.y0))
}

// nested draws an <svg>, or a <symbol> that is referred to, in a viewport of its own.
func (r *renderer) nested(n *node, at place) {
	onto := at.opening(n)
	if onto.width() <= 0 || onto.height() <= 0 {
		return
	}
	if !at.style.overflowVisible {
		var ok bool
		if at, ok = r.clippedTo(onto.outline(), at); !ok {
			return
		}
	}
	r.children(n, at.inside(n, onto))
}

// opening is where a viewport opens, in the coordinates around it.
func (p place) opening(n *node) box {
	if p.window != nil {
		return *p.window
	}
	onto := lengths{n, p.viewport}.box()
	if n.attribute("width") == "" {
		onto.x1 = onto.x0 + p.viewport.x
	}
	if n.attribute("height") == "" {
		onto.y1 = onto.y0 + p.viewport.y
	}
	return onto
}

// inside is the place of a viewport's children.
func (p place) inside(n *node, onto box) place {
	p.window = nil
	p.viewport = point{onto.width(), onto.height()}
	if view, ok := viewBox(n); ok {
		p.m = p.m.then(fitted(view, onto, n.attribute("preserveAspectRatio")))
		p.viewport = point{view.width(), view.height()}
	} else {
		p.m = p.m.then(translate(onto.x0, onto.y0))
	}
	return p
}

// referred returns what a <use> refers to, or nil, and the place where it is drawn.
func (r *renderer) referred(n *node, at place) (*node, place) {
	target := r.doc.find(n.attribute("href"))
	v := lengths{n, at.viewport}
	at.m = at.m.then(translate(v.across("x"), v.down("y")))
	if target == nil || target.name != "symbol" && target.name != "svg" {
		return target, at
	}
	onto := box{x1: at.viewport.x, y1: at.viewport.y}
	for _, from := range []*node{target, n} {
		own := lengths{from, at.viewport}
		if from.attribute("width") != "" {
			onto.x1 = own.across("width")
		}
		if from.attribute("height") != "" {
			onto.y1 = own.down("height")
		}
	}
	at.window = &onto
	return target, at
}

// use draws what a <use> refers to, as if it stood there.
func (r *renderer) use(n *node, at place) {
	if target, there := r.referred(n, at); target != nil {
		r.draw(target, there)
	}
}
