package main

import (
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// serve answers each request on a wire with the pieces, one write each.
func serve(t *testing.T, pieces ...string) *wire {
	t.Helper()
	ours, theirs := net.Pipe()
	t.Cleanup(func() { _ = ours.Close(); _ = theirs.Close() })
	go func() {
		buffer := make([]byte, 1<<10)
		for {
			if _, err := theirs.Read(buffer); err != nil {
				return
			}
			for _, piece := range pieces {
				if _, err := io.WriteString(theirs, piece); err != nil {
					return
				}
			}
		}
	}()
	return &wire{ours, make([]byte, 16)}
}

func TestAnAnswerIsWholeHoweverItComes(t *testing.T) {
	t.Parallel()
	const answer = "HTTP/1.1 201 Created\r\nContent-Type: application/json\r\ncontent-length: 11\r\n\r\n{\"id\":\"12\"}"
	var bytewise []string
	for _, b := range answer {
		bytewise = append(bytewise, string(b))
	}
	for name, pieces := range map[string][]string{"at once": {answer}, "byte by byte": bytewise, "head and body": strings.SplitAfter(answer, "\r\n\r\n")} {
		w := serve(t, pieces...)
		for range 3 {
			if body, err := w.ask([]byte("GET"), 201); err != nil || string(body) != `{"id":"12"}` {
				t.Errorf("%s: %q %v", name, body, err)
			}
		}
	}
}

func TestAnAnswerThatIsNotWishedForIsAnError(t *testing.T) {
	t.Parallel()
	var status *statusError
	_, err := serve(t, "HTTP/1.1 503 Busy\r\nContent-Length: 4\r\n\r\nbusy").ask([]byte("GET"), 201)
	if !errors.As(err, &status) || status.status != 503 || status.body != "busy" {
		t.Error(err)
	}
	for name, answer := range map[string]string{
		"no length": "HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
		"too much":  "HTTP/1.1 201 Created\r\nContent-Length: 2\r\n\r\n{}HTTP/1.1",
		"nonsense":  "HTTP/1.1 abc\r\nContent-Length: 2\r\n\r\n{}",
	} {
		if body, err := serve(t, answer).ask([]byte("GET"), 201); err == nil || errors.As(err, &status) {
			t.Errorf("%s: %q %v", name, body, err)
		}
	}
}

func TestAFloodCountsWhatFails(t *testing.T) {
	t.Parallel()
	var asked atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if asked.Add(1)%10 == 0 {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
		_, _ = io.WriteString(w, "{}")
	}))
	defer server.Close()
	wires, err := dialWires(t.Context(), []string{server.Listener.Addr().String()}, 4)
	if err != nil {
		t.Fatal(err)
	}
	defer closeWires(wires)
	request := get("/", "")
	ask := func(_ int, w *wire) error { _, err := w.ask(request, http.StatusOK); return err }
	o := flood(t.Context(), wires, time.Second, nil, ask)
	if want := int(asked.Load() / 10); o.failed != want || want == 0 || len(o.latencies) != int(asked.Load())-want {
		t.Errorf("%d failed and %d did not, of %d", o.failed, len(o.latencies), asked.Load())
	}
	if err := o.err(); err == nil || !strings.Contains(err.Error(), "503") {
		t.Error(err)
	}
	o = flood(t.Context(), wires, 500*time.Millisecond, pace(t.Context(), 100, 500*time.Millisecond), ask)
	if n := len(o.latencies) + o.failed; n == 0 || n > 50 {
		t.Errorf("%d requests in half a second at 100/s", n)
	}
}

func TestGuestsAreDifferentAndTheirRequestsWhole(t *testing.T) {
	t.Parallel()
	o := &occasion{id: "01a207bd"}
	seen := map[string]bool{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		seen[string(body)] = true
		w.WriteHeader(http.StatusCreated)
	}))
	defer server.Close()
	w, err := dialWire(t.Context(), server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer w.conn.Close()
	for _, guest := range []func(*wire) error{o.guest(), o.guest()} {
		for range 10 {
			if err := guest(w); err != nil {
				t.Fatal(err)
			}
		}
	}
	const last = `{"occasionId":"01a207bd","name":"Grace Hopper","email":"guest0000000020@example.org","status":"yes","partySize":1}`
	if len(seen) != 20 || !seen[last] {
		t.Errorf("%d: %v", len(seen), seen)
	}
}
