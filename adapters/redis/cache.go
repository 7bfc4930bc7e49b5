package redis

import (
	"context"
	"time"

	"convoke/application/port"
)

// Cache keeps values on the server. Safe for concurrent use.
type Cache struct{ client *Client }

var _ port.Cache = (*Cache)(nil)

// Get returns the values that are there, with one MGET.
func (c *Cache) Get(ctx context.Context, keys ...string) (map[string][]byte, error) {
	found := make(map[string][]byte, len(keys))
	if len(keys) == 0 {
		return found, nil
	}
	err := c.client.do(ctx, "get", func(ctx context.Context) error {
		values, err := c.client.redis.MGet(ctx, c.names(keys)...).Result()
		for i, value := range values {
			if text, ok := value.(string); ok {
				found[keys[i]] = []byte(text)
			}
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return found, nil
}

// Set keeps the value for ttl, which Redis counts in milliseconds. Without a lifetime the key is removed: nothing here
// stays for ever.
func (c *Cache) Set(ctx context.Context, key string, value []byte, ttl time.Duration) error {
	if ttl <= 0 {
		return c.Delete(ctx, key)
	}
	return c.client.do(ctx, "set", func(ctx context.Context) error {
		return c.client.redis.Set(ctx, c.name(key), value, max(ttl, time.Millisecond)).Err()
	})
}

// Delete removes keys, with one UNLINK: Redis frees large values beside its work.
func (c *Cache) Delete(ctx context.Context, keys ...string) error {
	if len(keys) == 0 {
		return nil
	}
	return c.client.do(ctx, "delete", func(ctx context.Context) error {
		return c.client.redis.Unlink(ctx, c.names(keys)...).Err()
	})
}

func (c *Cache) name(key string) string { return c.client.config.Prefix + "cache:" + key }

func (c *Cache) names(keys []string) []string {
	names := make([]string, len(keys))
	for i, key := range keys {
		names[i] = c.name(key)
	}
	return names
}
