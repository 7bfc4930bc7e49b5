package web_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"convoke/adapters/web/words"
	"convoke/application/rsvps"
	"convoke/domain/rsvp"
	"convoke/test/site"
)

// caller is the bearer of a token.
func caller(t *testing.T, s *site.Site, token string) rsvps.Caller {
	t.Helper()
	claim, err := s.Signer.Read(token)
	if err != nil {
		t.Fatal(err)
	}
	return rsvps.Caller{Claim: &claim}
}

func TestALinkOpensItsReplyAndChangesNothing(t *testing.T) {
	t.Parallel()
	s := site.Open(t, site.Config{})
	id, _ := s.Open(details(nil))
	_, token := s.Reply(id, "ada@example.org", 2)
	before := s.Revision(t, id)
	for _, pasted := range []string{token, "  " + token + "\n", "https://example.org/o/" + id + "/reply#t=" + token} {
		guest := newReader(t, s)
		guest.get("/o/"+id+"/reply").want(t, http.StatusOK, words.OpenText, words.CodeLabel).lacks(t, "ada@example.org")
		a := guest.post("/o/"+id+"/reply/session", url.Values{"token": {pasted}}).want(t, http.StatusSeeOther)
		guest.get(a.location()).want(t, http.StatusOK, "ada@example.org", words.StandsYes, words.SaveChanges).lacks(t, token)
		guest.get("/o/"+id+"/reply/cancel").want(t, http.StatusOK, words.CancelConfirm)
	}
	if after := s.Revision(t, id); after != before {
		t.Fatalf("looking changed the occasion from %d to %d", before, after)
	}
}

func TestAWrongLinkShowsNothing(t *testing.T) {
	t.Parallel()
	s := site.Open(t, site.Config{})
	id, host := s.Open(details(nil))
	other, _ := s.Open(details(nil))
	_, foreign := s.Reply(other, "eve@example.org", 1)
	r, removed := s.Reply(id, "gone@example.org", 1)
	if _, err := s.RSVPs.Withdraw(t.Context(), caller(t, s, host), r.ID, ""); err != nil {
		t.Fatal(err)
	}
	long := time.Now().Add(-30 * 24 * time.Hour)
	past, _ := s.Open(details(func(d *rsvp.Details) { d.StartsAt, d.EndsAt = long, long }))
	_, expired := s.Reply(past, "late@example.org", 1)
	for _, c := range []struct {
		name, id, token, text string
		status                int
	}{
		{"none", id, "", words.BadToken, http.StatusUnprocessableEntity},
		{"forged", id, foreign + "A", words.WrongHeading, http.StatusUnauthorized},
		{"nonsense", id, strings.Repeat("x", 600), words.WrongHeading, http.StatusUnauthorized},
		{"another occasion's", id, foreign, words.WrongHeading, http.StatusForbidden},
		{"the host's", id, host, words.WrongHeading, http.StatusForbidden},
		{"of a reply that was removed", id, removed, words.RemovedHeading, http.StatusNotFound},
		{"expired", past, expired, words.ExpiredHeading, http.StatusGone},
	} {
		guest := newReader(t, s)
		a := guest.post("/o/"+c.id+"/reply/session", url.Values{"token": {c.token}}).want(t, c.status, c.text, words.CodeLabel).
			lacks(t, "eve@example.org", "gone@example.org", "late@example.org")
		if len(a.Cookies()) > 0 || c.token != "" && strings.Contains(a.body, c.token) {
			t.Errorf("%s: a cookie, or the token in the page", c.name)
		}
		if c.token == "" {
			continue
		}
		stolen := "Cookie: guest=" + c.token
		guest.do(http.MethodGet, "/o/"+c.id+"/reply", nil, stolen).want(t, c.status, c.text)
		guest.do(http.MethodGet, "/o/"+c.id, nil, stolen).want(t, http.StatusOK).lacks(t, "@example.org</bdi>")
		guest.post("/o/"+c.id+"/reply", written(""), stolen).want(t, c.status, c.text)
		guest.post("/o/"+c.id+"/reply/cancel", url.Values{}, stolen).want(t, c.status, c.text)
	}
	if got := s.Replies(t, other); !slices.Equal(got, []string{"eve@example.org yes 1"}) {
		t.Fatalf("replies %q", got)
	}
}

func TestAReplyIsChangedCancelledAndGivenAgain(t *testing.T) {
	t.Parallel()
	s := site.Open(t, site.Config{})
	id, _ := s.Open(details(func(d *rsvp.Details) { d.Capacity = 4 }))
	guest, page := newReader(t, s), "/o/"+id
	guest.post(page, written("ada@example.org")).want(t, http.StatusSeeOther)
	a := guest.post(page+"/reply", written("other@example.org", "name", "Ada L.", "status", "maybe", "partySize", "3", "note", "")).want(t, http.StatusSeeOther)
	guest.get(a.location()).want(t, http.StatusOK, words.ReplyChanged, words.StandsMaybe, "Ada L.", words.Party(3)).lacks(t, "other@example.org", "See you")
	guest.post(page+"/reply", written("", "name", "x")).want(t, http.StatusUnprocessableEntity, words.BadName, `value="x"`)
	guest.post(page+"/reply", written("", "partySize", "5")).want(t, http.StatusConflict, words.Full(4))
	if got := s.Replies(t, id); !slices.Equal(got, []string{"ada@example.org maybe 3"}) {
		t.Fatalf("replies %q", got)
	}
	for range 2 { // the second time is no error
		a = guest.post(page+"/reply/cancel", url.Values{}).want(t, http.StatusSeeOther)
		guest.get(a.location()).want(t, http.StatusOK, words.ReplyCancelled).lacks(t, words.SaveChanges)
		guest.get(page+"/reply").want(t, http.StatusOK, words.SendAgain).lacks(t, words.Undo)
	}
	guest.post(page+"/reply", written("")).want(t, http.StatusConflict, words.StandsCancelled)
	guest.get(page+"/reply/cancel").want(t, http.StatusSeeOther)
	guest.get(page).want(t, http.StatusOK, words.AgainHeading, `value="ada@example.org"`)
	guest.post(page, written("ada@example.org")).want(t, http.StatusSeeOther)
	guest.get(page).want(t, http.StatusOK, words.StandsYes)
	if got := s.Replies(t, id); !slices.Equal(got, []string{"ada@example.org yes 2", "ada@example.org cancelled 3"}) {
		t.Fatalf("replies %q", got)
	}
}

func TestAfterTheDeadlineAGuestMayOnlyCancel(t *testing.T) {
	t.Parallel()
	s := site.Open(t, site.Config{})
	id, host := s.Open(details(nil))
	guest, page := newReader(t, s), "/o/"+id
	guest.post(page, written("ada@example.org")).want(t, http.StatusSeeOther)
	_, err := s.RSVPs.Edit(t.Context(), caller(t, s, host), id, "", func(d *rsvp.Details) { d.Deadline = time.Now().Add(-time.Second) })
	if err != nil {
		t.Fatal(err)
	}
	guest.get(page+"/reply").want(t, http.StatusOK, words.ClosedCancel, words.CancelReply).lacks(t, words.SaveChanges)
	guest.post(page+"/reply", written("", "status", "no")).want(t, http.StatusGone, words.ClosedCancel, words.StandsYes)
	guest.get(page+"/reply/cancel").want(t, http.StatusOK, words.CancelTextClosed)
	guest.post(page+"/reply/cancel", url.Values{}).want(t, http.StatusSeeOther)
	guest.get(page+"/reply").want(t, http.StatusOK, words.StandsCancelled).lacks(t, words.SendAgain)
}

func TestAPageThatShowsAReplyIsKeptNowhere(t *testing.T) {
	t.Parallel()
	s := site.Open(t, site.Config{})
	id, _ := s.Open(details(nil))
	guest, page := newReader(t, s), "/o/"+id
	kept := func() string { return guest.get(page).want(t, http.StatusOK).Header.Get("Cache-Control") }
	if before := kept(); before != "private, no-cache" {
		t.Errorf("before the reply it is %q", before)
	}
	guest.post(page, written("ada@example.org")).want(t, http.StatusSeeOther)
	if with := kept(); with != "no-store" {
		t.Errorf("with the reply it is %q", with)
	}
	guest.post(page+"/reply/forget", url.Values{}).want(t, http.StatusSeeOther)
	if after := kept(); after != "private, no-cache" {
		t.Errorf("after the reply is forgotten it is %q", after)
	}
}

func TestAddressesThatOnlyTakeWritesLeadBack(t *testing.T) {
	t.Parallel()
	s := site.Open(t, site.Config{})
	id, _ := s.Open(details(nil))
	for from, to := range map[string]string{"/resend": "", "/reply/session": "/reply", "/reply/forget": "/reply", "/reply/cancel": "/reply"} {
		if a := newReader(t, s).get("/o/"+id+from).want(t, http.StatusSeeOther); a.location() != "/o/"+id+to {
			t.Errorf("%s leads to %q", from, a.location())
		}
	}
}

func TestACancelledReplyIsGivenAgainByUndo(t *testing.T) {
	t.Parallel()
	s := site.Open(t, site.Config{})
	id, _ := s.Open(details(func(d *rsvp.Details) { d.Capacity = 2 }))
	page, guest := "/o/"+id, newReader(t, s)
	guest.post(page, written("ada@example.org")).want(t, http.StatusSeeOther)
	a := guest.post(page+"/reply/cancel", url.Values{}).want(t, http.StatusSeeOther)
	guest.get(a.location()).want(t, http.StatusOK, words.Undo, `name="status" value="yes"`)
	again := url.Values{"status": {"yes"}, "key": {"0123456789abcdef"}}
	for range 2 { // pressed twice
		b := guest.post(page+"/reply/undo", again).want(t, http.StatusSeeOther)
		guest.get(b.location()).want(t, http.StatusOK, words.StandsYes, "Ada Lovelace", "See you")
	}
	if got := s.Replies(t, id); !slices.Equal(got, []string{"ada@example.org yes 2", "ada@example.org cancelled 2"}) {
		t.Fatalf("%q", got)
	}
	guest.post(page+"/reply/cancel", url.Values{}).want(t, http.StatusSeeOther)
	newReader(t, s).post(page, written("grace@example.org")).want(t, http.StatusSeeOther)
	guest.post(page+"/reply/undo", url.Values{"status": {"yes"}}).want(t, http.StatusConflict, words.Full(0), words.StandsCancelled)
	guest.post(page+"/reply/undo", url.Values{"status": {"<b>"}}).want(t, http.StatusUnprocessableEntity, words.BadAnswer)
}

func TestNothingIsUndoneOnceItIsTooLate(t *testing.T) {
	t.Parallel()
	s := site.Open(t, site.Config{})
	for name, end := range map[string]func(*rsvp.Details){
		"over":   func(d *rsvp.Details) { d.StartsAt = time.Now().Add(-48 * time.Hour) },
		"closed": func(d *rsvp.Details) { d.Deadline = time.Now().Add(-time.Second) },
	} {
		id, host := s.Open(details(nil))
		page, guest := "/o/"+id, newReader(t, s)
		guest.post(page, written("ada@example.org")).want(t, http.StatusSeeOther)
		guest.post(page+"/reply/cancel", url.Values{}).want(t, http.StatusSeeOther)
		if _, err := s.RSVPs.Edit(t.Context(), caller(t, s, host), id, "", end); err != nil {
			t.Fatal(err)
		}
		guest.post(page+"/reply/undo", url.Values{"status": {"yes"}}).want(t, http.StatusGone, words.StandsCancelled)
		if got := s.Replies(t, id); !slices.Equal(got, []string{"ada@example.org cancelled 2"}) {
			t.Errorf("%s: %q", name, got)
		}
	}
}

func TestWhoWaitsSeesTheirPlaceInLine(t *testing.T) {
	t.Parallel()
	s := site.Open(t, site.Config{})
	id, _ := s.Open(details(func(d *rsvp.Details) { d.Capacity, d.Waitlist = 2, rsvp.WaitlistAuto }))
	var guests []*reader
	for _, name := range []string{"ada", "grace", "edsger", "barbara"} {
		guest := newReader(t, s)
		guests = append(guests, guest)
		guest.post("/o/"+id, written(name+"@example.org")).want(t, http.StatusSeeOther)
	}
	guests[3].get("/o/"+id).want(t, http.StatusOK, words.StandsWaiting, words.Place(3, false))
	guests[3].get("/o/"+id+"/reply").want(t, http.StatusOK, words.Place(3, false))
	guests[1].post("/o/"+id+"/reply/cancel", url.Values{}).want(t, http.StatusSeeOther)
	guests[3].get("/o/"+id+"/reply/cancel").want(t, http.StatusOK, words.Place(2, false))
	guests[0].get("/o/"+id).want(t, http.StatusOK, words.StandsYes).lacks(t, words.WaitingText)
}
