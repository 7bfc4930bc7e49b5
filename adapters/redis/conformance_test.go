package redis

import (
	"strings"
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"

	"convoke/application/port"
	"convoke/test/conformance/cache"
	"convoke/test/conformance/notifier"
	"convoke/test/realredis"
)

// generous is a timeout for tests of what calls do, not of how long they take.
const generous = 10 * time.Second

// onMiniredis is a cache together with the server whose clock the test moves.
type onMiniredis struct {
	port.Cache
	server *miniredis.Miniredis
}

func TestTheCacheConformsOnMiniredis(t *testing.T) {
	t.Parallel()
	cache.Run(t, cache.Harness{
		Start: func(t *testing.T) port.Cache {
			server := miniredis.RunT(t)
			return onMiniredis{open(t, Config{URL: "redis://" + server.Addr(), Timeout: generous}).Cache(), server}
		},
		Pass: func(_ *testing.T, c port.Cache, d time.Duration) { c.(onMiniredis).server.FastForward(d) },
	})
}

func TestTheNotifierConformsOnMiniredis(t *testing.T) {
	t.Parallel()
	notifier.Run(t, notifier.Harness{Start: func(t *testing.T) func(*testing.T) port.Notifier {
		return joinOn(t, "redis://"+miniredis.RunT(t).Addr())
	}})
}

func TestTheCacheConformsOnRedis(t *testing.T) {
	t.Parallel()
	server := realredis.Start(t)
	cache.Run(t, cache.Harness{Start: func(t *testing.T) port.Cache {
		return open(t, Config{URL: server.URL(), Prefix: prefixOf(t), Timeout: generous}).Cache()
	}})
}

func TestTheNotifierConformsOnRedis(t *testing.T) {
	t.Parallel()
	server := realredis.Start(t)
	notifier.Run(t, notifier.Harness{Start: func(t *testing.T) func(*testing.T) port.Notifier {
		return joinOn(t, server.URL())
	}})
}

func joinOn(t *testing.T, url string) func(*testing.T) port.Notifier {
	prefix := prefixOf(t)
	return func(t *testing.T) port.Notifier {
		return open(t, Config{URL: url, Prefix: prefix, Timeout: generous}).Notifier()
	}
}

// prefixOf lets the tests share a server.
func prefixOf(t *testing.T) string { return strings.ReplaceAll(t.Name(), " ", "-") + ":" }
