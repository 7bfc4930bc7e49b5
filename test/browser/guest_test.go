package browser_test

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"convoke/adapters/web/words"
	"convoke/application/metric"
	"convoke/application/rsvps"
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

func replies(t *testing.T, s *site.Site, id string) []string {
	t.Helper()
	page, err := s.Store.Replies(t.Context(), rsvps.Query{OccasionID: id, Limit: 100})
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, r := range page.Replies {
		all = append(all, fmt.Sprintf("%s %s %d", r.Email, r.Status, r.PartySize))
	}
	return all
}

func revision(t *testing.T, s *site.Site, id string) uint64 {
	t.Helper()
	o, err := s.Store.Occasion(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	return o.Revision
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
	p.Go(s.URL + "/o/" + id)
	p.Click("button", words.SendReply)
	p.AwaitText(words.BadEmail)
	p.Await("the summary has the focus", `document.activeElement.getAttribute("role") === "alert"`)
	p.Messages() // the browser says that the answer was a 422
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
	if got := replies(t, s, id); !slices.Equal(got, []string{"grace@example.org cancelled 2"}) {
		t.Fatalf("replies %q", got)
	}
	p.Go(s.URL + "/o/" + id)
	p.Type("textbox", words.NameLabel, "Grace again")
	p.Click("radio", yes)
	p.Click("button", words.SendAgain)
	p.AwaitText(words.StandsYes)
	onlyOurs(t, p, s.URL)
}

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
	before := revision(t, s, id)
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
	if after := revision(t, s, id); after != before {
		t.Errorf("a look changed the occasion from %d to %d", before, after)
	}
	if len(p.Cookies(s.URL+"/api/rsvps")) > 0 || len(p.Cookies(s.URL+"/o/"+id)) != 1 || !p.Cookies(s.URL + "/o/" + id)[0].HTTPOnly {
		t.Error("the token goes where it should not, or not where it should")
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
	for _, token := range []string{foreign, foreign[:20], `"><script>alert(1)</script>`} {
		p.Go("about:blank")
		p.Go(s.URL + "/o/" + id + "/reply#t=" + url.QueryEscape(token))
		p.AwaitText(words.WrongHeading)
		if text := browser.Eval[string](p, "document.documentElement.innerHTML + location.href"); strings.Contains(text, "eve@") || strings.Contains(text, token) {
			t.Errorf("%q shows %s", token, text)
		}
	}
	p.Messages() // the browser says that the answers were 401 and 403
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
	if len(posts) != 1 || len(replies(t, s, id)) != 1 || s.Mails.Sent() != "" {
		t.Fatalf("%q, replies %q", posts, replies(t, s, id))
	}
	if here := browser.Eval[string](p, "location.href"); here != wire.URL+"/o/"+id {
		t.Errorf("a reload would say it again: %s", here)
	}
}

func TestCountsAreLiveAlsoAfterTheConnectionIsCut(t *testing.T) {
	t.Parallel()
	s := site.Open(t, site.Config{})
	wire := site.NewWire(t, s.URL)
	id, _ := s.Open(details(func(d *rsvp.Details) { d.Capacity = 6 }))
	p := browser.Open(t)
	p.Go(wire.URL + "/o/" + id)
	browser.Eval[any](p, `globalThis.seen = []; new MutationObserver(() => seen.push(Number(document.querySelector("[data-count=coming]").textContent)))
		.observe(document.querySelector("[data-count=coming]"), {childList: true, characterData: true, subtree: true})`)
	s.Reply(id, "one@example.org", 1)
	p.Await("one is coming", `document.querySelector("[data-count=coming]").textContent === "1"`)
	wire.Cut()
	p.Messages() // the browser may say that a connection broke
	s.Reply(id, "two@example.org", 2)
	p.Await("three are coming", `document.querySelector("[data-count=coming]").textContent === "3" && document.querySelector("[data-count=seats]").textContent === "3"`)
	s.Reply(id, "three@example.org", 3)
	p.Await("it is full", `document.querySelector("[data-full]").checkVisibility()`)
	if seen := browser.Eval[[]int](p, "seen"); !slices.IsSorted(seen) {
		t.Errorf("the count went back: %v", seen)
	}
	p.Messages()
}

func TestAnOlderCountIsDropped(t *testing.T) {
	t.Parallel()
	s := site.Open(t, site.Config{})
	id, _ := s.Open(details(nil))
	p := browser.Open(t)
	p.Before(`globalThis.WebSocket = class extends WebSocket { constructor(url) { super(url); globalThis.socket = this; } }`)
	p.Go(s.URL + "/o/" + id)
	say := func(revision, coming int) {
		browser.Eval[any](p, fmt.Sprintf(`socket.onmessage({data: JSON.stringify({type: "occasion_counts", occasionId: %q, revision: %d,
			people: {yes: %d, maybe: 0, waitlisted: 0}, seatsLeft: 1})})`, id, revision, coming))
	}
	say(10, 5)
	say(9, 4)
	p.Await("the newer count is shown", `document.querySelector("[data-count=coming]").textContent === "5"`)
	say(9, 4)
	say(11, 6)
	p.Await("the newest count is shown", `document.querySelector("[data-count=coming]").textContent === "6"`)
	say(10, 5)
	shown := browser.Promised[string](p, `new Promise(r => requestAnimationFrame(() => requestAnimationFrame(() => r(document.querySelector("[data-count=coming]").textContent))))`)
	if shown != "6" {
		t.Errorf("the count went back to %s", shown)
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

func TestCountsThatAreHiddenStopAndSaySo(t *testing.T) {
	t.Parallel()
	s := site.Open(t, site.Config{})
	id, host := s.Open(details(nil))
	claim, err := s.Signer.Read(host)
	if err != nil {
		t.Fatal(err)
	}
	p := browser.Open(t)
	p.Go(s.URL + "/o/" + id)
	s.Reply(id, "one@example.org", 1)
	p.Await("one is coming", `document.querySelector("[data-count=coming]").textContent === "1"`)
	_, err = s.RSVPs.Edit(t.Context(), rsvps.Caller{Claim: &claim}, id, "", func(d *rsvp.Details) { d.Counts = rsvp.CountsHidden })
	if err != nil {
		t.Fatal(err)
	}
	p.AwaitText(words.LiveStopped)
	s.Reply(id, "two@example.org", 1)
	if shown := browser.Eval[string](p, `document.querySelector("[data-count=coming]").textContent`); shown != "1" {
		t.Errorf("hidden counts are shown: %s", shown)
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

func TestAPageThatBackRestoresIsLiveOverOneSocket(t *testing.T) {
	t.Parallel()
	s := site.Open(t, site.Config{})
	id, _ := s.Open(details(nil))
	p := browser.Open(t)
	p.Go(s.URL + "/o/" + id)
	s.Reply(id, "one@example.org", 1)
	p.Await("one is coming", `document.querySelector("[data-count=coming]").textContent === "1"`)
	p.Leave(`globalThis.kept = true; location.href = "/o/` + id + `/reply"`)
	p.AwaitText(words.OpenText)
	p.Leave("history.back()")
	p.Await("the page is restored as it was", "globalThis.kept === true")
	s.Reply(id, "two@example.org", 2)
	p.Await("three are coming", `document.querySelector("[data-count=coming]").textContent === "3"`)
	if open := s.Meter.Value(metric.SocketsOpen); open != 1 {
		t.Errorf("%v sockets are open", open)
	}
}

func TestBackGivesTheFormBack(t *testing.T) {
	t.Parallel()
	s := site.Open(t, site.Config{})
	id, _ := s.Open(details(nil))
	p := browser.Open(t)
	p.Go(s.URL + "/o/" + id)
	fill(p, "not an address")
	p.Click("button", words.SendReply)
	p.AwaitText(words.BadEmail)
	p.Messages()
	p.Leave("history.back()")
	p.Await("the first page is back", `!document.body.innerText.includes(`+fmt.Sprintf("%q", words.BadEmail)+`) && document.readyState === "complete"`)
	fill(p, "grace@example.org")
	p.Click("button", words.SendReply)
	p.AwaitText(words.ReplySaved)
}
