package httpapi

import (
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
	"time"
)

func TestOversizedRequestsAreRefused(t *testing.T) {
	t.Parallel()
	s := open(t, Config{}).serve()
	big := s.raw("POST /api/mcp/tools/generate HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 5242880\r\n\r\n" + strings.Repeat("x", bodyLimit+1))
	wantRaw(t, big, "413", "body-too-large")
	chunked := s.raw("POST /api/mcp/tools/generate HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n" +
		strings.Repeat("8000\r\n"+strings.Repeat("x", 0x8000)+"\r\n", 5))
	wantRaw(t, chunked, "413", "body-too-large")
	wantRaw(t, s.raw("GET /healthz HTTP/1.1\r\nHost: x\r\nX-Long: "+strings.Repeat("x", headerLimit)+"\r\n\r\n"), "431", "headers-too-large")
	wantRaw(t, s.raw("GET /"+strings.Repeat("x", headerLimit)+" HTTP/1.1\r\nHost: x\r\n\r\n"), "431", "headers-too-large")
	if a := s.ask("GET", "/healthz", "", "X-Long", strings.Repeat("x", headerLimit-1000)); a.status != 200 {
		t.Errorf("7 KB of headers: status %d", a.status)
	}
	if n := s.stored(); n != 0 {
		t.Errorf("%d jobs were stored", n)
	}
}

func TestSlowRequestsAreCutOffAndHurtNobody(t *testing.T) {
	t.Parallel()
	s := open(t, Config{ReadTimeout: 3 * time.Second}).serve()
	var slow []net.Conn
	for i := range 50 {
		c, err := net.Dial("tcp", s.addr)
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		beginning := "GET /healthz HTTP/1.1\r\nHost: x\r\nX-"
		if i%2 == 1 {
			beginning = "POST /api/mcp/tools/generate HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"
		}
		_, _ = io.WriteString(c, beginning)
		slow = append(slow, c)
	}
	if a := s.ask("GET", "/healthz", ""); a.status != 200 {
		t.Errorf("status %d while others are slow", a.status)
	}
	for _, c := range slow {
		_ = c.SetReadDeadline(time.Now().Add(20 * time.Second))
		answer, err := io.ReadAll(c)
		if err != nil {
			t.Fatalf("a slow connection was not closed: %v", err)
		}
		wantRaw(t, string(answer), "408", "request-timeout")
	}
}

// smuggled is a second request that a careless server finds inside the first.
const smuggled = "POST /api/mcp/tools/generate HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"

func TestNoRequestIsSmuggledInsideAnother(t *testing.T) {
	t.Parallel()
	s := open(t, Config{}).serve()
	inner := fmt.Sprintf(smuggled, len(brief), brief)
	const head = "POST /api/mcp/tools/job/x/cancel HTTP/1.1\r\nHost: x\r\n"
	for name, request := range map[string]string{
		"CL.TE":                 head + fmt.Sprintf("Content-Length: %d\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n%s", len(inner)+5, inner),
		"TE.CL":                 head + "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n" + fmt.Sprintf("%x\r\n%s\r\n0\r\n\r\n", len(inner), inner),
		"two lengths":           head + fmt.Sprintf("Content-Length: 0\r\nContent-Length: %d\r\n\r\n%s", len(inner), inner),
		"a list of lengths":     head + fmt.Sprintf("Content-Length: 0, %d\r\n\r\n%s", len(inner), inner),
		"a signed length":       head + fmt.Sprintf("Content-Length: +%d\r\n\r\n%s", len(inner), inner),
		"unknown encoding":      head + "Transfer-Encoding: xchunked\r\nContent-Length: 0\r\n\r\n" + inner,
		"encoding after a list": head + fmt.Sprintf("Transfer-Encoding: identity, chunked\r\nContent-Length: %d\r\n\r\n0\r\n\r\n%s", len(inner)+5, inner),
		"space before colon":    head + fmt.Sprintf("Content-Length : %d\r\n\r\n%s", len(inner), inner),
		"folded header":         head + fmt.Sprintf("X: y\r\n Content-Length: %d\r\nContent-Length : 0\r\n\r\n%s", len(inner), inner),
		"bare line feed chunk":  head + "Transfer-Encoding: chunked\r\n\r\n2\nxx\n0\r\n\r\n" + inner,
		"NUL in a name":         head + "Content-\x00Length: 0\r\n\r\n" + inner,
	} {
		answer := s.raw(request + "GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
		if n := s.stored(); n != 0 {
			t.Fatalf("%s: the inner request was executed: %q", name, answer)
		}
		if !strings.HasPrefix(answer, "HTTP/1.1 4") {
			t.Errorf("%s: answered %q", name, answer)
		}
	}
	// The same inner request is executed when it is a request of its own.
	s.raw(strings.Replace(inner, "Host: x", "Host: x\r\nConnection: close", 1))
	if n := s.stored(); n != 1 {
		t.Errorf("%d jobs are stored, want 1", n)
	}
}

func TestNothingIsSaidAboutTheSoftware(t *testing.T) {
	t.Parallel()
	s := open(t, Config{}).serve()
	for _, path := range []string{"/healthz", "/nothing", "/api/mcp/servers"} {
		a := s.ask("GET", path, "")
		if a.header.Get("Server") != "" || a.header.Get("X-Powered-By") != "" || a.header.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s: %v", path, a.header)
		}
	}
	if broken := s.raw("nonsense\r\n\r\n"); strings.Contains(strings.ToLower(broken), "fasthttp") || !strings.HasPrefix(broken, "HTTP/1.1 400") {
		t.Errorf("%q", broken)
	}
}

func wantRaw(t *testing.T, answer, status, code string) {
	t.Helper()
	if !strings.HasPrefix(answer, "HTTP/1.1 "+status) || !strings.Contains(answer, `"code":"`+code+`"`) || !strings.Contains(answer, "application/problem+json") {
		t.Errorf("want %s %s, got %.600q", status, code, answer)
	}
}
