package sse

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"

	"convoke/application/contract"
	"convoke/application/rsvps"
	"convoke/domain/fault"
	"convoke/domain/job"
	"convoke/test/backend"
	"convoke/test/contractcheck"
	"convoke/test/fake"
)

func TestMain(m *testing.M) { backend.Main(m) }

const (
	noSuchID = "01890000-0000-7000-8000-000000000000"
	patience = 10 * time.Second // for what should happen at once
)

// site is a handler on a loopback port over a running backend.
type site struct {
	*backend.Backend
	t       testing.TB
	handler *Handler
	client  *http.Client
	url     string
}

func open(t testing.TB, config Config) *site {
	t.Helper()
	b := backend.New(t)
	config.Gate = rsvps.NewGate(b.Signer, "the-operators-token")
	s := &site{Backend: b, t: t, handler: New(b.Hub, contract.URLs{}, config, b.Meter, fake.Log()), client: &http.Client{Transport: &http.Transport{}}}
	app := fiber.New(fiber.Config{DisableStartupMessage: true, WriteTimeout: time.Minute, ErrorHandler: asStatus})
	s.handler.Mount(app)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s.url = "http://" + l.Addr().String() + "/api/streams/jobs/"
	served := make(chan error, 1)
	go func() { served <- app.Listener(narrow{l}) }()
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		s.handler.Drain(ctx)
		s.client.CloseIdleConnections()
		if err := errors.Join(app.Shutdown(), <-served); err != nil {
			t.Error(err)
		}
	})
	return s
}

// narrow is a listener whose connections buffer little, so that a client that does not read is felt soon.
type narrow struct{ net.Listener }

func (n narrow) Accept() (net.Conn, error) {
	c, err := n.Listener.Accept()
	if err == nil {
		err = c.(*net.TCPConn).SetWriteBuffer(64 << 10)
	}
	return c, err
}

// asStatus stands for the error handler of the server that the handler is mounted on.
func asStatus(c *fiber.Ctx, err error) error {
	status := map[fault.Kind]int{fault.NotFound: 404, fault.Unauthenticated: 401, fault.Forbidden: 403, fault.Exhausted: 429, fault.Unavailable: 503}[fault.KindOf(err)]
	var framework *fiber.Error
	if errors.As(err, &framework) {
		status = framework.Code
	}
	return c.Status(status).SendString(err.Error())
}

// watcher is a client that reads a stream.
type watcher struct {
	t        testing.TB
	response *http.Response
	in       *bufio.Reader
}

func (s *site) get(id, lastEventID string) *watcher {
	s.t.Helper()
	request, err := http.NewRequestWithContext(context.Background(), http.MethodGet, s.url+id, nil)
	if err != nil {
		s.t.Fatal(err)
	}
	if lastEventID != "" {
		request.Header.Set("Last-Event-ID", lastEventID)
	}
	response, err := s.client.Do(request)
	if err != nil {
		s.t.Fatal(err)
	}
	return s.follow(response)
}

// follow reads a stream, each event of which must be as the contract says.
func (s *site) follow(response *http.Response) *watcher {
	if response.StatusCode == http.StatusOK {
		response.Body = contractcheck.Stream(s.t, response.Request.URL.Path, response.Body)
	}
	s.t.Cleanup(func() { _ = response.Body.Close() })
	return &watcher{s.t, response, bufio.NewReader(response.Body)}
}

// event is one block of a stream, without comments.
type event struct {
	name, id string
	live     contract.Live
}

// next returns the next event, and false at the end of the stream.
func (w *watcher) next() (event, bool) {
	w.t.Helper()
	var e event
	for {
		line, err := w.in.ReadString('\n')
		if errors.Is(err, io.EOF) {
			return event{}, false
		}
		if err != nil {
			w.t.Fatal(err)
		}
		field, value, _ := strings.Cut(strings.TrimSuffix(line, "\n"), ": ")
		switch field {
		case "event":
			e.name = value
		case "id":
			e.id = value
		case "data":
			if err := json.Unmarshal([]byte(value), &e.live); err != nil {
				w.t.Fatalf("%v: %s", err, value)
			}
		case "":
			if e.name != "" {
				return e, true
			}
		}
	}
}

func (w *watcher) expect(name, id, kind string, status job.Status, version uint64) contract.Live {
	w.t.Helper()
	e, ok := w.next()
	if !ok || e.name != name || e.id != id || e.live.Type != kind || e.live.Status != status || e.live.Version != version {
		w.t.Fatalf("got %+v; want %s with id %q and %s %s at version %d", e, name, id, kind, status, version)
	}
	return e.live
}

func (w *watcher) expectEnd() {
	w.t.Helper()
	if e, ok := w.next(); ok {
		w.t.Errorf("got %+v, want the end", e)
	}
}

// takes reports whether the only stream takes its newest state within a moment.
func (s *site) takes() bool {
	ticker := time.NewTicker(5 * time.Millisecond)
	defer ticker.Stop()
	for moment := time.After(3 * time.Second); ; {
		select {
		case <-ticker.C:
			if !s.owes() {
				return true
			}
		case <-moment:
			return false
		}
	}
}

// owes reports whether a state waits for the writer of a stream.
func (s *site) owes() bool {
	s.handler.mu.Lock()
	defer s.handler.mu.Unlock()
	for st := range s.handler.streams {
		st.mu.Lock()
		defer st.mu.Unlock()
		if st.newest != nil {
			return true
		}
	}
	return false
}

// dialNarrow asks for a stream over a connection that buffers little, and does not read.
func (s *site) dialNarrow(id string) net.Conn {
	s.t.Helper()
	addr := strings.TrimPrefix(strings.TrimSuffix(s.url, "/api/streams/jobs/"), "http://")
	c, err := net.Dial("tcp", addr)
	if err != nil {
		s.t.Fatal(err)
	}
	_ = c.(*net.TCPConn).SetReadBuffer(4 << 10)
	_, _ = io.WriteString(c, "GET /api/streams/jobs/"+id+" HTTP/1.1\r\nHost: x\r\n\r\n")
	return c
}

func (s *site) streams() int {
	s.handler.mu.Lock()
	defer s.handler.mu.Unlock()
	return len(s.handler.streams)
}

// eventually waits for a fact that other goroutines bring about.
func eventually(t testing.TB, what string, holds func() bool) {
	t.Helper()
	ticker := time.NewTicker(5 * time.Millisecond)
	defer ticker.Stop()
	deadline := time.After(patience)
	for !holds() {
		select {
		case <-ticker.C:
		case <-deadline:
			t.Fatalf("in vain: %s", what)
		}
	}
}
