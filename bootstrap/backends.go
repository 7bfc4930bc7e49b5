package bootstrap

import (
	"context"
	"fmt"

	"convoke/adapters/database"
	"convoke/adapters/memory"
	"convoke/adapters/redis"
	"convoke/application/analytics"
	"convoke/application/audit"
	"convoke/application/bulk"
	"convoke/application/deadletter"
	"convoke/application/designs"
	"convoke/application/idempotency"
	"convoke/application/jobs"
	"convoke/application/mails"
	"convoke/application/port"
	"convoke/application/pulse"
	"convoke/application/relay"
	"convoke/application/retention"
	"convoke/application/rsvps"
)

// Store is everything that the api keeps.
type Store interface {
	jobs.Store
	designs.Store
	rsvps.Store
	relay.Outbox
	deadletter.Store
	idempotency.Store
	port.Leases
	port.Checker
	audit.Store
	retention.Replies
	mails.Store
	pulse.Store
	bulk.Store
}

// AnalyticsStore is what the numbers are kept in.
type AnalyticsStore interface {
	analytics.Store
	port.Checker
}

// Backends are where the roles api and consumers keep things; one process has them once, whichever of the two it plays.
type Backends struct {
	Store     Store
	Feed      *relay.Feed // what the store has committed and is to be published
	Analytics AnalyticsStore
	Redis     *redis.Client // nil without REDIS_URL
	Cache     port.Cache
}

// provideStore is the one place that chooses the database. The api migrates it before it is used; consumers alone wait
// for an api to do that.
func provideStore(
	ctx context.Context, b *Base, ofJobs *jobs.Encoder, ofReplies *rsvps.Encoder, feed *relay.Feed,
) (Store, func(), error) {
	c := database.Config{URL: b.Config.DatabaseURL, Log: b.Log, Meter: b.Meter}
	if c.URL == "" {
		c.File = b.Data.file("convoke.db")
	}
	store, err := database.Open(ctx, c, ofJobs, ofReplies, feed)
	if err != nil {
		return nil, nil, fmt.Errorf("database: %w", err)
	}
	closeStore := func() { _ = store.Close(context.Background()) }
	if b.Config.Roles.Has(RoleAPI) {
		if err := prepareStore(ctx, store, b.Clock); err != nil {
			closeStore()
			return nil, nil, fmt.Errorf("database: %w", err)
		}
	}
	return store, closeStore, nil
}

func prepareStore(ctx context.Context, store *database.Store, clock port.Clock) error {
	if err := store.Migrate(ctx); err != nil {
		return err
	}
	return rsvps.EnsureDefault(ctx, store, clock)
}

// provideAnalytics is the one place that chooses the database of the numbers. Consumers migrate it; an api without them
// must be able to start while it is away.
func provideAnalytics(ctx context.Context, b *Base) (AnalyticsStore, func(), error) {
	c := database.Config{URL: b.Config.AnalyticsURL, Connections: analyticsConnections, Log: b.Log}
	if c.URL == "" {
		c.File = b.Data.file("analytics.db")
	}
	store, err := database.OpenAnalytics(c)
	if err != nil {
		return nil, nil, err
	}
	closeStore := func() { _ = store.Close() }
	if b.Config.Roles.Has(RoleConsumers) || c.File != "" {
		if err := store.Migrate(ctx); err != nil {
			closeStore()
			return nil, nil, fmt.Errorf("analytics database: %w", err)
		}
	}
	return store, closeStore, nil
}

const analyticsConnections = 8

// provideMemoryStore and provideMemoryAnalytics are the test injector's databases.
func provideMemoryStore(ofJobs *jobs.Encoder, ofReplies *rsvps.Encoder, feed *relay.Feed) Store {
	return memory.NewStore(ofJobs, ofReplies, feed)
}

func provideMemoryAnalytics() AnalyticsStore { return memory.NewAnalytics() }

// provideCache is the one place that chooses the cache.
func provideCache(server *redis.Client) (port.Cache, error) {
	if server != nil {
		return server.Cache(), nil
	}
	return memory.NewCache(memory.CacheConfig{})
}
