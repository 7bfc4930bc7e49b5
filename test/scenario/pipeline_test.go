package scenario

import (
	"context"
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func deadline(t *testing.T, d time.Duration) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), d)
	t.Cleanup(cancel)
	return ctx
}

func TestABriefBecomesADesign(t *testing.T) {
	t.Parallel()
	p := start(t, "all")
	id := p.generate(gardenParty)

	messages := p.socket(deadline(t, waitForOne), id)
	types := make([]string, len(messages))
	for i, m := range messages {
		types[i] = m.Type
	}
	last := messages[len(messages)-1]
	if got := strings.Join(types[:3], " "); got != "connected subscribed job_status" || last.Type != "job_complete" || last.Asset == nil {
		t.Fatalf("socket: %v, last %+v", types, last)
	}
	names, data := p.stream(deadline(t, waitForOne), id)
	if names[0] != "status" || names[len(names)-1] != "complete" || data[len(data)-1].Version != last.Version {
		t.Fatalf("stream: %v %+v", names, data)
	}
	j := p.job(id)
	if j.Job.Status != "COMPLETED" || j.Job.Progress != 100 || j.Asset == nil || j.Asset.Version != 1 || j.Asset.AssetType != "image/svg+xml" {
		t.Fatalf("job: %+v", j)
	}
	for _, want := range []string{`<svg`, `width="512"`, `height="512"`, "Ada", "Kew Gardens"} {
		if !strings.Contains(j.Asset.Content, want) {
			t.Errorf("the design lacks %q", want)
		}
	}
	response, content, err := p.exchange(t.Context(), http.MethodGet, j.Asset.URL, nil)
	if err != nil || string(content) != j.Asset.Content || !strings.Contains(response.Header.Get("Cache-Control"), "immutable") {
		t.Fatalf("asset: %v %v, %d bytes, want %d", err, response.Header, len(content), len(j.Asset.Content))
	}
	if done := p.metric(`convoke_jobs_finished_total{status="COMPLETED"}`); done != 1 {
		t.Errorf("%v jobs counted", done)
	}
}

func TestARefinementIsTheNextVersionOfTheSameDesign(t *testing.T) {
	t.Parallel()
	p := start(t, "all")
	first := p.awaitStatus(p.generate(gardenParty), "COMPLETED", waitForOne)
	body := `{"jobId":"` + first.Job.ID + `","instructions":"make it darker and add: bring a plate"}`
	status, content, err := p.try(t.Context(), http.MethodPost, "/api/mcp/tools/refine", body, "Prefer: wait=20")
	if err != nil || status != http.StatusOK {
		t.Fatalf("refine: %d %s %v", status, content, err)
	}
	var second job
	p.decode(content, &second)
	if second.Asset.DesignID != first.Asset.DesignID || second.Asset.Version != 2 || second.Asset.Content == first.Asset.Content {
		t.Fatalf("second version: %+v", second.Asset)
	}
	if !strings.Contains(second.Asset.Content, "bring a plate") && !strings.Contains(second.Asset.Content, "Bring a plate") {
		t.Error("the refinement's words are not in the design")
	}
	var d struct {
		Design struct {
			Versions []struct{ Version, ParentVersion int }
		}
	}
	_, content, _ = p.try(t.Context(), http.MethodGet, "/api/designs/"+first.Asset.DesignID, nil)
	p.decode(content, &d)
	if len(d.Design.Versions) != 2 || d.Design.Versions[1].ParentVersion != 1 {
		t.Fatalf("design: %s", content)
	}
}

func TestOneIdempotencyKeyIsOneJob(t *testing.T) {
	t.Parallel()
	p := start(t, "all")
	key := "Idempotency-Key: k-1"
	ids := make(chan string, 20)
	for range cap(ids) {
		go func() {
			_, content, _ := p.try(context.Background(), http.MethodPost, "/api/mcp/tools/generate", gardenParty, key)
			var taken struct{ JobID string }
			_ = json.Unmarshal(content, &taken)
			ids <- taken.JobID
		}()
	}
	seen := map[string]int{}
	for range cap(ids) {
		seen[<-ids]++
	}
	delete(seen, "") // 409: still running
	if len(seen) != 1 {
		t.Fatalf("jobs %v", seen)
	}
	status, _, _ := p.try(t.Context(), http.MethodPost, "/api/mcp/tools/generate", `{"description":"another"}`, key)
	if status != http.StatusUnprocessableEntity {
		t.Fatalf("another body: %d", status)
	}
}

func TestACancelStopsAtOnce(t *testing.T) {
	t.Parallel()
	p := start(t, "all", "GENERATOR=noop", "GENERATOR_FALLBACK=none", "NOOP_DELAY=1m", "WORKER_CONCURRENCY=1")
	running, waiting := p.generate(gardenParty), p.generate(gardenParty)
	p.await(waitForOne, "one runs", func() bool {
		return p.job(running).Job.Status == "PROCESSING" || p.job(waiting).Job.Status == "PROCESSING"
	})
	for _, id := range []string{running, waiting} {
		if status, content, _ := p.try(t.Context(), http.MethodPost, "/api/mcp/tools/job/"+id+"/cancel", nil); status != http.StatusOK {
			t.Fatalf("cancel: %d %s", status, content)
		}
		if status, _, _ := p.try(t.Context(), http.MethodPost, "/api/mcp/tools/job/"+id+"/cancel", nil); status != http.StatusConflict {
			t.Fatalf("second cancel: %d", status)
		}
	}
	p.await(waitForOne, "the worker is idle", func() bool { return p.metric("convoke_worker_running") == 0 })
}

func TestBadInputIsAProblemThatNamesItsField(t *testing.T) {
	t.Parallel()
	p := start(t, "all")
	brief := func(text string) string {
		b, _ := json.Marshal(map[string]string{"description": text})
		return string(b)
	}
	for name, c := range map[string]struct {
		path, body, header string
		status             int
		field              string
	}{
		"empty description":   {body: brief(" "), status: 422, field: "description"},
		"10 kB description":   {body: brief(strings.Repeat("x", 10_000)), status: 422, field: "description"},
		"NUL":                 {body: brief("a\x00b"), status: 422, field: "description"},
		"unknown style":       {body: `{"description":"x","style":"baroque"}`, status: 422, field: "style"},
		"bad colour":          {body: `{"description":"x","colorPalette":["#12345"]}`, status: 422, field: "colorPalette[0]"},
		"too small":           {body: `{"description":"x","size":{"width":63,"height":100}}`, status: 422, field: "size.width"},
		"too large":           {body: `{"description":"x","size":{"width":100,"height":4097}}`, status: 422, field: "size.height"},
		"unknown server":      {body: `{"description":"x","serverId":"nobody"}`, status: 422, field: "serverId"},
		"wrong type":          {body: `{"description":7}`, status: 422, field: "description"},
		"past deadline":       {body: `{"description":"x","deadline":"2020-01-01T00:00:00Z"}`, status: 422, field: "deadline"},
		"malformed JSON":      {body: `{"description":`, status: 400},
		"wrong content type":  {body: `x`, header: "Content-Type: text/plain", status: 415},
		"oversized body":      {body: brief(strings.Repeat("x", 140_000)), status: 413},
		"unknown job":         {path: "/api/mcp/tools/refine", body: `{"jobId":"0199aaaa-0000-7000-8000-000000000000","instructions":"x"}`, status: 404},
		"no id":               {path: "/api/mcp/tools/refine", body: `{"jobId":"x","instructions":"x"}`, status: 422, field: "jobId"},
		"unknown path":        {path: "/api/nothing", body: `{}`, status: 404},
		"admin without token": {path: "/api/admin/dead-letters/redrive", body: `{}`, status: 401},
	} {
		path := c.path
		if path == "" {
			path = "/api/mcp/tools/generate"
		}
		headers := []string{}
		if c.header != "" {
			headers = append(headers, c.header)
		}
		response, content, err := p.exchange(t.Context(), http.MethodPost, path, c.body, headers...)
		if err != nil && c.status == http.StatusRequestEntityTooLarge {
			continue // the server answers and hangs up while the client still sends: it may never read the answer
		}
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		var problem struct {
			Status int
			Code   string
			Errors []struct{ Field string }
		}
		_ = json.Unmarshal(content, &problem)
		if response.StatusCode != c.status || problem.Status != c.status || problem.Code == "" || !strings.HasPrefix(response.Header.Get("Content-Type"), "application/problem+json") {
			t.Errorf("%s: %d %s", name, response.StatusCode, content)
		}
		if c.field != "" && (len(problem.Errors) == 0 || problem.Errors[0].Field != c.field) {
			t.Errorf("%s: names %+v, want %s", name, problem.Errors, c.field)
		}
	}
	list := admin[struct{ Jobs []json.RawMessage }](p, http.MethodGet, "/api/mcp/tools/jobs", nil)
	if len(list.Jobs) != 0 {
		t.Errorf("%d jobs were stored", len(list.Jobs))
	}
}

func TestTheCommandsWorkAsTheReadmeSays(t *testing.T) {
	t.Parallel()
	p := start(t, "all")
	file := filepath.Join(t.TempDir(), "party.svg")
	out, err := p.run("generate", "A garden party for Ada's 36th birthday, 12 June at 4 pm, Kew Gardens, sage and cream", "--out", file)
	if err != nil {
		t.Fatalf("generate: %v\n%s", err, out)
	}
	if content, err := os.ReadFile(file); err != nil || !strings.HasPrefix(string(content), "<svg") {
		t.Fatalf("%s: %v %.80s", file, err, content)
	}
	if out, err := p.run("generate", ""); !failed(err) || !strings.Contains(out, "description") {
		t.Errorf("an empty brief: %v\n%s", err, out)
	}
	if out, err := p.run("groups"); err != nil || !strings.Contains(out, "mcp-registry-workers") {
		t.Errorf("groups: %v\n%s", err, out)
	}
	if out, err := p.run("config"); err != nil || strings.Contains(out, adminToken) || !strings.Contains(out, "BROKER=embedded") {
		t.Errorf("config: %v\n%s", err, out)
	}
}

func TestASpentJobIsADeadLetterThatCanBeRedriven(t *testing.T) {
	t.Parallel()
	// A generator that is always cut off: every attempt fails with a timeout.
	p := start(t, "all", "GENERATOR=noop", "GENERATOR_FALLBACK=none", "NOOP_DELAY=1h", "JOB_TIMEOUT=50ms", "JOB_MAX_ATTEMPTS=2")
	id := p.generate(gardenParty)
	j := p.awaitStatus(id, "FAILED", 30*time.Second)
	if j.Job.Attempt != 2 || j.Job.ErrorCode == nil || *j.Job.ErrorCode != "timeout" {
		t.Fatalf("job: %+v", j.Job)
	}
	var out string
	p.await(waitForOne, "the letter is listed", func() bool {
		out, _ = p.run("dlq", "list")
		return strings.Contains(out, "attempts-spent")
	})
	letter := strings.Fields(strings.Split(strings.TrimSpace(out), "\n")[1])[0]
	if out, err := p.run("dlq", "show", letter); err != nil || !strings.Contains(out, id) || !strings.Contains(out, "-1/-1") {
		t.Fatalf("show: %v\n%s", err, out)
	}
	watched := make(chan []live, 1)
	go func() { _, data := p.stream(deadline(t, 40*time.Second), id); watched <- data }()
	if out, err := p.run("dlq", "redrive", letter); err != nil {
		t.Fatalf("redrive: %v\n%s", err, out)
	}
	if out, err := p.run("dlq", "redrive", letter); !failed(err) {
		t.Fatalf("the letter must be gone: %s", out)
	}
	j = p.awaitStatus(id, "FAILED", 30*time.Second)
	if j.Job.Attempt < 3 {
		t.Fatalf("not tried again: %+v", j.Job)
	}
	<-watched
}

func TestABadConfigurationNamesEveryProblem(t *testing.T) {
	t.Parallel()
	p := prepare(t, "worker", "PORT=99999", "JOB_TIMEOUT=soon", "GENERATOR=crayons", "BROKER=embedded", "RATE_LIMIT=lots")
	p.launch()
	<-p.exited
	out := p.log.String()
	for _, want := range []string{"PORT", "JOB_TIMEOUT", "GENERATOR", "BROKER", "RATE_LIMIT"} {
		if !strings.Contains(out, "- "+want+":") {
			t.Errorf("%s is not named in:\n%s", want, out)
		}
	}
	if code := p.cmd.ProcessState.ExitCode(); code == 0 {
		t.Error("exit code 0")
	}
}

func TestTwoProcessesDoNotShareADataFolder(t *testing.T) {
	t.Parallel()
	folder := filepath.Join(t.TempDir(), "data")
	start(t, "all", "DATA_DIR="+folder)
	second := prepare(t, "all", "DATA_DIR="+folder)
	second.launch()
	<-second.exited
	if out := second.log.String(); !strings.Contains(out, "another convoke is using") {
		t.Fatalf("log: %s", out)
	}
}
