package web_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"convoke/adapters/web/words"
	"convoke/domain/design"
	"convoke/domain/event"
	"convoke/domain/job"
	"convoke/test/site"
)

const nobody = "01890000-0000-7000-8000-000000000000"

var mark = regexp.MustCompile(`name="form" value="([0-9a-f]+)"`)

// marked gives a form the mark that a page has put into it.
func marked(t *testing.T, page answer, form url.Values) url.Values {
	t.Helper()
	found := mark.FindStringSubmatch(page.body)
	if found == nil {
		t.Fatalf("the form has no mark: %s", page.body)
	}
	form.Set("form", found[1])
	return form
}

func aBrief(more ...string) url.Values {
	form := url.Values{"description": {"A garden party for Ada"}, "style": {"elegant"}, "size": {"1000x1400"}}
	for i := 0; i < len(more); i += 2 {
		form.Add(more[i], more[i+1])
	}
	return form
}

// ordered sends a brief and returns its job.
func ordered(t *testing.T, host *reader, form url.Values) string {
	t.Helper()
	a := host.post("/studio", form).want(t, http.StatusSeeOther)
	return strings.TrimPrefix(a.location(), "/studio/jobs/")
}

func TestABriefBecomesADesignAndLiesOnTheDesk(t *testing.T) {
	t.Parallel()
	s := site.Open(t, site.Config{})
	host := newReader(t, s)
	host.get("/studio").want(t, http.StatusOK, words.BriefHeading, words.DeskEmpty)
	ahead := s.Order()
	a := host.post("/studio", aBrief("swatch", "#c39b4a", "colors", "2B3A67, #FFFFFF")).want(t, http.StatusSeeOther)
	id := strings.TrimPrefix(a.location(), "/studio/jobs/")
	desk := a.Cookies()[0]
	if desk.Name != "desk" || desk.Path != "/studio" || !desk.HttpOnly {
		t.Errorf("the desk is %v", desk)
	}
	state := s.State(id)
	if got := strings.Join(state.Brief.Palette, " "); got != "#c39b4a #2b3a67 #ffffff" || state.Brief.Size.Height != 1400 || state.Brief.Style != design.Elegant {
		t.Errorf("%+v was ordered", state.Brief)
	}
	page := "/studio/jobs/" + id
	host.get(page).want(t, http.StatusOK, words.QueuedHeading, words.Ahead(1, 100), `http-equiv="refresh"`, words.StopIt)
	s.Complete(ahead)
	s.Progress(id, 30, "Choosing typefaces")
	host.get(page).want(t, http.StatusOK, words.DrawingHeading, "Choosing typefaces", `value="30"`)
	s.Draw(t, id)
	host.get(page).want(t, http.StatusOK, words.Version(1), `.svg"`, words.RefineIt, words.DownloadPNG).lacks(t, `http-equiv="refresh"`)
	host.get("/studio").want(t, http.StatusOK, page, "A garden party for Ada").lacks(t, words.DeskEmpty)
	stranger := newReader(t, s)
	stranger.get("/studio").want(t, http.StatusOK, words.DeskEmpty).lacks(t, id)
	stranger.get(page).want(t, http.StatusOK, words.Version(1))
}

func TestABadBriefComesBackAsItWasWritten(t *testing.T) {
	t.Parallel()
	s := site.Open(t, site.Config{})
	host := newReader(t, s)
	const evil = `</textarea><script>alert(1)</script>`
	form := url.Values{
		"description": {strings.Repeat("x", 4001) + evil}, "style": {"baroque"}, "colors": {"#12345 " + evil}, "size": {"own"}, "width": {"nine"}, "height": {"64"},
	}
	a := host.post("/studio", form).want(t, http.StatusUnprocessableEntity,
		words.BadDescription, words.BadStyle, words.BadColors, words.BadSide, "nine", "&lt;script&gt;", `aria-invalid="true"`)
	a.lacks(t, evil)
	host.post("/studio", aBrief("size", "own")).want(t, http.StatusSeeOther) // the first size counts
	nine := aBrief()
	for _, s := range words.Swatches[:9] {
		nine.Add("swatch", s.Color)
	}
	host.post("/studio", nine).want(t, http.StatusUnprocessableEntity, words.TooManyColors, words.Swatches[8].Color)
	host.post("/studio", aBrief("generator", "a\xff\x00b")).want(t, http.StatusUnprocessableEntity, words.BadGenerator)
	host.post("/studio", aBrief("generator", "nobody")).want(t, http.StatusSeeOther) // no worker is known, so the worker decides
	s.Fleet.Take(event.WorkerSeen{WorkerID: "w", Generators: []event.GeneratorStatus{{ID: "studio", Health: event.HealthOK}, {ID: "other", Health: event.HealthOK}}})
	host.post("/studio", aBrief("generator", "nobody")).want(t, http.StatusUnprocessableEntity, words.BadGenerator)
	host.get("/studio").want(t, http.StatusOK, words.GeneratorLabel, `value="other"`)
}

func TestAFormThatIsSentTwiceOrdersOnce(t *testing.T) {
	t.Parallel()
	s := site.Open(t, site.Config{})
	host := newReader(t, s)
	form := marked(t, host.get("/studio"), aBrief("key", "a"))
	first := ordered(t, host, form)
	form.Set("key", "b") // as the script does
	if again := ordered(t, host, form); again != first {
		t.Errorf("ordered %s and %s", first, again)
	}
	form.Set("description", "Something else")
	if other := ordered(t, host, form); other == first {
		t.Error("another brief was taken for the same")
	}
}

func TestOrdersAreLimitedAsThoseOfTheAPIAndLoseNoWord(t *testing.T) {
	t.Parallel()
	s := site.Open(t, site.Config{GenerateRateLimit: 0.001}) // one, and no more in this test
	host := newReader(t, s)
	id := ordered(t, host, aBrief())
	a := host.post("/studio", aBrief()).want(t, http.StatusTooManyRequests, words.BriefTooSoon, "A garden party for Ada")
	if a.Header.Get("Retry-After") == "" {
		t.Error("nothing says when to come back")
	}
	s.Draw(t, id)
	host.post("/studio/jobs/"+id+"/refine", url.Values{"instructions": {"bluer, please"}}).want(t, http.StatusTooManyRequests, words.BriefTooSoon, "bluer, please")
}

func TestAnOrderThatCameTooSoonIsTheSameWhenItIsSentAgain(t *testing.T) {
	t.Parallel()
	s := site.Open(t, site.Config{GenerateRateLimit: 0.001}) // one, and no more in this test
	host := newReader(t, s)
	form := marked(t, host.get("/studio"), aBrief())
	id := ordered(t, host, form)
	again := host.post("/studio", form).want(t, http.StatusTooManyRequests) // the second press
	if shown := marked(t, again, url.Values{}).Get("form"); shown != form.Get("form") {
		t.Errorf("the mark %s became %s: sent again it would order twice", form.Get("form"), shown)
	}
	s.Draw(t, id)
	wish := marked(t, host.get("/studio/jobs/"+id), url.Values{"instructions": {"bluer, please"}})
	again = host.post("/studio/jobs/"+id+"/refine", wish).want(t, http.StatusTooManyRequests)
	if shown := marked(t, again, url.Values{}).Get("form"); shown != wish.Get("form") {
		t.Errorf("the mark %s became %s", wish.Get("form"), shown)
	}
}

func TestADeskThatWasTamperedWithOpensNothing(t *testing.T) {
	t.Parallel()
	s := site.Open(t, site.Config{})
	host := newReader(t, s)
	id := ordered(t, host, aBrief())
	bad := "Cookie: desk=j" + nobody + ".x" + id + "..o" + id + ".jnothing.j" + id + ".j" + id + `.o"><script>`
	a := host.do(http.MethodGet, "/studio", nil, bad).want(t, http.StatusOK, "/studio/jobs/"+id)
	if strings.Count(a.body, "/studio/jobs/"+id) != 1 {
		t.Errorf("it lies there twice: %s", a.body)
	}
	a.lacks(t, nobody, `"><script>`)
	full := newReader(t, s)
	for range 30 {
		ordered(t, full, aBrief())
	}
	page := full.get("/studio")
	if n := strings.Count(page.body, `class="thing"`); n != 24 {
		t.Errorf("%d things lie on the desk", n)
	}
}

func TestWhatWasStoppedOrFailedIsTriedAgain(t *testing.T) {
	t.Parallel()
	s := site.Open(t, site.Config{})
	host := newReader(t, s)
	id := ordered(t, host, aBrief())
	page := "/studio/jobs/" + id
	host.get(page+"/cancel").want(t, http.StatusSeeOther) // looking stops nothing
	if s.State(id).Status != job.Pending {
		t.Fatal("a look has stopped it")
	}
	host.post(page+"/cancel", url.Values{}).want(t, http.StatusSeeOther)
	host.post(page+"/cancel", url.Values{}).want(t, http.StatusSeeOther) // twice is no error
	stopped := host.get(page).want(t, http.StatusOK, words.CancelledHeading, words.TryAgain, "/studio?from="+id)
	host.get("/studio?from="+id).want(t, http.StatusOK, "A garden party for Ada")

	again := marked(t, stopped, url.Values{})
	second := strings.TrimPrefix(host.post(page+"/again", again).want(t, http.StatusSeeOther).location(), "/studio/jobs/")
	if twice := host.post(page+"/again", again); second == id || !strings.HasSuffix(twice.location(), second) {
		t.Fatalf("%s was ordered again as %s and %s", id, second, twice.location())
	}
	if got := s.State(second).Brief; got.Description != "A garden party for Ada" || got.Style != design.Elegant {
		t.Errorf("%+v was ordered again", got)
	}
	host.get("/studio").want(t, http.StatusOK, second).lacks(t, id)
	s.Fail(second)
	host.get("/studio/jobs/"+second).want(t, http.StatusOK, words.FailedHeading, "The brief was refused")
	host.post("/studio/jobs/"+nobody+"/again", url.Values{}).want(t, http.StatusNotFound, words.BackToDesk)
}

func TestAnotherTryIsSaidWhileItIsWaitedFor(t *testing.T) {
	t.Parallel()
	s := site.Open(t, site.Config{})
	host := newReader(t, s)
	id := ordered(t, host, aBrief())
	s.Apply(event.DesignFailed{JobID: id, Attempt: 1, Code: "timeout", Message: "too slow", Retryable: true})
	host.get("/studio/jobs/"+id).want(t, http.StatusOK, words.AgainSoonHeading, words.TryNumber(2))
}

func TestPagesOfNoJobAreNotThere(t *testing.T) {
	t.Parallel()
	s := site.Open(t, site.Config{})
	host := newReader(t, s)
	id := ordered(t, host, aBrief())
	s.Draw(t, id)
	view, err := s.Jobs.Get(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	for _, wrong := range []string{nobody, "nothing", view.Design.DesignID, url.PathEscape(`"><script>`)} {
		for _, more := range []string{"", "/compare"} {
			host.get("/studio/jobs/"+wrong+more).want(t, http.StatusNotFound, words.NotFoundStudio).lacks(t, `"><script>`)
		}
		host.post("/studio/jobs/"+wrong+"/refine", url.Values{"instructions": {"x"}}).want(t, http.StatusNotFound)
		host.post("/studio/jobs/"+wrong+"/cancel", url.Values{}).want(t, http.StatusNotFound)
	}
	newReader(t, s).post("/studio", aBrief(), "Sec-Fetch-Site: cross-site").want(t, http.StatusForbidden, words.ForeignHeading)
}

func TestVersionsAreRefinedHungAndCompared(t *testing.T) {
	t.Parallel()
	s := site.Open(t, site.Config{})
	host := newReader(t, s)
	first := ordered(t, host, aBrief())
	host.post("/studio/jobs/"+first+"/refine", url.Values{"instructions": {"x"}}).want(t, http.StatusSeeOther) // it is not drawn yet
	s.Draw(t, first)
	page := "/studio/jobs/" + first
	host.get(page+"/compare").want(t, http.StatusOK, words.CompareOnlyOne)
	host.post(page+"/refine", url.Values{"instructions": {" "}}).want(t, http.StatusUnprocessableEntity, words.BadInstructions)
	host.post(page+"/refine", url.Values{"instructions": {strings.Repeat("é", 1001)}}).want(t, http.StatusUnprocessableEntity, words.BadInstructions)
	const wish = `Navy and gold <b>"please"</b>`
	second := strings.TrimPrefix(host.post(page+"/refine", url.Values{"instructions": {wish}}).location(), "/studio/jobs/")
	host.get(page).want(t, http.StatusOK, words.VersionWaiting, `data-sketch="`+second) // the older version's page shows it too
	s.Draw(t, second)
	host.get("/studio/jobs/"+second).want(t, http.StatusOK, words.Version(2), words.FromVersion(1), "Navy and gold &lt;b&gt;", words.HistoryHeading, page, "studio").lacks(t, "<b>")
	host.get(page+"/compare").want(t, http.StatusOK, words.ChangedAsked, words.ChangedDrawn, "Colour of the paper", "Navy and gold &lt;b&gt;").lacks(t, "<b>")
	for _, odd := range []string{"?a=0&b=9", "?a=2&b=2", "?a=x&b=-1", "?a=99999999999999999999&b=1"} {
		host.get(page+"/compare"+odd).want(t, http.StatusOK, words.Version(1), words.Version(2))
	}
}

func TestWhoElseHasDrawnItIsSaid(t *testing.T) {
	t.Parallel()
	s := site.Open(t, site.Config{})
	host := newReader(t, s)
	id := ordered(t, host, aBrief())
	s.Apply(event.DesignReady{
		JobID: id, Attempt: 1, Generator: "studio", Asset: design.Asset{MediaType: design.PNGType, Data: []byte("\x89PNG")},
		Metadata: map[string]any{"fallback": map[string]any{"from": "gemini", "code": "timeout", "reason": "gemini took too long"}},
	})
	host.get("/studio/jobs/"+id).want(t, http.StatusOK, words.Fallback("gemini", "studio"), words.DownloadPicture).lacks(t, words.DownloadSVG)
}
