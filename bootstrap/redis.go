package bootstrap

import (
	"context"
	"fmt"

	"convoke/adapters/redis"
)

// provideRedis opens the server that REDIS_URL names; nil when there is none. Nothing waits for it and readiness does not
// ask it: it is never the truth. Whether it answers is measured.
func provideRedis(b *Base) (*redis.Client, func(), error) {
	if b.Config.RedisURL == "" {
		return nil, func() {}, nil
	}
	c, err := redis.Open(redis.Config{
		URL: b.Config.RedisURL, Prefix: b.Config.BrokerPrefix + "convoke:", Meter: b.Meter, Log: b.Log,
	})
	if err != nil {
		return nil, nil, fmt.Errorf("REDIS_URL: %w", err)
	}
	b.Meter.OnScrape(func(ctx context.Context) { _ = c.Check(ctx) }) // a process at rest would not notice that it is gone
	return c, func() { _ = c.Close() }, nil
}
