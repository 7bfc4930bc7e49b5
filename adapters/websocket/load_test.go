package websocket

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
)

// serverVariable makes the test binary be the server that TestAnIdleSocketIsLight measures from outside.
const serverVariable = "CONVOKE_TEST_SOCKETS"

func TestServerProcess(t *testing.T) {
	if os.Getenv(serverVariable) == "" {
		t.Skip("it is for TestAnIdleSocketIsLight")
	}
	s := open(t, Config{})
	fmt.Println("serving", s.addr, s.Order())
	_, _ = io.Copy(io.Discard, os.Stdin) // until the other process is done
}

func TestAnIdleSocketIsLight(t *testing.T) {
	if raced {
		t.Skip("the race detector takes memory of its own")
	}
	const sockets, limit = 2000, 20 // kilobytes each
	s, id, pid := serverProcess(t)
	before := resident(t, pid)
	for range sockets {
		r := s.dialRaw()
		_, _ = io.WriteString(r, masked(0x81, `{"type":"subscribe","jobId":"`+id+`"}`))
		r.frame(t)
		r.frame(t)
	}
	each := float64(resident(t, pid)-before) / sockets
	t.Logf("a socket that watches a job takes %.1f KB", each)
	if each > limit {
		t.Errorf("that is more than %d KB", limit)
	}
}

// serverProcess starts a server that is nothing else, with one job.
func serverProcess(t *testing.T) (s *site, id string, pid int) {
	t.Helper()
	command := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestServerProcess$", "-test.v")
	command.Env = append(os.Environ(), serverVariable+"=1")
	in, err := command.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = in.Close(); _ = command.Wait() })
	s = &site{t: t}
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if n, _ := fmt.Sscanf(lines.Text(), "serving %s %s", &s.addr, &id); n == 2 {
			go func() { _, _ = io.Copy(io.Discard, out) }()
			return s, id, command.Process.Pid
		}
	}
	t.Fatal("the server did not start")
	return nil, "", 0
}

// resident is how many kilobytes of memory a process has.
func resident(t *testing.T, pid int) int {
	t.Helper()
	status, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/status")
	if err != nil {
		t.Skip("only Linux tells")
	}
	for line := range strings.SplitSeq(string(status), "\n") {
		if value, ok := strings.CutPrefix(line, "VmRSS:"); ok {
			n, _ := strconv.Atoi(strings.TrimSuffix(strings.TrimSpace(value), " kB"))
			return n
		}
	}
	return 0
}
