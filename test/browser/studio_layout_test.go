package browser_test

import (
	"net/http"
	"strings"
	"testing"

	"convoke/adapters/web/words"
	"convoke/application/idempotency"
	"convoke/application/jobs"
	"convoke/application/rsvps"
	"convoke/domain/rsvp"
	"convoke/test/browser"
	"convoke/test/site"
)

// long is a word that no line holds.
var long = strings.Repeat("Donaudampfschifffahrtsgesellschaft", 4)

// refined orders the next version of a design.
func refined(t *testing.T, s *site.Site, job, instructions string) string {
	t.Helper()
	next, err := s.Jobs.Refine(t.Context(), jobs.Refine{JobID: job, Instructions: instructions})
	if err != nil {
		t.Fatal(err)
	}
	return next.ID
}

// visitStudio shows every page of the studio, in every state that has a look of its own, and calls look on each.
func visitStudio(t *testing.T, p *browser.Page, look func(name string)) {
	t.Helper()
	s := site.Open(t, site.Config{})
	p.Go(s.URL + "/studio")
	look("an empty studio")
	p.ExpectRefusal(http.StatusUnprocessableEntity, "/studio")
	p.Click("button", words.DrawIt)
	p.AwaitText(words.ProblemHeading)
	look("a brief with problems")
	p.Type("textbox", words.DescriptionLabel, "A garden party for "+long)
	p.Click("button", words.DrawIt)
	p.AwaitText(words.QueuedHeading)
	look("a design in the queue")
	visitDesign(t, s, p, look)
	visitOccasion(t, s, p, look)
	p.ExpectRefusal(http.StatusNotFound, "/studio/jobs/nothing")
	p.Go(s.URL + "/studio/jobs/nothing")
	p.AwaitText(words.NotFoundStudio)
	look("a page of the studio that is not there")
	p.Go("about:blank") // see patrol
}

func visitDesign(t *testing.T, s *site.Site, p *browser.Page, look func(name string)) {
	t.Helper()
	first := s.Newest(t)
	s.Progress(first, 40, "Choosing typefaces")
	p.AwaitText("40 %")
	look("a design that is being drawn")
	s.Draw(t, first)
	p.AwaitText(words.Version(1))
	p.Go(s.URL + "/studio/jobs/" + first)
	look("a design")
	s.Draw(t, refined(t, s, first, "Navy and gold "+long))
	refined(t, s, first, "Larger title")
	p.Go(s.URL + "/studio/jobs/" + first)
	look("a wall of versions")
	p.Go(s.URL + "/studio/jobs/" + first + "/compare")
	look("two versions side by side")
	stopped := refined(t, s, first, "Something else")
	if _, err := s.Jobs.Cancel(t.Context(), stopped, idempotency.Key{}); err != nil {
		t.Fatal(err)
	}
	p.Go(s.URL + "/studio/jobs/" + stopped)
	look("a design that was stopped")
	p.Go(s.URL + "/studio/occasions/new?job=" + first)
	look("a new occasion")
	p.ExpectRefusal(http.StatusUnprocessableEntity, "/studio/occasions/new")
	p.Click("button", words.OpenIt)
	p.AwaitText(words.ProblemHeading)
	look("a new occasion with problems")
}

func visitOccasion(t *testing.T, s *site.Site, p *browser.Page, look func(name string)) {
	t.Helper()
	p.Type("textbox", words.OccasionTitle, long)
	p.Type("spinbutton", words.CapacityLabel, "2")
	p.Click("button", words.OpenIt)
	p.AwaitText(words.OccasionMade)
	look("an occasion that was just made")
	page := browser.Eval[string](p, "location.origin + location.pathname")
	id := page[strings.LastIndex(page, "/")+1:]
	for i, status := range []rsvp.Status{rsvp.Yes, rsvp.Maybe, rsvp.No, rsvp.Yes} {
		_, _, err := s.RSVPs.Reply(t.Context(), rsvps.Reply{OccasionID: id, Answer: rsvp.Answer{
			Name: long[:99], Email: strings.Repeat("x", 40+i) + "@" + strings.Repeat("example.", 12) + "org", Status: status, PartySize: 2, Note: long,
		}})
		if err != nil {
			t.Fatal(err)
		}
	}
	s.Count(t, id)
	for _, c := range []struct{ path, name string }{
		{"", "an occasion"}, {"?status=waitlisted", "those who wait"}, {"?q=nobody", "a search without an end"}, {"/edit", "an occasion to be changed"},
		{"/delete", "before an occasion is called off"}, {"/guests/new", "a new guest"},
	} {
		p.Go(page + c.path)
		look(c.name)
	}
	p.Go(page)
	guest := browser.Eval[string](p, `document.querySelector(".list a").href`)
	p.Go(guest)
	look("a guest")
	p.Go(guest + "/remove")
	look("before a guest is taken off the list")
	p.Go(s.URL + "/studio")
	look("a full desk")
	other, _ := s.Open(details(nil))
	p.Go(s.URL + "/studio/occasions/" + other)
	look("a page that asks for the host's link")
}

func TestTheStudiosTargetsAreLargeEnough(t *testing.T) {
	t.Parallel()
	p := browser.Open(t)
	p.Size(390, 844)
	visitStudio(t, p, func(name string) {
		t.Helper()
		small := browser.Eval[[]string](p, `Array.from(document.querySelectorAll("a:not(.skip), button, input:not([type=hidden], .pill *, .chip *), textarea, select, summary"))
			.filter(e => e.checkVisibility() && getComputedStyle(e).display !== "inline" && e.getBoundingClientRect().height < 24)
			.map(e => e.outerHTML + " " + e.getBoundingClientRect().width + "x" + e.getBoundingClientRect().height)`)
		thumbs := browser.Eval[[]string](p, `Array.from(document.querySelectorAll(".button, .pill, .chip, textarea, select, .field input, .text-link"))
			.filter(e => e.checkVisibility() && e.getBoundingClientRect().height < 44)
			.map(e => e.outerHTML + " " + e.getBoundingClientRect().width + "x" + e.getBoundingClientRect().height)`)
		if len(small)+len(thumbs) > 0 {
			t.Errorf("%s: too small: %q %q", name, small, thumbs)
		}
	})
}

func TestTheGuestListIsWhatIsPrinted(t *testing.T) {
	t.Parallel()
	s := site.Open(t, site.Config{})
	id, token := s.Open(details(nil))
	s.Reply(id, "ada@example.org", 2)
	p := browser.Open(t)
	p.Go(s.URL + "/studio/occasions/" + id + "#t=" + token)
	p.AwaitText("ada@example.org")
	p.Print()
	for selector, printed := range map[string]bool{
		"h1": true, ".list": true, ".what time": true, ".counts": true, ".share": false, ".tabs": false, ".pick": false, ".keeping": false, ".masthead": false, ".chart": false,
	} {
		if got := browser.Eval[bool](p, `document.querySelector("`+selector+`").checkVisibility()`); got != printed {
			t.Errorf("%s is printed: %v", selector, got)
		}
	}
}
