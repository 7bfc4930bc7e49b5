package mcp

import (
	"context"
	"os"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"convoke/domain/event"
)

func TestManyCallsShareOneServer(t *testing.T) {
	t.Parallel()
	r := overStdio(t, "environment")
	pids := make(chan int, 20)
	for range cap(pids) {
		go func() { _, pid := r.environment(t); pids <- pid }()
	}
	first := <-pids
	for range cap(pids) - 1 {
		if pid := <-pids; pid != first {
			t.Errorf("%d and %d", first, pid)
		}
	}
}

var shown = regexp.MustCompile(`<text>(.*) (\d+)</text>`)

// environment asks a child for the names of its variables and its process id.
func (r *rig) environment(t *testing.T) (names string, pid int) {
	t.Helper()
	made, err := r.draw(t)
	m := shown.FindStringSubmatch(string(made.Asset.Data))
	if err != nil || m == nil {
		t.Errorf("%v %s", err, made.Asset.Data)
		return "", 0
	}
	pid, _ = strconv.Atoi(m[2])
	return m[1], pid
}

func TestAChildGetsNothingOfTheWorkersEnvironment(t *testing.T) {
	t.Setenv("GEMINI_API_KEY", "sk-12345")
	names, _ := overStdio(t, "environment").environment(t)
	if names != asServer+" HOME MARK PATH" {
		t.Fatalf("the child has %s", names)
	}
}

func TestAChildThatDiesSoonIsLeftAloneForAMoment(t *testing.T) {
	t.Parallel()
	e, _ := child(t, "crash")
	r, begun := open(t, e), 0
	for _, pause := range []time.Duration{time.Second, 2 * time.Second, 4 * time.Second} {
		if _, err := r.draw(t); code(err) != "provider-unavailable" {
			t.Fatalf("%v", err)
		}
		begun++
		eventually(t, func() bool { return strings.Count(r.log.String(), "the child has begun") == begun })
		r.clock.Advance(pause - time.Millisecond)
		if _, err := r.draw(t); code(err) != "provider-unavailable" {
			t.Fatalf("%v", err)
		}
		if n := strings.Count(r.log.String(), "the child has begun"); n != begun {
			t.Errorf("started again before %s were over", pause)
		}
		r.clock.Advance(time.Millisecond)
	}
	eventually(t, func() bool { return strings.Contains(r.log.String(), "the child dies") })
}

// has reports whether there is a session, or the beginning of one.
func (s *server) has() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.current != nil
}

func TestAChildThatServedWellIsStartedAgainAtOnce(t *testing.T) {
	t.Parallel()
	r := overStdio(t, "environment")
	_, first := r.environment(t)
	r.clock.Advance(time.Minute)
	if err := syscall.Kill(first, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	eventually(t, func() bool { return !r.server.has() })
	if _, second := r.environment(t); second == first || second == 0 {
		t.Fatalf("%d then %d", first, second)
	}
}

func TestCloseEndsTheChildAndItsChildren(t *testing.T) {
	t.Parallel()
	e, mark := child(t, "environment")
	e.Env["SERVER"] = e.Command
	e.Command, e.Args = "sh", []string{"-c", `trap '' TERM; sleep 1000 2>&1 & echo $! >"$MARK"; exec "$SERVER"`}
	r := open(t, e)
	_, pid := r.environment(t)
	grandchild, err := strconv.Atoi(strings.TrimSpace(mark()))
	if err != nil || pid == 0 {
		t.Fatal(err)
	}
	r.Close()
	r.Close()
	for _, p := range []int{pid, grandchild} {
		eventually(t, func() bool { return gone(p) })
	}
	if _, err := r.draw(t); code(err) != "provider-unavailable" {
		t.Fatalf("after close: %v", err)
	}
}

// gone reports whether a process has ended; a zombie has.
func gone(pid int) bool {
	status, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	if err != nil {
		return syscall.Kill(pid, 0) != nil
	}
	_, after, _ := strings.Cut(string(status), ") ")
	return strings.HasPrefix(after, "Z")
}

func TestCloseEndsACallThatRuns(t *testing.T) {
	t.Parallel()
	for carrier, over := range carriers {
		t.Run(carrier, func(t *testing.T) {
			t.Parallel()
			r := over(t, "hang")
			failed := make(chan error, 1)
			go func() { _, err := r.draw(t); failed <- err }()
			eventually(t, func() bool { return r.mark() == "begun" })
			r.Close()
			if err := <-failed; code(err) != "provider-unavailable" {
				t.Fatalf("%v", err)
			}
		})
	}
}

func TestAServerThatCanNotBeStartedSaysSo(t *testing.T) {
	t.Parallel()
	for name, e := range map[string]Entry{
		"no such command":   {Command: "/no/such/command"},
		"ends at once":      {Command: "sh", Args: []string{"-c", "echo the reason >&2; exit 1"}},
		"no protocol":       {Command: "sh", Args: []string{"-c", "echo hello; cat >/dev/null"}},
		"nobody listens":    {URL: "http://127.0.0.1:1/mcp"},
		"no such directory": {Command: "sh", Cwd: "/no/such/directory"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e.Name = "test"
			r := open(t, e)
			if _, err := r.draw(t); code(err) != "provider-unavailable" {
				t.Fatalf("%v", err)
			}
			if health, detail := r.Health(t.Context()); health != event.HealthIll || detail == "" {
				t.Errorf("%s %s", health, detail)
			}
			eventually(t, func() bool { return strings.Contains(r.log.String(), "a session with an MCP server ended") })
			if name == "ends at once" && !strings.Contains(r.log.String(), "the reason") {
				t.Errorf("%s", r.log.String())
			}
		})
	}
}

func TestAServerThatHangsInItsStartHoldsUpNobody(t *testing.T) {
	t.Parallel()
	r := open(t, Entry{Name: "test", Command: "sleep", Args: []string{"1000"}})
	late, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	if _, err := r.Generate(late, request(), func(int, string) {}); code(err) != "timeout" {
		t.Fatalf("%v", err)
	}
	begun := time.Now()
	r.Close()
	if took := time.Since(begun); took > 6*time.Second {
		t.Errorf("closing took %s", took)
	}
}
