package redis

import (
	"context"
	"errors"
	"time"

	client "github.com/redis/go-redis/v9"

	"convoke/application/port"
)

// Cache keeps values on the server, a space as a hash. Safe for concurrent use.
type Cache struct{ client *Client }

var _ port.Cache = (*Cache)(nil)

// Get returns the value if it is there.
func (c *Cache) Get(ctx context.Context, space, key string) (value []byte, found bool, err error) {
	err = c.client.do(ctx, "get", func(ctx context.Context) error {
		value, err = c.client.redis.HGet(ctx, c.name(space), key).Bytes()
		if found = err == nil; errors.Is(err, client.Nil) {
			return nil
		}
		return err
	})
	return value, found, err
}

// Set keeps the value. The space's time, which Redis counts in milliseconds, begins with its first value; without any the
// space is dropped: nothing here stays for ever.
func (c *Cache) Set(ctx context.Context, space, key string, value []byte, ttl time.Duration) error {
	if ttl <= 0 {
		return c.Drop(ctx, space)
	}
	return c.client.do(ctx, "set", func(ctx context.Context) error {
		_, err := c.client.redis.TxPipelined(ctx, func(p client.Pipeliner) error {
			p.HSet(ctx, c.name(space), key, value)
			p.Do(ctx, "pexpire", c.name(space), max(1, ttl.Milliseconds()), "nx")
			return nil
		})
		return err
	})
}

// Drop removes spaces, with one UNLINK: Redis frees large ones beside its work.
func (c *Cache) Drop(ctx context.Context, spaces ...string) error {
	if len(spaces) == 0 {
		return nil
	}
	names := make([]string, len(spaces))
	for i, space := range spaces {
		names[i] = c.name(space)
	}
	return c.client.do(ctx, "drop", func(ctx context.Context) error {
		return c.client.redis.Unlink(ctx, names...).Err()
	})
}

// Clear walks the server's keys, a step at a time, so that it blocks nobody. What is set meanwhile may stay.
func (c *Cache) Clear(ctx context.Context) error {
	const step = 1000
	for cursor := uint64(0); ; {
		err := c.client.do(ctx, "clear", func(ctx context.Context) error {
			names, next, err := c.client.redis.Scan(ctx, cursor, escape(c.name(""))+"*", step).Result()
			if cursor = next; err == nil && len(names) > 0 {
				err = c.client.redis.Unlink(ctx, names...).Err()
			}
			return err
		})
		if err != nil || cursor == 0 {
			return err
		}
	}
}

func (c *Cache) name(space string) string { return c.client.config.Prefix + "cache:" + space }

// escape writes a text as a pattern that matches it alone.
func escape(text string) string {
	var pattern []byte
	for i := range len(text) {
		switch text[i] {
		case '*', '?', '[', ']', '^', '\\':
			pattern = append(pattern, '\\')
		}
		pattern = append(pattern, text[i])
	}
	return string(pattern)
}
