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
	judge := axeScript(t)
	for mode, set := range map[string]func(*browser.Page){
		"light": func(*browser.Page) {}, "dark": func(p *browser.Page) { p.Dark() }, "phone": func(p *browser.Page) { p.Size(390, 844) },
	} {
		for _, all := range []func(*testing.T, *browser.Page, func(string)){visit, visitStudio, patrol} {
			p := browser.Open(t)
			set(p)
			all(t, p, func(name string) {
				t.Helper()
				if found := violations(p, judge); len(found) > 0 {
					t.Errorf("%s, %s: %q", name, mode, found)
				}
			})
		}
	}
}

// axeScript fetches axe-core.
func axeScript(t *testing.T) string {
	t.Helper()
	folder := t.TempDir()
	out, err := exec.Command("sh", "-c", "cd "+folder+" && npm pack --silent "+axe+" && tar -xzf axe-core-*.tgz package/axe.min.js").CombinedOutput()
	if err != nil {
		t.Fatalf("%s %v", out, err)
	}
	script, err := os.ReadFile(filepath.Join(folder, "package", "axe.min.js"))
	if err != nil {
		t.Fatal(err)
	}
	return string(script)
}

// violations are what axe-core finds on a page that has come to rest.
func violations(p *browser.Page, judge string) []string {
	browser.Eval[any](p, judge+";0")
	return browser.Promised[[]string](p, `Promise.allSettled(document.getAnimations().map(a => a.finished))
		.then(() => axe.run(document, {runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}))
		.then(r => r.passes.length < 10 ? ["axe has hardly looked"] : r.violations.map(v => v.id + ": " + v.nodes.map(n => n.html).join(" ")))`)
}
