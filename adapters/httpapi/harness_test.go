package httpapi

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"

	"convoke/adapters/calendar"
	"convoke/adapters/system"
	"convoke/application/contract"
	"convoke/application/jobs"
	"convoke/application/mails"
	"convoke/domain/event"
	"convoke/test/backend"
	"convoke/test/contractcheck"
	"convoke/test/fake"
)

func TestMain(m *testing.M) { backend.Main(m) }

const (
	adminToken = "the-operators-token"
	brief      = `{"description":"A garden party for Ada"}`
	noSuchID   = "01890000-0000-7000-8000-000000000000"
)

// site is a server on a loopback port over a running backend.
type site struct {
	*backend.Backend
	t      testing.TB
	server *Server
	addr   string
	client *http.Client
	log    *lines
}

func open(t testing.TB, config Config) *site {
	return openOver(t, config, backend.New(t))
}

func openOver(t testing.TB, config Config, b *backend.Backend) *site {
	return openLinked(t, config, b, mails.NewLinks(b.Store, nil, nil, system.NewIDs(), system.Clock{}, b.Meter, fake.Log()))
}

func openLinked(t testing.TB, config Config, b *backend.Backend, links *mails.Links) *site {
	t.Helper()
	config.AdminToken = adminToken
	s := &site{Backend: b, t: t, log: &lines{}, client: &http.Client{Transport: contractcheck.Transport(t, &http.Transport{}, "/slow", "/panic", "/only")}}
	s.server = New(config, b.Meter, slog.New(slog.NewTextHandler(s.log, nil)))
	s.server.Mount(API{
		Jobs: b.Jobs, Designs: b.Store, Letters: b.Letters, Fleet: b.Fleet,
		Overview: b.Overview,
		URLs:     contract.URLs{}, RSVPs: b.RSVPs, Reads: b.Reads, Signer: b.Signer, Calendar: calendar.Writer{}, Links: links,
		Pictures: b.Pictures,
	})
	return s
}

// serve starts the server; it is shut down with the test.
func (s *site) serve() *site {
	s.t.Helper()
	l, err := s.server.Listen(context.Background(), "127.0.0.1:0")
	if err != nil {
		s.t.Fatal(err)
	}
	s.addr = l.Addr().String()
	served := make(chan error, 1)
	go func() { served <- s.server.Serve(l) }()
	s.t.Cleanup(func() {
		s.client.CloseIdleConnections()
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		if err := s.server.Shutdown(ctx); err != nil {
			s.t.Error(err)
		}
		if err := <-served; err != nil {
			s.t.Error(err)
		}
	})
	return s
}

// answer is a response, read to its end.
type answer struct {
	status int
	header http.Header
	body   []byte
}

// ask sends a request; headers are pairs. A body is JSON unless the headers say otherwise.
func (s *site) ask(method, path, body string, headers ...string) answer {
	s.t.Helper()
	request, err := http.NewRequestWithContext(context.Background(), method, "http://"+s.addr+path, strings.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	if body != "" {
		request.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	response, err := s.client.Do(request)
	if err != nil {
		s.t.Fatal(err)
	}
	defer response.Body.Close()
	content, err := io.ReadAll(response.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return answer{response.StatusCode, response.Header, content}
}

func (s *site) operator(method, path, body string) answer {
	s.t.Helper()
	return s.ask(method, path, body, "Authorization", "Bearer "+adminToken)
}

// raw sends bytes and returns all that comes back until the server closes the connection.
func (s *site) raw(request string) string {
	s.t.Helper()
	c, err := net.Dial("tcp", s.addr)
	if err != nil {
		s.t.Fatal(err)
	}
	defer c.Close()
	_ = c.SetDeadline(time.Now().Add(10 * time.Second))
	if _, err := io.WriteString(c, request); err != nil {
		s.t.Fatal(err)
	}
	response, _ := io.ReadAll(c) // a reset counts as an end
	return string(response)
}

// stored is how many jobs there are.
func (s *site) stored() int {
	s.t.Helper()
	page, err := s.Store.List(context.Background(), jobs.Query{Limit: 100})
	if err != nil {
		s.t.Fatal(err)
	}
	return len(page.Jobs)
}

func read[T any](t testing.TB, a answer) T {
	t.Helper()
	var document T
	if err := json.Unmarshal(a.body, &document); err != nil {
		t.Fatalf("status %d, %v: %s", a.status, err, a.body)
	}
	return document
}

// wantProblem checks that the answer is a whole problem document.
func wantProblem(t testing.TB, a answer, status int, code string, fields ...string) problem {
	t.Helper()
	if media := a.header.Get("Content-Type"); media != "application/problem+json" {
		t.Errorf("status %d with content type %q: %s", a.status, media, a.body)
	}
	p := read[problem](t, a)
	if a.status != status || p.Status != status || p.Code != code || p.Detail == "" || p.Title == "" {
		t.Errorf("got status %d, want %d %s: %s", a.status, status, code, a.body)
	}
	var named []string
	for _, e := range p.Errors {
		named = append(named, e.Field)
		if e.Message == "" {
			t.Errorf("nothing is said about field %s", e.Field)
		}
	}
	if strings.Join(named, " ") != strings.Join(fields, " ") {
		t.Errorf("the problem names %v, want %v: %s", named, fields, a.body)
	}
	return p
}

// lines keeps what is logged. Safe for concurrent use.
type lines struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

var jobsQuery = jobs.Query{Limit: 100}

// eventually waits for a fact that other goroutines bring about.
func eventually(t testing.TB, what string, holds func() bool) {
	t.Helper()
	ticker := time.NewTicker(5 * time.Millisecond)
	defer ticker.Stop()
	deadline := time.After(10 * time.Second)
	for !holds() {
		select {
		case <-ticker.C:
		case <-deadline:
			t.Fatalf("in vain: %s", what)
		}
	}
}

func seen(generators ...string) event.WorkerSeen {
	s := event.WorkerSeen{WorkerID: "w1", Concurrency: 8, Running: []event.Run{{JobID: noSuchID, Attempt: 2}}}
	for _, id := range generators {
		s.Generators = append(s.Generators, event.GeneratorStatus{ID: id, Health: event.HealthOK})
	}
	return s
}

func openLog() *slog.Logger { return slog.New(slog.NewTextHandler(&lines{}, nil)) }

// withRequest calls back with a request of the peer.
func withRequest(s *Server, peer string, forwarded []string, call func(*fiber.Ctx)) {
	var ctx fasthttp.RequestCtx
	var request fasthttp.Request
	for _, value := range forwarded {
		request.Header.Add("X-Forwarded-For", value)
	}
	ctx.Init(&request, net.TCPAddrFromAddrPort(netip.AddrPortFrom(netip.MustParseAddr(peer), 1)), nil)
	c := s.app.AcquireCtx(&ctx)
	defer s.app.ReleaseCtx(c)
	call(c)
}
