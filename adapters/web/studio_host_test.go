package web_test

import (
	"html"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"convoke/adapters/web/words"
	"convoke/application/rsvps"
	"convoke/domain/rsvp"
	"convoke/test/site"
)

func anOccasion(more ...string) url.Values {
	form := url.Values{
		"title": {party}, "startsAt": {"2031-06-12T16:00"}, "endsAt": {"2031-06-12T20:00"}, "timeZone": {"Europe/Berlin"}, "place": {"Kew Gardens"},
		"capacity": {"4"}, "deadline": {"2031-06-01T12:00"}, "maxPartySize": {"3"}, "waitlist": {"on"}, "counts": {"on"},
	}
	for i := 0; i < len(more); i += 2 {
		form.Set(more[i], more[i+1])
	}
	return form
}

var occasionID = regexp.MustCompile(`/studio/occasions/([0-9a-f-]{36})`)

// opened makes an occasion in the browser and returns its id.
func opened(t *testing.T, host *reader, form url.Values) string {
	t.Helper()
	a := host.post("/studio/occasions/new", form).want(t, http.StatusSeeOther)
	return occasionID.FindStringSubmatch(a.location())[1]
}

// let lets a browser in with a host's token.
func let(t *testing.T, host *reader, id, token string) {
	t.Helper()
	host.post("/studio/occasions/"+id+"/session", url.Values{"token": {token}}).want(t, http.StatusSeeOther)
}

func (r *reader) occasion(id string) rsvp.State {
	r.t.Helper()
	o, err := r.site.Store.Occasion(r.t.Context(), id)
	if err != nil {
		r.t.Fatal(err)
	}
	return o
}

func TestAnOccasionIsMadeOfADesignAtItsVersion(t *testing.T) {
	t.Parallel()
	s := site.Open(t, site.Config{})
	host := newReader(t, s)
	job := ordered(t, host, aBrief())
	s.Draw(t, job)
	page := host.get("/studio/occasions/new?job="+job).want(t, http.StatusOK, `value="`+job+`"`, words.DesignFixed, `value="UTC"`, "Europe/Berlin")
	form := marked(t, page, anOccasion("job", job))
	a := host.post("/studio/occasions/new", form).want(t, http.StatusSeeOther)
	id := occasionID.FindStringSubmatch(a.location())[1]
	for _, cookie := range a.Cookies() {
		if cookie.Name == "host" && (cookie.Path != "/studio/occasions/"+id || !cookie.HttpOnly || cookie.SameSite != http.SameSiteLaxMode) {
			t.Errorf("the host's cookie is %v", cookie)
		}
	}
	if again := host.post("/studio/occasions/new", form).location(); !strings.Contains(again, id) {
		t.Errorf("sent twice it made %s and %s", id, again)
	}
	d := host.occasion(id).Details
	if d.DesignVersion != 1 || d.DesignID != s.State(job).DesignID || !d.StartsAt.Equal(time.Date(2031, 6, 12, 14, 0, 0, 0, time.UTC)) ||
		d.Capacity != 4 || d.MaxPartySize != 3 || d.Waitlist != rsvp.WaitlistAuto || d.Counts != rsvp.CountsPublic || d.GuestList != rsvp.GuestListHidden {
		t.Errorf("%+v", d)
	}
	host.get(a.location()).want(t, http.StatusOK, words.OccasionMade, party, s.URL+"/o/"+id, "16:00 to 20:00", "#t=", words.EmptyList)
	host.get("/studio").want(t, http.StatusOK, "/studio/occasions/"+id)
	host.get("/studio/jobs/"+job).want(t, http.StatusOK, words.ChooseFor, "/studio/occasions/"+id+"/design")
	host.get("/o/"+id).want(t, http.StatusOK, "/v/1.svg")
}

func TestAnotherDesignIsChosenByWhoKnowsItsJob(t *testing.T) {
	t.Parallel()
	s := site.Open(t, site.Config{})
	host := newReader(t, s)
	id := opened(t, host, anOccasion())
	job := ordered(t, host, aBrief())
	design := url.Values{"job": {job}}
	host.post("/studio/occasions/"+id+"/design", design).want(t, http.StatusSeeOther) // which is not drawn yet
	if host.occasion(id).Details.DesignID != "" {
		t.Fatal("an unfinished design was chosen")
	}
	s.Draw(t, job)
	a := host.post("/studio/occasions/"+id+"/design", design).want(t, http.StatusSeeOther)
	host.get(a.location()).want(t, http.StatusOK, words.DesignChosen)
	if d := host.occasion(id).Details; d.DesignVersion != 1 || d.Title != party {
		t.Errorf("%+v", d)
	}
	host.get("/studio/occasions/"+id).lacks(t, job) // a host who was sent the link is not the design's owner
	newReader(t, s).post("/studio/occasions/"+id+"/design", design).want(t, http.StatusUnauthorized, words.OpeningHeading)
}

func TestWhatIsWrongWithAnOccasionIsSaidBesideTheField(t *testing.T) {
	t.Parallel()
	s := site.Open(t, site.Config{})
	host := newReader(t, s)
	const evil = `"><script>x</script>`
	form := anOccasion("title", " ", "startsAt", "tomorrow", "endsAt", "1066-01-01T10:00", "timeZone", "Mars/"+evil, "place", strings.Repeat("x", 301),
		"capacity", "0", "maxPartySize", "many")
	host.post("/studio/occasions/new", form).want(t, http.StatusUnprocessableEntity,
		words.BadTitle, words.BadMoment, words.BadZone, words.BadPlace, words.BadCapacity, words.BadMostParty, "many", "Mars/").lacks(t, evil)
	host.post("/studio/occasions/new", anOccasion("endsAt", "2031-06-12T10:00")).want(t, http.StatusUnprocessableEntity, words.BadEnd, "Kew Gardens")
	host.post("/studio/occasions/new", anOccasion("timeZone", "Local")).want(t, http.StatusUnprocessableEntity, words.BadZone)
	id := opened(t, host, anOccasion("startsAt", "", "endsAt", "", "deadline", "", "capacity", "", "maxPartySize", "", "timeZone", "UTC"))
	edit := "/studio/occasions/" + id + "/edit"
	host.post(edit, anOccasion("title", "")).want(t, http.StatusUnprocessableEntity, words.BadTitle)
	a := host.post(edit, anOccasion("title", "Moved", "waitlist", "")).want(t, http.StatusSeeOther)
	host.get(a.location()).want(t, http.StatusOK, words.OccasionSaved, "Moved")
	if d := host.occasion(id).Details; d.Title != "Moved" || d.Waitlist != rsvp.WaitlistOff || d.StartsAt.Hour() != 14 {
		t.Errorf("%+v", d)
	}
}

func TestATimeIsThatOfTheZoneThatTheFormNames(t *testing.T) {
	t.Parallel()
	s := site.Open(t, site.Config{})
	host := newReader(t, s)
	id := opened(t, host, anOccasion("timeZone", " Europe/Berlin "))
	want := time.Date(2031, 6, 12, 14, 0, 0, 0, time.UTC)
	if d := host.occasion(id).Details; !d.StartsAt.Equal(want) || d.TimeZone != "Europe/Berlin" {
		t.Errorf("it begins at %v in %q", d.StartsAt, d.TimeZone)
	}
	edit := "/studio/occasions/" + id + "/edit"
	for _, none := range []string{"", "  ", "Local", "Europe/ Berlin"} {
		host.post("/studio/occasions/new", anOccasion("timeZone", none)).want(t, http.StatusUnprocessableEntity, words.BadZone)
		host.post(edit, anOccasion("timeZone", none)).want(t, http.StatusUnprocessableEntity, words.BadZone)
	}
	if d := host.occasion(id).Details; !d.StartsAt.Equal(want) || d.TimeZone != "Europe/Berlin" {
		t.Errorf("it begins at %v in %q", d.StartsAt, d.TimeZone)
	}
}

func TestATimeThatTheClocksSkipIsRefusedAndOneThatTheyShowTwiceIsTold(t *testing.T) {
	t.Parallel()
	s := site.Open(t, site.Config{})
	host := newReader(t, s)
	for _, field := range []string{"startsAt", "endsAt", "deadline"} {
		form := anOccasion("startsAt", "", "endsAt", "", "deadline", "", field, "2031-03-30T02:30")
		host.post("/studio/occasions/new", form).want(t, http.StatusUnprocessableEntity, words.SkippedTime, `value="2031-03-30T02:30"`, `id="problem-`+field)
	}
	id := opened(t, host, anOccasion("startsAt", "2031-10-26T01:00", "endsAt", "2031-10-26T02:30", "deadline", "2031-10-26T00:30"))
	if at := host.occasion(id).Details.EndsAt; !at.Equal(time.Date(2031, 10, 26, 1, 30, 0, 0, time.UTC)) {
		t.Errorf("it ends at %v", at)
	}
	host.get("/studio/occasions/"+id).want(t, http.StatusOK, "Berlin time (UTC+2, at the end UTC+1)", "00:30, Berlin time (UTC+2)")
}

var shown = regexp.MustCompile(`name="shown" value="([^"]+)"`)

// edited is what a browser sends of a page that was opened before: the form, changed, and what it was shown with.
func edited(t *testing.T, page answer, more ...string) url.Values {
	t.Helper()
	found := shown.FindStringSubmatch(page.body)
	if found == nil {
		t.Fatalf("the form does not carry what it was shown with: %s", page.body)
	}
	return anOccasion(append(more, "shown", html.UnescapeString(found[1]))...)
}

func TestAFormThatWasLeftOpenUndoesNoOtherEdit(t *testing.T) {
	t.Parallel()
	s := site.Open(t, site.Config{})
	host := newReader(t, s)
	id := opened(t, host, anOccasion())
	edit := "/studio/occasions/" + id + "/edit"
	early := host.get(edit).want(t, http.StatusOK)
	host.post(edit, edited(t, early, "startsAt", "2031-06-12T18:00", "counts", "")).want(t, http.StatusSeeOther)
	host.post(edit, edited(t, early, "title", "A party")).want(t, http.StatusSeeOther)
	d := host.occasion(id).Details
	if d.Title != "A party" || !d.StartsAt.Equal(time.Date(2031, 6, 12, 16, 0, 0, 0, time.UTC)) || d.Counts != rsvp.CountsHidden {
		t.Errorf("the other edit is undone: %+v", d)
	}
	before := s.Revision(t, id)
	host.post(edit, edited(t, early, "endsAt", "2031-06-12T17:00")).want(t, http.StatusUnprocessableEntity, words.BadEnd,
		`value="2031-06-12T18:00"`, `value="2031-06-12T17:00"`)
	clash := host.post(edit, edited(t, early, "title", "A feast <b>", "place", "Home")).want(t, http.StatusConflict,
		`value="A party"`, "you had written: A feast &lt;b&gt;", ">Home<", `value="2031-06-12T18:00"`)
	zone := host.post(edit, edited(t, early, "timeZone", "Europe/London")).want(t, http.StatusConflict, "you had written: Europe/London")
	zone.want(t, http.StatusConflict, `value="Europe/Berlin"`)
	if after := s.Revision(t, id); after != before {
		t.Errorf("what was refused changed the occasion from %d to %d", before, after)
	}
	again := edited(t, clash, "title", "A feast", "place", "Home", "startsAt", "2031-06-12T18:00", "counts", "")
	host.post(edit, again).want(t, http.StatusSeeOther)
	if d := host.occasion(id).Details; d.Title != "A feast" || d.Place != "Home" {
		t.Errorf("%+v", d)
	}
}

func TestSavingWhatNobodyTouchedChangesNoMoment(t *testing.T) {
	t.Parallel()
	s := site.Open(t, site.Config{})
	host := newReader(t, s)
	second := time.Date(2031, 10, 26, 1, 30, 15, 0, time.UTC) // in Berlin it is 02:30:15 for the second time
	id, token := s.Open(rsvp.Details{Title: party, StartsAt: second, TimeZone: "Europe/Berlin", Deadline: second.Add(-time.Hour)})
	let(t, host, id, token)
	edit := "/studio/occasions/" + id + "/edit"
	host.get(edit).want(t, http.StatusOK, `value="2031-10-26T02:30:15"`)
	host.post(edit, anOccasion("startsAt", "2031-10-26T02:30:15", "deadline", "2031-10-26T02:30:15", "endsAt", "")).want(t, http.StatusSeeOther)
	if d := host.occasion(id).Details; !d.StartsAt.Equal(second) || !d.Deadline.Equal(second.Add(-time.Hour)) {
		t.Errorf("%v and %v", d.StartsAt, d.Deadline)
	}
}

func TestWrongTokensSeeNothingAndTellNothingApart(t *testing.T) {
	t.Parallel()
	s := site.Open(t, site.Config{})
	id, token := s.Open(details(nil))
	other, foreign := s.Open(details(nil))
	_, guest := s.Reply(id, "ada@example.org", 1)
	kept := newReader(t, s)
	let(t, kept, id, "  "+s.URL+"/studio/occasions/"+id+"#t="+token) // the whole link, as it is pasted
	path := "/studio/occasions/" + id
	kept.get(path).want(t, http.StatusOK, "ada@example.org")
	plain := newReader(t, s).get(path).want(t, http.StatusOK, words.OpeningHeading).lacks(t, party, "ada@")
	forged := []byte(token)
	forged[len(forged)-2] ^= 1
	for name, wrong := range map[string]string{"another's": foreign, "a guest's": guest, "forged": string(forged), "none": ""} {
		for _, at := range []string{"/guests.csv", "/ws", "/api/streams/occasions/" + id} { // which are no pages
			a := newReader(t, s).do(http.MethodGet, path+at, nil, "Cookie: host="+wrong).want(t, http.StatusUnauthorized)
			if a.body != plain.body {
				t.Errorf("%s token at %s: %s", name, at, a.body)
			}
		}
		for _, at := range []string{"", "/edit", "/delete", "/guests/new", "/guests/" + nobody, "/guests/" + nobody + "/remove"} {
			a := newReader(t, s).do(http.MethodGet, path+at, nil, "Cookie: host="+wrong)
			if a.StatusCode != plain.StatusCode || a.body != plain.body {
				t.Errorf("%s token at %s: %d %s", name, at, a.StatusCode, a.body)
			}
		}
		for _, at := range []string{"/edit", "/delete", "/guests/new", "/guests/" + nobody, "/guests/" + nobody + "/remove", "/design"} {
			newReader(t, s).do(http.MethodPost, path+at, anOccasion(), "Cookie: host="+wrong).want(t, http.StatusUnauthorized, words.OpeningHeading)
		}
		a := newReader(t, s).post(path+"/session", url.Values{"token": {wrong}}).want(t, http.StatusUnauthorized, words.OpensNothing)
		if len(a.Cookies()) > 0 {
			t.Errorf("%s token got %v", name, a.Cookies())
		}
	}
	unknown := newReader(t, s).get("/studio/occasions/" + nobody)
	if strings.ReplaceAll(unknown.body, nobody, id) != plain.body {
		t.Error("what is not there can be told from what is")
	}
	if o := kept.occasion(id); o.Revision != 2 || o.Deleted {
		t.Error("somebody has changed it")
	}
	kept.get("/studio/occasions/"+other).want(t, http.StatusOK, words.OpeningHeading)
	kept.get("/studio/occasions/nothing").want(t, http.StatusNotFound, words.NotFoundStudio)
	kept.get("/studio/occasions/default").want(t, http.StatusNotFound)
}

func TestSigningOutLeavesNothingInTheBrowser(t *testing.T) {
	t.Parallel()
	s := site.Open(t, site.Config{})
	host := newReader(t, s)
	id := opened(t, host, anOccasion())
	path := "/studio/occasions/" + id
	host.get(path+"/signout").want(t, http.StatusSeeOther) // a look signs nobody out
	if got := host.get(path).want(t, http.StatusOK, party).Header.Get("Cache-Control"); got != "no-store" {
		t.Errorf("the page may be kept: %q", got)
	}
	a := host.post(path+"/signout", url.Values{}).want(t, http.StatusSeeOther)
	host.get(a.location()).want(t, http.StatusOK, words.HostSignedOut).lacks(t, id)
	host.get(path).want(t, http.StatusOK, words.OpeningHeading).lacks(t, party)
}

func TestCallingOffWantsTheName(t *testing.T) {
	t.Parallel()
	s := site.Open(t, site.Config{})
	host := newReader(t, s)
	id := opened(t, host, anOccasion())
	path := "/studio/occasions/" + id
	host.get(path+"/delete").want(t, http.StatusOK, words.CallOffText)
	host.post(path+"/delete", url.Values{"title": {"Another"}}).want(t, http.StatusUnprocessableEntity, words.BadSureTitle)
	host.occasion(id)
	a := host.post(path+"/delete", url.Values{"title": {" a  GARDEN party "}}).want(t, http.StatusSeeOther)
	host.get(a.location()).want(t, http.StatusOK, words.CalledOffNotice).lacks(t, id)
	host.get("/o/"+id).want(t, http.StatusGone)
	late := newReader(t, s)
	token := s.Signer.Sign(rsvps.Claim{Role: rsvps.Host, ID: id, Version: 1})
	late.do(http.MethodGet, path, nil, "Cookie: host="+token).want(t, http.StatusGone, words.DeletedHeading)
}
