package raster

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"html/template"
	"image"
	"image/draw"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"convoke/application/designs"
	"convoke/test/browser"
)

// asked is a drawing that is to be compared, and how wide.
type asked struct {
	name   string
	markup []byte
	width  int
}

// chromium returns the browser's path. Without a browser the test is skipped, unless CONVOKE_TEST_REAL=1 says that it
// must run.
func chromium(t *testing.T) string {
	t.Helper()
	path, err := browser.Path()
	if err != nil && os.Getenv("CONVOKE_TEST_REAL") == "1" {
		t.Fatal(err)
	}
	if err != nil {
		t.Skip("there is no Chromium, so its pictures can not be compared")
	}
	return path
}

// page shows each drawing as an image and hands out, as its text, what a canvas makes of them.
var page = template.Must(template.New("").Parse(`<!doctype html><body>{{range .}}<img width="{{.Width}}" src="{{.URL}}">{{end}}
<script>onload = () => {
	const pictures = [];
	for (const image of document.images) {
		const canvas = document.createElement('canvas');
		canvas.width = image.width;
		canvas.height = Math.round(image.width * image.naturalHeight / image.naturalWidth);
		canvas.getContext('2d').drawImage(image, 0, 0, canvas.width, canvas.height);
		pictures.push(canvas.toDataURL());
	}
	document.body.textContent = '[' + pictures.join(' ') + ']';
}</script>`))

// inChromium returns the browser's pictures of the drawings.
func inChromium(t *testing.T, drawings []asked) []*image.RGBA {
	t.Helper()
	browser := chromium(t)
	type shown struct {
		Width int
		URL   template.URL
	}
	var all []shown
	for _, d := range drawings {
		all = append(all, shown{d.width, template.URL("data:image/svg+xml;base64," + base64.StdEncoding.EncodeToString(d.markup))})
	}
	var text bytes.Buffer
	if err := page.Execute(&text, all); err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	file := filepath.Join(folder, "page.html")
	if err := os.WriteFile(file, text.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	dump, err := exec.CommandContext(ctx, browser, "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run",
		"--disable-background-networking", "--disable-component-update", "--disable-sync", "--force-color-profile=srgb",
		"--user-data-dir="+filepath.Join(folder, "profile"), "--dump-dom", "file://"+file).Output()
	if err != nil {
		t.Fatalf("chromium: %v", err)
	}
	_, rest, _ := strings.Cut(string(dump), "[")
	list, _, _ := strings.Cut(rest, "]")
	urls := strings.Fields(list)
	if len(urls) != len(drawings) {
		t.Fatalf("chromium drew %d of %d drawings", len(urls), len(drawings))
	}
	pictures := make([]*image.RGBA, len(urls))
	for i, url := range urls {
		data, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(url, "data:image/png;base64,"))
		if err != nil {
			t.Fatal(err)
		}
		pictures[i] = decoded(t, data)
	}
	return pictures
}

// decoded reads a PNG and puts it on white, as a page would.
func decoded(t testing.TB, data []byte) *image.RGBA {
	t.Helper()
	picture, err := png.Decode(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	return onWhite(picture)
}

func onWhite(picture image.Image) *image.RGBA {
	page := image.NewRGBA(picture.Bounds())
	draw.Draw(page, page.Rect, image.White, image.Point{}, draw.Src)
	draw.Draw(page, page.Rect, picture, image.Point{}, draw.Over)
	return page
}

func read(t *testing.T, pattern string, width int) []asked {
	t.Helper()
	files, err := filepath.Glob(pattern)
	if err != nil || len(files) == 0 {
		t.Fatalf("no drawings at %s: %v", pattern, err)
	}
	var all []asked
	for _, file := range files {
		markup, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, asked{strings.TrimSuffix(filepath.Base(file), ".svg"), markup, width})
	}
	return all
}

func TestTheStudiosDesignsLookAsInABrowser(t *testing.T) {
	t.Parallel()
	skipShort(t)
	compare(t, read(t, "../studio/testdata/golden/*.svg", 1200), designTile)
}

// TestTheWholeGalleryLooksAsInABrowser draws the forty briefs of the contact sheet. One of them is in a script that only
// a reader's own fonts hold.
func TestTheWholeGalleryLooksAsInABrowser(t *testing.T) {
	t.Parallel()
	if os.Getenv("CONVOKE_TEST_REAL") != "1" {
		t.Skip("takes long; set CONVOKE_TEST_REAL=1")
	}
	folder := t.TempDir()
	if output, err := exec.CommandContext(t.Context(), "go", "run", "../studio/gallery", "-out", folder).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	var fine []asked
	refused := 0
	for _, d := range read(t, filepath.Join(folder, "*.svg"), 1200) {
		if !bytes.Contains(d.markup, []byte("<text")) {
			fine = append(fine, d)
			continue
		}
		refused++
		if _, err := (Rasterizer{}).Rasterize(t.Context(), d.markup, d.width); !errors.Is(err, designs.ErrCannotDraw) {
			t.Errorf("%s has live text: %v", d.name, err)
		}
	}
	if len(fine) < 39 || refused != 1 {
		t.Errorf("%d designs are compared and %d refused, of forty", len(fine), refused)
	}
	compare(t, fine, designTile)
}

// TestTheComparisonSeesFaults takes one ornament, and then one colour, from a design: what the comparisons above would
// have to notice.
func TestTheComparisonSeesFaults(t *testing.T) {
	t.Parallel()
	skipShort(t)
	markup, err := os.ReadFile("../studio/testdata/golden/wreath.svg")
	if err != nil {
		t.Fatal(err)
	}
	picture := func(markup []byte) *image.RGBA { return onWhite(drawn(t, string(markup), 1200).image()) }
	whole := picture(markup)
	paths := bytes.Split(markup, []byte("<path "))
	for i := 2; i < len(paths); i++ {
		without := slices.Delete(slices.Clone(paths), i, i+1)
		without[i-1] = slices.Concat(paths[i-1], closing(paths[i]))
		if _, tile, at := difference(whole, picture(bytes.Join(without, []byte("<path ")))); tile <= designTile {
			t.Errorf("without path %d of %d the worst tile differs by %.2f at %v", i, len(paths), tile, at)
		}
	}
	ground := bytes.Index(markup, []byte(`fill="#`)) + len(`fill="#`)
	other := slices.Clone(markup)
	copy(other[ground:], "f0f0f0")
	if mean, _, _ := difference(whole, picture(other)); mean <= worstMean {
		t.Errorf("with another ground the mean difference is %.2f", mean)
	}
}

// closing is what follows a path in its part of the markup, such as the end of the drawing.
func closing(path []byte) []byte {
	_, rest, _ := bytes.Cut(path, []byte("/>"))
	return rest
}

func TestEveryFeatureLooksAsInABrowser(t *testing.T) {
	t.Parallel()
	skipShort(t)
	compare(t, read(t, "testdata/features/*.svg", 800), featuresTile)
}
