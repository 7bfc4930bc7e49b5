package contractcheck

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// said is an answer with its headers as "Name: value", and what was asked for it.
type said struct {
	method, path, sent string
	status             int
	headers            []string
	got                string
}

const (
	plain = "Content-Type: application/json"
	prob  = "Content-Type: application/problem+json"
	fault = `{"type":"about:blank","title":"Not Found","status":404,"code":"job-not-found","detail":"there is no such job"}`
	busy  = `{"type":"about:blank","title":"Service Unavailable","status":503,"code":"busy","detail":"later","correlationId":"X"}`
	taken = `{"success":true,"jobId":"01a207bd-a9c0-7c41-9d0e-5b1f6a2c8e37","status":"PENDING","message":"soon"}`
	brief = `{"description":"A party"}`
	job   = "/api/mcp/tools/job/x"
	order = "/api/mcp/tools/generate"
	at    = "Location: /api/mcp/tools/job/x"
)

func (s said) exchange(t *testing.T) exchange {
	t.Helper()
	request := httptest.NewRequest(s.method, s.path, nil)
	response := &http.Response{StatusCode: s.status, Header: http.Header{}}
	for _, h := range s.headers {
		name, value, _ := strings.Cut(h, ": ")
		response.Header.Set(name, value)
	}
	return exchange{request, []byte(s.sent), response, []byte(s.got)}
}

func TestWhatTheContractSaysMayBeAnswered(t *testing.T) {
	t.Parallel()
	c := load(t)
	for name, s := range map[string]said{
		"an answer":            {"GET", "/healthz", "", 200, []string{plain}, `{"status":"ok"}`},
		"a HEAD":               {"HEAD", "/healthz", "", 200, []string{plain}, ""},
		"a write":              {"POST", order, brief, 202, []string{plain, at}, taken},
		"a problem":            {"GET", job, "", 404, []string{prob}, fault},
		"a problem of ours":    {"GET", job, "", 503, []string{prob, "Retry-After: 1"}, busy},
		"an unknown path":      {"GET", "/nothing", "", 404, []string{prob}, strings.Replace(fault, "job-not-found", "no-such-path", 1)},
		"an unknown method":    {"PUT", "/healthz", "", 405, []string{prob, "Allow: GET, HEAD"}, strings.NewReplacer("404", "405", "job-not-found", "method-not-allowed").Replace(fault)},
		"a preflight":          {"OPTIONS", order, "", 204, nil, ""},
		"a page":               {"GET", "/o/default", "", 200, []string{"Content-Type: text/html"}, "<html>"},
		"a path with a sister": {"GET", "/api/rsvps/verify-token", "", 401, []string{prob, "WWW-Authenticate: Bearer realm=x"}, strings.NewReplacer("404", "401", "job-not-found", "token-required").Replace(fault)},
	} {
		if err := c.judge(s.exchange(t)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestWhatTheContractDoesNotSayFailsTheTest(t *testing.T) {
	t.Parallel()
	c := load(t)
	for name, s := range map[string]said{
		"an undocumented field":            {"GET", "/healthz", "", 200, []string{plain}, `{"status":"ok","x":1}`},
		"an undocumented field within":     {"GET", "/readyz", "", 200, []string{plain}, `{"status":"ready","checks":{"database":{"ok":true,"x":1}}}`},
		"a missing field":                  {"GET", "/healthz", "", 200, []string{plain}, `{}`},
		"another type":                     {"GET", "/healthz", "", 200, []string{plain}, `{"status":1}`},
		"another format":                   {"POST", order, brief, 202, []string{plain, at}, strings.Replace(taken, "01a207bd-", "", 1)},
		"no JSON":                          {"GET", "/healthz", "", 200, []string{plain}, `{`},
		"an undocumented status":           {"GET", "/healthz", "", 201, []string{plain}, `{"status":"ok"}`},
		"an undocumented route":            {"GET", "/api/more", "", 200, []string{plain}, `{}`},
		"an undocumented method":           {"DELETE", "/healthz", "", 200, []string{plain}, `{}`},
		"an undocumented content type":     {"GET", "/healthz", "", 200, []string{"Content-Type: text/plain"}, "ok"},
		"a missing header":                 {"POST", order, brief, 202, []string{plain}, taken},
		"another header":                   {"GET", job, "", 503, []string{prob, "Retry-After: soon"}, busy},
		"405 without Allow":                {"PUT", "/healthz", "", 405, []string{prob}, strings.NewReplacer("404", "405", "job-not-found", "method-not-allowed").Replace(fault)},
		"an undocumented code":             {"GET", job, "", 404, []string{prob}, strings.Replace(fault, "job-not-found", "no-job", 1)},
		"a code of another status":         {"GET", job, "", 404, []string{prob}, strings.Replace(fault, "job-not-found", "busy", 1)},
		"a problem of another status":      {"GET", job, "", 404, []string{prob}, strings.Replace(fault, "404", "409", 1)},
		"ours without correlation":         {"GET", job, "", 503, []string{prob, "Retry-After: 1"}, strings.Replace(busy, `,"correlationId":"X"`, "", 1)},
		"theirs with correlation":          {"GET", job, "", 404, []string{prob}, strings.Replace(fault, "}", `,"correlationId":"X"}`, 1)},
		"an unknown path that is no error": {"GET", "/nothing", "", 404, []string{plain}, "{}"},
		"an undocumented body":             {"DELETE", "/api/occasions/x", "", 204, []string{plain}, "{}"},
		"an undocumented query":            {"GET", "/healthz?verbose=1", "", 200, []string{plain}, `{"status":"ok"}`},
		"another query":                    {"GET", "/api/rsvps?limit=1000", "", 200, []string{plain}, `{"data":[],"pagination":{"page":null,"limit":1,"total":0,"totalPages":0,"hasNext":false,"hasPrev":false,"nextCursor":null},"revision":0}`},
		"an undocumented request":          {"POST", order, `{"description":"A party","x":1}`, 202, []string{plain, at}, taken},
		"a request that is too long":       {"POST", order, `{"description":"` + strings.Repeat("a", 4001) + `"}`, 202, []string{plain, at}, taken},
	} {
		if c.judge(s.exchange(t)) == nil {
			t.Errorf("%s passes", name)
		}
	}
}

func TestWhatTheSocketSaysMustBeDocumentedToo(t *testing.T) {
	t.Parallel()
	c := load(t)
	const status = `{"type":"job_status","jobId":"01a207bd-a9c0-7c41-9d0e-5b1f6a2c8e37","version":1,"status":"PENDING","progress":0,"progressMessage":null,"attempt":1}`
	for text, fine := range map[string]bool{
		status: true,
		strings.Replace(status, `"attempt":1`, `"attempt":1,"x":1`, 1): false,
		strings.Replace(status, `,"attempt":1`, ``, 1):                 false,
		strings.Replace(status, `job_status`, `job_rested`, 1):         false,
		`{"type":"subscribed","occasionId":"default"}`:                 true,
		`{"type":"subscribed"}`:                                        false,
		`{"type":"ping"}`:                                              false, // the client's
	} {
		if err := c.oneSide("tell", []byte(text)); (err == nil) != fine {
			t.Errorf("%s: %v", text, err)
		}
	}
	for text, fine := range map[string]bool{
		`{"type":"ping"}`: true, `{"type":"subscribe","occasionId":"default","token":"x","version":3}`: true,
		`{"type":"unsubscribe","jobId":"01a207bd-a9c0-7c41-9d0e-5b1f6a2c8e37"}`: true,
		`{"type":"subscribe"}`: false, `{"type":"pong"}`: false, `{"type":"ping","x":1}`: false,
	} {
		if err := c.oneSide("ask", []byte(text)); (err == nil) != fine {
			t.Errorf("%s: %v", text, err)
		}
	}
}

func TestAnEventThatIsNotDocumentedFailsTheTest(t *testing.T) {
	t.Parallel()
	c := load(t)
	headers := map[string]string{"content-type": "application/cloudevents+json", "traceparent": "00"}
	const event = `{"specversion":"1.0","id":"01a207bd-a9c2-7f01-8e21-60c3d94b7a01","type":"JOB_CHANGED","source":"convoke/jobs","subject":"x",` +
		`"time":"2026-11-23T09:30:00Z","datacontenttype":"application/json","data":{"jobId":"01a207bd-a9c0-7c41-9d0e-5b1f6a2c8e37","version":3}}`
	if err := c.published("convoke-control", headers, []byte(event)); err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string][2]string{
		"a field of the data": {`"version":3`, `"version":3,"x":1`}, "no field of the data": {`,"version":3`, ``},
		"a field of the envelope": {`"subject":"x"`, `"subject":"x","x":1`}, "another type": {"JOB_CHANGED", "JOB_RESTED"},
		"another source": {"convoke/jobs", "convoke"},
	} {
		if c.published("convoke-control", headers, []byte(strings.Replace(event, change[0], change[1], 1))) == nil {
			t.Errorf("%s passes", name)
		}
	}
	if c.published("rsvp-events", headers, []byte(event)) == nil {
		t.Error("another topic passes")
	}
	if c.published("convoke-control", map[string]string{"content-type": "text/plain"}, []byte(event)) == nil {
		t.Error("other headers pass")
	}
}

// reported asks a server through the judge and returns what it reported.
func reported(t *testing.T, path string, answer http.HandlerFunc) []error {
	t.Helper()
	server := httptest.NewServer(answer)
	defer server.Close()
	var all []error
	judge := &transport{contract: load(t), next: http.DefaultTransport, report: func(err error) { all = append(all, err) }}
	response, err := (&http.Client{Transport: judge}).Get(server.URL + path)
	if err != nil {
		t.Fatal(err)
	}
	_, _ = io.Copy(io.Discard, response.Body)
	response.Body.Close()
	return all
}

func TestTheJudgeSitsBetweenClientAndServer(t *testing.T) {
	t.Parallel()
	health := func(body string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			_, _ = io.WriteString(w, body)
		}
	}
	if errs := reported(t, "/healthz", health(`{"status":"ok"}`)); len(errs) != 0 {
		t.Error(errs)
	}
	if errs := reported(t, "/healthz", health(`{"status":"ok","x":1}`)); len(errs) != 1 {
		t.Error(errs)
	}
	stream := func(events string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			for name, value := range map[string]string{"Content-Type": "text/event-stream", "Cache-Control": "no-cache", "X-Accel-Buffering": "no"} {
				w.Header().Set(name, value)
			}
			_, _ = io.WriteString(w, events)
		}
	}
	const counts = `{"type":"occasion_counts","occasionId":"default","revision":1,"replies":{"yes":0,"no":0,"maybe":0,"waitlisted":0,"cancelled":0},` +
		`"people":{"yes":0,"maybe":0,"waitlisted":0},"capacity":null,"seatsLeft":null}`
	for events, want := range map[string]int{
		"retry: 1000\n\n:\n\nevent: counts\nid: 1\ndata: " + counts + "\n\n":                   0,
		"event: counts\ndata: " + strings.Replace(counts, "1", `1,"x":2`, 1) + "\n\n":          1,
		"event: numbers\ndata: " + counts + "\n\n" + "event: status\ndata: " + counts + "\n\n": 2,
		"event: counts\nextra: 1\ndata: " + counts + "\n\n":                                    1,
	} {
		if errs := reported(t, "/api/streams/occasions/default", stream(events)); len(errs) != want {
			t.Errorf("%q: %v", events, errs)
		}
	}
}
