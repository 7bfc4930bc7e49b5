package websocket

import (
	"net/http"
	"net/netip"
	"testing"

	"github.com/coder/websocket"
	"github.com/gofiber/fiber/v2"
)

func TestOnlyPagesOfKnownOriginsMayConnect(t *testing.T) {
	t.Parallel()
	s := open(t, Config{AllowedOrigins: []string{"https://party.example/any/path"}})
	for origin, want := range map[string]int{
		"":                                   http.StatusSwitchingProtocols,
		"https://party.example":              http.StatusSwitchingProtocols,
		"HTTPS://PARTY.EXAMPLE":              http.StatusSwitchingProtocols,
		"http://" + s.addr:                   http.StatusSwitchingProtocols, // the same origin
		"https://evil.example":               http.StatusForbidden,
		"http://party.example":               http.StatusForbidden,
		"https://party.example.evil.example": http.StatusForbidden,
		"null":                               http.StatusForbidden,
		"http://" + s.addr + "@evil.example": http.StatusForbidden,
		"://":                                http.StatusForbidden,
	} {
		header := http.Header{}
		if origin != "" {
			header.Set("Origin", origin)
		}
		if got := s.refusedWith(header); got != want {
			t.Errorf("%q: status %d, want %d", origin, got, want)
		}
	}
}

func TestARequestThatIsNoHandshakeIsRefused(t *testing.T) {
	t.Parallel()
	s := open(t, Config{})
	response, err := http.Get("http://" + s.addr + "/ws")
	if err != nil {
		t.Fatal(err)
	}
	defer http.DefaultClient.CloseIdleConnections()
	defer response.Body.Close()
	if response.StatusCode != http.StatusUpgradeRequired || response.Header.Get("Upgrade") != "websocket" {
		t.Errorf("status %d", response.StatusCode)
	}
}

func TestAnAddressHasABoundedNumberOfSockets(t *testing.T) {
	t.Parallel()
	s := open(t, Config{MaxPerIP: 2, ClientAddr: func(c *fiber.Ctx) netip.Addr { return netip.MustParseAddr(c.Get("X-Client")) }})
	from := func(addr string) http.Header { return http.Header{"X-Client": {addr}} }
	connect := func(addr string) *websocket.Conn {
		c, _, err := websocket.Dial(t.Context(), "ws://"+s.addr+"/ws", &websocket.DialOptions{HTTPHeader: from(addr)})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = c.CloseNow() })
		(&watcher{c, t}).expect("connected")
		return c
	}
	first := connect("192.0.2.1")
	connect("192.0.2.1")
	if status := s.refusedWith(from("192.0.2.1")); status != http.StatusTooManyRequests {
		t.Errorf("the third socket: status %d", status)
	}
	connect("192.0.2.2")
	_ = first.CloseNow()
	eventually(t, "the place is free again", func() bool { return s.refusedWith(from("192.0.2.1")) == http.StatusSwitchingProtocols })
}
