package database

import (
	"context"
	"errors"
	"fmt"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"convoke/application/analytics"
	"convoke/application/consume"
)

// analyticsSchema keeps the analytics' tables apart where they share a Postgres database with everything else.
const analyticsSchema = "analytics"

// Analytics is the database of the numbers, with connections, schema and migrations of its own. Errors are the context's,
// consume.ErrEpoch, or a fault.Unavailable while the database is ill. Safe for concurrent use.
type Analytics struct {
	pools
	dialect dialect
}

var _ analytics.Store = (*Analytics)(nil)

// OpenAnalytics prepares the store. Connections are made when they are needed, so an ill database shows in Migrate or Check.
func OpenAnalytics(config Config) (*Analytics, error) {
	if err := config.validate(); err != nil {
		return nil, fmt.Errorf("analytics: %w", err)
	}
	config = config.withDefaults()
	config.schema, config.migrations = analyticsSchema, "migrations/analytics"
	a := &Analytics{dialect: dialectOf(config)}
	var err error
	if a.pools, err = a.dialect.open(); err != nil {
		return nil, fmt.Errorf("analytics: %w", err)
	}
	return a, nil
}

// Migrate brings the schema up to date. Several processes may call it at the same time: one does the work.
func (a *Analytics) Migrate(ctx context.Context) error {
	return translate(ctx, "migrate analytics", a.dialect.migrate(ctx, a.writing))
}

// Check asks the database for a sign of life and of the schema.
func (a *Analytics) Check(ctx context.Context) error {
	_, err := a.Epoch(ctx)
	return err
}

// Close closes the connections.
func (a *Analytics) Close() error { return a.pools.close() }

// Epoch returns the number of the current making.
func (a *Analytics) Epoch(ctx context.Context) (uint64, error) {
	epoch, err := epochOf(a.read.WithContext(ctx))
	return epoch, translate(ctx, "read the epoch", err)
}

func epochOf(db *gorm.DB) (uint64, error) {
	var row epochRow
	err := db.Take(&row).Error
	return uint64(row.Epoch), err
}

// Begun reports whether an effect of the partition has been committed in the making.
func (a *Analytics) Begun(ctx context.Context, epoch uint64, partition int32) (bool, error) {
	var n int64
	err := a.read.WithContext(ctx).Model(&begunRow{}).Where("topic_partition = ? AND epoch = ?", partition, epoch).Count(&n).Error
	return n > 0, translate(ctx, "read what has begun", err)
}

// Reset forgets everything and raises the epoch. Whoever updates at the same time comes before it or begins anew.
func (a *Analytics) Reset(ctx context.Context) (epoch uint64, err error) {
	err = a.write.WithContext(ctx).Transaction(func(tx *gorm.DB) error {
		if err := tx.Exec("UPDATE epochs SET epoch = epoch + 1").Error; err != nil {
			return err
		}
		for _, rows := range []any{&begunRow{}, &progressRow{}, &totalRow{}, &bucketRow{}, &partyRow{}} {
			if err := tx.Where("TRUE").Delete(rows).Error; err != nil {
				return err
			}
		}
		epoch, err = epochOf(tx)
		return err
	})
	return epoch, translate(ctx, "reset analytics", err)
}

// Update commits one batch. The epoch's row is shared by those who update and taken alone by who resets. An occasion's
// progress is its lock: two members that both believe to have a partition, as a slow one may, wait for each other there.
func (a *Analytics) Update(
	ctx context.Context, at consume.Place, occasions []string, fold func(map[string]*consume.Progress) analytics.Tally,
) error {
	err := a.write.WithContext(ctx).Transaction(func(tx *gorm.DB) error {
		if epoch, err := epochOf(a.dialect.locking(tx, "SHARE")); err != nil {
			return err
		} else if epoch != at.Epoch {
			return consume.ErrEpoch
		}
		rows, known, err := a.lockProgress(tx, occasions)
		if err != nil {
			return err
		}
		return write(tx, at, rows, known, fold(known))
	})
	if errors.Is(err, consume.ErrEpoch) {
		return err
	}
	return translate(ctx, "update analytics", err)
}

// lockProgress makes the rows that are missing first, so that there is something to lock.
func (a *Analytics) lockProgress(tx *gorm.DB, occasions []string) ([]progressRow, map[string]*consume.Progress, error) {
	if len(occasions) == 0 {
		return nil, nil, nil
	}
	fresh := make([]progressRow, len(occasions))
	for i, occasion := range occasions {
		fresh[i].OccasionID = occasion
	}
	if err := tx.Clauses(clause.OnConflict{DoNothing: true}).Create(&fresh).Error; err != nil {
		return nil, nil, err
	}
	var rows []progressRow
	if err := a.dialect.locking(tx, "UPDATE").Where("occasion_id IN ?", occasions).Order("occasion_id").Find(&rows).Error; err != nil {
		return nil, nil, err
	}
	known := make(map[string]*consume.Progress, len(rows))
	for _, row := range rows {
		p, err := row.progress()
		if err != nil {
			return nil, nil, fmt.Errorf("occasion %s: %w", row.OccasionID, err)
		}
		known[row.OccasionID] = &p
	}
	return rows, known, nil
}

// Overdue looks through the few rows that miss something.
func (a *Analytics) Overdue(ctx context.Context, before time.Time, some int) ([]string, int, error) {
	var all int64
	var occasions []string
	missing := a.read.WithContext(ctx).Model(&progressRow{}).Where("missing_since < ?", micros(before))
	err := missing.Session(&gorm.Session{}).Count(&all).Error
	if err == nil && all > 0 {
		err = missing.Session(&gorm.Session{}).Order("missing_since").Limit(some).Pluck("occasion_id", &occasions).Error
	}
	return occasions, int(all), translate(ctx, "look for missing events", err)
}
