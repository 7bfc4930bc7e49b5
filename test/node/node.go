// Package node runs scripts in Node, for tests of what we give to people who write JavaScript. Where there is no Node, or
// one that is too old, the tests are skipped, unless CONVOKE_TEST_REAL=1 says that they must run: then npm fetches one.
package node

import (
	"bufio"
	"bytes"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

const patience = 30 * time.Second

// Script is a running script.
type Script struct {
	t      testing.TB
	in     io.WriteCloser
	lines  chan string
	errors bytes.Buffer
	ended  chan error
}

// Start runs Node with arguments; it is ended with the test.
func Start(t testing.TB, arguments ...string) *Script {
	t.Helper()
	program, err := path()
	if err != nil {
		if os.Getenv("CONVOKE_TEST_REAL") == "1" {
			t.Fatal(err)
		}
		t.Skip(err)
	}
	cmd := exec.Command(program, arguments...)
	s := &Script{t: t, lines: make(chan string, 1024), ended: make(chan error, 1)}
	cmd.Stderr = &s.errors
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if s.in, err = cmd.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var running sync.WaitGroup
	running.Go(func() {
		for scanner := bufio.NewScanner(out); scanner.Scan(); {
			s.lines <- scanner.Text()
		}
		close(s.lines)
		s.ended <- cmd.Wait()
	})
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		for range s.lines {
		}
		running.Wait()
		if t.Failed() {
			t.Logf("the script wrote %s", s.errors.String())
		}
	})
	return s
}

// Await returns the next lines, until each of the texts is in one of them.
func (s *Script) Await(texts ...string) (lines []string) {
	s.t.Helper()
	deadline := time.After(patience)
	for {
		missing := slices.IndexFunc(texts, func(text string) bool { return !strings.Contains(strings.Join(lines, "\n"), text) })
		if missing < 0 {
			return lines
		}
		select {
		case line, ok := <-s.lines:
			if !ok {
				s.t.Fatalf("the script ended without %q; it said %q", texts[missing], lines)
			}
			lines = append(lines, line)
		case <-deadline:
			s.t.Fatalf("%q: not within %s; it said %q", texts[missing], patience, lines)
		}
	}
}

// Go lets a script go on that waits for its input to end.
func (s *Script) Go() { _ = s.in.Close() }

// End waits until the script has ended by itself, without a failure, and returns the lines that were left.
func (s *Script) End() (rest []string) {
	s.t.Helper()
	deadline := time.After(patience)
	for {
		select {
		case line, ok := <-s.lines:
			if ok {
				rest = append(rest, line)
				continue
			}
			if err := <-s.ended; err != nil {
				s.t.Fatalf("the script failed: %v\n%s", err, strings.Join(rest, "\n"))
			}
			return rest
		case <-deadline:
			s.t.Fatalf("the script does not end; it said\n%s", strings.Join(rest, "\n"))
		}
	}
}
