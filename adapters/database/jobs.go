package database

import (
	"context"
	"time"

	"gorm.io/gorm"

	"convoke/application/jobs"
	"convoke/domain/job"
)

// Views returns the jobs that exist among ids, with one query.
func (s *Store) Views(ctx context.Context, ids ...string) ([]jobs.View, error) {
	wanted := sortedIDs(ids)
	if len(wanted) == 0 {
		return nil, nil
	}
	views, err := s.views.read(ctx, &s.views.byJob, s.views.versions, s.dialect.array(wanted))
	return views, translate(ctx, "read jobs", err)
}

// Versions returns the version of each job that exists among ids.
func (s *Store) Versions(ctx context.Context, ids ...string) (map[string]uint64, error) {
	versions := map[string]uint64{}
	wanted := sortedIDs(ids)
	if len(wanted) == 0 {
		return versions, nil
	}
	var rows []jobRow
	err := s.read.WithContext(ctx).Select("id", "version").
		Where(s.dialect.among("id"), s.dialect.array(wanted)).Find(&rows).Error
	for _, row := range rows {
		versions[string(row.ID)] = uint64(row.Version)
	}
	return versions, translate(ctx, "read versions of jobs", err)
}

// Due reads the index of unfinished jobs by time.
func (s *Store) Due(ctx context.Context, now time.Time, leases bool, limit int) ([]string, error) {
	var ids []string
	err := dueQuery(s.read.WithContext(ctx), now, leases, limit).Pluck("id", &ids).Error
	return ids, translate(ctx, "find due jobs", err)
}

func dueQuery(db *gorm.DB, now time.Time, leases bool, limit int) *gorm.DB {
	query := db.Model(&jobRow{}).Where("wake_at IS NOT NULL AND wake_at <= ?", micros(now)).Order("wake_at, id").Limit(limit)
	if !leases {
		query = query.Where("status = ?", string(job.Pending))
	}
	return query
}

// Active counts with the index of unfinished jobs.
func (s *Store) Active(ctx context.Context) (map[job.Status]int, error) {
	var rows []struct {
		Status string
		Jobs   int
	}
	err := activeQuery(s.read.WithContext(ctx)).Find(&rows).Error
	counts := make(map[job.Status]int, len(rows))
	for _, row := range rows {
		counts[job.Status(row.Status)] = row.Jobs
	}
	return counts, translate(ctx, "count unfinished jobs", err)
}

func activeQuery(db *gorm.DB) *gorm.DB {
	return db.Model(&jobRow{}).Select("status, count(*) AS jobs").Where("wake_at IS NOT NULL").Group("status")
}

// oldest deletes rows of a model for which the condition holds, the first by order, at most limit.
func oldest(db *gorm.DB, model any, key, order string, limit int, condition string, arguments ...any) (int, error) {
	chosen := db.Model(model).Select(key).Where(condition, arguments...).Order(order).Limit(limit)
	result := db.Where(key+" IN (?)", chosen).Delete(model)
	return int(result.RowsAffected), result.Error
}
