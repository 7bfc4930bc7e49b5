package draw

import (
	"encoding/xml"
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestAPathIsWrittenCompactly(t *testing.T) {
	t.Parallel()
	var p Path
	p.Move(Point{1.004, 2}).Line(Point{0.5, 2.256}).Close()
	if got := string(p.data); got != "M1 2l-.5.26z" && got != "M1 2l-.5 .26z" {
		t.Errorf("got %s", got)
	}
}

func TestRoundingNeverAddsUp(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		step := rapid.Float64Range(-3, 3).Draw(t, "step")
		var p Path
		p.Move(Point{})
		at := 0.0
		for range 500 {
			at += step
			p.Line(Point{at, -at})
		}
		if math.Abs(float64(p.x)/100-at) > 0.006 || math.Abs(float64(p.y)/100+at) > 0.006 {
			t.Fatalf("after 500 steps of %f the pen is at %d, %d hundredths", step, p.x, p.y)
		}
	})
}

func TestAnAreaIsCutOutOfAWhole(t *testing.T) {
	t.Parallel()
	a, b := Rect{0, 0, 10, 10}, Rect{10, 0, 5, 5}
	if a.Overlaps(b) || !a.Overlaps(Rect{9, 9, 5, 5}) || !a.Contains(Rect{0, 0, 10, 10}) || a.Contains(b) {
		t.Error("neighbours do not overlap, the same area is inside itself")
	}
	if u := a.Union(b); u != (Rect{0, 0, 15, 10}) {
		t.Errorf("union %+v", u)
	}
	if (Rect{}).Union(b) != b || b.Union(Rect{}) != b {
		t.Error("nothing adds nothing")
	}
	if d := a.Distance(Point{13, 14}); d != 5 {
		t.Errorf("distance %f, want 5", d)
	}
}

func TestABoardIsWellFormedWhateverTheWords(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		words := rapid.String().Draw(t, "words")
		b := NewBoard(100, 50)
		var p Path
		b.Write(words, "#000000", p.Rect(Rect{0, 0, 1, 1}))
		b.WriteLive(Text{Words: words, Box: Rect{0, 0, 10, 10}, Ink: "#000000"}, 10, 10)
		if err := xml.Unmarshal(b.SVG(words, words), new(struct{})); err != nil {
			t.Fatalf("%q: %v", words, err)
		}
	})
}

func TestALayerPaintsEachColourOnceInOrder(t *testing.T) {
	t.Parallel()
	b := NewBoard(10, 10)
	l := b.NewLayer(Rect{5, 5, 1, 1})
	for _, color := range []string{"#b", "#a", "#b"} {
		l.Path(color).Circle(Point{1, 1}, 1)
	}
	l.Flush()
	if got := string(b.body); strings.Count(got, "<path") != 2 || strings.Index(got, "#b") > strings.Index(got, "#a") {
		t.Errorf("painted %s", got)
	}
	if l.Free(Rect{5.5, 5.5, 3, 3}) || !l.Free(Rect{0, 0, 5, 5}) {
		t.Error("a layer keeps clear of what it is to avoid, and of nothing else")
	}
}
