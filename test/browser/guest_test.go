package browser_test

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"convoke/adapters/web/words"
	"convoke/domain/rsvp"
	"convoke/test/backend"
	"convoke/test/browser"
	"convoke/test/site"
)

func TestMain(m *testing.M) { backend.Main(browser.Tests{M: m}) }

const (
	yes   = words.Yes + " " + words.YesMore
	maybe = words.Maybe + " " + words.MaybeMore
	note  = words.NoteLabel + " (" + words.Optional + ")"
)

func details(change func(*rsvp.Details)) rsvp.Details {
	d := rsvp.Details{
		Title: "A garden party", StartsAt: time.Date(2031, 6, 12, 14, 0, 0, 0, time.UTC), EndsAt: time.Date(2031, 6, 12, 18, 0, 0, 0, time.UTC),
		TimeZone: "Europe/Berlin", Place: "Kew Gardens", Capacity: 40, Waitlist: rsvp.WaitlistAuto,
	}
	if change != nil {
		change(&d)
	}
	return d
}

// fill fills the form in.
func fill(p *browser.Page, email string) {
	p.Type("textbox", words.NameLabel, "Grace Hopper")
	p.Type("textbox", words.EmailLabel, email)
	p.Click("radio", yes)
	p.Type("spinbutton", words.PartyLabel, "2")
	p.Type("textbox", note, "We bring the lemonade.")
}

// onlyOurs fails the test if anything was asked of another host.
func onlyOurs(t *testing.T, p *browser.Page, address string) {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	if hosts := p.Hosts(); len(hosts) != 1 || !hosts[u.Host] {
		t.Errorf("the page asks %v", hosts)
	}
}

func TestAGuestRepliesChangesAndCancelsWithoutScripts(t *testing.T) {
	t.Parallel()
	s := site.Open(t, site.Config{})
	id, _ := s.Open(details(nil))
	p := browser.Open(t)
	p.WithoutScripts()
	p.ExpectRefusal(http.StatusUnprocessableEntity, "/o/"+id)
	p.Go(s.URL + "/o/" + id)
	p.Click("button", words.SendReply)
	p.AwaitText(words.BadEmail)
	p.Await("the summary has the focus", `document.activeElement.getAttribute("role") === "alert"`)
	fill(p, "grace@example.org")
	p.Click("button", words.SendReply)
	p.AwaitText(words.ReplySaved)
	p.AwaitText(words.StandsYes)
	p.Click("link", words.ChangeOrCancel)
	p.Click("radio", maybe)
	p.Click("button", words.SaveChanges)
	p.AwaitText(words.ReplyChanged)
	p.AwaitText(words.StandsMaybe)
	p.Click("link", words.CancelReply)
	p.Click("button", words.CancelConfirm)
	p.AwaitText(words.ReplyCancelled)
	if got := s.Replies(t, id); !slices.Equal(got, []string{"grace@example.org cancelled 2"}) {
		t.Fatalf("replies %q", got)
	}
	p.Go(s.URL + "/o/" + id)
	p.Type("textbox", words.NameLabel, "Grace again")
	p.Click("radio", yes)
	p.Click("button", words.SendAgain)
	p.AwaitText(words.StandsYes)
	onlyOurs(t, p, s.URL)
}

func TestThreeClicksAreOneReply(t *testing.T) {
	t.Parallel()
	s := site.Open(t, site.Config{})
	id, _ := s.Open(details(nil))
	wire := site.NewWire(t, s.URL)
	p := browser.Open(t)
	p.Go(wire.URL + "/o/" + id)
	fill(p, "grace@example.org")
	release := wire.Hold(t) // the answer takes its time
	p.Click("button", words.SendReply, 3)
	release()
	p.AwaitText(words.ReplySaved)
	posts := slices.DeleteFunc(p.Requests(), func(r string) bool { return !strings.HasPrefix(r, "POST") })
	if len(posts) != 1 || len(s.Replies(t, id)) != 1 || s.Mails.Sent() != "" {
		t.Fatalf("%q, replies %q", posts, s.Replies(t, id))
	}
	if here := browser.Eval[string](p, "location.href"); here != wire.URL+"/o/"+id {
		t.Errorf("a reload would say it again: %s", here)
	}
}

func TestAReaderElsewhereSeesBothTimes(t *testing.T) {
	t.Parallel()
	s := site.Open(t, site.Config{})
	id, _ := s.Open(details(nil))
	for zone, own := range map[string]string{"Asia/Tokyo": "23:00", "Europe/Paris": ""} {
		p := browser.Open(t)
		p.In(zone)
		p.Go(s.URL + "/o/" + id)
		p.AwaitText("16:00 to 20:00")
		p.AwaitText("Berlin time (UTC+2)")
		if own != "" {
			p.AwaitText(words.YourTimeLabel)
			p.AwaitText(own)
		} else if browser.Eval[bool](p, `document.querySelector("[data-your-time]").checkVisibility()`) {
			t.Errorf("%s has the same time, and sees it twice", zone)
		}
	}
}

func TestHostileTextIsText(t *testing.T) {
	t.Parallel()
	s := site.Open(t, site.Config{})
	const evil = `"'><script>hit=1</script><img src=/x onerror=hit=1></textarea><svg onload=hit=1>`
	id, _ := s.Open(details(func(d *rsvp.Details) { d.Title, d.Place = "T"+evil, "P"+evil+"\u202e drawkcab" }))
	p := browser.Open(t)
	p.Go(s.URL + "/o/" + id)
	p.AwaitText("T" + evil)
	fill(p, "grace@example.org")
	p.Type("textbox", words.NameLabel, evil)
	p.Type("textbox", note, evil)
	p.Click("button", words.SendReply)
	p.AwaitText(words.ReplySaved)
	p.Click("link", words.ChangeOrCancel)
	p.AwaitText(words.ChangeHeading)
	if browser.Eval[bool](p, `"hit" in globalThis || document.querySelector("main script, main img, main svg") !== null`) {
		t.Error("a text became markup")
	}
	if got := browser.Eval[string](p, `document.querySelector("#note").value`); got != evil {
		t.Errorf("the note came back as %q", got)
	}
}

func TestAKeyboardIsEnough(t *testing.T) {
	t.Parallel()
	s := site.Open(t, site.Config{})
	id, _ := s.Open(details(nil))
	p := browser.Open(t)
	p.Go(s.URL + "/o/" + id)
	p.Keys("\t")
	p.Await("the way past everything comes first", `document.activeElement.matches(".skip") && document.activeElement.getBoundingClientRect().top >= 0`)
	p.TabTo("#name")
	p.Keys("Grace Hopper")
	p.TabTo("#email")
	p.Keys("grace@example.org")
	p.TabTo("[value=yes]")
	p.Keys(" ")
	p.TabTo("button[type=submit]")
	p.Keys("\r")
	p.AwaitText(words.ReplySaved)
	p.Await("what was done has the focus", `document.activeElement.getAttribute("role") === "status"`)
}

func TestPlainHTTPOffLocalhostWorksToo(t *testing.T) {
	t.Parallel()
	s := site.Open(t, site.Config{})
	id, _ := s.Open(details(nil))
	p := browser.Open(t)
	p.Go(strings.Replace(s.URL, "127.0.0.1", "party.test", 1) + "/o/" + id)
	if browser.Eval[bool](p, "isSecureContext") {
		t.Fatal("this test wants a page that browsers do not trust")
	}
	fill(p, "grace@example.org")
	p.Click("button", words.SendReply)
	p.AwaitText(words.ReplySaved)
	s.Reply(id, "one@example.org", 1)
	p.Await("three are coming", `document.querySelector("[data-count=coming]").textContent === "3"`)
}

func TestBelowAPathEverythingWorks(t *testing.T) {
	t.Parallel()
	var s *site.Site
	public := site.Prefixed(t, "/convoke", func() string { return s.URL })
	s = site.Open(t, site.Config{PublicURL: public})
	id, _ := s.Open(details(nil))
	p := browser.Open(t)
	p.Go(public + "/o/" + id)
	fill(p, "grace@example.org")
	p.Click("button", words.SendReply)
	p.AwaitText(words.ReplySaved)
	s.Reply(id, "one@example.org", 1)
	p.Await("three are coming", `document.querySelector("[data-count=coming]").textContent === "3"`)
	p.Click("link", words.ChangeOrCancel)
	p.Click("button", words.SaveChanges)
	p.AwaitText(words.ReplyChanged)
	for _, sent := range p.Requests() {
		if strings.Contains(sent, "127.0.0.1") && !strings.Contains(sent, "/convoke/") {
			t.Errorf("%s is not below the path", sent)
		}
	}
}

func TestBackGivesTheFormBack(t *testing.T) {
	t.Parallel()
	s := site.Open(t, site.Config{})
	id, _ := s.Open(details(nil))
	p := browser.Open(t)
	p.ExpectRefusal(http.StatusUnprocessableEntity, "/o/"+id)
	p.Go(s.URL + "/o/" + id)
	fill(p, "not an address")
	p.Click("button", words.SendReply)
	p.AwaitText(words.BadEmail)
	p.Leave("history.back()")
	p.Await("the first page is back", `!document.body.innerText.includes(`+fmt.Sprintf("%q", words.BadEmail)+`) && document.readyState === "complete"`)
	fill(p, "grace@example.org")
	p.Click("button", words.SendReply)
	p.AwaitText(words.ReplySaved)
}

func TestBackShowsNoReplyThatWasForgotten(t *testing.T) {
	t.Parallel()
	s := site.Open(t, site.Config{})
	id, _ := s.Open(details(nil))
	_, token := s.Reply(id, "ada@example.org", 2)
	p := browser.Open(t)
	p.Go(s.URL + "/o/" + id + "/reply#t=" + token)
	p.AwaitText("ada@example.org")
	p.Click("link", words.BackToInvitation)
	p.AwaitText(words.StandsYes)
	p.Click("link", words.ChangeOrCancel)
	p.Click("button", words.Forget)
	p.AwaitText(words.ReplyForgotten)
	p.Leave("history.go(-2)")
	p.Await("the invitation is back, without the reply", `document.readyState === "complete" && location.pathname === "/o/`+id+`"
		&& !document.body.innerText.includes("ada@example.org") && document.body.innerText.includes(`+fmt.Sprintf("%q", words.ReplyHeading)+`)`)
}
