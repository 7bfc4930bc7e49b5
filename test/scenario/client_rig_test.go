package scenario

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"convoke/test/node"
)

// Node 20 has a WebSocket if it is told so, and later ones unless they are told not to.
const (
	sockets = "--experimental-websocket"
	streams = "--no-experimental-websocket"
)

// script starts one of the scripts in client/ with the client as it is built.
func script(t *testing.T, name string, options map[string]any, flags ...string) *node.Script {
	t.Helper()
	built, err := filepath.Abs("../../adapters/web/client/client.js")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.ReadFile(built); err != nil { // so that a change of it is a change for `go test`, too
		t.Fatal(err)
	}
	options["client"] = built
	text, err := json.Marshal(options)
	if err != nil {
		t.Fatal(err)
	}
	return node.Start(t, append(flags, "client/main.mjs", "client/"+name+".mjs", string(text))...)
}

// result is what a script returned.
func result[T any](t *testing.T, line string) (r T) {
	t.Helper()
	var said struct{ Result *T }
	said.Result = &r
	if err := json.Unmarshal([]byte(line), &said); err != nil {
		t.Fatalf("%v: %s", err, line)
	}
	return r
}

// front stands before a server. It answers what spoil answers, passes the rest on, and notes what was asked.
type front struct {
	*httptest.Server
	mu    sync.Mutex
	asked []string
}

func newFront(t *testing.T, target string, spoil func(w http.ResponseWriter, r *http.Request, pass http.Handler) bool) *front {
	t.Helper()
	to, err := url.Parse(target)
	if err != nil {
		t.Fatal(err)
	}
	pass := &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(to); r.Out.Host = r.In.Host }}
	f := &front{}
	f.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		f.mu.Lock()
		f.asked = append(f.asked, strings.TrimSpace(r.Method+" "+r.URL.Path+" "+r.Header.Get("Idempotency-Key")))
		f.mu.Unlock()
		if !spoil(w, r, pass) {
			pass.ServeHTTP(w, r)
		}
	}))
	t.Cleanup(f.Close)
	return f
}

// requests lists what was asked for that begins so.
func (f *front) requests(prefix string) []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(f.asked), func(r string) bool { return !strings.HasPrefix(r, prefix) })
}

// withoutSockets refuses WebSockets, as some proxies do.
func withoutSockets(w http.ResponseWriter, r *http.Request, _ http.Handler) bool {
	if r.URL.Path != "/ws" {
		return false
	}
	w.WriteHeader(http.StatusForbidden)
	return true
}

// lost is an answer that nobody gets.
type lost struct{ header http.Header }

func (l *lost) Header() http.Header         { return l.header }
func (l *lost) Write(b []byte) (int, error) { return len(b), nil }
func (l *lost) WriteHeader(int)             {}
