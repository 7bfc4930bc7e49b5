package raster

import "math"

// texture paints with a picture: once, or again and again.
type texture struct {
	picture *layer // its area begins at (0, 0)
	back    matrix // from pixels to the picture's
	repeat  bool
	opacity uint8 // of 255
}

func (t texture) cost() int64 { return textureWork }

func (t texture) colors(y, x int, out []premultiplied) {
	for i := range out {
		p := t.back.apply(point{float64(x+i) + 0.5, float64(y) + 0.5})
		c := t.sample(p.x-0.5, p.y-0.5)
		if t.opacity != 255 {
			c = premultiplied{times(c[0], t.opacity), times(c[1], t.opacity), times(c[2], t.opacity), times(c[3], t.opacity)}
		}
		out[i] = c
	}
}

// sample mixes the four pixels around a place.
func (t texture) sample(x, y float64) premultiplied {
	if !finite(x, y) {
		return premultiplied{}
	}
	x0, y0 := math.Floor(x), math.Floor(y)
	fx, fy := x-x0, y-y0
	a, b := t.pixel(int(x0), int(y0)), t.pixel(int(x0)+1, int(y0))
	c, d := t.pixel(int(x0), int(y0)+1), t.pixel(int(x0)+1, int(y0)+1)
	var out premultiplied
	for i := range out {
		top := float64(a[i])*(1-fx) + float64(b[i])*fx
		bottom := float64(c[i])*(1-fx) + float64(d[i])*fx
		out[i] = uint8(top*(1-fy) + bottom*fy + 0.5)
	}
	return out
}

func (t texture) pixel(x, y int) premultiplied {
	w, h := t.picture.width(), t.picture.height()
	if t.repeat {
		x, y = ((x%w)+w)%w, ((y%h)+h)%h
	} else {
		x, y = max(0, min(w-1, x)), max(0, min(h-1, y))
	}
	return premultiplied(t.picture.pix[4*(y*w+x):])
}
