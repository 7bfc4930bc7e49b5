package redis

import (
	"testing"
	"time"

	"go.uber.org/goleak"

	"convoke/test/fake"
)

// patience is for what must happen; busy machines are slow.
const patience = 20 * time.Second

func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m,
		// After many failed dials the client's pool looks on its own, once a second, whether the server is back; it
		// notices a second late that it has been closed.
		goleak.IgnoreAnyFunction("github.com/redis/go-redis/v9/internal/pool.(*ConnPool).tryDial"))
}

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
