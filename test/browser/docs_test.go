package browser_test

import (
	"os"
	"testing"

	"convoke/adapters/web/words"
	"convoke/test/browser"
	"convoke/test/site"
)

func TestTheContractsPageFitsAnyWindowAndNeedsNoScript(t *testing.T) {
	t.Parallel()
	s := site.Open(t, site.Config{})
	p := browser.Open(t)
	p.WithoutScripts()
	for _, c := range []struct {
		width int64
		text  string
	}{{320, "100%"}, {390, "200%"}, {1280, "100%"}} {
		p.Size(c.width, 800)
		p.Go(s.URL + "/docs")
		browser.Eval[any](p, `document.documentElement.style.fontSize = "`+c.text+`"`)
		if wide := browser.Eval[int64](p, "document.documentElement.scrollWidth"); wide > c.width {
			t.Errorf("%d wide in a window of %d: %q", wide, c.width, browser.Eval[[]string](p,
				`Array.from(document.querySelectorAll("body *")).filter(e => e.getBoundingClientRect().right > innerWidth).map(e => e.outerHTML.slice(0, 99))`))
		}
	}
	p.Click("link", "Reply to an invitation")
	p.AwaitText(words.DocsTry)
	if at := browser.Eval[string](p, "location.hash"); at != "#createRsvp" {
		t.Errorf("the contents lead to %q", at)
	}
}

func TestTheContractsPageIsAccessible(t *testing.T) {
	t.Parallel()
	if os.Getenv("CONVOKE_TEST_REAL") != "1" {
		t.Skip("needs npm and the network: make test-real")
	}
	s := site.Open(t, site.Config{})
	judge := axeScript(t)
	for mode, set := range map[string]func(*browser.Page){
		"light": func(*browser.Page) {}, "dark": func(p *browser.Page) { p.Dark() }, "phone": func(p *browser.Page) { p.Size(390, 844) },
	} {
		p := browser.Open(t)
		set(p)
		p.Go(s.URL + "/docs")
		if found := violations(p, judge); len(found) > 0 {
			t.Errorf("%s: %q", mode, found)
		}
	}
}
