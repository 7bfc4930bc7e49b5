package browser_test

import (
	"fmt"
	"strings"
	"testing"

	"convoke/adapters/web/words"
	"convoke/application/metric"
	"convoke/domain/rsvp"
	"convoke/test/browser"
	"convoke/test/site"
)

func TestAHostsLinkOpensTheOccasionAndStaysNowhere(t *testing.T) {
	t.Parallel()
	s := site.Open(t, site.Config{})
	id, token := s.Open(details(nil))
	s.Reply(id, "ada@example.org", 2)
	p := browser.Open(t)
	page := s.URL + "/studio/occasions/" + id
	p.Go(page + "#t=" + token)
	p.AwaitText("ada@example.org")
	if here := browser.Eval[string](p, "location.href"); here != page {
		t.Errorf("the address is %q", here)
	}
	for _, sent := range p.Requests()[1:] { // the first is the navigation that the test itself asked for
		if strings.Contains(sent, token) {
			t.Errorf("the token is in %s", sent)
		}
	}
	cookies := p.Cookies(page)
	if len(p.Cookies(s.URL+"/o/"+id)) > 0 || len(p.Cookies(s.URL+"/api/rsvps")) > 0 || len(cookies) != 2 || !cookies[0].HTTPOnly || !cookies[1].HTTPOnly {
		t.Errorf("the token goes where it should not, or not where it should: %v", cookies)
	}
	p.Click("button", words.SignOut)
	p.AwaitText(words.HostSignedOut)
	p.Leave("history.back()")
	p.AwaitText(words.OpeningHeading)
	onlyOurs(t, p, s.URL)
}

func TestAHostsLinkIsTakenOutOfTheAddressAgain(t *testing.T) {
	t.Parallel()
	s := site.Open(t, site.Config{})
	id, token := s.Open(details(nil))
	s.Reply(id, "ada@example.org", 2)
	p := browser.Open(t)
	page := s.URL + "/studio/occasions/" + id
	for _, address := range []string{page, page, page + "?done=saved"} {
		p.Go("about:blank")
		p.Go(address + "#t=" + token)
		p.Await("the occasion is shown at a clean address, after the token was sent", fmt.Sprintf(
			`location.href === %q && document.body.innerText.includes("ada@example.org") && performance.getEntriesByType("navigation")[0].redirectCount === 1`, page))
	}
	onlyOurs(t, p, s.URL)
}

func TestCountsAreLiveAndRowsWaitToBeAskedFor(t *testing.T) {
	t.Parallel()
	s := site.Open(t, site.Config{})
	wire := site.NewWire(t, s.URL)
	id, token := s.Open(details(func(d *rsvp.Details) { d.Counts = rsvp.CountsHidden }))
	s.Reply(id, "first@example.org", 1)
	p := browser.Open(t)
	p.ExpectBreaks()
	p.Go(wire.URL + "/studio/occasions/" + id + "#t=" + token)
	p.AwaitText("first@example.org")
	s.Reply(id, "second@example.org", 2)
	p.Await("three are coming", `document.querySelector("[data-count=coming]").textContent === "3" && document.querySelector("[data-tab=all]").textContent === "2"`)
	wire.Cut()
	s.Reply(id, "third@example.org", 3)
	p.Await("six are coming", `document.querySelector("[data-count=coming]").textContent === "6" && document.querySelector("[data-count=seats]").textContent === "34"`)
	if rows := browser.Eval[int](p, `document.querySelectorAll(".list tbody tr").length`); rows != 1 {
		t.Errorf("%d rows have come unasked", rows)
	}
	p.Type("searchbox", words.SearchLabel, "half a na")
	p.Click("button", "2 "+words.NewSuffix)
	p.AwaitText("third@example.org")
	p.Await("the list is new, and what was being written stays", `document.querySelectorAll(".list tbody tr").length === 3
		&& document.querySelector("[data-show-new]").hidden && document.querySelector("#q").value === "half a na"`)
	if open := s.Meter.Value(metric.SocketsOpen); open != 1 {
		t.Errorf("%v sockets are open", open)
	}
}

func TestHiddenCountsAreLiveForTheirHostWithoutASocket(t *testing.T) {
	t.Parallel()
	s := site.Open(t, site.Config{})
	id, token := s.Open(details(func(d *rsvp.Details) { d.Counts = rsvp.CountsHidden }))
	p := browser.Open(t)
	p.Before("globalThis.WebSocket = undefined")
	p.Go(s.URL + "/studio/occasions/" + id + "#t=" + token)
	p.AwaitText(words.GuestLinkLabel)
	s.Reply(id, "ada@example.org", 2)
	p.Await("two are coming", `document.querySelector("[data-count=coming]").textContent === "2"`)
	if open := s.Meter.Value(metric.SocketsOpen); open != 0 {
		t.Errorf("%v sockets are open", open)
	}
}

func TestBackRestoresTheFiltersOfTheList(t *testing.T) {
	t.Parallel()
	s := site.Open(t, site.Config{})
	id, token := s.Open(details(nil))
	for i := range 3 {
		s.Reply(id, fmt.Sprintf("guest%d@example.org", i), 1)
	}
	p := browser.Open(t)
	p.Go(s.URL + "/studio/occasions/" + id + "#t=" + token)
	p.AwaitText("guest2@example.org")
	p.Type("searchbox", words.SearchLabel, "GUEST1")
	p.Click("button", words.SearchIt)
	p.AwaitText(words.OfAll(1, 1))
	p.Click("link", "Guest")
	p.AwaitText(words.GuestHeading)
	p.Leave("history.back()")
	p.AwaitText(words.OfAll(1, 1))
	if q := browser.Eval[string](p, `document.querySelector("#q").value + location.search`); q != "GUEST1?q=GUEST1&sort=newest" {
		t.Errorf("the search is %q", q)
	}
}

func TestTheGuestsLinkIsCopiedOnPlainHTTPToo(t *testing.T) {
	t.Parallel()
	s := site.Open(t, site.Config{})
	id, token := s.Open(details(nil))
	p := browser.Open(t)
	public := strings.Replace(s.URL, "127.0.0.1", "party.test", 1)
	p.Go(public + "/studio/occasions/" + id + "#t=" + token)
	p.AwaitText(words.GuestLinkLabel)
	if browser.Eval[bool](p, "isSecureContext") {
		t.Fatal("this test wants a page that browsers do not trust")
	}
	p.Click("button", words.Copy+" "+words.GuestLinkLabel)
	p.AwaitText(words.Copied)
	p.Await("the link is selected", `document.getSelection().toString() === "`+public+"/o/"+id+`"`)
}

func TestTheReadersOwnZoneIsProposed(t *testing.T) {
	t.Parallel()
	s := site.Open(t, site.Config{})
	p := browser.Open(t)
	p.In("Asia/Tokyo")
	p.Go(s.URL + "/studio/occasions/new")
	p.Await("it is the reader's", `document.querySelector("#timeZone").value === "Asia/Tokyo"`)
	p.Type("textbox", words.OccasionTitle, "A garden party")
	browser.Eval[any](p, `document.querySelector("#startsAt").value = "2031-06-12T16:00"`)
	p.Click("button", words.OpenIt)
	p.AwaitText("Tokyo time (UTC+9)")
}
