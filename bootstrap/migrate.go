package bootstrap

import (
	"context"

	"convoke/application/jobs"
	"convoke/application/relay"
	"convoke/application/rsvps"
)

// Migrate brings the configured database to this version's schema.
func Migrate(ctx context.Context, c Config) error {
	data, closeData, err := provideDataDir(c)
	if err != nil {
		return err
	}
	defer closeData()
	b := &Base{Config: c, Log: provideLog(c), Data: data}
	_, closeStore, err := provideStore(ctx, b, &jobs.Encoder{}, &rsvps.Encoder{}, relay.NewFeed())
	if err != nil {
		return err
	}
	closeStore()
	return nil
}
