package websocket

import (
	"context"
	"io"
	"net"
	"net/netip"
	"testing"
	"testing/synctest"
	"time"

	client "github.com/gofiber/contrib/websocket"

	"convoke/application/contract"
	"convoke/test/fake"
)

func TestTheServerPings(t *testing.T) {
	t.Parallel()
	s := open(t, Config{PingEvery: 2 * time.Second})
	if opcode, payload := s.dialRaw().frame(t); opcode != client.PingMessage || len(payload) != 0 {
		t.Errorf("got a frame %d: %q", opcode, payload)
	}
}

// pipe is a wire on which every byte of the client is a pong.
type pipe struct {
	wire           //nolint:unused // the methods that this test does not need
	server, client net.Conn
	answers        bool
	pong           func(string) error
}

func (p *pipe) NetConn() net.Conn                        { return p.server }
func (p *pipe) SetReadDeadline(t time.Time) error        { return p.server.SetReadDeadline(t) }
func (p *pipe) SetWriteDeadline(time.Time) error         { return nil }
func (p *pipe) SetReadLimit(int64)                       {}
func (p *pipe) EnableWriteCompression(bool)              {}
func (p *pipe) SetPongHandler(handle func(string) error) { p.pong = handle }
func (p *pipe) WriteMessage(int, []byte) error           { return nil }

func (p *pipe) WriteControl(kind int, _ []byte, _ time.Time) error {
	if kind == client.PingMessage && p.answers {
		go func() { _, _ = p.client.Write([]byte("!")) }()
	}
	return nil
}

func (p *pipe) NextReader() (int, io.Reader, error) {
	for {
		if _, err := p.server.Read(make([]byte, 1)); err != nil {
			return 0, nil, err
		}
		_ = p.pong("")
	}
}

func TestALiveSocketIsKeptAndASilentOneIsFoundWithin40Seconds(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := New(nil, contract.URLs{}, Config{}, &fake.Meter{}, fake.Log())
		lived := map[bool]chan time.Duration{}
		began := time.Now()
		for _, answers := range []bool{true, false} {
			p := &pipe{answers: answers}
			p.server, p.client = net.Pipe()
			s := newSocket(h, p, "")
			ended := make(chan time.Duration, 1)
			lived[answers] = ended
			if err := h.register(s, netip.Addr{}); err != nil {
				t.Fatal(err)
			}
			go func() {
				defer h.unregister(s, netip.Addr{})
				s.run()
				ended <- time.Since(began)
			}()
		}
		if silent := <-lived[false]; silent != 40*time.Second {
			t.Errorf("a silent socket was found after %v", silent)
		}
		time.Sleep(time.Hour) // fake time
		select {
		case live := <-lived[true]:
			t.Errorf("a live socket was closed after %v", live)
		default:
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		h.Drain(ctx)
	})
}
