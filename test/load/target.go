package main

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// target is the server under load.
type target struct {
	url     string
	process *exec.Cmd // nil: not ours
	folder  string
	ready   time.Duration
}

// target starts a server on a free port and a fresh data folder, or takes the one that is given.
func (o options) target(ctx context.Context) (*target, error) {
	if o.url != "" {
		return &target{url: strings.TrimSuffix(o.url, "/")}, nil
	}
	port, err := freePort(ctx)
	if err != nil {
		return nil, err
	}
	folder, err := os.MkdirTemp("", "convoke-load-")
	if err != nil {
		return nil, err
	}
	t := &target{url: fmt.Sprintf("http://127.0.0.1:%d", port), folder: folder, process: exec.Command(o.binary, "serve")}
	t.process.Env = append(os.Environ(), "DATA_DIR="+folder, fmt.Sprintf("PORT=%d", port),
		"GENERATOR=noop", "RATE_LIMIT=off", "GENERATE_RATE_LIMIT=off")
	t.process.Stderr = os.Stderr
	begun := time.Now()
	if err := t.process.Start(); err != nil {
		return nil, fmt.Errorf("%w (build it with `make build`)", err)
	}
	for begun.Add(30 * time.Second).After(time.Now()) {
		if t.answers(ctx) {
			t.ready = time.Since(begun)
			time.Sleep(time.Second) // idle, for the RSS
			return t, nil
		}
		time.Sleep(2 * time.Millisecond)
	}
	t.stop()
	return nil, fmt.Errorf("%s did not become ready", o.binary)
}

func (t *target) answers(ctx context.Context) bool {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, t.url+"/readyz", nil)
	if err != nil {
		return false
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return false
	}
	defer response.Body.Close()
	return response.StatusCode == http.StatusOK
}

func (t *target) stop() {
	if t.process == nil {
		return
	}
	_ = t.process.Process.Signal(syscall.SIGTERM)
	_ = t.process.Wait()
	_ = os.RemoveAll(t.folder)
}

// cpu is the processor time that the server has used; 0 when it is not ours.
func (t *target) cpu() time.Duration {
	fields := t.proc("stat")
	if len(fields) < 15 {
		return 0
	}
	const tick = 10 * time.Millisecond // USER_HZ is 100 on every Linux that Go runs on
	user, _ := strconv.Atoi(fields[13])
	system, _ := strconv.Atoi(fields[14])
	return time.Duration(user+system) * tick
}

// rss is the server's resident memory in bytes.
func (t *target) rss() int {
	fields := t.proc("statm")
	if len(fields) < 2 {
		return 0
	}
	pages, _ := strconv.Atoi(fields[1])
	return pages * os.Getpagesize()
}

func (t *target) proc(file string) []string {
	if t.process == nil {
		return nil
	}
	content, _ := os.ReadFile(fmt.Sprintf("/proc/%d/%s", t.process.Process.Pid, file))
	return strings.Fields(string(content))
}

func freePort(ctx context.Context) (int, error) {
	var config net.ListenConfig
	l, err := config.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port, nil
}
