package websocket

import (
	"bufio"
	"io"
	"testing"
)

func TestASocketKeepsNoBufferOfItsHandshake(t *testing.T) {
	t.Parallel()
	s := open(t, Config{})
	w := s.dial()
	reader := reach[io.Reader](s.only().conn.NetConn(), "r")
	if reader == nil {
		t.Fatal("the server's connections are not what they were: see thin")
	}
	if buffer, ok := (*reader).(*bufio.Reader); ok {
		t.Errorf("a socket keeps a buffer of %d bytes", buffer.Size())
	}
	w.expectSilence()
	eager := s.dialWith("", masked(0x81, `{"type":"ping"}`))
	if _, answer := eager.frame(t); string(answer) != `{"type":"pong"}` {
		t.Errorf("what came together with the handshake is answered with %q", answer)
	}
}

func TestWhatIsNotThereIsNotReached(t *testing.T) {
	t.Parallel()
	type shape struct{ r int }
	for _, pointer := range []any{nil, shape{}, &shape{}, new(int)} {
		if reach[io.Reader](pointer, "r") != nil {
			t.Errorf("%T has a reader", pointer)
		}
	}
	if reach[int](&shape{7}, "r") == nil {
		t.Error("a field was not found")
	}
}
