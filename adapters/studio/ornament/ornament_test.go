package ornament

import (
	"bytes"
	"math/rand/v2"
	"testing"

	"convoke/adapters/studio/draw"
)

var tints = []string{"#111111", "#222222", "#333333", "#444444"}

func TestEveryFamilyCanDoWhatItSays(t *testing.T) {
	t.Parallel()
	names := map[string]bool{}
	for _, f := range Families() {
		names[f.Name] = true
		if f.Uses&(Fills|Scenes) != 0 && f.Field == nil {
			t.Errorf("%s fills areas without a field", f.Name)
		}
		if f.Uses&(Scatters|Rows|Emblems) != 0 && f.Motif == nil {
			t.Errorf("%s is used by the piece without a motif", f.Name)
		}
		if f.Uses&(Corners|Rings) != 0 && f.Motif == nil && f.Corner == nil {
			t.Errorf("%s has nothing to grow", f.Name)
		}
	}
	if len(names) < 12 {
		t.Errorf("only %d families", len(names))
	}
}

// drawn returns what a family leaves on a board that has words in the middle.
func drawn(f Family, seed uint64) (*draw.Board, []byte) {
	b := draw.NewBoard(600, 600)
	words := draw.Rect{X: 150, Y: 200, W: 300, H: 200}
	pen := func() *Pen { return NewPen(b, rand.New(rand.NewPCG(seed, 1)), tints, "#ffffff", words) }
	if f.Uses&Scatters != 0 {
		f.Scatter(pen(), b.Bounds(), 8, 20, 0.2)
	}
	if f.Uses&Corners != 0 {
		f.Cluster(pen(), draw.Point{}, draw.Point{X: 1, Y: 1}, 300)
	}
	if f.Uses&Rings != 0 {
		f.Wreath(pen(), draw.Point{X: 300, Y: 300}, 250)
	}
	if f.Uses&Rows != 0 {
		f.Along(pen(), draw.Point{X: 20, Y: 300}, draw.Point{X: 580, Y: 300}, 15, 40)
	}
	if f.Uses&(Fills|Scenes) != 0 {
		p := pen()
		p.Under = true
		f.Field(p, draw.Rect{W: 600, H: 200})
		p.Flush()
	}
	return b, b.SVG("", "")
}

func TestNoMarkMeetsTheWords(t *testing.T) {
	t.Parallel()
	words := draw.Rect{X: 150, Y: 200, W: 300, H: 200}
	for _, f := range Families() {
		b, _ := drawn(f, 3)
		for _, mark := range b.Marks() {
			if mark.Overlaps(words) {
				t.Errorf("%s draws at %+v, over the words", f.Name, mark)
			}
		}
	}
}

func TestAFamilyIsDrawnTheSameForASeedAndDiffersForAnother(t *testing.T) {
	t.Parallel()
	for _, f := range Families() {
		_, first := drawn(f, 3)
		_, again := drawn(f, 3)
		if !bytes.Equal(first, again) {
			t.Errorf("%s is not deterministic", f.Name)
		}
		if _, other := drawn(f, 4); bytes.Equal(first, other) && f.Name != "gingham" && f.Name != "deco" && f.Name != "arches" && f.Name != "bunting" {
			t.Errorf("%s looks the same for every seed", f.Name)
		}
		if len(first) < 400 || len(first) > 400_000 {
			t.Errorf("%s takes %d bytes", f.Name, len(first))
		}
	}
}
