package main

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"convoke/test/loopback"
)

const (
	startLimit = 60 * time.Second
	stopLimit  = 20 * time.Second
)

// process is one running convoke.
type process struct {
	role    string
	address string // of its HTTP
	ready   time.Duration
	log     string // the file
	quiet   int    // lines of it that do not count

	cmd    *exec.Cmd
	exited chan struct{}
}

// launch starts a role with a folder of its own and nothing of this program's environment but what finds things.
func launch(ctx context.Context, binary, role, folder string, settings []string) (*process, error) {
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return nil, err
	}
	port, err := loopback.Port()
	if err != nil {
		return nil, err
	}
	binary, err = filepath.Abs(binary)
	if err != nil {
		return nil, err
	}
	p := &process{role: role, address: loopback.Address(port), log: filepath.Join(folder, "log"), exited: make(chan struct{})}
	log, err := os.Create(p.log)
	if err != nil {
		return nil, err
	}
	defer log.Close()
	p.cmd = exec.Command(binary, "serve", "--role", role)
	p.cmd.Env = append([]string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + folder, "DATA_DIR=" + filepath.Join(folder, "data"), fmt.Sprintf("PORT=%d", port),
	}, settings...)
	p.cmd.Dir, p.cmd.Stdout, p.cmd.Stderr, p.cmd.SysProcAttr = folder, log, log, attributes()
	begun := time.Now()
	if err := p.cmd.Start(); err != nil {
		return nil, fmt.Errorf("%w (build it with `make build`)", err)
	}
	go func() { defer close(p.exited); _ = p.cmd.Wait() }()
	if err := p.await(ctx, begun); err != nil {
		_ = p.stop() // adds nothing to what is told
		return nil, err
	}
	p.ready = time.Since(begun)
	return p, nil
}

func (p *process) await(ctx context.Context, begun time.Time) error {
	for !p.answers(ctx) {
		select {
		case <-p.exited:
			return fmt.Errorf("%s ended:\n%s", p.role, p.tail(20))
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(2 * time.Millisecond):
		}
		if time.Since(begun) > startLimit {
			return fmt.Errorf("%s is not ready after %s:\n%s", p.role, startLimit, p.tail(20))
		}
	}
	return nil
}

func (p *process) answers(ctx context.Context) bool {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, p.url()+"/readyz", nil)
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

func (p *process) url() string { return "http://" + p.address }

func (p *process) pid() int { return p.cmd.Process.Pid }

// stop ends the process in order. One that has ended by itself, or ends badly, is an error.
func (p *process) stop() error {
	select {
	case <-p.exited:
		return fmt.Errorf("%s has ended by itself: %s\n%s", p.role, p.cmd.ProcessState, p.tail(20))
	default:
	}
	_ = p.cmd.Process.Signal(syscall.SIGTERM)
	select {
	case <-p.exited:
	case <-time.After(stopLimit):
		_ = p.cmd.Process.Kill()
		<-p.exited
		return fmt.Errorf("%s did not stop within %s", p.role, stopLimit)
	}
	if code := p.cmd.ProcessState.ExitCode(); code != 0 {
		return fmt.Errorf("%s stopped with code %d:\n%s", p.role, code, p.tail(20))
	}
	return nil
}

func (p *process) lines() []string {
	text, _ := os.ReadFile(p.log)
	return strings.Split(strings.TrimRight(string(text), "\n"), "\n")
}

func (p *process) tail(n int) string {
	all := p.lines()
	return strings.Join(all[max(0, len(all)-n):], "\n")
}

// forgive has the lines logged so far not count as complaints.
func (p *process) forgive() { p.quiet = len(p.lines()) }

// complaints are the warnings and errors that it has logged.
func (p *process) complaints() (all []string) {
	for _, line := range p.lines()[p.quiet:] {
		if strings.Contains(line, "level=WARN") || strings.Contains(line, "level=ERROR") || strings.HasPrefix(line, "panic:") {
			all = append(all, line)
		}
	}
	return all
}
