package websocket

import (
	"context"
	"fmt"
	"io"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"

	"convoke/application/metric"
	"convoke/domain/job"
	"convoke/test/backend"
)

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
			for w.Write(ctx, websocket.MessageText, []byte(`{"type":"subscribe","jobId":"`+id+`"}`)) == nil {
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
		s.Progress(id, i, fmt.Sprint(i))
		w.expect("job_progress")
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
