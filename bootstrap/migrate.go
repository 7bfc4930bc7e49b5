package bootstrap

import (
	"context"

	"convoke/application/relay"
)

// Migrate brings the configured databases to this version's schemas.
func Migrate(ctx context.Context, c Config) error {
	data, closeData, err := provideDataDir(c)
	if err != nil {
		return err
	}
	defer closeData()
	b := &Base{Config: c, Log: provideLog(c), Clock: provideClock(), IDs: provideIDs(), Data: data}
	_, closeStore, err := provideStore(ctx, b, provideEncoder(b), provideReplyEncoder(b), relay.NewFeed())
	if err != nil {
		return err
	}
	closeStore()
	_, closeAnalytics, err := provideAnalytics(ctx, b)
	if err != nil {
		return err
	}
	closeAnalytics()
	return nil
}
