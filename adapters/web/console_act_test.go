package web_test

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"convoke/adapters/web/words"
	"convoke/application/deadletter"
	"convoke/application/envelope"
	"convoke/application/port"
	"convoke/domain/job"
	"convoke/test/fake"
	"convoke/test/site"
)

func TestJobsAreFoundByWhatTheAddressSays(t *testing.T) {
	t.Parallel()
	s := site.Open(t, site.Config{})
	operator := newOperator(t, s)
	wedding, disco := order(t, s, "A wedding in the mill"), order(t, s, "A disco night")
	s.Progress(disco, 1, "")
	s.Fail(disco)
	operator.get("/console/jobs?q=WEDDING").want(t, http.StatusOK, "A wedding in the mill", `value="WEDDING"`).lacks(t, "A disco night")
	operator.get("/console/jobs?status=FAILED").want(t, http.StatusOK, "A disco night", `<option value="FAILED" selected`).lacks(t, "A wedding")
	operator.get("/console/jobs?q="+wedding).want(t, http.StatusOK, "A wedding in the mill").lacks(t, "A disco night")
	operator.get("/console/jobs?generator=gemini").want(t, http.StatusOK, words.JobsNone)
	operator.get("/console/jobs?status=NONSENSE&cursor=x&top=y").want(t, http.StatusOK, "A disco night")
	operator.get("/console/jobs?q="+strings.Repeat("x", 600)).want(t, http.StatusOK, "must be at most")
}

func TestAListStaysWhereItBegan(t *testing.T) {
	t.Parallel()
	s := site.Open(t, site.Config{})
	operator := newOperator(t, s)
	for i := range 30 {
		order(t, s, fmt.Sprintf("Party number %d.", i))
	}
	page := operator.get("/console/jobs").want(t, http.StatusOK, "Party number 29.", "Party number 5.").lacks(t, "Party number 4.", " new<")
	from := regexp.MustCompile(`data-region="jobs" data-from="([^"]+)"`).FindStringSubmatch(page.body)[1]
	order(t, s, "A late one")
	order(t, s, "A later one")
	again := operator.do(http.MethodGet, from, nil, "X-Fragment: jobs").want(t, http.StatusOK, "2 new", "Party number 29.", "Party number 5.", `data-from="`+from+`"`)
	again.lacks(t, "A late one")
	older := regexp.MustCompile(`href="([^"]+)" rel="next"`).FindStringSubmatch(page.body)[1]
	second := operator.get(older).want(t, http.StatusOK, "Party number 4.", "Party number 0.", words.ConsoleNewest).lacks(t, "Party number 5.")
	newer := strings.ReplaceAll(regexp.MustCompile(`href="([^"]+)" rel="prev"`).FindStringSubmatch(second.body)[1], "&amp;", "&")
	operator.get(newer).want(t, http.StatusOK, "Party number 5.").lacks(t, "Party number 4.")
	operator.get("/console/jobs").want(t, http.StatusOK, "A later one")
}

func TestAFailedJobIsRetriedOnce(t *testing.T) {
	t.Parallel()
	s := site.Open(t, site.Config{})
	operator, id := newOperator(t, s), s.Order()
	s.Fail(id)
	path := "/console/jobs/" + id
	operator.get(path).want(t, http.StatusOK, words.JobRetry, path+"/retry")
	a := operator.post(path+"/retry", url.Values{}).want(t, http.StatusSeeOther)
	operator.get(a.location()).want(t, http.StatusOK, words.JobRetried, words.AttemptNumber(2)).lacks(t, path+"/retry")
	again := operator.post(path+"/retry", url.Values{}).want(t, http.StatusSeeOther)
	operator.get(again.location()).want(t, http.StatusOK, words.JobNotRetried)
	if state := s.State(id); state.Status != job.Pending || state.Attempt != 2 {
		t.Errorf("the job is %s at attempt %d", state.Status, state.Attempt)
	}
	if log := s.Log.String(); strings.Count(log, "act=retry") != 2 || !strings.Contains(log, "job="+id) || !strings.Contains(log, "by=console/") {
		t.Errorf("the log says %s", log)
	}
	operator.post("/console/jobs/01890000-0000-7000-8000-000000000001/retry", url.Values{}).want(t, http.StatusNotFound)
}

func TestAJobIsCancelledOnlyByTheForm(t *testing.T) {
	t.Parallel()
	s := site.Open(t, site.Config{})
	operator, id := newOperator(t, s), s.Order()
	path := "/console/jobs/" + id
	operator.get(path+"/cancel").want(t, http.StatusOK, words.JobCancelText)
	if got := s.State(id).Status; got != job.Pending {
		t.Fatalf("a look made it %s", got)
	}
	a := operator.post(path+"/cancel", url.Values{}).want(t, http.StatusSeeOther)
	operator.get(a.location()).want(t, http.StatusOK, words.JobCancelled)
	if got := s.State(id).Status; got != job.Cancelled {
		t.Fatalf("it is %s", got)
	}
	again := operator.post(path+"/cancel", url.Values{}).want(t, http.StatusSeeOther)
	operator.get(again.location()).want(t, http.StatusOK, words.JobNotCancelled)
	operator.get(path+"/cancel").want(t, http.StatusSeeOther)
}

// ended waits until an operation has, and returns its page.
func ended(t *testing.T, r *reader, path string) answer {
	t.Helper()
	for {
		a := r.get(path).want(t, http.StatusOK)
		if !strings.Contains(a.body, `<span class="status running">`) || strings.Contains(a.body, words.OperationEnded) {
			return a
		}
		if t.Context().Err() != nil {
			t.Fatal("it does not end")
		}
	}
}

// confirm fills a form of an act on many with what its page shows, and the number typed.
func confirm(t *testing.T, r *reader, form url.Values, typed string) url.Values {
	t.Helper()
	page := r.get("/console/bulk?"+form.Encode()).want(t, http.StatusOK)
	filled := url.Values{"typed": {typed}}
	for _, field := range regexp.MustCompile(`type="hidden" name="([^"]+)" value="([^"]*)"`).FindAllStringSubmatch(page.body, -1) {
		filled.Set(field[1], field[2])
	}
	return filled
}

func TestWhatIsDoneToManyTakesTheNumberThatWasShown(t *testing.T) {
	t.Parallel()
	s := site.Open(t, site.Config{})
	operator := newOperator(t, s)
	var failed []string
	for range 3 {
		id := s.Order()
		s.Fail(id)
		failed = append(failed, id)
	}
	kept := order(t, s, "Somebody else's party")
	s.Fail(kept)
	form := url.Values{"act": {"redrive-jobs"}, "status": {"FAILED"}, "q": {"garden"}}
	operator.get("/console/bulk?"+form.Encode()).want(t, http.StatusOK, "3 jobs would start afresh", "Type 3 to go on", `name="shown" value="3"`)
	form = confirm(t, operator, form, "3")
	for _, typed := range []string{"", "2", "three", "33"} {
		form.Set("typed", typed)
		operator.post("/console/bulk", form).want(t, http.StatusUnprocessableEntity, words.BulkTyped)
	}
	form.Del("shown")
	form.Set("typed", "")
	operator.post("/console/bulk", form).want(t, http.StatusUnprocessableEntity)
	for _, id := range failed {
		if got := s.State(id).Status; got != job.Failed {
			t.Fatalf("without the number a job became %s", got)
		}
	}
	form.Set("shown", "3")
	form.Set("typed", " 3 ")
	a := operator.post("/console/bulk", form).want(t, http.StatusSeeOther)
	if !strings.HasPrefix(a.location(), "/console/operations/") {
		t.Fatalf("it leads to %s", a.location())
	}
	ended(t, operator, a.location()).want(t, http.StatusOK, "Finished", "3 of 3", "garden", "console/")
	for _, id := range failed {
		if got := s.State(id).Status; got != job.Pending {
			t.Errorf("a job is %s", got)
		}
	}
	if got := s.State(kept).Status; got != job.Failed {
		t.Errorf("what does not match became %s", got)
	}
	operator.get("/console/operations").want(t, http.StatusOK, "Retry failed jobs", a.location())
	operator.get("/console/bulk?act=redrive-jobs&q=garden").want(t, http.StatusOK, words.BulkNothing).lacks(t, "typed")
	operator.get("/console/bulk?act=nonsense").want(t, http.StatusUnprocessableEntity, words.ConsoleRefused)
}

func TestMoreThanWasShownIsAskedForAgain(t *testing.T) {
	t.Parallel()
	s := site.Open(t, site.Config{})
	operator := newOperator(t, s)
	older, failed := s.Order(), s.Order()
	s.Fail(failed)
	what := url.Values{"act": {"redrive-jobs"}, "status": {"FAILED"}}
	form := confirm(t, operator, what, "1")
	late := s.Order()
	s.Fail(late)
	s.Fail(older)
	again := operator.post("/console/bulk", form).want(t, http.StatusConflict, "Nothing was done", "Type 3 to go on", `name="shown" value="3"`)
	if strings.Contains(again.body, form.Get("preview")) {
		t.Error("the new number is asked for with the old preview")
	}
	bare := url.Values{"act": {"redrive-jobs"}, "status": {"FAILED"}, "shown": {"1"}, "typed": {"1"}}
	operator.post("/console/bulk", bare).want(t, http.StatusConflict, "Type 3 to go on")
	for _, id := range []string{older, failed, late} {
		if got := s.State(id).Status; got != job.Failed {
			t.Errorf("a job became %s", got)
		}
	}
}

func TestAFormSentTwiceStartsOneOperation(t *testing.T) {
	t.Parallel()
	s := site.Open(t, site.Config{})
	operator, id := newOperator(t, s), s.Order()
	s.Fail(id)
	form := confirm(t, operator, url.Values{"act": {"redrive-jobs"}}, "1")
	s.Fail(s.Order()) // it comes after the number was shown
	first := operator.post("/console/bulk", form).want(t, http.StatusSeeOther)
	ended(t, operator, first.location()).want(t, http.StatusOK, "Finished", "1 of 1")
	s.Fail(id)
	if again := operator.post("/console/bulk", form).want(t, http.StatusSeeOther); again.location() != first.location() {
		t.Errorf("it leads to %s and %s", first.location(), again.location())
	}
	if got := s.State(id); got.Status != job.Failed || got.Attempt != 2 {
		t.Errorf("the job is %s at attempt %d", got.Status, got.Attempt)
	}
}

func TestALettersPayloadIsShownWhenItIsAskedFor(t *testing.T) {
	t.Parallel()
	s := site.Open(t, site.Config{})
	operator, id := newOperator(t, s), letter(t, s, nil)
	operator.get("/console/letters/"+id).want(t, http.StatusOK, "traceparent", "Partition 3, Offset 41").lacks(t, "Ada Lovelace", "a-key")
	operator.get("/console/letters/all").want(t, http.StatusOK).lacks(t, "Ada Lovelace")
	if strings.Contains(s.Log.String(), "payload") {
		t.Error("the log says that somebody looked")
	}
	operator.get("/console/letters/"+id+"?payload=1").want(t, http.StatusOK, "Ada Lovelace", "a-key")
	if log := s.Log.String(); !strings.Contains(log, `act="look at a payload"`) || strings.Contains(log, "Ada") {
		t.Errorf("the log says %s", log)
	}
}

func TestALetterGoesOnlyOnceTheBrokerHasItsMessage(t *testing.T) {
	t.Parallel()
	s := site.Open(t, site.Config{})
	broker := &fake.Publisher{Fail: func(port.Message) error { return errors.New("the broker is ill") }}
	s.Letters.Publisher = broker
	operator, id := newOperator(t, s), letter(t, s, nil)
	path := "/console/letters/" + id
	operator.get(path+"/redrive").want(t, http.StatusOK, s.Names.RSVPEvents, s.Names.Mail, words.LetterAfter)
	operator.post(path+"/redrive", url.Values{}).want(t, http.StatusServiceUnavailable, words.ConsoleIll)
	operator.get(path).want(t, http.StatusOK)
	broker.Fail = nil
	a := operator.post(path+"/redrive", url.Values{}).want(t, http.StatusSeeOther)
	operator.get(a.location()).want(t, http.StatusOK, words.LetterRedriven, words.LettersNone)
	sent := broker.Sent()
	if len(sent) != 1 || sent[0].Topic != s.Names.RSVPEvents || sent[0].Headers[envelope.HeaderRedrive] != s.Names.Mail {
		t.Fatalf("%+v", sent)
	}
	again := operator.post(path+"/redrive", url.Values{}).want(t, http.StatusSeeOther)
	operator.get(again.location()).want(t, http.StatusOK, words.LetterGone)
	operator.get(path).want(t, http.StatusNotFound)
}

func TestALetterIsDiscardedWithAWord(t *testing.T) {
	t.Parallel()
	s := site.Open(t, site.Config{})
	operator, id := newOperator(t, s), letter(t, s, nil)
	path := "/console/letters/" + id
	operator.post(path+"/discard", url.Values{"typed": {"yes"}}).want(t, http.StatusUnprocessableEntity, words.BulkTypedWord)
	operator.get(path).want(t, http.StatusOK)
	a := operator.post(path+"/discard", url.Values{"typed": {words.DiscardWord}}).want(t, http.StatusSeeOther)
	operator.get(a.location()).want(t, http.StatusOK, words.LetterDiscarded, words.LettersNone)
	if log := s.Log.String(); !strings.Contains(log, "act=discard") || !strings.Contains(log, id) {
		t.Errorf("the log says %s", log)
	}
}

func TestLettersAreRedrivenTogetherWhereTheyFailed(t *testing.T) {
	t.Parallel()
	s := site.Open(t, site.Config{})
	broker := &fake.Publisher{}
	s.Letters.Publisher = broker
	operator := newOperator(t, s)
	letter(t, s, nil)
	other := letter(t, s, func(l *deadletter.Letter) { l.ID, l.Group = "01890000-0000-7000-8000-00000000000b", s.Names.Analytics })
	form := url.Values{"act": {"redrive-letters"}, "group": {s.Names.Mail}}
	operator.get("/console/bulk?"+form.Encode()).want(t, http.StatusOK, "1 letter would be tried again", words.BulkBackTo, s.Names.RSVPEvents).lacks(t, s.Names.Analytics)
	a := operator.post("/console/bulk", confirm(t, operator, form, "1")).want(t, http.StatusSeeOther)
	ended(t, operator, a.location()).want(t, http.StatusOK, "Finished", "1 of 1")
	if sent := broker.Sent(); len(sent) != 1 || sent[0].Headers[envelope.HeaderRedrive] != s.Names.Mail {
		t.Fatalf("%+v", sent)
	}
	operator.get("/console/letters/"+other).want(t, http.StatusOK)
}

func TestOnlyWhatIsRebuildableIsReplayed(t *testing.T) {
	t.Parallel()
	s := site.Open(t, site.Config{})
	operator := newOperator(t, s)
	operator.get("/console/groups").want(t, http.StatusOK, "/console/groups/replay?group="+s.Names.Workers)
	operator.get("/console/groups/replay?group="+s.Names.Mail).want(t, http.StatusNotFound)
	operator.post("/console/groups/replay", url.Values{"group": {s.Names.Mail}}).want(t, http.StatusConflict, words.ConsoleRefused)
	operator.post("/console/groups/replay", url.Values{"group": {"nonsense"}}).want(t, http.StatusNotFound)
	operator.get("/console/groups/replay?group="+s.Names.Workers).want(t, http.StatusOK, words.TypeWord(s.Names.Workers))
	for _, typed := range []string{"", "yes", s.Names.Mail} {
		operator.post("/console/groups/replay", url.Values{"group": {s.Names.Workers}, "typed": {typed}}).want(t, http.StatusUnprocessableEntity, words.GroupsTyped)
	}
	if s.Replayed.Times() != 0 {
		t.Fatal("something was replayed")
	}
	a := operator.post("/console/groups/replay", url.Values{"group": {s.Names.Workers}, "typed": {s.Names.Workers}}).want(t, http.StatusSeeOther)
	operator.get(a.location()).want(t, http.StatusOK, words.GroupsReplayed)
	if s.Replayed.Times() != 1 || !strings.Contains(s.Log.String(), "act=replay") {
		t.Fatalf("%d times, %s", s.Replayed.Times(), s.Log)
	}
}

func TestATopicsTailFoldsPersonalDataAway(t *testing.T) {
	t.Parallel()
	s := site.Open(t, site.Config{})
	s.Reply("default", "ada@example.org", 2)
	batches, err := s.Store.Pending(t.Context(), nil, 10)
	if err != nil {
		t.Fatal(err)
	}
	for _, batch := range batches {
		if errs := s.Bus.Publish(t.Context(), batch.Messages); errs != nil {
			t.Fatal(errs)
		}
	}
	operator := newOperator(t, s)
	path := "/console/topics/tail?topic=" + s.Names.RSVPEvents
	operator.get(path).want(t, http.StatusOK, "RSVP_CREATED", words.TopicsFolded, words.TopicsReveal).lacks(t, "ada@example.org")
	operator.get(path+"&reveal=1").want(t, http.StatusOK, "ada@example.org", words.TopicsRevealed)
	operator.get("/console/topics/tail?topic=nonsense").want(t, http.StatusNotFound)
	operator.get(path+"&n=9999").want(t, http.StatusOK)
}
