package main

import (
	"bufio"
	"io"
	"net"
	"strings"
	"testing"
)

// spectate has the server say the frames to a spectator in a hall of one, and returns why that one left.
func spectate(t *testing.T, h *hall, frames string) error {
	t.Helper()
	ours, theirs := net.Pipe()
	t.Cleanup(func() { _ = ours.Close() })
	go func() {
		_, _ = io.WriteString(theirs, frames)
		_ = theirs.Close()
	}()
	return (&spectator{conn: ours, in: bufio.NewReaderSize(ours, 64)}).watch(h)
}

func textOf(payload string) string {
	if len(payload) < 126 {
		return "\x81" + string(rune(len(payload))) + payload
	}
	return "\x81\x7e" + string([]byte{byte(len(payload) >> 8), byte(len(payload))}) + payload
}

func TestASpectatorNotesTheNewsOnce(t *testing.T) {
	t.Parallel()
	h := &hall{crowd: 1}
	n := newNews(7, 1)
	h.news.Store(n)
	long := textOf(`{"revision":6,"x":"` + strings.Repeat("x", 300) + `"}`)
	if err := spectate(t, h, long+textOf(`{"revision":7}`)+textOf(`{"type":"job_status","version":1}`)); err != io.EOF {
		t.Error(err)
	}
	select {
	case <-n.known:
	default:
		t.Error("it has not noted the news")
	}
}

func TestASpectatorLeavesWhenSomethingIsWrong(t *testing.T) {
	t.Parallel()
	for name, frames := range map[string]string{
		"a revision again": textOf(`{"revision":7}`) + textOf(`{"revision":7}`),
		"a revision below": textOf(`{"revision":7}`) + textOf(`{"revision":6}`),
		"a goodbye":        "\x88\x02\x0b\xb9",
		"a fragment":       "\x01\x01{",
		"something huge":   "\x81\x7f\x00\x00\x00\x00\x00\x10\x00\x00",
	} {
		if err := spectate(t, &hall{}, frames); err == nil || err == io.EOF {
			t.Errorf("%s: %v", name, err)
		}
	}
}
