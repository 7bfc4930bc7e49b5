package web_test

import (
	"fmt"
	"html"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"convoke/adapters/web/words"
	"convoke/domain/rsvp"
	"convoke/test/site"
)

func TestAHostAddsChangesAndRemovesGuestsAfterTheDeadlineToo(t *testing.T) {
	t.Parallel()
	s := site.Open(t, site.Config{})
	host := newReader(t, s)
	id, token := s.Open(details(func(d *rsvp.Details) {
		d.Deadline, d.Capacity, d.Waitlist = time.Now().Add(-time.Hour), 3, rsvp.WaitlistAuto
	}))
	let(t, host, id, token)
	path := "/studio/occasions/" + id
	host.get(path).want(t, http.StatusOK, words.NowClosed)
	form := marked(t, host.get(path+"/guests/new").want(t, http.StatusOK, words.AddLead), written("ada@example.org"))
	a := host.post(path+"/guests/new", form).want(t, http.StatusSeeOther)
	host.post(path+"/guests/new", form).want(t, http.StatusSeeOther) // sent twice, added once
	host.get(a.location()).want(t, http.StatusOK, words.GuestAdded, "ada@example.org", "See you")
	host.post(path+"/guests/new", written("ADA@example.org")).want(t, http.StatusConflict, words.GuestEmailTaken)
	host.post(path+"/guests/new", written("x", "name", "<b>", "partySize", "99", "status", "")).want(t, http.StatusUnprocessableEntity,
		words.BadEmail, words.BadAnswer, words.BadParty(10), "&lt;b&gt;")
	a = host.post(path+"/guests/new", written("bob@example.org")).want(t, http.StatusSeeOther)
	host.get(a.location()).want(t, http.StatusOK, words.GuestAddedWaiting)
	host.get(path+"?status=waitlisted").want(t, http.StatusOK, "bob@example.org", words.PlaceInLine(1)).lacks(t, "ada@example.org")
	if got := strings.Join(s.Replies(t, id), ", "); got != "bob@example.org waitlisted 2, ada@example.org yes 2" {
		t.Fatalf("replies %q", got)
	}
	guests := pathsOf(host.get(path))
	host.get(guests["bob@example.org"]).want(t, http.StatusOK, words.PlaceInLine(1), words.GuestWaits)
	host.post(guests["ada@example.org"], written("ada@example.org", "partySize", "4")).want(t, http.StatusConflict, words.Full(1))
	a = host.post(guests["ada@example.org"], written("lovelace@example.org", "name", "Countess", "status", "maybe")).want(t, http.StatusSeeOther)
	host.get(a.location()).want(t, http.StatusOK, words.GuestSaved, "lovelace@example.org", "Countess")
	remove := guests["bob@example.org"] + "/remove"
	host.get(remove).want(t, http.StatusOK, words.RemoveText, "bob@example.org")
	a = host.post(remove, url.Values{}).want(t, http.StatusSeeOther)
	host.post(remove, url.Values{}).want(t, http.StatusSeeOther) // twice is no error
	host.get(a.location()).want(t, http.StatusOK, words.GuestRemoved).lacks(t, "bob@")
}

var rowOf = regexp.MustCompile(`(?s)<tr id="r-.*?href="([^"]+)".*?<bdi>([^<]*@[^<]*)</bdi>`)

// pathsOf returns the pages of the guests that a list shows, by their addresses.
func pathsOf(list answer) map[string]string {
	paths := map[string]string{}
	for _, found := range rowOf.FindAllStringSubmatch(list.body, -1) {
		paths[found[2]] = html.UnescapeString(found[1])
	}
	return paths
}

func TestGuestsOfAnotherOccasionAreNotThere(t *testing.T) {
	t.Parallel()
	s := site.Open(t, site.Config{})
	host := newReader(t, s)
	id := opened(t, host, anOccasion())
	other, _ := s.Open(details(nil))
	theirs, _ := s.Reply(other, "eve@example.org", 1)
	mine, token := s.Reply(id, "ada@example.org", 1)
	for _, wrong := range []string{theirs.ID, nobody, "nothing"} {
		path := "/studio/occasions/" + id + "/guests/" + wrong
		host.get(path).want(t, http.StatusNotFound).lacks(t, "eve@")
		host.get(path+"/remove").want(t, http.StatusNotFound)
		host.post(path, written("x@example.org")).want(t, http.StatusNotFound)
		host.post(path+"/remove", url.Values{}).want(t, http.StatusSeeOther)
	}
	if got := strings.Join(s.Replies(t, other), ", "); got != "eve@example.org yes 1" {
		t.Fatalf("replies %q", got)
	}
	newReader(t, s).do(http.MethodPost, "/o/"+id+"/reply/cancel", url.Values{}, "Cookie: guest="+token).want(t, http.StatusSeeOther)
	path := "/studio/occasions/" + id + "/guests/" + mine.ID
	host.get(path).want(t, http.StatusOK, words.GuestCancelled).lacks(t, words.SaveIt)
	host.post(path, written("ada@example.org")).want(t, http.StatusSeeOther)
}

func TestTheListIsFilteredSortedAndReadPageByPage(t *testing.T) {
	t.Parallel()
	s := site.Open(t, site.Config{})
	host := newReader(t, s)
	id := opened(t, host, anOccasion("capacity", "", "maxPartySize", "10"))
	for i := range 120 {
		s.Reply(id, fmt.Sprintf("guest%03d@%s.example", i, []string{"north", "south"}[i%2]), i%3+1)
	}
	path := "/studio/occasions/" + id
	next := regexp.MustCompile(`href="([^"]+)" rel="next"`)
	seen := map[string]bool{}
	at := path + "?q=NORTH&sort=party"
	for pages := 1; ; pages++ {
		list := host.get(at).want(t, http.StatusOK, `value="NORTH"`, `<option value="party" selected`, "of 60")
		for email := range pathsOf(list) {
			seen[email] = true
		}
		found := next.FindStringSubmatch(list.body)
		if found == nil {
			if pages != 2 {
				t.Errorf("%d pages", pages)
			}
			list.want(t, http.StatusOK, words.FirstGuests)
			break
		}
		at = html.UnescapeString(found[1])
	}
	if len(seen) != 60 || seen["guest001@south.example"] {
		t.Errorf("%d guests were found", len(seen))
	}
	host.get(path+"?q=nobody").want(t, http.StatusOK, words.EmptySearch, words.ShowAll)
	host.get(path+"?status=no").want(t, http.StatusOK, words.EmptyTab)
	for _, odd := range []string{"?status=x", "?sort=line", "?q=%00", "?q=" + strings.Repeat("x", 300), "?after=nothing", "?sort=name&after=" + nobody, "?status[]=1&q[]=2"} {
		host.get(path+odd).want(t, http.StatusOK, "120")
	}
	sheet := host.get(path+"/guests.csv?q=north&sort=party").want(t, http.StatusOK, "guest000@north.example")
	sheet.lacks(t, "south.example")
	if got := sheet.Header.Get("Content-Disposition"); strings.Count(sheet.body, "\r\n") != 61 || !strings.Contains(got, "guests.csv") {
		t.Errorf("%s: %s", got, sheet.body)
	}
}

func TestAGuestsTextsStayTexts(t *testing.T) {
	t.Parallel()
	s := site.Open(t, site.Config{})
	host := newReader(t, s)
	const evil = `<img src=x onerror=alert(1)>"'`
	id := opened(t, host, anOccasion("title", evil, "place", evil))
	host.post("/studio/occasions/"+id+"/guests/new", written("ada@example.org", "name", evil, "note", evil)).want(t, http.StatusSeeOther)
	path := "/studio/occasions/" + id
	list := host.get(path).want(t, http.StatusOK, "&lt;img").lacks(t, evil)
	for _, at := range []string{"/edit", "/delete", "/guests/new"} {
		host.get(path+at).want(t, http.StatusOK).lacks(t, evil)
	}
	for _, guest := range pathsOf(list) {
		host.get(guest).want(t, http.StatusOK, "&lt;img").lacks(t, evil)
		host.get(guest+"/remove").want(t, http.StatusOK, "&lt;img").lacks(t, evil)
	}
	host.get(path+"?q="+url.QueryEscape(evil)).want(t, http.StatusOK, "&lt;img").lacks(t, evil)
}
