package websocket

import "testing"

func TestWhatComesTogetherWithTheHandshakeIsAnswered(t *testing.T) {
	t.Parallel()
	s := open(t, Config{})
	eager := s.dialWith("", masked(0x81, `{"type":"ping"}`))
	if _, answer := eager.frame(t); string(answer) != `{"type":"pong"}` {
		t.Errorf("the answer is %q", answer)
	}
}
