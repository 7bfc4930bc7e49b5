package websocket

import (
	"bufio"
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/gofiber/fiber/v2"

	"convoke/application/metric"
	"convoke/domain/job"
	"convoke/test/backend"
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
	if response.StatusCode != http.StatusUpgradeRequired {
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

func TestBadProtocolClosesTheSocket(t *testing.T) {
	t.Parallel()
	s := open(t, Config{})
	for name, test := range map[string]struct {
		kind    websocket.MessageType
		message string
		code    closeCode
	}{
		"no JSON":       {websocket.MessageText, "hello", codeProtocol},
		"a list":        {websocket.MessageText, "[]", codeProtocol},
		"a wrong type":  {websocket.MessageText, `{"type":"subscribe","jobId":7}`, codeProtocol},
		"below zero":    {websocket.MessageText, `{"type":"ping","version":-1}`, codeProtocol},
		"binary":        {websocket.MessageBinary, `{"type":"ping"}`, codeProtocol},
		"invalid UTF-8": {websocket.MessageText, "{\"type\":\"ping\",\"x\":\"\xff\"}", codeProtocol},
		"too large":     {websocket.MessageText, `{"type":"` + strings.Repeat("x", maxRequest) + `"}`, 1009},
	} {
		w := s.dial()
		if err := w.Write(t.Context(), test.kind, []byte(test.message)); err != nil {
			t.Fatal(err)
		}
		if code := w.closedWith(); code != test.code {
			t.Errorf("%s: closed with %d, want %d", name, code, test.code)
		}
	}
	eventually(t, "all are gone", func() bool { return s.open() == 0 })
}

func TestACompressedMessageMayNotUnfold(t *testing.T) {
	t.Parallel()
	s := open(t, Config{})
	c, _, err := websocket.Dial(t.Context(), "ws://"+s.addr+"/ws", &websocket.DialOptions{CompressionMode: websocket.CompressionNoContextTakeover, CompressionThreshold: 1})
	if err != nil {
		t.Fatal(err)
	}
	w := &watcher{c, t}
	w.expect("connected")
	w.send(`{"type":"ping","x":"` + strings.Repeat("x", 1000) + `"}`) // compression itself is welcome
	w.expect("pong")
	w.send(`{"type":"ping","x":"` + strings.Repeat("x", 2_000_000) + `"}`)
	if code := w.closedWith(); code != codeProtocol {
		t.Errorf("closed with %d", code)
	}
}

// raw is a client that speaks frames by hand.
type raw struct {
	net.Conn
	in *bufio.Reader
}

func (s *site) dialRaw() *raw {
	s.t.Helper()
	c, err := narrowly(context.Background(), "tcp", s.addr)
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { _ = c.Close() })
	r := &raw{c, bufio.NewReaderSize(c, 64)}
	_, _ = io.WriteString(c, "GET /ws HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")
	response, err := http.ReadResponse(r.in, nil)
	if err != nil || response.StatusCode != http.StatusSwitchingProtocols {
		s.t.Fatal(err, response)
	}
	r.frame(s.t) // the greeting
	return r
}

// frame reads one frame of the server and returns its opcode and payload.
func (r *raw) frame(t testing.TB) (opcode byte, payload []byte) {
	t.Helper()
	_ = r.SetReadDeadline(time.Now().Add(patience))
	var head [2]byte
	if _, err := io.ReadFull(r.in, head[:]); err != nil {
		return 0, nil
	}
	length := int(head[1])
	if length == 126 {
		var more [2]byte
		_, _ = io.ReadFull(r.in, more[:])
		length = int(binary.BigEndian.Uint16(more[:]))
	}
	payload = make([]byte, length)
	_, _ = io.ReadFull(r.in, payload)
	return head[0] & 0xf, payload
}

// masked is a client's frame under the mask zero.
func masked(first byte, payload string) string {
	if len(payload) < 126 {
		return string([]byte{first, 0x80 | byte(len(payload)), 0, 0, 0, 0}) + payload
	}
	return string([]byte{first, 0x80 | 126, byte(len(payload) >> 8), byte(len(payload)), 0, 0, 0, 0}) + payload
}

func TestHostileFramesEndOneSocketOnly(t *testing.T) {
	t.Parallel()
	s := open(t, Config{})
	bystander := s.dial()
	const text, last, ping, closing, reserved = 0x1, 0x80, 0x9, 0x8, 0x3
	fragment := masked(0, strings.Repeat(" ", 1000))
	for name, frames := range map[string]string{
		"giant frame":          "\x81\xff\x7f\xff\xff\xff\xff\xff\xff\xff\x00\x00\x00\x00",
		"negative length":      "\x81\xff\xff\xff\xff\xff\xff\xff\xff\xff\x00\x00\x00\x00",
		"giant fragments":      masked(text, "{") + strings.Repeat(fragment, 6),
		"not masked":           "\x81\x02{}",
		"reserved opcode":      masked(last|reserved, "{}"),
		"reserved bits":        masked(last|0x70|text, "{}"),
		"long ping":            masked(last|ping, strings.Repeat("x", 200)),
		"fragmented ping":      masked(ping, "x"),
		"continuing nothing":   masked(last, "x"),
		"text inside text":     masked(text, "{") + masked(last|text, "{}"),
		"close with one byte":  masked(last|closing, "x"),
		"close with no reason": masked(last|closing, "\x03\xe8\xff\xfe"),
		"no frames at all":     "GET / HTTP/1.1\r\n\r\n",
	} {
		r := s.dialRaw()
		if _, err := io.WriteString(r, frames); err != nil {
			t.Fatal(err)
		}
		_ = r.SetReadDeadline(time.Now().Add(patience))
		if _, err := io.Copy(io.Discard, r.in); err != nil && !strings.Contains(err.Error(), "reset") {
			t.Errorf("%s: %v", name, err)
		}
	}
	r := s.dialRaw() // well-formed fragments, with a ping in between, are one message
	_, _ = io.WriteString(r, masked(text, `{"type":`)+masked(last|ping, "x")+masked(0, `"ping`)+masked(last, `"}`))
	for _, want := range []string{"x", `{"type":"pong"}`} {
		if _, payload := r.frame(t); string(payload) != want {
			t.Errorf("got %q, want %q", payload, want)
		}
	}
	bystander.expectSilence()
	_ = r.Close()
	eventually(t, "only the bystander is left", func() bool { return s.open() == 1 })
}

func TestAFloodIsSlowedDownAndTheOthersAreServed(t *testing.T) {
	t.Parallel()
	s := open(t, Config{})
	id := s.Order()
	var flooders sync.WaitGroup
	ctx, stop := context.WithCancel(t.Context())
	for range 4 {
		w := s.dial()
		flooders.Go(func() {
			for ctx.Err() == nil {
				_ = w.Write(ctx, websocket.MessageText, []byte(`{"type":"subscribe","jobId":"`+id+`"}`))
			}
		})
		flooders.Go(func() {
			for {
				if _, _, err := w.Read(ctx); err != nil {
					return
				}
			}
		})
	}
	w := s.dial()
	w.subscribe(id, 1)
	for i := range 20 {
		began := time.Now()
		s.Progress(id, i, fmt.Sprint(i))
		w.expect("job_progress")
		if took := time.Since(began); took > time.Second {
			t.Errorf("an update took %v", took)
		}
	}
	stop()
	flooders.Wait()
	s.Complete(id)
	w.expectState("job_complete", id, job.Completed, 22)
}

func TestAFloodOfAnswersThatNobodyReadsEndsTheSocket(t *testing.T) {
	t.Parallel()
	s := open(t, Config{WriteTimeout: 300 * time.Millisecond})
	r := s.dialRaw()
	big := s.Order()
	s.CompleteWith(big, backend.SVG(strings.Repeat("Ada ", 250_000)))
	_, _ = io.WriteString(r, masked(0x81, `{"type":"subscribe","jobId":"`+big+`"}`))
	for range 2 * requestBurst {
		if _, err := io.WriteString(r, masked(0x81, `{"type":"ping"}`)); err != nil {
			break
		}
	}
	eventually(t, "the socket is gone", func() bool { return s.open() == 0 })
	if n := s.Meter.Value(metric.LiveClosed, "3008"); n != 1 {
		t.Errorf("%v sockets were closed as too slow", n)
	}
}
