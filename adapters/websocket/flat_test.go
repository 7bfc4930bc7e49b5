package websocket

import (
	"bytes"
	"compress/flate"
	"io"
	"net"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"
)

// TestHostileSocketsLeaveTheServerFlat is not parallel: it counts what the process holds.
func TestHostileSocketsLeaveTheServerFlat(t *testing.T) {
	s := open(t, Config{PingEvery: 2 * time.Second, WriteTimeout: 300 * time.Millisecond})
	id := s.Order()
	const text, last, compressed, ping = 0x1, 0x80, 0x40, 0x9
	bomb := masked(last|compressed|text, deflated(t, 3<<20))
	hostile := map[string]string{
		"fragments without end":       masked(text, "") + strings.Repeat(masked(0, ""), 10_000),
		"a flood of pings":            strings.Repeat(masked(last|ping, "x"), 2000),
		"a flood of subscribes":       strings.Repeat(masked(last|text, `{"type":"subscribe","jobId":"`+id+`"}`), requestBurst+50),
		"a frame that does not end":   "\x81\xfe\x0f\xff\x00\x00\x00\x00{",
		"a bomb":                      bomb,
		"a bomb that was not offered": bomb,
		"nothing, not even a pong":    "",
		"half a connection":           "",
	}
	attack := func(times int) {
		var all []*raw
		for range times {
			for name, frames := range hostile {
				extension := ""
				if name == "a bomb" {
					extension = "Sec-WebSocket-Extensions: permessage-deflate\r\n"
				}
				r := s.dialWith(extension, "")
				all = append(all, r)
				_ = r.SetWriteDeadline(time.Now().Add(20 * time.Millisecond))
				_, _ = io.WriteString(r, frames) // as far as it is taken
				if tcp, ok := r.Conn.(*net.TCPConn); ok && name == "half a connection" {
					_ = tcp.CloseWrite()
				}
			}
		}
		w := s.dial()
		w.subscribe(id, 1)
		w.expectSilence()
		_ = w.CloseNow()
		eventually(t, "all are found out", func() bool { return s.open() == 0 })
		for _, r := range all {
			_ = r.Close()
		}
	}
	attack(1)
	before := measure()
	attack(10)
	eventually(t, "nothing of them is left", func() bool { return measure().within(before) })
	s.Complete(id)
}

// deflated is as many blanks, compressed as WebSockets do.
func deflated(t *testing.T, blanks int) string {
	t.Helper()
	var b bytes.Buffer
	w, err := flate.NewWriter(&b, flate.BestCompression)
	if err != nil {
		t.Fatal(err)
	}
	_, _ = w.Write(bytes.Repeat([]byte{' '}, blanks))
	_ = w.Flush()
	return strings.TrimSuffix(b.String(), "\x00\x00\xff\xff")
}

// holdings is what this process holds.
type holdings struct{ goroutines, files, heap int }

func measure() holdings {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	files, _ := os.ReadDir("/proc/self/fd")                               // none where there is no such folder
	return holdings{runtime.NumGoroutine(), len(files), int(m.HeapAlloc)} //nolint:gosec // far from the limit
}

// within allows for what comes and goes by itself.
func (h holdings) within(before holdings) bool {
	return h.goroutines <= before.goroutines+5 && h.files <= before.files+5 && h.heap <= before.heap+1<<20
}
