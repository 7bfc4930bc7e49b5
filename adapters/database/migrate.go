package database

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"time"

	"github.com/pressly/goose/v3"
)

//go:embed migrations
var migrations embed.FS

// A migration that needs a table for itself gives up soon while somebody reads that for long, for everybody else waits
// behind it. It is tried again for five minutes.
const (
	lockTries = 100
	lockPause = 2 * time.Second
)

// migrate applies what is missing, in order, each migration in its own transaction but those that build an index while the
// table is in use. They all run on the connection that holds the lock of migrations; between tries it is given back.
func migrate(
	ctx context.Context, db *sql.DB, d goose.Dialect, folder string, log *slog.Logger, options ...goose.ProviderOption,
) error {
	files, err := fs.Sub(migrations, folder)
	if err != nil {
		return fmt.Errorf("embedded migrations: %w", err)
	}
	provider, err := goose.NewProvider(d, db, files, append(options, goose.WithDisableGlobalRegistry(true))...)
	if err != nil {
		return fmt.Errorf("migrations: %w", err)
	}
	for try := 1; ; try++ {
		err := up(ctx, provider, log)
		if diagnose(err) != locked || try == lockTries {
			return err
		}
		log.Warn("a migration has to wait for others who use the table; trying again", "error", err)
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(lockPause):
		}
	}
}

func up(ctx context.Context, provider *goose.Provider, log *slog.Logger) error {
	applied, err := provider.Up(ctx)
	var partial *goose.PartialError
	if errors.As(err, &partial) {
		applied = partial.Applied
	}
	for _, result := range applied {
		log.Info("the schema was migrated", "migration", result.Source.Path, "duration", result.Duration)
	}
	return err
}
