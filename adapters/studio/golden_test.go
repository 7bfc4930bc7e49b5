package studio

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"convoke/domain/design"
)

var update = flag.Bool("update", false, "write the golden files anew")

// TestTheStudioDrawsAsItDid guards what hosts have seen: a change of any design shows here, and is meant or a mistake.
func TestTheStudioDrawsAsItDid(t *testing.T) {
	t.Parallel()
	s := open(t)
	rows := []struct {
		name, composition, ornament string
		style                       design.Style
		size                        design.Size
		seed                        uint64
	}{
		{"frame", "frame", "deco", design.Elegant, design.Size{Width: 1000, Height: 1400}, 1},
		{"corners", "corners", "botanical", design.Rustic, design.Size{Width: 1000, Height: 1400}, 2},
		{"wreath", "wreath", "blossom", design.Elegant, design.Size{}, 3},
		{"label", "label", "gingham", design.Playful, design.Size{}, 4},
		{"poster", "poster", "sunburst", design.Modern, design.Size{Width: 1080, Height: 1920}, 5},
		{"ticket", "ticket", "stars", design.Retro, design.Size{Width: 2000, Height: 640}, 6},
		{"horizon", "horizon", "papercut", design.Minimal, design.Size{Width: 1400, Height: 1000}, 7},
	}
	for _, row := range rows {
		spec := plan(briefOf(t, refinable, row.style, row.size), row.seed)
		spec.Composition, spec.Ornament = row.composition, row.ornament
		drawn := sheetOf(t, s, spec)
		got := drawn.board.SVG(spec.heading(), spec.Description)
		path := filepath.Join("testdata", "golden", row.name+".svg")
		if *update {
			if err := os.WriteFile(path, got, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, want) {
			t.Errorf("%s is drawn differently; look at it, then run: go test ./adapters/studio -run DrawsAsItDid -update", row.name)
		}
	}
}
