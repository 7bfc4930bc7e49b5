package database

import (
	"context"

	"gorm.io/gorm"
)

// InLine counts those who wait up to a position. It reads the index of the waitlist alone.
func (s *Store) InLine(ctx context.Context, occasionID string, position uint64) (int, error) {
	key, ok := occasionKey(occasionID)
	if !ok {
		return 0, nil
	}
	var n int64
	if err := lineQuery(s.read.WithContext(ctx), key, position).Count(&n).Error; err != nil {
		return 0, translate(ctx, "count those who wait", err)
	}
	return int(n), nil
}

func lineQuery(db *gorm.DB, key id, position uint64) *gorm.DB {
	return db.Model(&replyRow{}).Where("occasion_id = ? AND position > 0 AND position <= ?", string(key), int64(position))
}
