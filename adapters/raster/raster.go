// Package raster draws SVG as PNG, as browsers do: antialiased by exact coverage, colours mixed in sRGB.
//
// It draws what the sanitiser lets through: shapes and paths with fills, strokes, dashes, caps and joins; linear and
// radial gradients; patterns; groups with opacity; clip paths; masks; <use>, <symbol>, inner <svg>; style sheets; embedded
// pictures. It refuses, by name, what it can not draw as a browser would: live <text>, filters, blend modes,
// vector-effect, transform-origin, and colours outside sRGB. A picture with a part missing is never returned.
//
// One drawing uses one core, a few seconds and some 300 MB at most, far less for a link preview; what needs more is
// refused. It depends on nothing outside: no fonts, files, network or CGO. Equal markup gives equal bytes on one kind of
// machine.
package raster

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/png"
	"math"

	"convoke/application/designs"
	"convoke/domain/fault"
)

// maxPixels bounds the whole picture: the widest one of a poster.
const maxPixels = 32 << 20

// Rasterizer draws. It keeps nothing between drawings, so it is safe for concurrent use.
type Rasterizer struct{}

var _ designs.Rasterizer = Rasterizer{}

// Rasterize implements designs.Rasterizer.
func (Rasterizer) Rasterize(ctx context.Context, markup []byte, width int) ([]byte, error) {
	l, err := render(ctx, markup, width)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	encoder := png.Encoder{CompressionLevel: png.DefaultCompression}
	if err := encoder.Encode(&out, l.image()); err != nil {
		return nil, fmt.Errorf("encode the picture: %w", err)
	}
	return out.Bytes(), nil
}

func (l *layer) image() *image.RGBA {
	return &image.RGBA{Pix: l.pix, Stride: 4 * l.width(), Rect: image.Rect(l.x0, l.y0, l.x1, l.y1)}
}

// render draws the picture.
func render(ctx context.Context, markup []byte, width int) (*layer, error) {
	doc, err := decode(markup)
	if err != nil {
		return nil, cannot(err.Error())
	}
	doc.readSheets(doc.root)
	size := doc.size()
	if width == 0 {
		width = int(math.Max(designs.MinWidth, math.Min(designs.MaxWidth, math.Round(size.x))))
	}
	height := math.Max(1, math.Round(float64(width)*size.y/size.x))
	if !(float64(width)*height <= maxPixels) {
		widest := int(math.Sqrt(maxPixels * size.x / size.y))
		return nil, fault.Field("width", fmt.Sprintf("must be at most %d for this design, whose picture would else be too large", widest))
	}
	r := &renderer{ctx: ctx, doc: doc, styles: map[*node][]declaration{}}
	canvas := r.layer(area{0, 0, width, int(height)})
	if r.err != nil {
		return nil, r.err
	}
	style := rootStyle
	r.draw(doc.root, place{
		m: scale(float64(width)/size.x, height/size.y), style: &style, onto: canvas, area: canvas.area,
		viewport: size, window: &box{0, 0, size.x, size.y},
	})
	return canvas, r.err
}

// size is the drawing's own size: what its root says, else its view box, else what browsers take.
func (d *document) size() point {
	size := point{300, 150}
	if view, ok := viewBox(d.root); ok {
		size = point{view.width(), view.height()}
	}
	for name, side := range map[string]*float64{"width": &size.x, "height": &size.y} {
		// A percentage is one of the page, which is not there.
		if v, ok := length(d.root.attribute(name), math.NaN()); ok && v > 0 && finite(v) {
			*side = v
		}
	}
	return size
}
