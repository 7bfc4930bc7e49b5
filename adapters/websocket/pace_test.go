package websocket

import (
	"testing"
	"time"
)

func TestAPaceLetsABurstThroughAndThenARate(t *testing.T) {
	t.Parallel()
	var p pace
	now := time.Now()
	for i := range requestBurst {
		if wait := p.wait(now); wait > 0 {
			t.Fatalf("message %d waits %v", i, wait)
		}
	}
	for i := range 5 {
		if wait, want := p.wait(now), time.Duration(i+1)*requestEvery; wait != want {
			t.Errorf("message %d after the burst waits %v, want %v", i, wait, want)
		}
	}
	if wait := p.wait(now.Add(time.Hour)); wait > 0 {
		t.Errorf("after a rest a message waits %v", wait)
	}
}
