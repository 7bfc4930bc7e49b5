package redis

import (
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"testing"

	"github.com/alicebob/miniredis/v2"
	"github.com/sony/gobreaker/v2"

	"convoke/application/port"
)

func TestAURLThatMakesNoSenseIsRefusedWithoutBeingRepeated(t *testing.T) {
	t.Parallel()
	for _, url := range []string{"", "localhost:6379", "http://:secret@host", "redis://:secret@host:port", "redis://:secret@host/words"} {
		_, err := Open(Config{URL: url})
		if err == nil || CheckURL(url) == nil || strings.Contains(err.Error(), "secret") {
			t.Errorf("%q: %v", url, err)
		}
	}
	for _, url := range []string{"redis://host", "rediss://user:secret@host:6380/2", "unix:///run/redis.sock"} {
		if err := CheckURL(url); err != nil {
			t.Errorf("%q: %v", url, err)
		}
	}
}

func TestErrorsAreInThisPackagesWords(t *testing.T) {
	t.Parallel()
	other := errors.New("other")
	for from, to := range map[error]error{gobreaker.ErrOpenState: ErrIll, gobreaker.ErrTooManyRequests: ErrIll, other: other} {
		if got := translate(fmt.Errorf("wrapped: %w", from)); !errors.Is(got, to) {
			t.Errorf("%v becomes %v, want %v", from, got, to)
		}
	}
	if got := translate(nil); got != nil {
		t.Errorf("success becomes %v", got)
	}
}

func TestACorrectPasswordIsUsedAndAWrongOneIsAnError(t *testing.T) {
	t.Parallel()
	server := miniredis.RunT(t)
	server.RequireAuth("open-sesame")
	right := open(t, Config{URL: "redis://:open-sesame@" + server.Addr(), Timeout: generous})
	wrong := open(t, Config{URL: "redis://:let-me-in@" + server.Addr(), Timeout: generous})

	if err := right.Check(t.Context()); err != nil {
		t.Error(err)
	}
	if err := wrong.Check(t.Context()); err == nil || strings.Contains(err.Error(), "let-me-in") {
		t.Errorf("a wrong password: %v", err)
	}
}

func TestDeploymentsWithPrefixesOfTheirOwnShareAServer(t *testing.T) {
	t.Parallel()
	url := "redis://" + miniredis.RunT(t).Addr()
	one := open(t, Config{URL: url, Prefix: "one:", Timeout: generous})
	two := open(t, Config{URL: url, Prefix: "two:", Timeout: generous})
	third := open(t, Config{URL: url, Prefix: "two:", Timeout: generous})
	heard := listen(t, two.Notifier())
	soon(t, "the subscriber is there", func() bool { return tell(t, third, "greeting") && heard.count("greeting") > 0 })

	if err := one.Cache().Set(t.Context(), "space", "a", []byte("1"), generous); err != nil {
		t.Fatal(err)
	}
	tell(t, one, "of one")
	tell(t, third, "of two")

	if got, found, err := two.Cache().Get(t.Context(), "space", "a"); err != nil || found {
		t.Errorf("the other deployment sees %q, %v", got, err)
	}
	soon(t, "a hint of the own deployment arrives", func() bool { return heard.count("of two") > 0 })
	if heard.count("of one") > 0 {
		t.Error("a hint of the other deployment arrived")
	}
}

// TestAFloodOfHintsKeepsTheProcessSmall: the subscriber stands still while hints of a hundred megabytes arrive.
func TestAFloodOfHintsKeepsTheProcessSmall(t *testing.T) {
	url := "redis://" + miniredis.RunT(t).Addr()
	listener := open(t, Config{URL: url, Timeout: generous})
	teller := open(t, Config{URL: url, Timeout: generous})
	release, stuck := make(chan struct{}), make(chan struct{})
	var once sync.Once
	subscribe(t, listener.Notifier(), func(port.Hint) {
		once.Do(func() { close(stuck) })
		<-release
	})
	t.Cleanup(func() { close(release) })
	soon(t, "the subscriber is stuck", func() bool {
		tell(t, teller, "a")
		select {
		case <-stuck:
			return true
		default:
			return false
		}
	})
	burst := make([]port.Hint, 10_000)
	for i := range burst {
		burst[i] = port.Hint{Kind: port.JobHint, ID: fmt.Sprintf("01890000-0000-7000-8000-%012d", i), Number: uint64(i)}
	}

	before := heap()
	for range 250 {
		if err := teller.Notifier().Notify(t.Context(), burst); err != nil {
			t.Fatal(err)
		}
	}

	if grown := int64(heap()) - int64(before); grown > 16<<20 {
		t.Errorf("the heap grew by %d MB", grown>>20)
	}
}

func heap() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
