package color

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func hexes() *rapid.Generator[string] {
	return rapid.Custom(func(t *rapid.T) string {
		return fmt.Sprintf("#%06x", rapid.IntRange(0, 1<<24-1).Draw(t, "rgb"))
	})
}

func TestContrastIsThatOfWCAG(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		a, b string
		want float64
	}{{"#000000", "#ffffff", 21}, {"#777777", "#ffffff", 4.48}, {"#ffffff", "#ffffff", 1}, {"#0000ff", "#ffffff", 8.59}} {
		if got := Contrast(row.a, row.b); math.Abs(got-row.want) > 0.01 {
			t.Errorf("%s on %s: %.3f, want %.2f", row.a, row.b, got, row.want)
		}
	}
}

func TestAnyInkCanBeMadeLegibleOnAnyGround(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		ink, ground := hexes().Draw(t, "ink"), hexes().Draw(t, "ground")
		if got := Legible(ink, ground, MinContrast); Contrast(got, ground) < MinContrast {
			t.Fatalf("%s on %s: %.2f", got, ground, Contrast(got, ground))
		}
	})
}

// checkPalette fails for a palette that a page cannot be drawn with.
func checkPalette(t *rapid.T, p Palette) {
	for _, ground := range []string{p.Paper, p.Deep, Mix(p.Paper, p.Tints[len(p.Tints)-1], 0.32)} {
		for role, ink := range map[string]string{"ink": p.InkOn(ground), "accent": p.Accent(ground)} {
			if Contrast(ink, ground) < MinContrast {
				t.Fatalf("%s %s on %s: %.2f (%+v)", role, ink, ground, Contrast(ink, ground), p)
			}
		}
		for _, tint := range p.Seen(ground) {
			if distance(Parse(tint), Parse(ground)) < 0.03 {
				t.Fatalf("%s cannot be seen on %s (%+v)", tint, ground, p)
			}
		}
	}
	if len(p.Tints) < 3 {
		t.Fatalf("only %d tints (%+v)", len(p.Tints), p)
	}
}

func TestAPaletteFromAnyColoursIsLegibleAndKeepsOne(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		given := rapid.SliceOfN(hexes(), 1, 8).Draw(t, "given")
		p := FromColors(given, rapid.Bool().Draw(t, "dark"))
		checkPalette(t, p)
		kept := append([]string{p.Paper, p.Ink, p.Deep}, p.Tints...)
		if !slices.ContainsFunc(given, func(hex string) bool { return slices.Contains(kept, hex) }) && !p.Dark() {
			t.Fatalf("none of %v is in %+v", given, p)
		}
	})
}

func TestAPaletteStaysLegibleThroughAnyChanges(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p := rapid.SampledFrom(Themes()).Draw(t, "theme").Palette
		for range rapid.IntRange(1, 6).Draw(t, "changes") {
			switch rapid.IntRange(0, 5).Draw(t, "change") {
			case 0:
				p = p.Darker(rapid.Bool().Draw(t, "strong"))
			case 1:
				p = p.Lighter(rapid.Bool().Draw(t, "strong"))
			case 2:
				p = p.Vivid(rapid.Float64Range(0.4, 2).Draw(t, "factor"))
			case 3:
				p = p.Toward(hexes().Draw(t, "toward"), 0.6)
			case 4:
				p = p.Away(hexes().Draw(t, "away"))
			default:
				p = p.OnPaper(hexes().Draw(t, "paper"))
			}
			checkPalette(t, p)
		}
	})
}

func TestEveryThemeIsLegible(t *testing.T) {
	t.Parallel()
	for _, theme := range Themes() {
		if c := Contrast(theme.Ink, theme.Paper); c < 7 {
			t.Errorf("%s: ink on paper has a contrast of %.2f", theme.Name, c)
		}
		if c := Contrast(theme.InkOn(theme.Deep), theme.Deep); c < MinContrast {
			t.Errorf("%s: words on the deep ground have a contrast of %.2f", theme.Name, c)
		}
	}
}

func TestAColourSurvivesOKLCH(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		hex := hexes().Draw(t, "hex")
		if again := Parse(hex).Hex(); distance(Parse(hex), Parse(again)) > 0.03 {
			t.Fatalf("%s became %s", hex, again)
		}
	})
}
