// Package scenario drives the built binary from the outside, as users, operators and bad luck would.
package scenario

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"convoke/test/browser"
	"convoke/test/contractcheck"
	"convoke/test/loopback"
	"convoke/test/postgres"
)

// binary is built once for all scenarios.
var binary string

func TestMain(m *testing.M) {
	folder, err := os.MkdirTemp("", "convoke-scenario-")
	if err != nil {
		panic(err)
	}
	binary = filepath.Join(folder, "convoke")
	if out, err := exec.Command("go", "build", "-o", binary, "convoke/bootstrap/convoke").CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "%s\n%v\n", out, err)
		os.Exit(1)
	}
	code := postgres.Main(m)
	browser.Close()
	_ = os.RemoveAll(folder)
	os.Exit(code)
}

// process is one running convoke.
type process struct {
	t      *testing.T
	url    string
	env    []string
	role   string
	cmd    *exec.Cmd
	exited chan struct{}
	log    *logBuffer
	client *http.Client // every answer must be as the contract says
}

// logBuffer keeps what a process writes, for the report of a failed test.
type logBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *logBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *logBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// start runs a role on a free port and waits until it is ready. Settings are NAME=value; limits are off unless given.
func start(t *testing.T, role string, settings ...string) *process {
	t.Helper()
	p := prepare(t, role, settings...)
	p.launch()
	p.awaitReady()
	return p
}

func prepare(t *testing.T, role string, settings ...string) *process {
	t.Helper()
	port, err := loopback.Port()
	if err != nil {
		t.Fatal(err)
	}
	p := &process{t: t, role: role, url: "http://" + loopback.Address(port), log: &logBuffer{}}
	p.client = &http.Client{Timeout: client.Timeout, Transport: contractcheck.Transport(t, client.Transport)}
	p.env = append([]string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + t.TempDir(), "DATA_DIR=" + filepath.Join(t.TempDir(), "data"),
		fmt.Sprintf("PORT=%d", port), "RATE_LIMIT=off", "GENERATE_RATE_LIMIT=off", "ADMIN_TOKEN=" + adminToken, "SECRET_KEY=a-secret-for-tests",
	}, settings...)
	t.Cleanup(func() {
		p.kill()
		if t.Failed() {
			t.Logf("log of %s %s:\n%s", role, p.url, tail(p.log.String(), 60))
		}
	})
	return p
}

const adminToken = "an-admin-token-for-tests"

// launch starts the process, again after it has ended.
func (p *process) launch() {
	p.t.Helper()
	p.cmd = exec.Command(binary, "serve", "--role", p.role)
	p.cmd.Env, p.cmd.Stdout, p.cmd.Stderr = p.env, p.log, p.log
	p.cmd.Dir = p.t.TempDir()
	if err := p.cmd.Start(); err != nil {
		p.t.Fatal(err)
	}
	p.exited = make(chan struct{})
	go func(cmd *exec.Cmd, exited chan struct{}) { _ = cmd.Wait(); close(exited) }(p.cmd, p.exited)
}

func (p *process) awaitReady() {
	p.t.Helper()
	p.await(30*time.Second, "ready", func() bool {
		status, _, err := p.try(context.Background(), http.MethodGet, "/readyz", nil)
		return err == nil && status == http.StatusOK
	})
}

// await polls until the condition holds; it fails the test when the process ends before, or after patience.
func (p *process) await(patience time.Duration, what string, holds func() bool) {
	p.t.Helper()
	deadline := time.Now().Add(patience)
	for !holds() {
		select {
		case <-p.exited:
			p.t.Fatalf("%s: the process ended: %s", what, tail(p.log.String(), 20))
		default:
		}
		if time.Now().After(deadline) {
			p.t.Fatalf("%s: not within %s", what, patience)
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// kill ends the process at once, as a crash would.
func (p *process) kill() {
	if p.cmd == nil || p.cmd.Process == nil {
		return
	}
	_ = p.cmd.Process.Kill()
	<-p.exited
}

func (p *process) signal(s syscall.Signal) { _ = p.cmd.Process.Signal(s) }

// terminate asks the process to stop and returns how long it took and its exit code.
func (p *process) terminate() (time.Duration, int) {
	p.t.Helper()
	begun := time.Now()
	p.signal(syscall.SIGTERM)
	select {
	case <-p.exited:
	case <-time.After(30 * time.Second):
		p.t.Fatal("it did not stop")
	}
	return time.Since(begun), p.cmd.ProcessState.ExitCode()
}

// run runs a client command against the process and returns what it printed.
func (p *process) run(arguments ...string) (string, error) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, binary, arguments...)
	cmd.Env = append(append([]string{}, p.env...), "CONVOKE_URL="+p.url)
	out, err := cmd.CombinedOutput()
	return string(out), err
}

var client = &http.Client{Timeout: 70 * time.Second, Transport: &http.Transport{MaxIdleConnsPerHost: 256}}

// try sends a request; body may be a string, bytes or nil. Headers are Name: value.
func (p *process) try(ctx context.Context, method, path string, body any, headers ...string) (int, []byte, error) {
	response, content, err := p.exchange(ctx, method, path, body, headers...)
	if err != nil {
		return 0, nil, err
	}
	return response.StatusCode, content, nil
}

func (p *process) exchange(ctx context.Context, method, path string, body any, headers ...string) (*http.Response, []byte, error) {
	var reader io.Reader
	switch b := body.(type) {
	case string:
		reader = strings.NewReader(b)
	case []byte:
		reader = bytes.NewReader(b)
	}
	request, err := http.NewRequestWithContext(ctx, method, p.url+path, reader)
	if err != nil {
		return nil, nil, err
	}
	if body != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	for _, header := range headers {
		name, value, _ := strings.Cut(header, ": ")
		request.Header.Set(name, value)
	}
	response, err := p.client.Do(request)
	if err != nil {
		return nil, nil, err
	}
	defer response.Body.Close()
	content, err := io.ReadAll(response.Body)
	return response, content, err
}

func tail(text string, lines int) string {
	all := strings.Split(strings.TrimRight(text, "\n"), "\n")
	return strings.Join(all[max(0, len(all)-lines):], "\n")
}

// failed reports whether a command ran and ended with a failure.
func failed(err error) bool {
	var exit *exec.ExitError
	return errors.As(err, &exit)
}
