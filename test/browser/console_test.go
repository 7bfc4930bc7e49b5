package browser_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"convoke/adapters/web/words"
	"convoke/application/deadletter"
	"convoke/application/jobs"
	"convoke/application/port"
	"convoke/domain/event"
	"convoke/domain/job"
	"convoke/test/browser"
	"convoke/test/site"
)

// hostile is text that would be markup where text is not kept apart from it.
const hostile = `"'><script>hit=1</script><img src=/x onerror=hit=1></td><svg onload=hit=1>`

// signIn opens the console as the banner of a server says it.
func signIn(p *browser.Page, address string) {
	p.ExpectRefusal(http.StatusUnauthorized, "/console#a=") // before the session
	p.Go(address + "/console#a=" + site.AdminToken)
	p.AwaitText(words.HourHeading)
}

func orderJob(t *testing.T, s *site.Site, description string) string {
	t.Helper()
	state, err := s.Jobs.Generate(t.Context(), jobs.Generate{Description: description})
	if err != nil {
		t.Fatal(err)
	}
	return state.ID
}

// ill is a dependency that does not answer.
type ill struct{}

func (ill) Check(context.Context) error { return errors.New("refused") }

// operate opens a site with something to see on every page of its console, and hostile text wherever others write it.
func operate(t *testing.T) (s *site.Site, paths map[string]string) {
	t.Helper()
	s = site.Open(t, site.Config{Checks: map[string]port.Checker{"broker": ill{}}})
	done, failed := orderJob(t, s, "A garden party "+hostile), orderJob(t, s, strings.Repeat("Donaudampfschifffahrtsgesellschaft", 8))
	s.Progress(done, 20, hostile)
	s.Complete(done)
	s.Apply(event.DesignFailed{JobID: failed, Attempt: 1, WorkerID: hostile, Code: "refused" + hostile, Message: hostile})
	running := orderJob(t, s, "A party "+hostile)
	s.Progress(running, 40, hostile)
	s.Fleet.Take(event.WorkerSeen{
		WorkerID: hostile, Concurrency: 8, Running: []event.Run{{JobID: running, Attempt: 1}},
		Generators: []event.GeneratorStatus{{ID: "studio", Health: event.HealthOK}, {ID: hostile, Health: event.HealthIll, Detail: hostile}},
	})
	letter := deadletter.Letter{
		ID: "01890000-0000-7000-8000-00000000000a", Topic: hostile, Partition: 3, Offset: 9007199254740993, Group: hostile, Reason: hostile, Attempts: 1,
		Time: time.Now(), Key: hostile, Value: []byte(hostile), Headers: map[string]string{hostile: hostile},
	}
	if err := s.Store.AddLetters(t.Context(), []deadletter.Letter{letter}); err != nil {
		t.Fatal(err)
	}
	if errs := s.Bus.Publish(t.Context(), []port.Message{{Topic: s.Names.RSVPEvents, Key: hostile, Value: []byte(hostile)}}); errs != nil {
		t.Fatal(errs)
	}
	return s, map[string]string{
		"the overview": "/console", "the jobs": "/console/jobs", "a filter that finds nothing": "/console/jobs?q=nothing", "a finished job": "/console/jobs/" + done,
		"a failed job": "/console/jobs/" + failed, "a running job": "/console/jobs/" + running, "before a job is cancelled": "/console/jobs/" + running + "/cancel",
		"before many are retried": "/console/bulk?act=redrive-jobs", "before letters are discarded": "/console/bulk?act=discard-letters",
		"the operations": "/console/operations", "the heaps": "/console/letters", "the letters": "/console/letters/all", "a letter": "/console/letters/" + letter.ID + "?payload=1",
		"before a letter is discarded": "/console/letters/" + letter.ID + "/discard", "the groups": "/console/groups",
		"before a replay": "/console/groups/replay?group=" + s.Names.Workers, "the workers": "/console/workers", "the topics": "/console/topics",
		"a tail": "/console/topics/tail?reveal=1&topic=" + s.Names.RSVPEvents,
	}
}

// patrol shows every page of the console, folded texts opened, and calls look on each.
func patrol(t *testing.T, p *browser.Page, look func(name string)) {
	t.Helper()
	s, paths := operate(t)
	p.ExpectRefusal(http.StatusUnauthorized, s.URL+"/console")
	p.Go(s.URL + "/console")
	p.AwaitText(words.SignInHeading)
	look("where operators sign in")
	p.Go("about:blank")
	signIn(p, s.URL)
	for name, path := range paths {
		p.Go(s.URL + path)
		browser.Eval[any](p, `document.querySelectorAll("details").forEach(d => d.open = true)`)
		look(name)
	}
	onlyOurs(t, p, s.URL)
	p.Go("about:blank") // it was open before the site, which closes first: nothing may be loading from there by then
}

func TestTheConsoleShowsHostileTextAsText(t *testing.T) {
	t.Parallel()
	p := browser.Open(t)
	shown := 0
	patrol(t, p, func(name string) {
		t.Helper()
		if browser.Eval[bool](p, `"hit" in globalThis || document.querySelector("main script, main [onerror], main [onload]") !== null`) {
			t.Errorf("%s: a text became markup", name)
		}
		if strings.Contains(browser.Eval[string](p, "document.body.innerText"), "<script>hit=1") {
			shown++
		}
	})
	if shown < 8 {
		t.Errorf("only %d pages showed a hostile text", shown)
	}
}

func TestNothingInTheConsoleScrollsSideways(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		width int64
		text  string
	}{{320, "100%"}, {390, "200%"}, {1280, "100%"}} {
		p := browser.Open(t)
		p.Size(c.width, 800)
		patrol(t, p, func(name string) {
			t.Helper()
			browser.Eval[any](p, `document.documentElement.style.fontSize = "`+c.text+`"`)
			if wide := browser.Eval[int64](p, "document.documentElement.scrollWidth"); wide > c.width {
				t.Errorf("%s is %d wide in a window of %d with text at %s: %q", name, wide, c.width, c.text, browser.Eval[[]string](p,
					`Array.from(document.querySelectorAll("body *")).filter(e => e.getBoundingClientRect().right > innerWidth && !e.closest(".scroll")).map(e => e.outerHTML.slice(0, 99))`))
			}
		})
	}
}

func TestTheTokenInTheAddressIsSentOnceAndGone(t *testing.T) {
	t.Parallel()
	s := site.Open(t, site.Config{})
	p := browser.Open(t)
	p.Before(`globalThis.firstReferrer = document.referrer`)
	p.ExpectRefusal(http.StatusUnauthorized, "#a=")
	p.Go(s.URL + "/console/jobs?status=FAILED#a=" + site.AdminToken)
	p.AwaitText(words.JobsNone)
	if here := browser.Eval[string](p, "location.href"); here != s.URL+"/console/jobs?status=FAILED" {
		t.Errorf("the address is %q", here)
	}
	posts := slices.DeleteFunc(p.Requests(), func(r string) bool { return !strings.HasPrefix(r, "POST") })
	if !slices.Equal(posts, []string{"POST " + s.URL + "/console/session"}) {
		t.Errorf("it sent %q", posts)
	}
	for _, sent := range p.Requests()[1:] { // the first is the navigation that the test itself asked for
		if strings.Contains(sent, site.AdminToken) {
			t.Errorf("the token is in %s", sent)
		}
	}
	if strings.Contains(browser.Eval[string](p, "firstReferrer"), site.AdminToken) {
		t.Error("the token is in a referrer")
	}
	if len(p.Cookies(s.URL+"/api/jobs")) > 0 || len(p.Cookies(s.URL+"/console/jobs")) != 1 || !p.Cookies(s.URL + "/console/jobs")[0].HTTPOnly {
		t.Error("the session goes where it should not, or not where it should")
	}
	p.Go(s.URL + "/console/workers#a=" + site.AdminToken) // whoever is signed in already
	p.Await("the address is cleared", fmt.Sprintf("location.href === %q", s.URL+"/console/workers"))
}

func TestAnOperatorWithoutScriptsSignsInAndReloads(t *testing.T) {
	t.Parallel()
	s := site.Open(t, site.Config{})
	p := browser.Open(t)
	p.WithoutScripts()
	p.ExpectRefusal(http.StatusUnauthorized, s.URL+"/console/jobs")
	p.ExpectRefusal(http.StatusUnauthorized, s.URL+"/console/session")
	p.Go(s.URL + "/console/jobs")
	p.Type("textbox", words.SignInLabel, "wrong")
	p.Click("button", words.SignInButton)
	p.AwaitText(words.SignInWrong)
	p.Type("textbox", words.SignInLabel, site.AdminToken)
	p.Click("button", words.SignInButton)
	p.AwaitText(words.JobsNoneYet)
	orderJob(t, s, "A wedding in the mill")
	p.Go(s.URL + "/console/jobs")
	p.AwaitText("A wedding in the mill")
	if browser.Eval[bool](p, `document.querySelector("[data-tools]").checkVisibility()`) {
		t.Error("a button is shown that can do nothing")
	}
}

func TestAFailedJobIsRetriedAndCompletes(t *testing.T) {
	t.Parallel()
	s := site.Open(t, site.Config{})
	id := orderJob(t, s, "A wedding in the mill")
	s.Fail(id)
	p := browser.Open(t)
	signIn(p, s.URL)
	p.Go(s.URL + "/console/jobs?status=FAILED")
	p.Click("link", "A wedding in the mill")
	p.Click("button", words.JobRetry)
	p.AwaitText(words.JobRetried)
	p.AwaitText(words.AttemptNumber(2))
	if got := s.State(id).Status; got != job.Pending {
		t.Fatalf("the job is %s", got)
	}
	browser.Eval[any](p, "globalThis.kept = true")
	s.Progress(id, 30, "choosing colours")
	p.AwaitText("choosing colours")
	s.Complete(id)
	p.Await("the design is shown, on the same page", `globalThis.kept && document.querySelector(".drawing img")?.naturalWidth > 0`)
}
