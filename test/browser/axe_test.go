package browser_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"convoke/test/browser"
)

// axe is the version of axe-core that judges the pages. It is fetched for the test and never kept.
const axe = "axe-core@4.14.1"

// TestPagesAreAccessible lets axe-core look at every page, in light, in dark and on a phone.
func TestPagesAreAccessible(t *testing.T) {
	t.Parallel()
	if os.Getenv("CONVOKE_TEST_REAL") != "1" {
		t.Skip("needs npm and the network: make test-real")
	}
	folder := t.TempDir()
	out, err := exec.Command("sh", "-c", "cd "+folder+" && npm pack --silent "+axe+" && tar -xzf axe-core-*.tgz package/axe.min.js").CombinedOutput()
	if err != nil {
		t.Fatalf("%s %v", out, err)
	}
	script, err := os.ReadFile(filepath.Join(folder, "package", "axe.min.js"))
	if err != nil {
		t.Fatal(err)
	}
	for mode, set := range map[string]func(*browser.Page){
		"light": func(*browser.Page) {}, "dark": func(p *browser.Page) { p.Dark() }, "phone": func(p *browser.Page) { p.Size(390, 844) },
	} {
		p := browser.Open(t)
		set(p)
		visitAll(t, p, func(name string) {
			t.Helper()
			browser.Eval[any](p, string(script)+";0")
			found := browser.Promised[[]string](p, `Promise.allSettled(document.getAnimations().map(a => a.finished)) // what is fading in has no contrast yet
				.then(() => axe.run(document, {runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}))
				.then(r => r.passes.length < 10 ? ["axe has hardly looked"] : r.violations.map(v => v.id + ": " + v.nodes.map(n => n.html).join(" ")))`)
			if len(found) > 0 {
				t.Errorf("%s, %s: %q", name, mode, found)
			}
		})
	}
}
