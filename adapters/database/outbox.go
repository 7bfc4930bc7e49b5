package database

import (
	"context"
	"fmt"
	"time"

	"convoke/application/relay"
)

// maxPendingBytes bounds what one read of the outbox brings into memory, compressed; a single row may be larger.
const maxPendingBytes = 16 << 20

// pendingSQL reads the oldest rows until they are too many or too large together.
const pendingSQL = `
SELECT id, payload FROM (
    SELECT id, payload, sum(length(payload)) OVER (ORDER BY id) - length(payload) AS before
    FROM outbox WHERE NOT %s ORDER BY id LIMIT ?
) AS oldest WHERE before < ? ORDER BY id`

// Pending returns the oldest batches that are not in except: at most limit, and fewer when they are large.
func (s *Store) Pending(ctx context.Context, except []int64, limit int) ([]relay.Batch, error) {
	var rows []outboxRow
	query := fmt.Sprintf(pendingSQL, s.dialect.among("id"))
	err := s.read.WithContext(ctx).Raw(query, s.dialect.array(except), limit, maxPendingBytes).Scan(&rows).Error
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
	err := s.read.WithContext(ctx).Model(&outboxRow{}).Select("count(*) AS batches, min(created_at) AS oldest").Scan(&found).Error
	return found.Batches, timeOrZero(found.Oldest), translate(ctx, "count the outbox", err)
}
