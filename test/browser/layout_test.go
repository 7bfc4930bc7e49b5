package browser_test

import (
	"net/http"
	"strings"
	"testing"

	"convoke/adapters/web/words"
	"convoke/domain/rsvp"
	"convoke/test/browser"
	"convoke/test/site"
)

// visit shows every page, in every state that has a look of its own, and calls look on each.
func visit(t *testing.T, p *browser.Page, look func(name string)) {
	t.Helper()
	s := site.Open(t, site.Config{})
	job := s.Order()
	s.Complete(job)
	view, err := s.Jobs.Get(t.Context(), job)
	if err != nil {
		t.Fatal(err)
	}
	long := strings.Repeat("Donaudampfschifffahrtsgesellschaft", 4)
	id, _ := s.Open(details(func(d *rsvp.Details) { d.DesignID = view.Design.DesignID }))
	plain, _ := s.Open(details(func(d *rsvp.Details) { d.Title, d.Place = long, long }))
	page := s.URL + "/o/" + id
	p.Go(page)
	look("an invitation with a design")
	p.Go(s.URL + "/o/" + plain)
	look("an invitation without a design")
	p.ExpectRefusal(http.StatusUnprocessableEntity, "/o/"+plain)
	p.Click("button", words.SendReply)
	p.AwaitText(words.ProblemHeading)
	look("a form with problems")
	fill(p, "grace@example.org")
	p.Type("textbox", words.NameLabel, long[:90])
	p.Click("button", words.SendReply)
	p.AwaitText(words.ReplySaved)
	look("an invitation that was answered")
	p.Go(s.URL + "/o/" + plain + "/reply")
	look("a reply")
	p.Go(s.URL + "/o/" + plain + "/reply/cancel")
	look("before a reply is cancelled")
	p.Go(page + "/reply")
	look("a page that asks for the link")
	p.ExpectRefusal(http.StatusNotFound, "/o/nothing")
	p.Go(s.URL + "/o/nothing")
	look("a page that is not there")
	p.Go("about:blank") // see patrol
}

// visitAll shows every page that there is.
func visitAll(t *testing.T, p *browser.Page, look func(name string)) {
	t.Helper()
	visit(t, p, look)
	visitStudio(t, p, look)
}

func TestNothingScrollsSideways(t *testing.T) {
	t.Parallel()
	p := browser.Open(t)
	for _, c := range []struct {
		width int64
		text  string
	}{{320, "100%"}, {390, "200%"}, {1280, "100%"}} {
		p.Size(c.width, 800)
		visitAll(t, p, func(name string) {
			t.Helper()
			browser.Eval[any](p, `document.documentElement.style.fontSize = "`+c.text+`"`)
			if wide := browser.Eval[int64](p, "document.documentElement.scrollWidth"); wide > c.width {
				t.Errorf("%s is %d wide in a window of %d with text at %s: %q", name, wide, c.width, c.text, browser.Eval[[]string](p,
					`Array.from(document.querySelectorAll("body *")).filter(e => e.getBoundingClientRect().right > innerWidth).map(e => e.outerHTML.slice(0, 99))`))
			}
		})
	}
}

func TestOnlyTheInvitationIsPrinted(t *testing.T) {
	t.Parallel()
	s := site.Open(t, site.Config{})
	id, _ := s.Open(details(nil))
	p := browser.Open(t)
	p.Size(700, 900)
	p.Go(s.URL + "/o/" + id)
	p.Print()
	for selector, printed := range map[string]bool{"h1": true, "time": true, ".card": true, "form": false, ".jump": false, ".counts": false} {
		if got := browser.Eval[bool](p, `document.querySelector("`+selector+`").checkVisibility()`); got != printed {
			t.Errorf("%s is printed: %v", selector, got)
		}
	}
}

func TestEverythingIsLargeEnoughForAThumb(t *testing.T) {
	t.Parallel()
	p := browser.Open(t)
	p.Size(390, 844)
	visit(t, p, func(name string) {
		t.Helper()
		small := browser.Eval[[]string](p, `Array.from(document.querySelectorAll("a:not(.skip), button, input:not([type=hidden]), textarea"))
			.filter(e => e.checkVisibility() && Math.min(e.getBoundingClientRect().height, e.getBoundingClientRect().width) < 44)
			.map(e => e.outerHTML + " " + e.getBoundingClientRect().width + "x" + e.getBoundingClientRect().height)`)
		if len(small) > 0 {
			t.Errorf("%s: too small: %q", name, small)
		}
	})
}
