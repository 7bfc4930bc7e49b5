package database

import (
	"context"
	"fmt"
	"time"

	"gorm.io/gorm/clause"

	"convoke/application/pulse"
)

// minuteRow is what one process counted in one minute.
type minuteRow struct {
	Start        int64 `gorm:"primaryKey"`
	Process      id    `gorm:"primaryKey"`
	Until        int64
	Taken        int64
	Completed    int64
	Failed       int64
	Cancelled    int64
	Replies      int64
	JobSeconds   []byte
	ReplySeconds []byte
}

func (minuteRow) TableName() string { return "minutes" }

// PutMinute writes a minute, or over what was there of it.
func (s *Store) PutMinute(ctx context.Context, m pulse.Minute) error {
	row := minuteRow{
		Start: micros(m.Start), Process: id(m.Process), Until: micros(m.Until),
		Taken: int64(m.Taken), Completed: int64(m.Completed), Failed: int64(m.Failed), Cancelled: int64(m.Cancelled),
		Replies: int64(m.Replies), JobSeconds: m.JobSeconds.Pack(), ReplySeconds: m.ReplySeconds.Pack(),
	}
	over := clause.OnConflict{Columns: []clause.Column{{Name: "start"}, {Name: "process"}}, UpdateAll: true}
	return translate(ctx, "keep a minute", s.write.WithContext(ctx).Clauses(over).Create(&row).Error)
}

// Minutes reads the newest part of a small table. What can not be read is left out: the rest is still true.
func (s *Store) Minutes(ctx context.Context, from time.Time) ([]pulse.Minute, error) {
	var rows []minuteRow
	if err := s.read.WithContext(ctx).Where("start >= ?", micros(from)).Order("start, process").Find(&rows).Error; err != nil {
		return nil, translate(ctx, "read minutes", err)
	}
	minutes := make([]pulse.Minute, 0, len(rows))
	for _, row := range rows {
		m, err := row.minute()
		if err != nil {
			s.unreadable.tell("minutes", fmt.Sprintf("%d %s", row.Start, row.Process), err)
			continue
		}
		minutes = append(minutes, m)
	}
	return minutes, nil
}

// PurgeMinutes deletes old minutes.
func (s *Store) PurgeMinutes(ctx context.Context, before time.Time, limit int) (int, error) {
	old := s.write.Model(&minuteRow{}).Select("start, process").Where("start < ?", micros(before)).Order("start").Limit(limit)
	result := s.write.WithContext(ctx).Where("(start, process) IN (?)", old).Delete(&minuteRow{})
	return int(result.RowsAffected), translate(ctx, "purge minutes", result.Error)
}

func (r *minuteRow) minute() (pulse.Minute, error) {
	m := pulse.Minute{Start: timeOf(r.Start), Process: string(r.Process), Until: timeOf(r.Until), Counts: pulse.Counts{
		Taken: uint64(r.Taken), Completed: uint64(r.Completed), Failed: uint64(r.Failed), Cancelled: uint64(r.Cancelled),
		Replies: uint64(r.Replies),
	}}
	var err error
	if m.JobSeconds, err = pulse.Unpack(r.JobSeconds); err != nil {
		return m, err
	}
	m.ReplySeconds, err = pulse.Unpack(r.ReplySeconds)
	return m, err
}
