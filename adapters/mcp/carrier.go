package mcp

import (
	"context"
	"net/http"
	"os"
	"os/exec"
	"slices"
	"sync"

	sdk "github.com/modelcontextprotocol/go-sdk/mcp"

	"convoke/application/provider"
)

// carrier is what a session travels on: a child process, or HTTP.
type carrier struct {
	transport sdk.Transport
	command   *exec.Cmd // nil with HTTP
	stderr    *tail
	http      *http.Transport // nil with a child
}

func newCarrier(e Entry) *carrier {
	c := &carrier{stderr: &tail{}}
	if e.URL != "" {
		c.http = &http.Transport{Proxy: http.ProxyFromEnvironment, ForceAttemptHTTP2: true}
		c.transport = &sdk.StreamableClientTransport{
			Endpoint: e.URL, HTTPClient: &http.Client{Transport: &remote{c.http, e.Headers}},
			MaxRetries: 2, DisableStandaloneSSE: true,
		}
		return c
	}
	c.command = exec.Command(e.Command, e.Args...) //nolint:noctx // it outlives the request that wanted it; close ends it
	c.command.Dir, c.command.Env, c.command.Stderr = e.Cwd, environment(e.Env), c.stderr
	c.command.WaitDelay = endPatience // for grandchildren that hold on to stderr
	ownGroup(c.command)
	c.transport = &sdk.CommandTransport{Command: c.command, TerminateDuration: endPatience}
	return c
}

// clear ends whatever the session has left: grandchildren of a launcher such as npx, idle connections.
func (c *carrier) clear() {
	if c.command != nil && c.command.Process != nil {
		endGroup(c.command.Process.Pid)
	}
	if c.http != nil {
		c.http.CloseIdleConnections()
	}
}

// environment is what an entry gives and, unless it gives them, PATH and HOME. A worker's secrets are not its servers'.
func environment(given map[string]string) []string {
	var all []string
	for _, name := range []string{"PATH", "HOME"} {
		if _, ok := given[name]; !ok {
			all = append(all, name+"="+os.Getenv(name))
		}
	}
	for name, value := range given {
		all = append(all, name+"="+value)
	}
	slices.Sort(all)
	return all
}

// tail keeps the last that was written to it.
type tail struct {
	mu   sync.Mutex
	kept []byte
}

const maxTail = 2 << 10

func (t *tail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.kept = append(t.kept, p[max(0, len(p)-maxTail):]...)
	t.kept = t.kept[max(0, len(t.kept)-maxTail):]
	return len(p), nil
}

func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return string(t.kept)
}

// remote sends an entry's headers along and reads answers within a limit. Statuses that are about the server become
// errors; those that are about the session are the protocol's.
type remote struct {
	base    http.RoundTripper
	headers map[string]string
}

func (t *remote) RoundTrip(request *http.Request) (*http.Response, error) {
	ctx := request.Context()
	if request.Method == http.MethodDelete { // the end of a session, which a server may hold up
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, endPatience)
		defer cancel()
	}
	request = request.Clone(ctx)
	for name, value := range t.headers {
		request.Header.Set(name, value)
	}
	return (&provider.Transport{Base: t.base, Pass: aboutSession}).RoundTrip(request)
}

func aboutSession(status int) bool {
	switch status {
	case http.StatusBadRequest, http.StatusNotFound, http.StatusMethodNotAllowed, http.StatusNotAcceptable, http.StatusUnsupportedMediaType:
		return true
	}
	return false
}
