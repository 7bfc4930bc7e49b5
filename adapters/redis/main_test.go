package redis

import (
	"bytes"
	"context"
	"os"
	"sync"
	"testing"
	"time"

	"convoke/application/port"
	"convoke/test/fake"
	"convoke/test/leak"
)

// patience is for what must happen; busy machines are slow.
const patience = 20 * time.Second

func TestMain(m *testing.M) { os.Exit(leak.Check(m.Run())) }

// open makes a client that ends with t.
func open(t testing.TB, config Config) *Client {
	t.Helper()
	if config.Log == nil {
		config.Log = fake.Log()
	}
	c, err := Open(config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	})
	return c
}

// soon polls until something holds.
func soon(t testing.TB, what string, holds func() bool) {
	t.Helper()
	poll := time.NewTicker(2 * time.Millisecond)
	defer poll.Stop()
	for deadline := time.Now().Add(patience); !holds(); <-poll.C {
		if time.Now().After(deadline) {
			t.Fatalf("not within %v: %s", patience, what)
		}
	}
}

// ear counts what a subscriber hears, by id.
type ear struct {
	mu    sync.Mutex
	heard map[string]int
}

func (e *ear) hear(h port.Hint) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.heard[h.ID]++
}

func (e *ear) count(id string) int {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.heard[id]
}

// listen takes down what the notifier hears until the test ends.
func listen(t testing.TB, n *Notifier) *ear {
	t.Helper()
	e := &ear{heard: map[string]int{}}
	subscribe(t, n, e.hear)
	return e
}

func subscribe(t testing.TB, n *Notifier, handle func(port.Hint)) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		if err := n.Subscribe(ctx, handle); err != nil {
			t.Error(err)
		}
	}()
	t.Cleanup(func() { cancel(); <-done })
}

// tell sends one hint and reports whether the server took it.
func tell(t testing.TB, c *Client, id string) bool {
	t.Helper()
	return c.Notifier().Notify(t.Context(), []port.Hint{{Kind: port.JobHint, ID: id, Number: 1}}) == nil
}

// lines is a log that may be read while it is written.
type lines struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}
