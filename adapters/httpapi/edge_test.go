package httpapi

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gofiber/fiber/v2"

	"convoke/application/port"
	"convoke/domain/fault"
)

type check func(context.Context) error

func (c check) Check(ctx context.Context) error { return c(ctx) }

func TestReadinessNamesEveryDependency(t *testing.T) {
	t.Parallel()
	var ill error
	s := open(t, Config{Checks: map[string]port.Checker{
		"database": check(func(context.Context) error { return nil }),
		"broker":   check(func(context.Context) error { return ill }),
	}})
	r := s.server.ready
	if got := r.report(); got.Status != "ready" || !got.Checks["database"].OK || !got.Checks["broker"].OK {
		t.Errorf("%+v", got)
	}
	ill = errors.New("secret: 10.0.0.7 refused")
	r.asked = time.Time{}
	s.serve()
	a := s.ask("GET", "/readyz", "")
	got := read[report](t, a)
	if a.status != 503 || a.header.Get("Retry-After") == "" || got.Status != "unready" || !got.Checks["database"].OK || got.Checks["broker"].OK || got.Checks["broker"].Detail == "" {
		t.Errorf("status %d: %s", a.status, a.body)
	}
	if strings.Contains(string(a.body), "secret") || !strings.Contains(s.log.String(), "10.0.0.7") {
		t.Errorf("what is for the log is shown: %s", a.body)
	}
	if a := s.ask("GET", "/healthz", ""); a.status != 200 {
		t.Errorf("an ill dependency kills the process: status %d", a.status)
	}
	ill = fault.New(fault.Unavailable, "broker", "topic design-ready is missing")
	r.asked = time.Time{}
	if got := r.report().Checks["broker"]; got.Detail != "topic design-ready is missing" {
		t.Errorf("%+v", got)
	}
}

func TestReadinessDoesNotHangWithADependency(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		r := newReadiness(map[string]port.Checker{
			"polite": check(func(ctx context.Context) error { <-ctx.Done(); return fmt.Errorf("ask: %w", ctx.Err()) }),
			"stuck":  check(func(context.Context) error { <-release; return nil }),
			"fine":   check(func(context.Context) error { return nil }),
		}, openLog())
		began := time.Now()
		got := r.report()
		if time.Since(began) != checkTimeout || got.Checks["polite"].OK || got.Checks["stuck"].OK || !got.Checks["fine"].OK {
			t.Errorf("after %v: %+v", time.Since(began), got)
		}
		close(release)
	})
}

func TestADrainingServerIsUnreadyButAnswers(t *testing.T) {
	t.Parallel()
	s := open(t, Config{}).serve()
	if a := s.ask("GET", "/readyz", ""); a.status != 200 {
		t.Errorf("status %d", a.status)
	}
	s.server.Drain()
	if a := s.ask("GET", "/readyz", ""); a.status != 503 || read[report](t, a).Status != "draining" {
		t.Errorf("status %d: %s", a.status, a.body)
	}
	if a := s.ask("POST", "/api/mcp/tools/generate", brief); a.status != 202 {
		t.Errorf("status %d", a.status)
	}
}

func TestShutdownFinishesWhatIsInFlight(t *testing.T) {
	t.Parallel()
	s := open(t, Config{})
	entered, leave := make(chan struct{}), make(chan struct{})
	s.server.App().Get("/slow", func(c *fiber.Ctx) error { close(entered); <-leave; return c.SendString("done") })
	s.serve()
	answers := make(chan answer, 1)
	go func() { answers <- s.ask("GET", "/slow", "") }()
	<-entered
	down := make(chan error, 1)
	go func() { down <- s.server.Shutdown(t.Context()) }()
	eventually(t, "no connection is taken any more", func() bool {
		c, err := net.Dial("tcp", s.addr)
		if err == nil {
			c.Close()
		}
		return err != nil
	})
	close(leave)
	if a := <-answers; string(a.body) != "done" {
		t.Errorf("%s", a.body)
	}
	if err := <-down; err != nil {
		t.Error(err)
	}
}

func TestAServerThatNeverServedShutsDownAndStaysDown(t *testing.T) {
	t.Parallel()
	s := open(t, Config{})
	if err := errors.Join(s.server.Shutdown(t.Context()), s.server.Shutdown(t.Context())); err != nil {
		t.Error(err)
	}
	l, err := s.server.Listen(t.Context(), "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	if err := s.server.Serve(l); err != nil {
		t.Error(err)
	}
}

func TestAPortInUseIsKnownAtTheStart(t *testing.T) {
	t.Parallel()
	s := open(t, Config{}).serve()
	if _, err := s.server.Listen(t.Context(), s.addr); !errors.Is(err, syscall.EADDRINUSE) {
		t.Errorf("%v", err)
	}
}

// exhausted is a listener of a process without file descriptors, for a while.
type exhausted struct {
	net.Listener
	times int
}

func (e *exhausted) Accept() (net.Conn, error) {
	if e.times--; e.times >= 0 {
		return nil, &net.OpError{Op: "accept", Err: syscall.EMFILE}
	}
	return e.Listener.Accept()
}

func TestAcceptingGoesOnAfterDescriptorsWereExhausted(t *testing.T) {
	t.Parallel()
	s := open(t, Config{})
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s.addr = l.Addr().String()
	served := make(chan error, 1)
	go func() { served <- s.server.Serve(&exhausted{l, 3}) }()
	if a := s.ask("GET", "/healthz", ""); a.status != 200 {
		t.Errorf("status %d", a.status)
	}
	s.client.CloseIdleConnections()
	if err := errors.Join(s.server.Shutdown(t.Context()), <-served); err != nil {
		t.Error(err)
	}
}

func TestWritesAreLimitedByClient(t *testing.T) {
	t.Parallel()
	s := open(t, Config{
		RateLimit: 2, GenerateRateLimit: 0.2, TrustedProxies: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")},
	}).serve()
	ask := func(path, client string) answer { return s.ask("POST", path, brief, "X-Forwarded-For", client) }
	if a := ask("/api/mcp/tools/generate", "192.0.2.1"); a.status != 202 {
		t.Errorf("status %d: %s", a.status, a.body)
	}
	a := ask("/api/mcp/tools/generate", "192.0.2.1")
	wantProblem(t, a, 429, "rate-limited")
	if wait := a.header.Get("Retry-After"); wait != "5" && wait != "4" { // 4 when the machine was slow
		t.Errorf("Retry-After: %s, want 5", wait)
	}
	if a := ask("/api/mcp/tools/generate", "192.0.2.2"); a.status != 202 {
		t.Errorf("another client: status %d", a.status)
	}
	limited, began := 0, time.Now()
	for range 20 {
		if ask("/api/mcp/tools/job/x/cancel", "192.0.2.3").status == 429 {
			limited++
		}
	}
	refilled := int(time.Since(began).Seconds()*2) + 1
	if limited > 10 || limited < 10-refilled { // the burst is 10
		t.Errorf("%d of 20 writes were refused", limited)
	}
	if a := s.ask("GET", "/api/mcp/servers", "", "X-Forwarded-For", "192.0.2.3"); a.status != 200 {
		t.Errorf("reading is limited too: %d", a.status)
	}
}

func TestALimiterRemembersABoundedNumberOfClients(t *testing.T) {
	t.Parallel()
	l := newLimiter(1)
	addr := netip.MustParseAddr("10.0.0.0")
	for range maxClients + 100 {
		addr = addr.Next()
		if err := l.allow(addr); err != nil {
			t.Fatal(err)
		}
	}
	if n := l.buckets.Len(); n != maxClients {
		t.Errorf("%d clients are remembered", n)
	}
}

func TestTheClientIsTheNearestHopThatIsNotTrusted(t *testing.T) {
	t.Parallel()
	trusted := []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("fd00::/8")}
	for _, test := range []struct{ peer, forwarded, want string }{
		{"192.0.2.1", "203.0.113.9", "192.0.2.1"}, // who is not trusted is not believed
		{"10.0.0.1", "", "10.0.0.1"},
		{"10.0.0.1", "203.0.113.9", "203.0.113.9"},
		{"10.0.0.1", "6.6.6.6, 203.0.113.9", "203.0.113.9"},
		{"10.0.0.1", "203.0.113.9, 10.0.0.2,10.0.0.3", "203.0.113.9"},
		{"10.0.0.1", "10.0.0.2", "10.0.0.2"},
		{"10.0.0.1", "203.0.113.9, nonsense", "10.0.0.1"},
		{"10.0.0.1", "203.0.113.9, nonsense, 10.0.0.2", "10.0.0.2"},
		{"::ffff:10.0.0.1", "203.0.113.9:4711", "203.0.113.9"},
		{"fd00::1", "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"},
		{"fd00::1", "[2001:db8:1:2::9]:443", "2001:db8:1:2::"},
		{"2001:db8::1", "203.0.113.9", "2001:db8::"},
		{"10.0.0.1", "6.6.6.6|203.0.113.9", "203.0.113.9"}, // two headers
	} {
		s := New(Config{TrustedProxies: trusted}, nil, openLog())
		var got netip.Addr
		withRequest(s, test.peer, strings.Split(test.forwarded, "|"), func(c *fiber.Ctx) { got = s.ClientAddr(c) })
		if got != netip.MustParseAddr(test.want) {
			t.Errorf("%s for %q: %s, want %s", test.peer, test.forwarded, got, test.want)
		}
	}
}

func TestOnlyAllowedOriginsMayReadAnswers(t *testing.T) {
	t.Parallel()
	s := open(t, Config{PublicURL: "https://party.example/sub", AllowedOrigins: []string{"http://localhost:5173"}}).serve()
	for origin, allowed := range map[string]bool{
		"https://party.example": true, "http://localhost:5173": true, "https://evil.example": false, "null": false,
		"https://party.example.evil.example": false, "http://party.example": false,
	} {
		a := s.ask("GET", "/api/mcp/servers", "", "Origin", origin)
		if got := a.header.Get("Access-Control-Allow-Origin"); (got == origin) != allowed || a.header.Get("Vary") != "Origin" {
			t.Errorf("%s: %q, Vary %q", origin, got, a.header.Get("Vary"))
		}
		preflight := s.ask("OPTIONS", "/api/mcp/tools/generate", "", "Origin", origin, "Access-Control-Request-Method", "POST")
		if (preflight.status == 204) != allowed || strings.Contains(preflight.header.Get("Access-Control-Allow-Headers"), "Idempotency-Key") != allowed {
			t.Errorf("%s: preflight %d %v", origin, preflight.status, preflight.header)
		}
		if preflight.header.Get("Access-Control-Allow-Credentials") != "" {
			t.Error("cookies are allowed")
		}
	}
	problem := s.ask("GET", "/nothing", "", "Origin", "https://party.example")
	if problem.header.Get("Access-Control-Allow-Origin") == "" {
		t.Error("a page can not read the problem")
	}
	all := open(t, Config{AllowedOrigins: []string{"*"}}).serve()
	if a := all.ask("GET", "/api/mcp/servers", "", "Origin", "https://any.example"); a.header.Get("Access-Control-Allow-Origin") != "*" {
		t.Errorf("%v", a.header)
	}
}

func TestMeasurementsAreServed(t *testing.T) {
	t.Parallel()
	s := open(t, Config{Metrics: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "up 1") })}).serve()
	if a := s.ask("GET", "/metrics", ""); a.status != 200 || string(a.body) != "up 1" {
		t.Errorf("status %d: %s", a.status, a.body)
	}
}
