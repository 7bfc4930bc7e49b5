package browser_test

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"convoke/adapters/web/words"
	"convoke/test/browser"
	"convoke/test/site"
)

func TestAGuestWithoutScriptsPastesTheLink(t *testing.T) {
	t.Parallel()
	s := site.Open(t, site.Config{})
	id, _ := s.Open(details(nil))
	_, token := s.Reply(id, "ada@example.org", 2)
	p := browser.Open(t)
	p.WithoutScripts()
	p.Go(s.URL + "/o/" + id + "/reply#t=" + token)
	p.Type("textbox", words.CodeLabel, s.URL+"/o/"+id+"/reply#t="+token)
	p.Click("button", words.OpenReply)
	p.AwaitText("ada@example.org")
}

func TestALinkShowsTheReplyAndALookChangesNothing(t *testing.T) {
	t.Parallel()
	s := site.Open(t, site.Config{})
	id, _ := s.Open(details(nil))
	_, token := s.Reply(id, "ada@example.org", 2)
	before := s.Revision(t, id)
	p := browser.Open(t)
	p.Go(s.URL + "/o/" + id + "/reply#t=" + token)
	p.AwaitText("ada@example.org")
	p.AwaitText(words.StandsYes)
	if here := browser.Eval[string](p, "location.href"); here != s.URL+"/o/"+id+"/reply" {
		t.Errorf("the address is %q", here)
	}
	if links := browser.Eval[[]string](p, `Array.from(document.links, a => a.href)`); len(links) > 0 {
		for _, link := range links { // as a scanner of mails does
			p.Go(link)
		}
	}
	posts := slices.DeleteFunc(p.Requests(), func(r string) bool { return !strings.HasPrefix(r, "POST") })
	if !slices.Equal(posts, []string{"POST " + s.URL + "/o/" + id + "/reply/session"}) {
		t.Errorf("a look sent %q", posts)
	}
	for _, sent := range p.Requests()[1:] { // the first is the navigation that the test itself asked for
		if strings.Contains(sent, token) {
			t.Errorf("the token is in %s", sent)
		}
	}
	if after := s.Revision(t, id); after != before {
		t.Errorf("a look changed the occasion from %d to %d", before, after)
	}
	if len(p.Cookies(s.URL+"/api/rsvps")) > 0 || len(p.Cookies(s.URL+"/o/"+id)) != 1 || !p.Cookies(s.URL + "/o/" + id)[0].HTTPOnly {
		t.Error("the token goes where it should not, or not where it should")
	}
	onlyOurs(t, p, s.URL)
}

func TestAnotherGuestsLinkTakesThePlaceOfTheOneThatIsKnown(t *testing.T) {
	t.Parallel()
	s := site.Open(t, site.Config{})
	id, _ := s.Open(details(nil))
	_, ada := s.Reply(id, "ada@example.org", 2)
	_, bob := s.Reply(id, "bob@example.org", 1)
	p := browser.Open(t)
	page := s.URL + "/o/" + id + "/reply"
	for _, link := range []struct{ token, email string }{{ada, "ada@example.org"}, {bob, "bob@example.org"}, {bob, "bob@example.org"}} {
		p.Go("about:blank")
		p.Go(page + "?done=changed#t=" + link.token)
		p.Await("the link's own reply is shown at a clean address", fmt.Sprintf(
			`location.href === %q && document.querySelector(".stub")?.innerText.includes(%q)`, page, link.email))
	}
	onlyOurs(t, p, s.URL)
}

func TestAWrongLinkShowsNothing(t *testing.T) {
	t.Parallel()
	s := site.Open(t, site.Config{})
	id, _ := s.Open(details(nil))
	other, _ := s.Open(details(nil))
	_, foreign := s.Reply(other, "eve@example.org", 1)
	p := browser.Open(t)
	p.ExpectRefusal(http.StatusUnauthorized, "/reply/session")
	p.ExpectRefusal(http.StatusForbidden, "/reply/session")
	for _, token := range []string{foreign, foreign[:20], `"><script>alert(1)</script>`} {
		p.Go("about:blank")
		p.Go(s.URL + "/o/" + id + "/reply#t=" + url.QueryEscape(token))
		p.AwaitText(words.WrongHeading)
		if text := browser.Eval[string](p, "document.documentElement.innerHTML + location.href"); strings.Contains(text, "eve@") || strings.Contains(text, token) {
			t.Errorf("%q shows %s", token, text)
		}
	}
}

func TestALinkStaysInNoHistory(t *testing.T) {
	t.Parallel()
	s := site.Open(t, site.Config{})
	id, _ := s.Open(details(nil))
	_, token := s.Reply(id, "ada@example.org", 2)
	p := browser.Open(t)
	p.Go(s.URL + "/o/" + id + "/reply")
	p.Leave(`location.hash = "t=` + token + `"`) // as when it is pasted into this tab
	p.AwaitText("ada@example.org")
	last := browser.Eval[int](p, "navigation.currentEntry.index") // among the pages of this site
	if last < 1 {
		t.Fatal("there is no page before")
	}
	for before := last - 1; before >= 0; before-- {
		p.Leave("history.back()")
		p.Await("the page before has no token", fmt.Sprintf(`navigation.currentEntry.index === %d && location.hash === ""`, before))
	}
}
