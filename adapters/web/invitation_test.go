package web_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"convoke/adapters/web/words"
	"convoke/application/jobs"
	"convoke/domain/rsvp"
	"convoke/test/site"
)

func TestAnInvitationSaysWhatWhenAndWhere(t *testing.T) {
	t.Parallel()
	s := site.Open(t, site.Config{})
	start := time.Date(2031, 6, 12, 14, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		zone string
		ends time.Time
		want []string
	}{
		{"Europe/Berlin", start.Add(4 * time.Hour), []string{"Thursday 12 June 2031", "16:00 to 20:00", "Berlin time (UTC+2)", `data-offset="120"`}},
		{"Asia/Kolkata", time.Time{}, []string{"19:30", "Kolkata time (UTC+5:30)"}},
		{"America/Argentina/Buenos_Aires", time.Time{}, []string{"11:00", "Buenos Aires time (UTC−3)"}},
		{"Asia/Tokyo", start.Add(3 * time.Hour), []string{"Thursday 12 June 2031", "23:00 to Friday 13 June, 02:00", "Tokyo time (UTC+9)"}},
		{"UTC", time.Time{}, []string{"14:00", ">UTC<"}},
	} {
		id, _ := s.Open(details(func(d *rsvp.Details) { d.StartsAt, d.EndsAt, d.TimeZone = start, c.ends, c.zone }))
		a := newReader(t, s).get("/o/"+id).want(t, http.StatusOK, party, "Kew Gardens", `datetime="2031-06-12T14:00:00Z"`, "/calendar.ics")
		a.want(t, http.StatusOK, c.want...)
	}
	id, _ := s.Open(rsvp.Details{Title: "Ümläute"})
	newReader(t, s).get("/o/"+id).want(t, http.StatusOK, words.DateToFollow, ">Ü<").lacks(t, "calendar.ics")
	newReader(t, s).get("/o/default").want(t, http.StatusOK, "Our occasion")
}

func TestEveryPageIsGuarded(t *testing.T) {
	t.Parallel()
	s := site.Open(t, site.Config{})
	id, _ := s.Open(details(nil))
	for path, cache := range map[string]string{
		"/o/" + id: "private, no-cache", "/o/" + id + "/reply": "no-store", "/o/nothing": "no-store", "/o/" + id + "/nothing": "no-store",
	} {
		a := newReader(t, s).get(path)
		policy := a.Header.Get("Content-Security-Policy")
		for _, part := range []string{"default-src 'none'", "script-src 'self'", "require-trusted-types-for 'script'", "frame-ancestors 'none'", "form-action 'self'"} {
			if !strings.Contains(policy, part) {
				t.Errorf("%s: the policy lacks %s: %s", path, part, policy)
			}
		}
		if a.Header.Get("X-Content-Type-Options") != "nosniff" || a.Header.Get("Referrer-Policy") != "same-origin" || a.Header.Get("Cache-Control") != cache {
			t.Errorf("%s: %v", path, a.Header)
		}
		if strings.Contains(a.body, "style=") || strings.Contains(a.body, "<style") || strings.Count(a.body, "<script") != strings.Count(a.body, "<script type=\"module\" src=") {
			t.Errorf("%s has styles or scripts of its own:\n%s", path, a.body)
		}
	}
}

func TestAReplyIsSavedAndShownToWhoComesBack(t *testing.T) {
	t.Parallel()
	s := site.Open(t, site.Config{})
	id, _ := s.Open(details(nil))
	guest := newReader(t, s)
	a := guest.post("/o/"+id, written("Ada@Example.org", "note", "one\r\ntwo")).want(t, http.StatusSeeOther)
	if a.location() != "/o/"+id+"?done=replied" {
		t.Fatalf("sent to %q", a.location())
	}
	cookie := a.Cookies()[0]
	if !cookie.HttpOnly || cookie.SameSite != http.SameSiteLaxMode || cookie.Secure || cookie.Path != "/o/"+id || cookie.MaxAge <= 0 {
		t.Fatalf("cookie %v", cookie)
	}
	guest.get(a.location()).want(t, http.StatusOK, words.ReplySaved, words.StandsYes, "Ada Lovelace", words.Party(2), "one\ntwo").lacks(t, words.SendReply)
	guest.get("/o/"+id).want(t, http.StatusOK, words.StandsYes).lacks(t, words.ReplySaved)
	newReader(t, s).get("/o/"+id+"?done=replied").want(t, http.StatusOK, words.SendReply).lacks(t, words.ReplySaved, "Ada Lovelace")
	if got := s.Replies(t, id); !slices.Equal(got, []string{"ada@example.org yes 2"}) {
		t.Fatalf("replies %q", got)
	}
	guest.post("/o/"+id+"/reply/forget", written("")).want(t, http.StatusSeeOther)
	guest.get("/o/"+id+"?done=forgotten").want(t, http.StatusOK, words.ReplyForgotten, words.SendReply)
}

func TestABadFormComesBackWithWhatWasWrittenAndWhatIsWrong(t *testing.T) {
	t.Parallel()
	s := site.Open(t, site.Config{})
	id, _ := s.Open(details(func(d *rsvp.Details) { d.MaxPartySize = 4 }))
	before := s.Revision(t, id)
	a := newReader(t, s).post("/o/"+id, written("not an address", "name", "x", "status", "", "partySize", "five", "note", "n\x00")).
		want(t, http.StatusUnprocessableEntity, words.ProblemHeading, words.BadName, words.BadEmail, words.BadAnswer, words.BadParty(4), words.BadNote,
			`value="not an address"`, `value="five"`, `aria-invalid="true"`, `role="alert" tabindex="-1" autofocus`, `href="#email"`, `aria-describedby="hint-email problem-email"`)
	if len(a.Cookies()) > 0 || s.Revision(t, id) != before {
		t.Fatal("a bad form changed something")
	}
	for _, size := range []string{"0", "-1", "5", "99999999999999999999", "1.5"} {
		newReader(t, s).post("/o/"+id, written("a@example.org", "partySize", size)).want(t, http.StatusUnprocessableEntity, words.BadParty(4))
	}
	newReader(t, s).post("/o/"+id, written("a@example.org", "name", "\xff\xfe")).want(t, http.StatusUnprocessableEntity, words.BadName)
	newReader(t, s).post("/o/"+id, written("a@example.org", "partySize", "")).want(t, http.StatusSeeOther)
}

func TestAFormsFieldsAreNotTakenFromTheAddress(t *testing.T) {
	t.Parallel()
	s := site.Open(t, site.Config{})
	id, _ := s.Open(details(nil))
	newReader(t, s).post("/o/"+id+"?name=Eve&email=eve@example.org&status=yes", written("", "name", "")).want(t, http.StatusUnprocessableEntity)
}

func TestARepeatedAddressLearnsNothing(t *testing.T) {
	t.Parallel()
	s := site.Open(t, site.Config{})
	id, _ := s.Open(details(nil))
	newReader(t, s).post("/o/"+id, written("ada@example.org")).want(t, http.StatusSeeOther)
	other := newReader(t, s)
	again := other.post("/o/"+id, written(" ADA@example.org ", "name", "Eve Other")).want(t, http.StatusSeeOther)
	lost := other.post("/o/"+id+"/resend", written("nobody@example.org")).want(t, http.StatusSeeOther)
	if again.location() != lost.location() || len(again.Cookies())+len(lost.Cookies()) > 0 {
		t.Fatalf("%q and %q, %v", again.location(), lost.location(), again.Cookies())
	}
	other.get(again.location()).want(t, http.StatusOK, words.LinkOnItsWay, words.SendReply).lacks(t, "Ada Lovelace")
	if s.Mails.Sent() != "ada@example.org nobody@example.org" {
		t.Fatalf("mailed to %q", s.Mails.Sent())
	}
	if got := s.Replies(t, id); len(got) != 1 {
		t.Fatalf("replies %q", got)
	}
	other.post("/o/"+id+"/resend", written("nonsense")).want(t, http.StatusUnprocessableEntity, words.BadEmail, `value="nonsense"`)
}

func TestWishesForLinksAreLimitedLikeThoseOfTheAPI(t *testing.T) {
	t.Parallel()
	s := site.Open(t, site.Config{})
	id, _ := s.Open(details(nil))
	s.Reply(id, "ada@example.org", 1)
	guest, limited := newReader(t, s), 0
	for range 8 {
		switch a := guest.post("/o/"+id+"/resend", written("ada@example.org")); a.StatusCode {
		case http.StatusSeeOther:
		case http.StatusTooManyRequests:
			limited++
			a.want(t, http.StatusTooManyRequests, words.BusyHeading)
		default:
			t.Fatalf("%d %s", a.StatusCode, a.body)
		}
	}
	if limited == 0 {
		t.Fatal("nobody was limited")
	}
	// A reply with an address that is taken is a wish for its link too.
	guest.post("/o/"+id, written("ada@example.org")).want(t, http.StatusTooManyRequests)
	guest.post("/o/"+id, written("grace@example.org")).want(t, http.StatusSeeOther)
}

func TestNothingThatNeedsMailIsOfferedWithoutIt(t *testing.T) {
	t.Parallel()
	s := site.Open(t, site.Config{NoLinks: true})
	id, _ := s.Open(details(nil))
	guest := newReader(t, s)
	guest.get("/o/"+id).want(t, http.StatusOK).lacks(t, words.SendLink)
	guest.post("/o/"+id+"/resend", written("ada@example.org")).want(t, http.StatusNotFound)
	newReader(t, s).post("/o/"+id, written("ada@example.org")).want(t, http.StatusSeeOther)
	a := guest.post("/o/"+id, written("ada@example.org")).want(t, http.StatusSeeOther)
	guest.get(a.location()).want(t, http.StatusOK, words.CheckMail).lacks(t, words.LinkOnItsWay)
}

func TestTheSameFormSentTwiceIsOneReply(t *testing.T) {
	t.Parallel()
	s := site.Open(t, site.Config{})
	id, _ := s.Open(details(nil))
	guest := newReader(t, s)
	form := written("ada@example.org", "key", "a-key-of-the-browser")
	first, second := guest.post("/o/"+id, form), guest.post("/o/"+id, form)
	first.want(t, http.StatusSeeOther)
	second.want(t, http.StatusSeeOther)
	if first.location() != second.location() || second.Cookies()[0].Value != first.Cookies()[0].Value || len(s.Replies(t, id)) != 1 || s.Mails.Sent() != "" {
		t.Fatalf("%q and %q", first.location(), second.location())
	}
}

func TestAFullOccasionLetsWaitOrSaysSo(t *testing.T) {
	t.Parallel()
	s := site.Open(t, site.Config{})
	waits, _ := s.Open(details(func(d *rsvp.Details) { d.Capacity, d.Waitlist = 2, rsvp.WaitlistAuto }))
	refuses, _ := s.Open(details(func(d *rsvp.Details) { d.Capacity = 3 }))
	s.Reply(waits, "first@example.org", 2)
	s.Reply(refuses, "first@example.org", 1)
	newReader(t, s).post("/o/"+refuses, written("ada@example.org", "partySize", "3")).want(t, http.StatusConflict, words.Full(2), `value="ada@example.org"`)
	s.Reply(refuses, "second@example.org", 2)
	newReader(t, s).get("/o/"+refuses).want(t, http.StatusOK, words.FullRefuses)
	newReader(t, s).post("/o/"+refuses, written("ada@example.org")).want(t, http.StatusConflict, words.Full(0))
	newReader(t, s).post("/o/"+refuses, written("ada@example.org", "status", "maybe")).want(t, http.StatusSeeOther)

	guest := newReader(t, s)
	guest.get("/o/"+waits).want(t, http.StatusOK, words.FullWaits)
	guest.post("/o/"+waits, written("ada@example.org")).want(t, http.StatusSeeOther)
	guest.get("/o/"+waits).want(t, http.StatusOK, words.StandsWaiting, words.WaitingText)
}

func TestWhatIsOverSaysSo(t *testing.T) {
	t.Parallel()
	s := site.Open(t, site.Config{})
	yesterday := time.Now().Add(-24 * time.Hour)
	closed, _ := s.Open(details(func(d *rsvp.Details) { d.Deadline = yesterday }))
	over, _ := s.Open(details(func(d *rsvp.Details) { d.StartsAt, d.EndsAt = yesterday.Add(-time.Hour), yesterday }))
	deleted, host := s.Open(details(nil))
	if err := s.RSVPs.Delete(t.Context(), caller(t, s, host), deleted, ""); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		id, text    string
		look, reply int
	}{
		{closed, words.ClosedHeading, http.StatusOK, http.StatusGone},
		{over, words.OverHeading, http.StatusOK, http.StatusGone},
		{deleted, words.DeletedHeading, http.StatusGone, http.StatusGone},
		{"01890000-0000-7000-8000-000000000000", words.NotFoundHeading, http.StatusNotFound, http.StatusNotFound},
		{"nothing", words.NotFoundHeading, http.StatusNotFound, http.StatusNotFound},
	} {
		newReader(t, s).get("/o/"+c.id).want(t, c.look, c.text).lacks(t, words.SendReply)
		a := newReader(t, s).post("/o/"+c.id, written("ada@example.org")).want(t, c.reply, c.text)
		if len(a.Cookies()) > 0 || !strings.HasPrefix(a.Header.Get("Content-Type"), "text/html") {
			t.Errorf("%s: %v", c.text, a.Header)
		}
	}
	if got := s.Replies(t, over); len(got) > 0 {
		t.Fatalf("replies %q", got)
	}
}

func TestWhatGuestsAndHostsWriteStaysText(t *testing.T) {
	t.Parallel()
	s := site.Open(t, site.Config{})
	const evil = `"><script>alert(1)</script><img src=x onerror=alert(1)>'</textarea>{{7*7}}`
	id, _ := s.Open(details(func(d *rsvp.Details) { d.Title, d.Place = evil+"title", evil+"place" }))
	guest := newReader(t, s)
	bad := guest.post("/o/"+id, written(evil+"email", "name", evil+"name", "note", evil+"note", "status", evil, "partySize", evil)).want(t, http.StatusUnprocessableEntity)
	guest.post("/o/"+id, written("ada@example.org", "name", evil, "note", evil)).want(t, http.StatusSeeOther)
	for _, a := range []answer{
		bad, guest.get("/o/" + id), guest.get("/o/" + id + "/reply"), guest.get("/o/" + id + "/reply/cancel"),
		guest.post("/o/"+id+"/reply", written("", "name", evil+evil, "note", evil)),
	} {
		a.lacks(t, "<script>alert", "<img src=x", "onerror=alert(1)>'<").want(t, a.StatusCode, "&lt;script&gt;alert")
	}
}

func TestCountsAreTheHostsToShow(t *testing.T) {
	t.Parallel()
	s := site.Open(t, site.Config{})
	shown, _ := s.Open(details(func(d *rsvp.Details) { d.Capacity = 10 }))
	hidden, _ := s.Open(details(func(d *rsvp.Details) { d.Capacity, d.Counts = 10, rsvp.CountsHidden }))
	for _, id := range []string{shown, hidden} {
		s.Reply(id, "first@example.org", 3)
	}
	newReader(t, s).get("/o/"+shown).want(t, http.StatusOK, `data-count="coming">3<`, `data-count="seats">7<`, `data-revision="2"`)
	newReader(t, s).get("/o/"+hidden).want(t, http.StatusOK).lacks(t, "data-live", "data-count")
}

func TestAnInvitationShowsItsDesignAndTakesItsColour(t *testing.T) {
	t.Parallel()
	s := site.Open(t, site.Config{PublicURL: "https://example.org"})
	job := s.Order()
	s.Complete(job)
	view, err := s.Jobs.Get(t.Context(), job)
	if err != nil {
		t.Fatal(err)
	}
	design := view.Design.DesignID
	id, _ := s.Open(details(func(d *rsvp.Details) { d.DesignID = design }))
	gone, _ := s.Open(details(func(d *rsvp.Details) { d.DesignID = "01890000-0000-7000-8000-000000000000" }))
	newReader(t, s).get("/o/"+id).want(t, http.StatusOK,
		fmt.Sprintf(`<img src="/api/designs/%s/v/1.svg" width="512" height="512" alt="A garden party for Ada"`, design),
		fmt.Sprintf(`<meta property="og:image" content="https://example.org/api/designs/%s/v/1.png?width=1200">`, design),
		`<meta property="og:title" content="A garden party">`)
	newReader(t, s).get("/o/"+gone).want(t, http.StatusOK, `class="card"`).lacks(t, "og:image", "<img")
}

func TestAnInvitationKeepsTheVersionThatItsHostChose(t *testing.T) {
	t.Parallel()
	s := site.Open(t, site.Config{})
	first := s.Order()
	s.Complete(first)
	second, err := s.Jobs.Refine(t.Context(), jobs.Refine{JobID: first, Instructions: "more roses"})
	if err != nil {
		t.Fatal(err)
	}
	open := func(version int) string {
		id, _ := s.Open(details(func(d *rsvp.Details) { d.DesignID, d.DesignVersion = second.DesignID, version }))
		return "/o/" + id
	}
	fixed, newest, later := open(1), open(0), open(2)
	guest := newReader(t, s)
	guest.get(later).want(t, http.StatusOK).lacks(t, "<img")
	s.Complete(second.ID)
	guest.get(newest).want(t, http.StatusOK, "/v/2.svg")
	guest.get(later).want(t, http.StatusOK, "/v/2.svg")
	guest.get(fixed).want(t, http.StatusOK, "/v/1.svg").lacks(t, "/v/2.svg")
}

func TestTheGuestListIsTheHostsToShow(t *testing.T) {
	t.Parallel()
	s := site.Open(t, site.Config{})
	hidden, _ := s.Open(details(nil))
	shown, _ := s.Open(details(func(d *rsvp.Details) { d.GuestList = rsvp.GuestListNames }))
	uncounted, _ := s.Open(details(func(d *rsvp.Details) { d.GuestList, d.Counts = rsvp.GuestListNames, rsvp.CountsHidden }))
	reader := newReader(t, s)
	reader.get("/o/"+shown).want(t, http.StatusOK).lacks(t, words.NamesLabel)
	for i := range 32 {
		for _, id := range []string{hidden, uncounted, shown} {
			newReader(t, s).post("/o/"+id, written(fmt.Sprintf("guest%d@example.org", i), "name", fmt.Sprintf("Guest <%d>", i))).want(t, http.StatusSeeOther)
		}
	}
	newReader(t, s).post("/o/"+shown, written("shy@example.org", "name", "Shy Violet", "status", "maybe")).want(t, http.StatusSeeOther)
	for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline); { // pages may be a beat old
		if strings.Contains(reader.get("/o/"+shown).body, words.More(2)) {
			break
		}
	}
	reader.get("/o/"+hidden).want(t, http.StatusOK).lacks(t, words.NamesLabel, "Guest &lt;31&gt;")
	reader.get("/o/"+shown).want(t, http.StatusOK, words.NamesLabel, "<bdi>Guest &lt;31&gt;</bdi>", words.More(2)).
		lacks(t, "Guest &lt;1&gt;", "Shy Violet", "@example.org")
	for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline); {
		if strings.Contains(reader.get("/o/"+uncounted).body, words.MoreUncounted) {
			break
		}
	}
	reader.get("/o/"+uncounted).want(t, http.StatusOK, words.NamesLabel, words.MoreUncounted).lacks(t, words.More(2))
}
