package scenario

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"testing"

	"convoke/test/browser"
)

// ordered is what order.mjs returns.
type ordered struct {
	Status string
	States []struct {
		Type    string
		Version int
		Asset   *struct{ Content string }
	}
	Again, Refined, Versions int
	Changed, Servers         []string
	Picture                  string
	Failures                 []failure
}

type failure struct {
	Status, Attempts int
	Code             string
	Fields           []string
}

// check compares the result of order.mjs with what was ordered. Refusals over a socket have no status.
func (o ordered) check(t *testing.T, refusal int) {
	t.Helper()
	if o.Status != "PENDING" || o.Again != 0 || o.Refined != 2 || o.Versions != 2 || o.Picture != "image/png" {
		t.Errorf("%+v", o)
	}
	if !slices.Contains(o.Changed, "instructions") || !slices.Contains(o.Servers, "studio") {
		t.Errorf("changed %q, servers %q", o.Changed, o.Servers)
	}
	first, last := o.States[0], o.States[len(o.States)-1]
	if last.Type != "job_complete" || last.Asset == nil || !strings.Contains(last.Asset.Content, `width="300"`) || first.Version > last.Version {
		t.Errorf("states %+v", o.States)
	}
	want := []failure{
		{422, 1, "invalid", []string{"description", "style"}}, {409, 1, "already-finished", []string{}},
		{refusal, 1, "job-not-found", []string{}}, {0, 1, "invalid", []string{}},
	}
	if fmt.Sprint(o.Failures) != fmt.Sprint(want) {
		t.Errorf("failures %v, want %v", o.Failures, want)
	}
}

func TestTheClientFollowsADesignInNode(t *testing.T) {
	t.Parallel()
	p := start(t, "all")
	for _, c := range []struct {
		name, flag string
		refusal    int
	}{{"over a socket", sockets, 0}, {"over streams, because there is no WebSocket", streams, 404}} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			rest := script(t, "order", map[string]any{"baseUrl": p.url}, c.flag).End()
			result[ordered](t, rest[len(rest)-1]).check(t, c.refusal)
		})
	}
}

func TestTheClientFollowsADesignInABrowser(t *testing.T) {
	t.Parallel()
	source, err := os.ReadFile("client/order.mjs")
	if err != nil {
		t.Fatal(err)
	}
	_, run, _ := bytes.Cut(source, []byte("export default "))
	elsewhere := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, `<!doctype html><title>Somebody's own page</title><link rel="icon" href="data:,">`)
	}))
	t.Cleanup(elsewhere.Close)
	p := start(t, "all", "ALLOWED_ORIGINS="+elsewhere.URL)
	behind := newFront(t, p.url, withoutSockets)
	for _, c := range []struct {
		name, page, base string
		refusal          int
	}{
		{"over a socket", p.url + "/o/default", p.url, 0},
		{"over streams, behind a proxy that refuses sockets", behind.URL + "/o/default", behind.URL, 404},
		{"from another origin that may", elsewhere.URL, p.url, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			page := browser.Open(t)
			for _, status := range []int{http.StatusUnprocessableEntity, http.StatusConflict, http.StatusNotFound} {
				page.ExpectRefusal(status, c.base)
			}
			page.ExpectBreaks() // a socket that a proxy refuses, too
			page.Go(c.page)
			made := browser.Promised[json.RawMessage](page, fmt.Sprintf(`import("%s/assets/newest/client.js").then((client) => (%s)(client, {baseUrl: %q}))`, c.base, run, c.base))
			var o ordered
			if err := json.Unmarshal(made, &o); err != nil {
				t.Fatal(err)
			}
			o.check(t, c.refusal)
		})
	}
}

// afterwards is what replies.mjs returns.
type afterwards struct {
	Took                           int
	Status, Gone                   string
	Party, Own                     int
	Refused, Later, Aborted, Wrong struct {
		Ours                         bool
		Name, Code                   string
		Status, Attempts, RetryAfter int
	}
	Counts map[string]int
}

// TestAReplyIsGivenOnceHoweverBadTheNetwork loses the answer to a reply, then has the client told to come back.
func TestAReplyIsGivenOnceHoweverBadTheNetwork(t *testing.T) {
	t.Parallel()
	p := start(t, "all")
	id, _ := p.openOccasion(`{"title":"A garden party"}`)
	unlucky := 0
	f := newFront(t, p.url, func(w http.ResponseWriter, r *http.Request, pass http.Handler) bool {
		body := new(bytes.Buffer)
		if r.Method == http.MethodPost {
			_, _ = body.ReadFrom(r.Body)
			r.Body = io.NopCloser(bytes.NewReader(body.Bytes()))
		}
		says := func(name string) bool { return strings.Contains(body.String(), `"`+name+`"`) }
		switch {
		case says("unlucky"):
			unlucky++
			return unlucky < 4 && spoiled(w, r, pass, unlucky)
		case says("refused"):
			w.WriteHeader(http.StatusBadGateway)
		case says("later"), says("aborted"):
			w.Header().Set("Retry-After", map[bool]string{true: "3600", false: "20"}[says("later")])
			w.WriteHeader(http.StatusServiceUnavailable)
		default:
			return false
		}
		return true
	})
	rest := script(t, "replies", map[string]any{"baseUrl": f.URL, "occasionId": id}).End()
	r := result[afterwards](t, rest[len(rest)-1])
	if r.Status != "yes" || r.Party != 3 || r.Own != 3 || r.Gone != "cancelled" || r.Counts["cancelled"] != 1 || r.Counts["yes"] != 0 || r.Took < 2000 {
		t.Errorf("%+v", r)
	}
	if !r.Refused.Ours || r.Refused.Status != 502 || r.Refused.Code != "unknown" || r.Refused.Attempts != 5 {
		t.Errorf("refused: %+v", r.Refused)
	}
	if r.Later.Attempts != 1 || r.Later.RetryAfter != 3600 || r.Aborted.Name != "TimeoutError" {
		t.Errorf("later: %+v, aborted: %+v", r.Later, r.Aborted)
	}
	if r.Wrong.Status != 401 || r.Wrong.Code != "invalid-token" || r.Wrong.Attempts != 1 {
		t.Errorf("a wrong token: %+v", r.Wrong)
	}
	posts := f.requests("POST /api/rsvps")
	if len(posts) != 4+5+1+1 || len(slices.Compact(slices.Clone(posts))) != 4 {
		t.Errorf("each reply has one key: %q", posts)
	}
}

// spoiled does the first three things that go wrong: the answer is lost, then the server is busy, then the client too hasty.
func spoiled(w http.ResponseWriter, r *http.Request, pass http.Handler, time int) bool {
	switch time {
	case 1:
		pass.ServeHTTP(&lost{header: http.Header{}}, r)
		panic(http.ErrAbortHandler)
	case 2:
		w.Header().Set("Retry-After", "1")
		w.WriteHeader(http.StatusServiceUnavailable)
	case 3:
		w.Header().Set("Retry-After", "1")
		w.WriteHeader(http.StatusTooManyRequests)
	}
	return true
}
