package mcp

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"convoke/domain/design"
	"convoke/test/loopback"
	"convoke/test/realmcp"
)

// everything is a server that nobody here wrote, on both carriers.
func everything(t *testing.T, carrier, tool string) *rig {
	t.Helper()
	if carrier == "stdio" {
		command, args := realmcp.Everything(t, "stdio")
		return open(t, Entry{Name: "everything", Command: command, Args: args, Tool: tool})
	}
	command, args := realmcp.Everything(t, "streamableHttp")
	address := listening(t, exec.Command(command, args...))
	return open(t, Entry{Name: "everything", URL: "http://" + address + "/mcp", Tool: tool})
}

// listening starts a server on a port of its own, and returns its address when it listens.
func listening(t *testing.T, server *exec.Cmd) (address string) {
	t.Helper()
	port, err := loopback.Port()
	if err != nil {
		t.Fatal(err)
	}
	address = loopback.Address(port)
	server.Env = append(os.Environ(), "PORT="+strconv.Itoa(port))
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() { _ = server.Wait(); close(ended) }()
	t.Cleanup(func() { _ = server.Process.Kill(); <-ended })
	eventually(t, func() bool {
		select {
		case <-ended:
			t.Fatal("the server has ended")
		default:
		}
		c, err := net.DialTimeout("tcp", address, time.Second)
		if err == nil {
			_ = c.Close()
		}
		return err == nil
	})
	return address
}

func TestAServerThatNobodyHereWroteDraws(t *testing.T) {
	t.Parallel()
	for _, carrier := range []string{"stdio", "HTTP"} {
		t.Run(carrier, func(t *testing.T) {
			t.Parallel()
			made, err := everything(t, carrier, "get-tiny-image").draw(t)
			if err != nil || made.Asset.MediaType != design.PNGType {
				t.Fatalf("%v %+v", err, made)
			}
			r, q := everything(t, carrier, "echo"), request()
			q.Brief.Description = sampleSVG // it says what it is told
			made, err = r.Generate(t.Context(), q, func(int, string) {})
			if err != nil || made.Asset.MediaType != design.SVGType {
				t.Fatalf("%v %+v", err, made)
			}
		})
	}
}

func TestAServerThatNobodyHereWroteReportsProgress(t *testing.T) {
	t.Parallel()
	for _, carrier := range []string{"stdio", "HTTP"} {
		t.Run(carrier, func(t *testing.T) {
			t.Parallel()
			r := everything(t, carrier, "trigger-long-running-operation")
			r.entry.Arguments = map[string]any{"duration": 1, "steps": 4}
			var said []string
			_, err := r.Generate(t.Context(), request(), func(percent int, message string) { said = append(said, fmt.Sprint(percent, " ", message)) })
			if code(err) != "no-drawing" || !strings.Contains(strings.Join(said, "\n"), "52 mcp:everything is drawing") {
				t.Fatalf("%v %q", err, said)
			}
			r.entry.Arguments = map[string]any{"duration": 1000, "steps": 4}
			ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
			defer cancel()
			if _, err := r.Generate(ctx, request(), func(int, string) {}); code(err) != "timeout" {
				t.Fatalf("%v", err)
			}
		})
	}
}
