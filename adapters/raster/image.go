package raster

import (
	"bytes"
	"encoding/base64"
	"image"
	_ "image/jpeg" // pictures that drawings carry
	_ "image/png"
	"math"
	"strings"

	"golang.org/x/image/draw"
	_ "golang.org/x/image/webp"
)

// maxPicture bounds the pixels of a picture inside a drawing.
const maxPicture = 16 << 20

// image draws a picture that the drawing carries.
func (r *renderer) image(n *node, at place) {
	encoded, ok := strings.CutPrefix(n.attribute("href"), "data:image/")
	_, encoded, marked := strings.Cut(encoded, ";base64,")
	if !ok || !marked || !at.style.visible {
		return
	}
	data, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil {
		return
	}
	config, _, err := image.DecodeConfig(bytes.NewReader(data))
	if err != nil || config.Width < 1 || config.Height < 1 {
		return
	}
	pixels := int64(config.Width) * int64(config.Height)
	if pixels > maxPicture {
		r.fail(errTooMuch)
	}
	if !r.spend(textureWork * pixels) {
		return
	}
	picture, _, err := image.Decode(bytes.NewReader(data))
	if err != nil {
		return
	}
	r.picture(n, picture, at)
}

func (r *renderer) picture(n *node, picture image.Image, at place) {
	size := picture.Bounds().Size()
	onto := lengths{n, at.viewport}.box()
	if n.attribute("width") == "" {
		onto.x1 = onto.x0 + float64(size.X)
	}
	if n.attribute("height") == "" {
		onto.y1 = onto.y0 + float64(size.Y)
	}
	if onto.width() <= 0 || onto.height() <= 0 {
		return
	}
	at, ok := r.clippedTo(onto.outline(), at)
	if !ok {
		return
	}
	whole := box{0, 0, float64(size.X), float64(size.Y)}
	at.m = at.m.then(fitted(whole, onto, n.attribute("preserveAspectRatio")))
	w := shrunk(size.X, math.Hypot(at.m.a, at.m.b))
	h := shrunk(size.Y, math.Hypot(at.m.c, at.m.d))
	back, ok := at.m.then(scale(whole.x1/float64(w), whole.y1/float64(h))).inverse()
	if !ok {
		return
	}
	small := r.layer(area{0, 0, w, h})
	if small == nil {
		return
	}
	to := &image.RGBA{Pix: small.pix, Stride: 4 * w, Rect: image.Rect(0, 0, w, h)}
	draw.ApproxBiLinear.Scale(to, to.Rect, picture, picture.Bounds(), draw.Src, nil)
	paint := texture{picture: small, back: back, opacity: toByte(at.style.opacity * 255)}
	r.fill(transformed(whole.outline(), at.m), false, paint, at)
}

// shrunk is the side of a picture as it is shown, if that is smaller than it is.
func shrunk(side int, factor float64) int {
	return max(1, min(side, int(math.Ceil(float64(side)*factor))))
}
