package raster

import (
	"context"
	"math"

	"convoke/application/designs"
)

// Bounds of one rendering: far above what an invitation needs, and a few seconds of one core at most.
const (
	maxWork   = 600_000_000 // steps of about two nanoseconds
	maxLayers = 44 << 20    // pixels of all layers that exist at the same time, 4 bytes each
	checkWork = 1 << 20     // the context is asked after this much work
	maxNested = 160         // elements inside elements, references followed
)

// What work costs, in such steps, for each pixel and for each part.
const (
	plainWork   = 1
	blendWork   = 3
	linearWork  = 8
	radialWork  = 12
	textureWork = 25
	cellWork    = 12
	segmentWork = 20
	elementWork = 1500
	ruleWork    = 10
)

// renderer draws one document. Its first error ends it: every loop that may be long asks for it.
type renderer struct {
	ctx    context.Context //nolint:containedctx // it is the lifetime of one rendering, which is one call
	doc    *document
	err    error
	work   int64
	asked  int64
	layers int64 // pixels
	cells  coverage
	styles map[*node][]declaration
}

// place is where an element is drawn and what it inherits.
type place struct {
	m        matrix
	style    *style
	onto     *layer
	area     area  // what may be drawn on
	clip     *mask // nil: all of the area
	viewport point // width and height that percentages refer to
	window   *box  // where a referred <symbol> or <svg> opens, and the root
	depth    int
}

func (p place) diagonal() float64 { return p.viewport.length() / math.Sqrt2 }

// spend counts work and returns whether to go on.
func (r *renderer) spend(n int64) bool {
	if r.err != nil {
		return false
	}
	r.work += n
	if r.work > maxWork {
		r.err = errTooMuch
		return false
	}
	if r.work-r.asked > checkWork {
		r.asked = r.work
		r.err = r.ctx.Err()
	}
	return r.err == nil
}

func (r *renderer) fail(err error) {
	if r.err == nil {
		r.err = err
	}
}

// layer makes room for a part of the picture that is drawn by itself, until the element is drawn that asked for it.
func (r *renderer) layer(a area) *layer {
	r.layers += a.size()
	if r.layers > maxLayers {
		r.fail(errTooMuch)
	}
	if !r.spend(a.size()) {
		return nil
	}
	return newLayer(a)
}

var errTooMuch = cannot("it is too much work")

// cannot is the refusal to draw, for a reason that may follow a colon.
func cannot(reason string) error {
	return designs.CannotDraw("the design can not be drawn as PNG: " + reason)
}

// cannotUse names the feature that is missing.
func cannotUse(feature string) error { return cannot("it uses " + feature) }
