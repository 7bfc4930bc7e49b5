package letter

import (
	"io/fs"
	"math"
	"strings"
	"testing"

	"convoke/adapters/studio/draw"
	"convoke/adapters/studio/fonts"
)

func TestEveryFaceSetsPlainWords(t *testing.T) {
	t.Parallel()
	s := Open().Setter()
	for face := range faces {
		line := s.Set("Ada & Grace, 12 June 2027 · 4:30 pm", Look{Face: face})
		if line.Live || line.Width < 5 || line.Ink.W < 5 {
			t.Errorf("%s: width %.2f, ink %+v, live %v", fileNames[face], line.Width, line.Ink, line.Live)
		}
		if line.font != s.fonts[face] {
			t.Errorf("%s could not set the words by itself", fileNames[face])
		}
	}
	if s.Err() != nil {
		t.Error(s.Err())
	}
}

func TestTheEmbeddedFontsStaySmallAndLicensed(t *testing.T) {
	t.Parallel()
	total := int64(0)
	err := fs.WalkDir(fonts.Files, ".", func(_ string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		info, err := entry.Info()
		total += info.Size()
		return err
	})
	if err != nil || total > 1_500_000 {
		t.Errorf("%d bytes of fonts, error %v", total, err)
	}
}

func TestTheInkIsWhereTheOutlineIs(t *testing.T) {
	t.Parallel()
	s := Open().Setter()
	for _, face := range []Face{Bodoni, Pinyon, Fredoka, Sacramento} {
		line := s.Set("Quick fjord, Gypsy", Look{Face: face})
		var p draw.Path
		origin := draw.Point{X: 100, Y: 200}
		line.Outline(&p, origin, 50)
		box := line.Box(origin, 50)
		// The outline's box has the control points too, which lie a little outside the ink.
		if !p.Box().Contains(box.Inset(0.3)) || box.W < p.Box().W*0.9 {
			t.Errorf("%s: ink %+v, outline %+v", fileNames[face], box, p.Box())
		}
	}
}

func TestTrackingWidensALineBetweenItsLettersOnly(t *testing.T) {
	t.Parallel()
	s := Open().Setter()
	tight, wide := s.Set("AVAV", Look{Face: Jost}), s.Set("AVAV", Look{Face: Jost, Tracking: 0.1})
	if got := wide.Width - tight.Width; math.Abs(got-0.3) > 1e-6 {
		t.Errorf("three gaps of 0.1 em made the line %.3f em wider", got)
	}
}

func TestWordsThatAFaceLacksAreSetInAnother(t *testing.T) {
	t.Parallel()
	s := Open().Setter()
	if line := s.Set("Свадьба", Look{Face: Bodoni}); line.Live || line.font == s.fonts[Bodoni] {
		t.Error("Cyrillic was not handed to a face that has it")
	}
	if line := s.Set("יום הולדת", Look{Face: Bodoni}); line.Live || line.font != s.fonts[Fredoka] {
		t.Error("Hebrew was not handed to the face that has it")
	}
	for _, words := range []string{"誕生日", "حفل زفاف", "παρτι 誕", "יום הולדת 12"} {
		line := s.Set(words, Look{Face: Bodoni})
		if !line.Live || line.Width <= 0 || line.Ink.W != line.Width {
			t.Errorf("%s: live %v, width %.2f", words, line.Live, line.Width)
		}
	}
}

func TestWordsAreSetAsAPrinterWould(t *testing.T) {
	t.Parallel()
	rows := []struct{ words, want string }{
		{`Ada's "big" day`, "Ada’s “big” day"},
		{"a  b\n c", "a b c"},
		{"7 - 9 pm", "7 – 9 pm"},
		{"🎉 Party 🎉", "Party"},
		{"👨‍👩‍👧", ""},
	}
	for _, row := range rows {
		if got := visible(row.words, false); got != row.want {
			t.Errorf("%q is set %q, want %q", row.words, got, row.want)
		}
	}
	if got := visible("straße", true); got != strings.ToUpper("straße") {
		t.Errorf("capitals: %q", got)
	}
}
