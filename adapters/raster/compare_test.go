package raster

import (
	"bytes"
	"fmt"
	"image"
	"image/png"
	"math"
	"os"
	"path/filepath"
	"testing"
)

// How far a picture may be from the browser's, of 255 for each channel. A hair's difference in antialiasing shows along
// every edge; a wrong colour or a missing ornament shows in a tile. The browser measures dashes along curves roughly, so
// the features' tiles, some of which are full of dashes, are judged less severely than designs.
const (
	tileSide     = 16
	worstMean    = 0.4
	designTile   = 6.0
	featuresTile = 12.0
)

// difference returns the mean difference of two pictures and that of their most different tile, with its place.
func difference(a, b *image.RGBA) (mean, tile float64, at image.Point) {
	size := a.Rect.Size()
	total := 0.0
	for y := 0; y < size.Y; y += tileSide {
		for x := 0; x < size.X; x += tileSide {
			part := image.Rect(x, y, min(x+tileSide, size.X), min(y+tileSide, size.Y))
			sum := 0.0
			for py := part.Min.Y; py < part.Max.Y; py++ {
				from, to := 4*part.Min.X+py*a.Stride, 4*part.Max.X+py*a.Stride
				for i := from; i < to; i++ {
					sum += math.Abs(float64(a.Pix[i]) - float64(b.Pix[i]))
				}
			}
			total += sum
			if each := sum / float64(3*part.Dx()*part.Dy()); each > tile {
				tile, at = each, part.Min
			}
		}
	}
	return total / float64(3*size.X*size.Y), tile, at
}

// compare draws everything here and in the browser, and fails where one can see a difference.
func compare(t *testing.T, drawings []asked, worstTile float64) {
	t.Helper()
	theirs := inChromium(t, drawings)
	for i, d := range drawings {
		data, err := Rasterizer{}.Rasterize(t.Context(), d.markup, d.width)
		if err != nil {
			t.Errorf("%s: %v", d.name, err)
			continue
		}
		ours := decoded(t, data)
		if ours.Rect != theirs[i].Rect {
			t.Errorf("%s: %v pixels, in the browser %v", d.name, ours.Rect, theirs[i].Rect)
			continue
		}
		mean, tile, at := difference(ours, theirs[i])
		t.Logf("%s: mean %.3f, worst tile %.2f at %v", d.name, mean, tile, at)
		if mean > worstMean || tile > worstTile {
			t.Errorf("%s differs from the browser's: mean %.3f (at most %.2f), worst tile %.2f (at most %.1f) at %v%s",
				d.name, mean, worstMean, tile, worstTile, at, kept(t, d.name, ours, theirs[i]))
		}
	}
}

// kept writes both pictures for whoever looks into it, if RASTER_KEEP names a folder.
func kept(t *testing.T, name string, ours, theirs *image.RGBA) string {
	t.Helper()
	folder := os.Getenv("RASTER_KEEP")
	if folder == "" {
		return "; RASTER_KEEP=folder keeps both"
	}
	for suffix, picture := range map[string]*image.RGBA{"ours": ours, "theirs": theirs} {
		var out bytes.Buffer
		if err := png.Encode(&out, picture); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(folder, fmt.Sprintf("%s-%s.png", name, suffix)), out.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return ""
}
