package database

import (
	"context"

	"gorm.io/gorm"

	"convoke/application/jobs"
	"convoke/domain/job"
)

// Ahead walks the index of jobs by status from its end for as far as it counts.
func (s *Store) Ahead(ctx context.Context, jobID string) (int, error) {
	if !isID(jobID) {
		return 0, nil
	}
	var ahead int
	err := aheadQuery(s.read.WithContext(ctx), jobID).Scan(&ahead).Error
	return ahead, translate(ctx, "count the jobs ahead of another", err)
}

func aheadQuery(db *gorm.DB, jobID string) *gorm.DB {
	return db.Raw(`
SELECT count(*) FROM (SELECT a.id FROM jobs a WHERE a.status = ? AND a.id < ? AND
    EXISTS (SELECT 1 FROM jobs j WHERE j.id = ? AND j.status = ?) ORDER BY a.id DESC LIMIT ?) AS ahead`,
		string(job.Pending), jobID, jobID, string(job.Pending), jobs.MaxAhead)
}

// Unfinished reads the index of unfinished jobs by design.
func (s *Store) Unfinished(ctx context.Context, designID string, limit int) ([]job.State, error) {
	if !isID(designID) {
		return nil, nil
	}
	var rows []jobRow
	if err := unfinishedQuery(s.read.WithContext(ctx), designID, limit).Find(&rows).Error; err != nil {
		return nil, translate(ctx, "find the unfinished jobs of a design", err)
	}
	states := make([]job.State, len(rows))
	for i := range rows {
		states[i] = rows[i].state()
	}
	return states, nil
}

func unfinishedQuery(db *gorm.DB, designID string, limit int) *gorm.DB {
	return db.Where("design_id = ? AND wake_at IS NOT NULL", designID).Order("id").Limit(limit)
}
