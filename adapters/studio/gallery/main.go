// Command gallery writes a contact sheet of the studio's designs, to be looked at after a change: an SVG for each of
// forty briefs and an index.html that shows them all.
package main

import (
	"context"
	"flag"
	"fmt"
	"html"
	"os"
	"path/filepath"
	"strings"

	"convoke/adapters/studio"
	"convoke/application/port"
	"convoke/domain/design"
)

func main() {
	out := flag.String("out", "gallery", "folder to write to")
	seed := flag.Uint64("seed", 1, "seed of every design")
	flag.Parse()
	if err := run(*out, *seed); err != nil {
		fmt.Fprintln(os.Stderr, "gallery:", err)
		os.Exit(1)
	}
}

func run(out string, seed uint64) error {
	if err := os.MkdirAll(out, 0o755); err != nil {
		return err
	}
	generator, err := studio.New(studio.Config{})
	if err != nil {
		return err
	}
	var page strings.Builder
	page.WriteString(head)
	for i, entry := range entries() {
		markup, caption, err := drawn(generator, entry, seed)
		if err != nil {
			return fmt.Errorf("brief %d: %w", i+1, err)
		}
		name := fmt.Sprintf("%02d.svg", i+1)
		if err := os.WriteFile(filepath.Join(out, name), markup, 0o644); err != nil {
			return err
		}
		fmt.Fprintf(&page, figure, name, html.EscapeString(entry.description), i+1, html.EscapeString(caption))
	}
	page.WriteString("</main>\n")
	return os.WriteFile(filepath.Join(out, "index.html"), []byte(page.String()), 0o644)
}

// drawn draws an entry the way a visitor gets it: cleaned.
func drawn(generator *studio.Studio, e entry, seed uint64) (markup []byte, caption string, err error) {
	brief, err := design.NewBrief(e.description, e.style, e.palette, e.size)
	if err != nil {
		return nil, "", err
	}
	drawing, err := generator.Generate(context.Background(), port.Request{Brief: brief, Seed: seed}, func(int, string) {})
	if err != nil {
		return nil, "", err
	}
	safe, err := design.ParseSVG(drawing.Asset.Data)
	if err != nil {
		return nil, "", err
	}
	m := drawing.Metadata
	return safe.Bytes(), fmt.Sprintf("%v · %v · %v · %v", m["composition"], m["ornament"], m["type"], m["palette"]), nil
}

const head = `<!doctype html><meta charset="utf-8"><title>Convoke studio: contact sheet</title>
<style>body{margin:24px;background:#e9e7e2;font:12px/1.4 system-ui,sans-serif;color:#444}
main{display:grid;grid-template-columns:repeat(5,1fr);gap:24px 20px;align-items:end}figure{margin:0}
img{display:block;width:100%;height:auto;max-height:420px;object-fit:contain;filter:drop-shadow(0 2px 5px #0003)}
figcaption{margin-top:8px}</style><main>
`

const figure = `<figure><img src="%s" alt="%s"><figcaption>%d · %s</figcaption></figure>
`
