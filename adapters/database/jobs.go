package database

import (
	"context"
	"fmt"
	"strings"
	"time"

	"gorm.io/gorm"

	"convoke/application/jobs"
	"convoke/domain/fault"
	"convoke/domain/job"
)

// errCursor is the fault of a cursor that no page gave.
var errCursor = fault.Field("cursor", "must be the nextCursor of a page")

// viewRow is a job with its design version, if it has one.
type viewRow struct {
	Job     jobRow     `gorm:"embedded;embeddedPrefix:j_"`
	Version versionRow `gorm:"embedded;embeddedPrefix:v_"`
}

func (r *viewRow) view() (jobs.View, error) {
	view := jobs.View{Job: r.Job.state()}
	if r.Version.Number == 0 {
		return view, nil
	}
	version, err := r.Version.version(&r.Job)
	view.Design = &version
	return view, err
}

const joinVersions = "LEFT JOIN design_versions v ON v.job_id = j.id"

// viewColumns are those of a viewRow.
type viewColumns struct {
	all   string
	light string // without the asset's data
}

func newViewColumns(sql *jobStatements) viewColumns {
	var all, light []string
	add := func(table string, columns []column) {
		for _, c := range columns {
			name := fmt.Sprintf("%s.%s AS %s_%s", table, c.name, table, c.name)
			all = append(all, name)
			if c.name != "asset" {
				light = append(light, name)
			}
		}
	}
	add("j", sql.jobs.columns)
	add("v", sql.versions.columns)
	return viewColumns{strings.Join(all, ", "), strings.Join(light, ", ")}
}

// Views returns the jobs that exist among ids, with one query.
func (s *Store) Views(ctx context.Context, ids ...string) ([]jobs.View, error) {
	wanted := sortedIDs(ids)
	if len(wanted) == 0 {
		return nil, nil
	}
	var rows []viewRow
	err := s.read.WithContext(ctx).Table("jobs j").Select(s.columns.all).Joins(joinVersions).
		Where(s.dialect.among("j.id"), s.dialect.array(wanted)).Find(&rows).Error
	if err != nil {
		return nil, translate(ctx, "read jobs", err)
	}
	views := make([]jobs.View, len(rows))
	for i := range rows {
		if views[i], err = rows[i].view(); err != nil {
			return nil, translate(ctx, "read jobs", err)
		}
	}
	return views, nil
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

// List walks an index from the cursor on: a page costs the same wherever it is.
func (s *Store) List(ctx context.Context, q jobs.Query) (jobs.Page, error) {
	if q.Cursor != "" && !isID(q.Cursor) {
		return jobs.Page{}, errCursor
	}
	query := s.read.WithContext(ctx).Order("id DESC").Limit(q.Limit + 1)
	if q.Status != "" {
		query = query.Where("status = ?", string(q.Status))
	}
	if q.Cursor != "" {
		query = query.Where("id < ?", q.Cursor)
	}
	var rows []jobRow
	if err := query.Find(&rows).Error; err != nil {
		return jobs.Page{}, translate(ctx, "list jobs", err)
	}
	var page jobs.Page
	for i := range rows[:min(len(rows), q.Limit)] {
		page.Jobs = append(page.Jobs, rows[i].state())
	}
	if len(rows) > q.Limit {
		page.NextCursor = string(rows[q.Limit-1].ID)
	}
	return page, nil
}

// Due reads the index of unfinished jobs by time.
func (s *Store) Due(ctx context.Context, now time.Time, leases bool, limit int) ([]string, error) {
	query := s.read.WithContext(ctx).Model(&jobRow{}).
		Where("wake_at IS NOT NULL AND wake_at <= ?", micros(now)).Order("wake_at, id").Limit(limit)
	if !leases {
		query = query.Where("status = ?", string(job.Pending))
	}
	var ids []string
	err := query.Pluck("id", &ids).Error
	return ids, translate(ctx, "find due jobs", err)
}

// Active counts with the index of unfinished jobs.
func (s *Store) Active(ctx context.Context) (map[job.Status]int, error) {
	var rows []struct {
		Status string
		Jobs   int
	}
	err := s.read.WithContext(ctx).Model(&jobRow{}).Select("status, count(*) AS jobs").
		Where("wake_at IS NOT NULL").Group("status").Find(&rows).Error
	counts := make(map[job.Status]int, len(rows))
	for _, row := range rows {
		counts[job.Status(row.Status)] = row.Jobs
	}
	return counts, translate(ctx, "count unfinished jobs", err)
}

// oldest deletes rows of a model for which the condition holds, the first by order, at most limit.
func oldest(db *gorm.DB, model any, key, order string, limit int, condition string, arguments ...any) (int, error) {
	chosen := db.Model(model).Select(key).Where(condition, arguments...).Order(order).Limit(limit)
	result := db.Where(key+" IN (?)", chosen).Delete(model)
	return int(result.RowsAffected), result.Error
}
