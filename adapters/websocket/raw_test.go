package websocket

import (
	"bufio"
	"context"
	"encoding/binary"
	"io"
	"net"
	"net/http"
	"testing"
	"time"
)

// raw is a client that speaks frames by hand.
type raw struct {
	net.Conn
	in *bufio.Reader
}

func (s *site) dialRaw() *raw {
	s.t.Helper()
	return s.dialWith("", "")
}

// dialWith adds headers to the handshake, and sends frames together with it.
func (s *site) dialWith(headers, frames string) *raw {
	s.t.Helper()
	c, err := narrowly(context.Background(), "tcp", s.addr)
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { _ = c.Close() })
	r := &raw{c, bufio.NewReaderSize(c, 64)}
	_, _ = io.WriteString(c, handshake+headers+"\r\n"+frames)
	response, err := http.ReadResponse(r.in, nil)
	if err != nil || response.StatusCode != http.StatusSwitchingProtocols {
		s.t.Fatal(err, response)
	}
	r.frame(s.t) // the greeting
	return r
}

const handshake = "GET /ws HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n" +
	"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"

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
