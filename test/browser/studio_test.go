package browser_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"convoke/adapters/web/words"
	"convoke/application/rsvps"
	"convoke/domain/job"
	"convoke/domain/rsvp"
	"convoke/test/browser"
	"convoke/test/site"
)

// order writes a brief and waits for its job.
func order(t *testing.T, s *site.Site, p *browser.Page, address string) string {
	t.Helper()
	p.Go(address + "/studio")
	p.Type("textbox", words.DescriptionLabel, "A garden party for Ada")
	p.Click("button", words.DrawIt)
	p.AwaitText(words.QueuedHeading)
	return s.Newest(t)
}

func TestADesignIsWatchedToItsEndAndArrivesOnce(t *testing.T) {
	t.Parallel()
	s := site.Open(t, site.Config{})
	wire := site.NewWire(t, s.URL)
	p := browser.Open(t)
	p.ExpectBreaks()
	id := order(t, s, p, wire.URL)
	s.Progress(id, 30, "Choosing typefaces")
	p.AwaitText("30 %")
	p.AwaitText(words.DrawingHeading)
	p.Go(wire.URL + "/studio") // the page is left, and come back to from the desk
	p.AwaitText(words.VersionRunning)
	p.Leave(`document.querySelector(".thing").click()`)
	p.AwaitText("30 %")
	wire.Cut()
	s.Progress(id, 60, "Setting the words")
	p.AwaitText("Setting the words")
	s.Draw(t, id)
	p.Await("the paper slides out", `document.querySelector(".paper.fresh img") !== null`)
	p.Await("it is announced", `document.querySelector("[data-said]").textContent === "`+words.ReadyNotice+`"`)
	p.AwaitText(words.RefineHeading)
	p.Go(wire.URL + "/studio/jobs/" + id)
	p.AwaitText(words.Version(1))
	if browser.Eval[bool](p, `document.querySelector(".fresh") !== null`) {
		t.Error("what was drawn long ago arrives again")
	}
}

func TestAnotherVersionOnTheWallComesByItselfAndDisturbsNoWriting(t *testing.T) {
	t.Parallel()
	s := site.Open(t, site.Config{})
	p := browser.Open(t)
	first := order(t, s, p, s.URL)
	s.Draw(t, first)
	p.AwaitText(words.RefineHeading)
	second := refined(t, s, first, "Navy and gold")
	p.Go(s.URL + "/studio/jobs/" + first)
	p.Type("textbox", words.RefineLabel, "Half a sent")
	s.Progress(second, 50, "Setting the words")
	p.Await("the wall shows how far it is", `document.querySelector("[data-sketch] progress")?.value === 50`)
	s.Draw(t, second)
	p.AwaitText(words.Version(2))
	if left := browser.Eval[string](p, `document.activeElement.id + " " + document.activeElement.value`); left != "instructions Half a sent" {
		t.Errorf("the writing became %q", left)
	}
	p.Keys("ence")
	p.Click("button", words.RefineIt)
	p.AwaitText("Half a sentence")
}

func TestWhatWaitsIsStoppedAtOnce(t *testing.T) {
	t.Parallel()
	s := site.Open(t, site.Config{})
	p := browser.Open(t)
	ahead := s.Order()
	id := order(t, s, p, s.URL)
	p.AwaitText(words.Ahead(1, 100))
	s.Complete(ahead)
	p.AwaitText(words.Ahead(0, 100)) // which no message tells
	p.Click("button", words.StopIt)
	p.AwaitText(words.CancelledHeading)
	if status := s.State(id).Status; status != job.Cancelled {
		t.Errorf("the job is %s", status)
	}
	p.Click("button", words.TryAgain)
	p.AwaitText(words.QueuedHeading)
}

func TestThreeClicksOrderOnce(t *testing.T) {
	t.Parallel()
	s := site.Open(t, site.Config{})
	wire := site.NewWire(t, s.URL)
	p := browser.Open(t)
	p.Go(wire.URL + "/studio")
	p.Type("textbox", words.DescriptionLabel, "A garden party for Ada")
	release := wire.Hold(t)
	p.Click("button", words.DrawIt, 3)
	release()
	p.AwaitText(words.QueuedHeading)
	posts := slices.DeleteFunc(p.Requests(), func(r string) bool { return !strings.HasPrefix(r, "POST") })
	if len(posts) != 1 {
		t.Fatalf("%q", posts)
	}
}

func TestWithoutScriptsABriefBecomesADesign(t *testing.T) {
	t.Parallel()
	s := site.Open(t, site.Config{})
	p := browser.Open(t)
	p.WithoutScripts()
	id := order(t, s, p, s.URL)
	s.Draw(t, id)
	p.AwaitText(words.Version(1)) // the page looks again by itself
	p.Type("textbox", words.RefineLabel, "Navy and gold")
	p.Click("button", words.RefineIt)
	p.AwaitText(words.QueuedHeading)
	s.Draw(t, s.Newest(t))
	p.AwaitText(words.Version(2))
	p.Click("link", words.ChooseNew)
	p.Type("textbox", words.OccasionTitle, "A garden party")
	p.Click("button", words.OpenIt)
	p.AwaitText(words.OccasionMade)
	p.Click("link", words.AddGuest)
	p.Type("textbox", words.GuestNameLabel, "Grace Hopper")
	p.Type("textbox", words.EmailLabel, "grace@example.org")
	p.Click("button", words.AddIt)
	p.AwaitText(words.GuestAdded)
	p.AwaitText("grace@example.org")
	onlyOurs(t, p, s.URL)
}

func TestAKeyboardIsEnoughForTheStudio(t *testing.T) {
	t.Parallel()
	s := site.Open(t, site.Config{})
	p := browser.Open(t)
	p.Go(s.URL + "/studio")
	p.TabTo("#description")
	p.Keys("A garden party for Ada")
	p.TabTo("[name=style]")
	p.TabTo("[name=swatch]")
	p.Keys(" ")
	p.TabTo("button[type=submit]")
	p.Keys("\r")
	p.AwaitText(words.QueuedHeading)
	id := s.Newest(t)
	if got := s.State(id).Brief.Palette; len(got) != 1 {
		t.Errorf("the colours are %q", got)
	}
	p.TabTo(".making button")
	s.Draw(t, id)
	p.AwaitText(words.Version(1))
	p.Await("the focus is not lost with the button", `document.activeElement.id === "heading"`)
	p.TabTo("#instructions")
	p.TabTo(".refine button")
	p.TabTo(".choose .button")
	p.Keys("\r")
	p.AwaitText(words.OpenLead)
	p.TabTo("#title")
	p.Keys("A garden party")
	p.TabTo("button[type=submit]")
	p.Keys("\r")
	p.AwaitText(words.OccasionMade)
	p.Await("what was done has the focus", `document.activeElement.getAttribute("role") === "status"`)
}

func TestHostileTextIsTextInTheStudio(t *testing.T) {
	t.Parallel()
	s := site.Open(t, site.Config{})
	const evil = `"'><script>hit=1</script><img src=/x onerror=hit=1></textarea><svg onload=hit=1>`
	p := browser.Open(t)
	p.ExpectRefusal(http.StatusUnprocessableEntity, "/studio")
	p.Go(s.URL + "/studio")
	p.Type("textbox", words.DescriptionLabel, evil)
	p.Type("textbox", words.OwnColorsLabel, evil)
	p.Click("button", words.DrawIt)
	p.AwaitText(words.BadColors)
	p.Type("textbox", words.OwnColorsLabel, "")
	p.Click("button", words.DrawIt)
	p.AwaitText(words.QueuedHeading)
	first := s.Newest(t)
	s.Draw(t, first)
	p.AwaitText(words.RefineHeading)
	p.Type("textbox", words.RefineLabel, evil)
	p.Click("button", words.RefineIt)
	p.AwaitText(words.QueuedHeading)
	s.Progress(s.Newest(t), 10, evil)
	p.AwaitText(evil)
	s.Draw(t, s.Newest(t)) // comes through the swap of a region
	p.AwaitText(words.HistoryHeading)
	p.Click("link", words.CompareHeading)
	p.AwaitText(words.ChangedAsked)
	p.Go(s.URL + "/studio/occasions/new?job=" + first)
	p.Type("textbox", words.OccasionTitle, evil)
	p.Type("textbox", words.PlaceLabel, evil)
	p.Click("button", words.OpenIt)
	p.AwaitText(words.OccasionMade)
	id := browser.Eval[string](p, `location.pathname.split("/").pop()`)
	_, _, err := s.RSVPs.Reply(t.Context(), rsvps.Reply{OccasionID: id, Answer: rsvp.Answer{Name: evil, Email: "a@example.org", Note: evil}})
	if err != nil {
		t.Fatal(err)
	}
	p.Click("button", "1 "+words.NewSuffix) // comes through the swap of a region
	p.AwaitText("a@example.org")
	if browser.Eval[bool](p, `"hit" in globalThis || document.querySelector("main script, main [onerror], main [onload]") !== null`) {
		t.Error("a text became markup")
	}
}
