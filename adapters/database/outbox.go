package database

import (
	"context"
	"fmt"
	"time"

	"convoke/application/relay"
)

// maxPendingBytes bounds what one read of the outbox brings into memory, compressed; a single row may be larger.
const maxPendingBytes = 16 << 20

// pendingQuery finds the oldest rows by their sizes first, so that a large backlog costs no more than a small one.
const pendingQuery = `
SELECT o.id, o.payload FROM outbox o JOIN (
    SELECT id, sum(size) OVER (ORDER BY id) - size AS before
    FROM (SELECT id, length(payload) AS size FROM outbox WHERE NOT %s ORDER BY id LIMIT ?) AS oldest
) AS chosen ON chosen.id = o.id WHERE chosen.before < ? ORDER BY o.id`

// Pending returns the oldest batches that are not in except: at most limit, and fewer when they are large.
func (s *Store) Pending(ctx context.Context, except []int64, limit int) ([]relay.Batch, error) {
	var rows []outboxRow
	err := s.read.WithContext(ctx).Raw(s.pendingSQL(), s.dialect.array(except), limit, maxPendingBytes).Scan(&rows).Error
	if err != nil {
		return nil, translate(ctx, "read the outbox", err)
	}
	batches := make([]relay.Batch, len(rows))
	for i, row := range rows {
		messages, err := s.packer.unpack(row.Payload)
		if err != nil {
			return nil, fmt.Errorf("batch %d of the outbox: %w", row.ID, err)
		}
		batches[i] = relay.Batch{ID: row.ID, Messages: messages}
	}
	return batches, nil
}

func (s *Store) pendingSQL() string { return fmt.Sprintf(pendingQuery, s.dialect.among("id")) }

// RemoveBatches deletes batches.
func (s *Store) RemoveBatches(ctx context.Context, ids []int64) error {
	if len(ids) == 0 {
		return nil
	}
	err := s.write.WithContext(ctx).Where(s.dialect.among("id"), s.dialect.array(ids)).Delete(&outboxRow{}).Error
	return translate(ctx, "remove batches from the outbox", err)
}

// Backlog counts the batches.
func (s *Store) Backlog(ctx context.Context) (int, time.Time, error) {
	var found struct {
		Batches int
		Oldest  *int64
	}
	err := s.read.WithContext(ctx).Model(&outboxRow{}).
		Select("count(*) AS batches, (SELECT created_at FROM outbox ORDER BY id LIMIT 1) AS oldest").Scan(&found).Error
	return found.Batches, timeOrZero(found.Oldest), translate(ctx, "count the outbox", err)
}
