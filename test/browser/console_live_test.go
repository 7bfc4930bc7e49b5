package browser_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"convoke/adapters/web/words"
	"convoke/domain/job"
	"convoke/test/browser"
	"convoke/test/site"
)

// looks is how often a page has asked for the console or a part of it.
func looks(p *browser.Page) (n int) {
	for _, sent := range p.Requests() {
		if strings.Contains(sent, "/console") && !strings.Contains(sent, "/assets/") {
			n++
		}
	}
	return n
}

// beats waits until the page has asked for its strip n times more.
func beats(p *browser.Page, n int) {
	browser.Eval[any](p, `globalThis.beaten = performance.getEntriesByType("resource").length`)
	p.Await("the page looks again", fmt.Sprintf(`performance.getEntriesByType("resource").length >= beaten + %d`, n))
}

func TestAPausedListStaysStillAndGoesOn(t *testing.T) {
	t.Parallel()
	s := site.Open(t, site.Config{})
	id := orderJob(t, s, "The first party")
	p, other := browser.Open(t), browser.Open(t)
	signIn(p, s.URL)
	p.Go(s.URL + "/console/jobs")
	p.Click("button", words.ConsolePause)
	p.AwaitText(words.ConsolePaused)
	p.Go(s.URL + "/console/jobs?q=first") // the pause survives navigation
	p.AwaitText(words.ConsolePaused)
	sent := looks(p)
	page := `document.querySelector("main").innerText + document.querySelector(".strip").innerText`
	before := browser.Eval[string](p, page)
	s.Cancel(id)
	orderJob(t, s, "The first party of another year")
	signIn(other, s.URL) // on a page that is not paused, time passes
	beats(other, 14)
	if after := browser.Eval[string](p, page); after != before || looks(p) != sent {
		t.Errorf("a paused page went from %q to %q and looked %d times", before, after, looks(p)-sent)
	}
	p.Click("button", words.ConsoleResume)
	p.Await("the row is kept new", `document.querySelector(".jobs tbody").innerText.includes("Cancelled")`)
	p.AwaitText("1 new")
	if browser.Eval[bool](p, `document.body.innerText.includes("another year")`) {
		t.Error("a row has come by itself")
	}
	p.Click("link", "1 new")
	p.Await("the new row is the first", `document.querySelector(".jobs tbody tr").innerText.includes("another year")`)
	p.Await("nothing is new any more", `!document.body.innerText.includes("1 new")`)
}

func TestRowsStayUnderThePointer(t *testing.T) {
	t.Parallel()
	s := site.Open(t, site.Config{})
	var ids []string
	for i := range 3 {
		id := orderJob(t, s, fmt.Sprintf("Party number %d.", i))
		s.Fail(id)
		ids = append(ids, id)
	}
	p := browser.Open(t)
	signIn(p, s.URL)
	p.Go(s.URL + "/console/jobs?status=FAILED")
	rows := `Array.from(document.querySelectorAll(".jobs tbody tr"), r => r.dataset.key).join()`
	before := browser.Eval[string](p, rows)
	if _, err := s.Jobs.Redrive(t.Context(), ids[1]); err != nil {
		t.Fatal(err)
	}
	p.AwaitText(words.JobsMoved)
	if _, err := s.Jobs.Redrive(t.Context(), ids[0]); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Jobs.Redrive(t.Context(), ids[2]); err != nil {
		t.Fatal(err)
	}
	p.Await("all have moved on", `document.querySelectorAll(".moved").length === 3`)
	if after := browser.Eval[string](p, rows); after != before {
		t.Errorf("the rows were %s and are %s", before, after)
	}
	p.Go(s.URL + "/console/jobs?status=FAILED")
	p.AwaitText(words.JobsNone)
}

func TestCountsInTheStripAreKeptNew(t *testing.T) {
	t.Parallel()
	s := site.Open(t, site.Config{})
	p := browser.Open(t)
	signIn(p, s.URL)
	id := orderJob(t, s, "A party")
	s.Fail(id)
	p.Await("one has failed", `document.querySelector(".strip a[href$=FAILED]").innerText.startsWith("1")`)
	p.Click("link", "1 Failed")
	p.AwaitText("A party")
}

func TestOneBrokenPartLeavesTheRestStanding(t *testing.T) {
	t.Parallel()
	s := site.Open(t, site.Config{}) // its second group can not be looked at
	p := browser.Open(t)
	signIn(p, s.URL)
	p.AwaitText(words.ConsoleUnknown)
	p.AwaitText(s.Names.Workers)
	orderJob(t, s, "A party")
	p.Await("the rest is kept new", `document.querySelector(".strip a").innerText.startsWith("1")`)
	p.Await("what is not known is no zero", `document.querySelector("[data-key='nobody no-such-topic'] .number").innerText === "–"`)
}

func TestAServerThatIsAwayIsSaidToBe(t *testing.T) {
	t.Parallel()
	s := site.Open(t, site.Config{})
	wire := site.NewWire(t, s.URL)
	p := browser.Open(t)
	p.ExpectBreaks()
	signIn(p, wire.URL)
	release := wire.Hold(t)
	browser.Eval[any](p, "globalThis.kept = true")
	wire.Cut()
	p.Await("it is asked again, and does not answer", fmt.Sprintf("performance.now() > %f", browser.Eval[float64](p, "performance.now()")+9000))
	p.AwaitText(words.ConsoleLost)
	release()
	orderJob(t, s, "A party")
	p.Await("it is there again", `globalThis.kept && document.querySelector(".strip a").innerText.startsWith("1") && !document.body.innerText.includes("`+words.ConsoleLost+`")`)
}

func TestWhoIsSignedOutElsewhereIsTold(t *testing.T) {
	t.Parallel()
	s := site.Open(t, site.Config{})
	p := browser.Open(t)
	signIn(p, s.URL)
	p.ExpectRefusal(http.StatusUnauthorized, "/console") // once for each part of the page that asks
	if status := browser.Promised[int](p, `fetch("/console/session/end", {method: "POST"}).then(r => r.status)`); status != http.StatusOK {
		t.Fatal(status)
	}
	p.AwaitText(words.ConsoleSignedOut)
}

func TestTimesAreTheReadersOwnIfTheyWant(t *testing.T) {
	t.Parallel()
	s := site.Open(t, site.Config{})
	id := orderJob(t, s, "A party")
	p := browser.Open(t)
	p.In("Asia/Tokyo")
	signIn(p, s.URL)
	p.Go(s.URL + "/console/jobs/" + id)
	p.Await("times are in UTC", `document.querySelector("[data-moment]").innerText.endsWith("UTC")`)
	p.Click("button", words.ConsoleLocal)
	tokyo := `document.querySelector("[data-moment]").innerText.includes("GMT+9")`
	p.Await("times are Tokyo's", tokyo)
	beats(p, 2)
	p.Await("they stay so", tokyo)
	p.Go(s.URL + "/console/jobs/" + id)
	p.Await("it is remembered", tokyo)
}

func TestAKeyboardIsEnoughForAnOperator(t *testing.T) {
	t.Parallel()
	s := site.Open(t, site.Config{})
	id := orderJob(t, s, "A party")
	p := browser.Open(t)
	signIn(p, s.URL)
	p.Go(s.URL + "/console/jobs")
	p.Keys("\t")
	p.Await("the way past everything comes first", `document.activeElement.matches(".skip") && document.activeElement.getBoundingClientRect().top >= 0`)
	p.TabTo("#q")
	p.Keys("party\r")
	p.Await("it is found", `location.search.includes("q=party") && document.readyState === "complete"`)
	p.TabTo(".jobs tbody a")
	p.Keys("\r")
	p.Await("the job is shown", fmt.Sprintf(`location.pathname.endsWith(%q) && document.readyState === "complete"`, id))
	p.TabTo("a.bad")
	p.Keys("\r")
	p.AwaitText(words.JobCancelText)
	p.TabTo(".button.bad")
	p.Keys("\r")
	p.AwaitText(words.JobCancelled)
	p.Await("what was done has the focus", `document.activeElement.getAttribute("role") === "status"`)
	if got := s.State(id).Status; got != job.Cancelled {
		t.Errorf("the job is %s", got)
	}
}
