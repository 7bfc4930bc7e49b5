package redis

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"convoke/application/port"
	"convoke/test/fake"
	"convoke/test/realredis"
)

// slack is what a busy machine may add to a timeout. A call that only the library's own timeouts end takes longer.
const slack = 2 * time.Second

func TestRedisMayBeDownAtTheStart(t *testing.T) {
	t.Parallel()
	server := realredis.Prepare(t)
	c := open(t, Config{URL: server.URL(), Meter: &fake.Meter{}})
	cache, teller := c.Cache(), open(t, Config{URL: server.URL()})
	heard := listen(t, c.Notifier())

	_, _, err := cache.Get(t.Context(), "space", "a")
	if err == nil || c.config.Meter.(*fake.Meter).Value(upGauge) != 0 {
		t.Errorf("a cache that is down answers with %v", err)
	}
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}

	soon(t, "the cache works", func() bool { return cache.Set(t.Context(), "space", "a", []byte("1"), time.Hour) == nil })
	soon(t, "hints arrive", func() bool {
		return tell(t, teller, "a") && heard.count("a") > 0
	})
	if up := c.config.Meter.(*fake.Meter).Value(upGauge); up != 1 {
		t.Errorf("%s is %v", upGauge, up)
	}
}

func TestAKilledRedisIsFoundAgain(t *testing.T) {
	t.Parallel()
	server := realredis.Start(t)
	log := &lines{}
	c := open(t, Config{URL: server.URL(), Timeout: generous, Log: slog.New(slog.NewTextHandler(log, nil))})
	teller := open(t, Config{URL: server.URL()})
	heard := listen(t, c.Notifier())
	soon(t, "hints arrive", func() bool { return tell(t, teller, "a") && heard.count("a") > 0 })
	if err := c.Cache().Set(t.Context(), "space", "a", []byte("1"), time.Hour); err != nil {
		t.Fatal(err)
	}

	if err := server.Kill(); err != nil {
		t.Fatal(err)
	}
	for range 100 {
		if _, _, err := c.Cache().Get(t.Context(), "space", "a"); err == nil {
			t.Error("a killed server answers")
		}
	}
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}

	soon(t, "the cache answers", func() bool {
		_, found, err := c.Cache().Get(t.Context(), "space", "a")
		return err == nil && !found
	})
	soon(t, "hints arrive again", func() bool { return tell(t, teller, "b") && heard.count("b") > 0 })
	if n := strings.Count(log.String(), "redis is ill"); n != 1 || strings.Count(log.String(), "redis answers again") != 1 {
		t.Errorf("the log:\n%s", log.String())
	}
}

func TestAFrozenRedisCostsOneTimeoutThenNothing(t *testing.T) {
	t.Parallel()
	server := realredis.Start(t)
	c := open(t, Config{URL: server.URL()})
	cache := c.Cache()
	soon(t, "the cache works", func() bool { return cache.Set(t.Context(), "space", "a", []byte("1"), time.Hour) == nil })
	if err := server.Freeze(); err != nil {
		t.Fatal(err)
	}

	begun := time.Now()
	_, _, err := cache.Get(t.Context(), "space", "a")
	if took := time.Since(begun); err == nil || errors.Is(err, ErrIll) || took > defaultTimeout+slack {
		t.Errorf("the first call: %v after %s", err, took)
	}
	begun = time.Now()
	for range 1000 {
		if err := c.Check(t.Context()); err == nil {
			t.Fatal("a frozen server answers")
		}
	}
	if took := time.Since(begun); took > slack {
		t.Errorf("a thousand more calls took %s", took)
	}
	slowest := probe(t, c, 2*time.Second)
	if slowest > defaultTimeout+slack {
		t.Errorf("while it was frozen a call took %s", slowest)
	}
	if err := server.Thaw(); err != nil {
		t.Fatal(err)
	}

	soon(t, "the cache answers with what it had", func() bool {
		got, _, err := cache.Get(t.Context(), "space", "a")
		return err == nil && string(got) == "1"
	})
}

// probe calls again and again, one call per open circuit, and returns how long the slowest one took.
func probe(t *testing.T, c *Client, during time.Duration) (slowest time.Duration) {
	t.Helper()
	tick := time.NewTicker(openFor / 10)
	defer tick.Stop()
	tried := 0
	for end := time.Now().Add(during); time.Now().Before(end); <-tick.C {
		begun := time.Now()
		err := c.Cache().Set(t.Context(), "space", "b", []byte("2"), time.Hour)
		slowest = max(slowest, time.Since(begun))
		if err == nil {
			t.Error("a frozen server answers")
		}
		if !errors.Is(err, ErrIll) {
			tried++
		}
	}
	if atMost := int(during/openFor) + 1; tried == 0 || tried > atMost {
		t.Errorf("%d calls were tried in %s, want 1 to %d", tried, during, atMost)
	}
	return slowest
}

func TestTheSubscriptionOutlivesAFreeze(t *testing.T) {
	t.Parallel()
	server := realredis.Start(t)
	heard := listen(t, open(t, Config{URL: server.URL()}).Notifier())
	teller := open(t, Config{URL: server.URL()})
	soon(t, "hints arrive", func() bool { return tell(t, teller, "a") && heard.count("a") > 0 })
	if err := server.Freeze(); err != nil {
		t.Fatal(err)
	}
	<-time.After(2*quietFor + time.Second) // the freeze lasts until the subscription has given its connection up
	if err := server.Thaw(); err != nil {
		t.Fatal(err)
	}

	soon(t, "hints arrive again", func() bool { return tell(t, teller, "b") && heard.count("b") > 0 })
}

func TestHintsAreLostSilentlyWhileRedisIsKnownToBeIll(t *testing.T) {
	t.Parallel()
	c := open(t, Config{URL: realredis.Prepare(t).URL()})
	hints := []port.Hint{{Kind: port.JobHint, ID: "a", Number: 1}}

	if err := c.Notifier().Notify(t.Context(), hints); err == nil {
		t.Error("a server that is down takes hints")
	}
	soon(t, "the next hints are not even tried", func() bool { return c.Notifier().Notify(t.Context(), hints) == nil })
}

func TestACallerThatGivesUpSaysNothingAboutRedis(t *testing.T) {
	t.Parallel()
	server := realredis.Start(t)
	c := open(t, Config{URL: server.URL(), Timeout: generous})
	ended, cancel := context.WithCancel(t.Context())
	cancel()

	if err := c.Check(ended); !errors.Is(err, context.Canceled) {
		t.Errorf("a call whose context has ended: %v", err)
	}

	if err := c.Check(t.Context()); err != nil {
		t.Errorf("the next call: %v", err)
	}
}

func TestForeignMessagesOnTheChannelAreSkipped(t *testing.T) {
	t.Parallel()
	server := realredis.Start(t)
	heard := listen(t, open(t, Config{URL: server.URL(), Prefix: "p:"}).Notifier())
	teller := open(t, Config{URL: server.URL(), Prefix: "p:"})
	soon(t, "hints arrive", func() bool { return tell(t, teller, "a") && heard.count("a") > 0 })

	for _, payload := range []string{"nonsense", strings.Repeat("x", 10_000)} {
		if err := server.Publish("p:hints", payload); err != nil {
			t.Fatal(err)
		}
	}

	soon(t, "hints still arrive", func() bool { return tell(t, teller, "b") && heard.count("b") > 0 })
}
