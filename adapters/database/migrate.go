package database

import (
	"context"
	"database/sql"
	"embed"
	"fmt"
	"io/fs"
	"log/slog"

	"github.com/pressly/goose/v3"
)

//go:embed migrations
var migrations embed.FS

// migrate applies what is missing, in order, each migration in its own transaction.
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
	applied, err := provider.Up(ctx)
	for _, result := range applied {
		log.Info("the schema was migrated", "migration", result.Source.Path, "duration", result.Duration)
	}
	return err
}
