package raster

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"convoke/application/designs"
	"convoke/domain/fault"
)

// skipShort leaves out what draws a great deal in one goroutine, which under the race detector takes minutes.
func skipShort(t *testing.T) {
	t.Helper()
	if testing.Short() {
		t.Skip("draws too much for -short")
	}
}

// TestNoDrawingTakesTheMachine gives the rasterizer what asks for much more than it says.
func TestNoDrawingTakesTheMachine(t *testing.T) {
	t.Parallel()
	skipShort(t)
	many := func(n int, part string) string { return strings.Repeat(part, n) }
	for name, markup := range map[string]string{
		"wide groups":     `<svg width="10" height="10">` + many(90, `<g opacity=".9">`) + `<rect width="10" height="10"/>` + many(90, `</g>`) + `</svg>`,
		"many layers":     `<svg width="10" height="10">` + many(20000, `<g opacity=".9"><rect width="10" height="10"/></g>`) + `</svg>`,
		"many fills":      `<svg width="10" height="10">` + many(40000, `<rect width="10" height="10" fill-opacity=".1"/>`) + `</svg>`,
		"a long zigzag":   `<svg width="10" height="10"><path d="M0 0` + many(200000, `L10 10 0 0`) + `"/></svg>`,
		"tiny dashes":     `<svg width="10" height="10"><path d="M0 0H1e8" stroke="#000" stroke-dasharray=".001"/></svg>`,
		"many tiny tiles": `<svg width="10" height="10"><pattern id="p" width=".0001" height=".0001"><rect width="1" height="1"/></pattern>` + many(40000, `<rect width="10" height="10" fill="url(#p)"/>`) + `</svg>`,
		"clips in clips":  `<svg width="10" height="10">` + clipChain(90) + `</svg>`,
		"many rules":      `<svg width="10" height="10"><style>` + many(100000, `rect rect rect rect.a{fill:#000}`) + `</style>` + many(40000, `<rect/>`) + `</svg>`,
	} {
		t.Run(name, func(t *testing.T) {
			begun := time.Now()
			_, err := Rasterizer{}.Rasterize(t.Context(), []byte(markup), 4096)
			t.Logf("%v after %v", err, time.Since(begun))
			if !errors.Is(err, designs.ErrCannotDraw) {
				t.Errorf("got %v, want a refusal", err)
			}
		})
	}
}

// clipChain is a row of clip paths, each clipped by the next.
func clipChain(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, `<clipPath id="c%d" clip-path="url(#c%d)"><circle cx="5" cy="5" r="5"/></clipPath>`, i, i+1)
	}
	b.WriteString(`<rect width="10" height="10" clip-path="url(#c0)"/>`)
	return b.String()
}

func TestATallPictureMayNotBeWide(t *testing.T) {
	t.Parallel()
	skipShort(t)
	markup := []byte(`<svg width="64" height="4096"/>`)
	var refused *fault.Error
	_, err := Rasterizer{}.Rasterize(t.Context(), markup, 4096)
	if !errors.As(err, &refused) || refused.Field != "width" || !strings.Contains(refused.Message, "at most 724 ") {
		t.Errorf("got %v", err)
	}
	if _, err := (Rasterizer{}).Rasterize(t.Context(), markup, 724); err != nil {
		t.Errorf("724 pixels wide: %v", err)
	}
}

func TestADrawingEndsWithItsContext(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	markup := `<svg width="10" height="10">` + strings.Repeat(`<rect width="10" height="10" fill-opacity=".1"/>`, 1000) + `</svg>`
	if _, err := (Rasterizer{}).Rasterize(ctx, []byte(markup), 4096); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func TestCirclesOfReferencesEnd(t *testing.T) {
	t.Parallel()
	for _, parts := range []string{
		`<g id="a"><use href="#a"/></g>`,
		`<linearGradient id="a" href="#b"/><linearGradient id="b" href="#a"/><rect width="9" height="9" fill="url(#a)"/>`,
		`<pattern id="a" width="1" height="1"><rect width="9" height="9" fill="url(#a)"/></pattern><rect width="9" height="9" fill="url(#a)"/>`,
		`<clipPath id="a" clip-path="url(#a)"><rect width="9" height="9" clip-path="url(#a)"/></clipPath><rect width="9" height="9" clip-path="url(#a)"/>`,
		`<mask id="a"><rect width="9" height="9" mask="url(#a)"/></mask><rect width="9" height="9" mask="url(#a)"/>`,
	} {
		_, err := Rasterizer{}.Rasterize(t.Context(), []byte(on(parts)), 0)
		if err != nil && !errors.Is(err, designs.ErrCannotDraw) {
			t.Errorf("%s: %v", parts, err)
		}
	}
}

func TestEqualMarkupGivesEqualBytes(t *testing.T) {
	t.Parallel()
	for _, d := range read(t, "testdata/features/*.svg", 300) {
		one, err1 := Rasterizer{}.Rasterize(t.Context(), d.markup, d.width)
		two, err2 := Rasterizer{}.Rasterize(t.Context(), d.markup, d.width)
		if err1 != nil || err2 != nil || !bytes.Equal(one, two) {
			t.Errorf("%s: %v, %v", d.name, err1, err2)
		}
	}
}

// FuzzRasterize draws whatever there is, cleaned or not: no panic, no picture of another size, an end in time.
func FuzzRasterize(f *testing.F) {
	for _, pattern := range []string{"testdata/features/*.svg", "../../domain/design/testdata/hostile/*"} {
		files, _ := filepath.Glob(pattern)
		for _, file := range files {
			if markup, err := os.ReadFile(file); err == nil && len(markup) < 20_000 {
				f.Add(markup)
			}
		}
	}
	f.Add([]byte(on(`<path d="M1e9-1e9a1 1e-9 0 11 5 5zq1 1 1e308 1t4 4s1 1" stroke-dasharray="1e-9 1e9" stroke="#000"/>`)))
	f.Fuzz(func(t *testing.T, markup []byte) {
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
		defer cancel()
		l, err := render(ctx, markup, 64)
		switch {
		case err == nil && l.width() != 64:
			t.Errorf("%d pixels wide", l.width())
		case err != nil && fault.KindOf(err) != fault.Invalid:
			t.Error(err)
		}
	})
}

// BenchmarkRasterize draws the studio's designs at their own width of 512 and as link previews show them.
func BenchmarkRasterize(b *testing.B) {
	for _, width := range []int{512, 1200} {
		for _, name := range []string{"wreath", "label", "poster", "frame"} {
			markup, err := os.ReadFile("../studio/testdata/golden/" + name + ".svg")
			if err != nil {
				b.Fatal(err)
			}
			b.Run(fmt.Sprintf("%s/%d", name, width), func(b *testing.B) {
				b.ReportAllocs()
				before := cpu()
				for b.Loop() {
					if _, err := (Rasterizer{}).Rasterize(b.Context(), markup, width); err != nil {
						b.Fatal(err)
					}
				}
				b.ReportMetric((cpu()-before).Seconds()*1000/float64(b.N), "cpu-ms/op")
			})
		}
	}
}

// cpu is what the process has used so far: on a shared machine it says more than the time that went by.
func cpu() time.Duration {
	var usage syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &usage)
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}
