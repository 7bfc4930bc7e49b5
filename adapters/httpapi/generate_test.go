package httpapi

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"convoke/application/contract"
	"convoke/domain/design"
	"convoke/domain/job"
)

type acceptedBody struct {
	Success bool       `json:"success"`
	JobID   string     `json:"jobId"`
	Status  job.Status `json:"status"`
	Message string     `json:"message"`
}

func TestAnOrderIsAcceptedAtOnceAndCanBeLookedAt(t *testing.T) {
	t.Parallel()
	s := open(t, Config{}).serve()
	const trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
	a := s.ask("POST", "/api/mcp/tools/generate", `{"description":" Tea for <Ada> & Mary ","style":"retro","colorPalette":["#AABBCC"],
		"size":{"width":640,"height":64},"deadline":"2126-01-01T00:00:00Z","unknown":1}`, "Traceparent", trace)
	wantProblem(t, a, http.StatusUnprocessableEntity, "invalid", "deadline")

	deadline := time.Now().Add(time.Hour).UTC().Truncate(time.Second)
	a = s.ask("POST", "/api/mcp/tools/generate", `{"description":" Tea for <Ada> & Mary ","style":"retro","colorPalette":["#AABBCC"],
		"size":{"width":640,"height":64},"deadline":"`+deadline.Format(time.RFC3339)+`","unknown":1}`, "Traceparent", trace)
	accepted := read[acceptedBody](t, a)
	if a.status != http.StatusAccepted || !accepted.Success || accepted.Status != job.Pending || accepted.Message == "" {
		t.Fatalf("status %d: %s", a.status, a.body)
	}
	if want := "/api/mcp/tools/job/" + accepted.JobID; a.header.Get("Location") != want {
		t.Errorf("Location %q, want %q", a.header.Get("Location"), want)
	}
	state := s.State(accepted.JobID)
	want := design.Brief{Description: "Tea for <Ada> & Mary", Style: design.Retro, Palette: []string{"#aabbcc"}, Size: design.Size{Width: 640, Height: 64}}
	if fmt.Sprint(state.Brief) != fmt.Sprint(want) || !state.Deadline.Equal(deadline) || state.Trace != trace {
		t.Errorf("ordered %+v until %v under %s", state.Brief, state.Deadline, state.Trace)
	}

	a = s.ask("GET", a.header.Get("Location"), "")
	shown := read[contract.JobWithAsset](t, a)
	if a.status != http.StatusOK || !shown.Success || shown.Job.ID != accepted.JobID || shown.Job.Status != job.Pending || shown.Asset != nil {
		t.Errorf("status %d: %s", a.status, a.body)
	}
	if !strings.Contains(string(a.body), "<Ada> & Mary") || a.header.Get("Cache-Control") != "no-store" {
		t.Errorf("escaped or kept: %s", a.body)
	}
}

func TestBadInputIsRefusedByFieldAndStoresNothing(t *testing.T) {
	t.Parallel()
	s := open(t, Config{}).serve()
	s.Fleet.Take(seen("studio"))
	const generate, refine = "/api/mcp/tools/generate", "/api/mcp/tools/refine"
	for _, test := range []struct {
		name, path, body string
		status           int
		code             string
		fields           []string
	}{
		{"no description", generate, `{}`, 422, "invalid", []string{"description"}},
		{"empty description", generate, `{"description":" \n "}`, 422, "invalid", []string{"description"}},
		{"null", generate, `null`, 422, "invalid", []string{"description"}},
		{"description of 10 kB", generate, `{"description":"` + strings.Repeat("x", 10_000) + `"}`, 422, "invalid", []string{"description"}},
		{"escaped NUL", generate, `{"description":"a\u0000b"}`, 422, "invalid", []string{"description"}},
		{"raw NUL", generate, "{\"description\":\"a\x00b\"}", 400, "malformed-json", nil},
		{"invalid UTF-8", generate, "{\"description\":\"a\xffb\"}", 400, "malformed-json", nil},
		{"half a document", generate, `{"description":`, 400, "malformed-json", nil},
		{"two documents", generate, brief + brief, 400, "malformed-json", nil},
		{"no object", generate, `["description"]`, 400, "malformed-json", nil},
		{"nested too deeply", generate, strings.Repeat("[", 20_000), 400, "malformed-json", nil},
		{"number as text", generate, `{"description":7}`, 422, "invalid", []string{"description"}},
		{"text as number", generate, `{"description":"x","size":{"width":"a"}}`, 422, "invalid", []string{"size.width"}},
		{"broken number", generate, `{"description":"x","size":{"width":64.5,"height":64}}`, 422, "invalid", []string{"size.width"}},
		{"endless number", generate, `{"description":"x","size":{"width":1e99,"height":64}}`, 422, "invalid", []string{"size.width"}},
		{"text as object", generate, `{"description":"x","size":"large"}`, 422, "invalid", []string{"size"}},
		{"text as list", generate, `{"description":"x","colorPalette":"#ffffff"}`, 422, "invalid", []string{"colorPalette"}},
		{"unknown style", generate, `{"description":"x","style":"baroque"}`, 422, "invalid", []string{"style"}},
		{"bad colour", generate, `{"description":"x","colorPalette":["#ffffff","red"]}`, 422, "invalid", []string{"colorPalette[1]"}},
		{"too many colours", generate, `{"description":"x","colorPalette":["#ffffff"` + strings.Repeat(`,"#ffffff"`, 8) + `]}`, 422, "invalid", []string{"colorPalette"}},
		{"too small", generate, `{"description":"x","size":{"width":63,"height":4097}}`, 422, "invalid", []string{"size.width", "size.height"}},
		{"size of nothing", generate, `{"description":"x","size":{}}`, 422, "invalid", []string{"size.width", "size.height"}},
		{"unknown generator", generate, `{"description":"x","serverId":"nobody"}`, 422, "invalid", []string{"serverId"}},
		{"NUL in generator", generate, `{"description":"x","serverId":"a\u0000"}`, 422, "invalid", []string{"serverId"}},
		{"past deadline", generate, `{"description":"x","deadline":"2020-01-01T00:00:00Z"}`, 422, "invalid", []string{"deadline"}},
		{"no time", generate, `{"description":"x","deadline":"tomorrow"}`, 422, "invalid", []string{"deadline"}},
		{"everything", generate, `{"style":"x","size":{"width":1,"height":1},"deadline":"x","serverId":"\u0007"}`, 422, "invalid",
			[]string{"description", "style", "size.width", "size.height", "deadline", "serverId"}},
		{"refine nothing", refine, `{}`, 422, "invalid", []string{"jobId", "instructions"}},
		{"refine without words", refine, `{"jobId":"` + noSuchID + `","instructions":""}`, 422, "invalid", []string{"instructions"}},
		{"refine at length", refine, `{"jobId":"` + noSuchID + `","instructions":"` + strings.Repeat("é", 1001) + `"}`, 422, "invalid", []string{"instructions"}},
		{"refine a stranger", refine, `{"jobId":"` + noSuchID + `","instructions":"bluer"}`, 404, "job-not-found", nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			wantProblem(t, s.ask("POST", test.path, test.body), test.status, test.code, test.fields...)
		})
	}
	if n := s.stored(); n != 0 {
		t.Errorf("%d jobs were stored", n)
	}
}

func TestOnlyPlainJSONIsTaken(t *testing.T) {
	t.Parallel()
	s := open(t, Config{}).serve()
	const path = "/api/mcp/tools/generate"
	wantProblem(t, s.ask("POST", path, brief, "Content-Type", "text/plain"), 415, "unsupported-media-type")
	wantProblem(t, s.ask("POST", path, brief, "Content-Type", "application/json; charset=latin1"), 415, "unsupported-media-type")
	wantProblem(t, s.ask("POST", path, "", "Content-Type", ""), 415, "unsupported-media-type")
	wantProblem(t, s.ask("POST", path, brief, "Content-Encoding", "gzip"), 415, "unsupported-encoding")
	if a := s.ask("POST", path, brief, "Content-Type", "Application/JSON; charset=UTF-8"); a.status != 202 {
		t.Errorf("status %d: %s", a.status, a.body)
	}
}

func TestAnIdempotencyKeyMakesARepeatedOrderOne(t *testing.T) {
	t.Parallel()
	s := open(t, Config{}).serve()
	const path = "/api/mcp/tools/generate"
	first := s.ask("POST", path, brief, "Idempotency-Key", "k 1")
	s.Complete(read[acceptedBody](t, first).JobID)
	again := s.ask("POST", path, brief, "Idempotency-Key", "k 1")
	if again.status != first.status || string(again.body) != string(first.body) {
		t.Errorf("%d %s, then %d %s", first.status, first.body, again.status, again.body)
	}
	wantProblem(t, s.ask("POST", path, `{"description":"other"}`, "Idempotency-Key", "k 1"), 422, "idempotency-key-reused")
	s.ask("POST", path, brief, "Idempotency-Key", "k 1", "Authorization", "Bearer somebody-else")
	s.ask("POST", path, brief, "Idempotency-Key", "k 2")
	if n := s.stored(); n != 3 {
		t.Errorf("%d jobs were stored, want 3", n)
	}
	wantProblem(t, s.ask("POST", path, brief, "Idempotency-Key", strings.Repeat("k", 256)), 400, "bad-idempotency-key")
	wantProblem(t, s.ask("POST", path, brief, "Idempotency-Key", "schlüssel"), 400, "bad-idempotency-key")
}

func TestAClientMayWaitForTheDesign(t *testing.T) {
	t.Parallel()
	s := open(t, Config{}).serve()
	answers := make(chan answer, 1)
	go func() {
		answers <- s.ask("POST", "/api/mcp/tools/generate", brief, "Prefer", "respond-async, wait=99")
	}()
	s.Complete(s.onlyJob())
	a := <-answers
	shown := read[contract.JobWithAsset](t, a)
	if a.status != 200 || shown.Job.Status != job.Completed || shown.Asset == nil || shown.Asset.Content == nil {
		t.Fatalf("status %d: %s", a.status, a.body)
	}
	if applied := a.header.Get("Preference-Applied"); applied != "wait=60" {
		t.Errorf("Preference-Applied: %q", applied)
	}
	asset := s.ask("GET", shown.Asset.URL, "")
	if asset.status != 200 || string(asset.body) != *shown.Asset.Content || !strings.Contains(string(asset.body), "Ada") {
		t.Errorf("status %d: %s", asset.status, asset.body)
	}
}

func TestWaitingHasAnEnd(t *testing.T) {
	t.Parallel()
	s := open(t, Config{}).serve()
	began := time.Now()
	a := s.ask("POST", "/api/mcp/tools/generate", brief, "Prefer", `wait="1"; x=y`)
	if took := time.Since(began); a.status != 202 || took < time.Second || a.header.Get("Preference-Applied") != "wait=1" {
		t.Errorf("status %d after %v", a.status, took)
	}
	for _, nonsense := range []string{"wait", "wait=-1", "wait=soon", "waiting=9", "wait=0"} {
		if a := s.ask("POST", "/api/mcp/tools/generate", brief, "Prefer", nonsense); a.status != 202 || a.header.Get("Preference-Applied") != "" {
			t.Errorf("%s: status %d, applied %q", nonsense, a.status, a.header.Get("Preference-Applied"))
		}
	}
}

func TestADrainEndsWaiting(t *testing.T) {
	t.Parallel()
	s := open(t, Config{}).serve()
	answers := make(chan answer, 1)
	go func() { answers <- s.ask("POST", "/api/mcp/tools/generate", brief, "Prefer", "wait=60") }()
	id := s.onlyJob()
	s.server.Drain()
	if a := <-answers; a.status != 202 || read[acceptedBody](t, a).JobID != id {
		t.Errorf("status %d: %s", a.status, a.body)
	}
}

func TestRefiningAndCancelling(t *testing.T) {
	t.Parallel()
	s := open(t, Config{}).serve()
	id := s.Order()
	refine := `{"jobId":"` + strings.ToUpper(id) + `","instructions":"bluer, please"}`
	wantProblem(t, s.ask("POST", "/api/mcp/tools/refine", refine), 409, "not-completed")
	s.Complete(id)
	a := s.ask("POST", "/api/mcp/tools/refine", refine)
	child := read[acceptedBody](t, a).JobID
	if a.status != 202 || s.State(child).ParentVersion != 1 || s.State(child).DesignID != s.State(id).DesignID {
		t.Fatalf("status %d: %s", a.status, a.body)
	}

	cancel := "/api/mcp/tools/job/" + child + "/cancel"
	a = s.ask("POST", cancel, "", "Idempotency-Key", "once")
	if cancelled := read[cancelAnswer](t, a); a.status != 200 || !cancelled.Success || cancelled.Job.Status != job.Cancelled {
		t.Errorf("status %d: %s", a.status, a.body)
	}
	if again := s.ask("POST", cancel, "", "Idempotency-Key", "once"); again.status != 200 || string(again.body) != string(a.body) {
		t.Errorf("status %d: %s", again.status, again.body)
	}
	wantProblem(t, s.ask("POST", cancel, ""), 409, "already-finished")
	wantProblem(t, s.ask("POST", "/api/mcp/tools/job/"+noSuchID+"/cancel", ""), 404, "job-not-found")
}

// onlyJob waits for the one job to be stored and returns its id.
func (s *site) onlyJob() string {
	s.t.Helper()
	var id string
	eventually(s.t, "a job is stored", func() bool {
		page, _ := s.Jobs.List(s.t.Context(), jobsQuery)
		if len(page.Jobs) == 1 {
			id = page.Jobs[0].ID
		}
		return id != ""
	})
	return id
}
