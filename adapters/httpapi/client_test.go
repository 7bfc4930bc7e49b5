package httpapi

import (
	"net/netip"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"
)

func TestWritesAreLimitedByClient(t *testing.T) {
	t.Parallel()
	s := open(t, Config{
		RateLimit: 2, GenerateRateLimit: 0.01, TrustedProxies: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")},
	}).serve()
	ask := func(path, client string) answer { return s.ask("POST", path, brief, "X-Forwarded-For", client) }
	if a := ask("/api/mcp/tools/generate", "192.0.2.1"); a.status != 202 {
		t.Errorf("status %d: %s", a.status, a.body)
	}
	a := ask("/api/mcp/tools/generate", "192.0.2.1")
	wantProblem(t, a, 429, "rate-limited")
	if wait, err := strconv.Atoi(a.header.Get("Retry-After")); err != nil || wait < 90 || wait > 100 { // what is left of a hundred seconds
		t.Errorf("Retry-After: %d, %v", wait, err)
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
