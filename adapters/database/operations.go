package database

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"gorm.io/gorm/clause"

	"convoke/application/bulk"
	"convoke/application/deadletter"
	"convoke/application/jobs"
	"convoke/domain/job"
)

// operationRow is an operation in the table.
type operationRow struct {
	ID        id `gorm:"primaryKey"`
	Act       string
	Filter    string
	OrderedBy string
	State     string
	Total     int
	More      int
	Done      int
	Skipped   int
	Failed    int
	LastError string
	StartedAt int64
	UpdatedAt int64 `gorm:"autoUpdateTime:false"`
	EndedAt   *int64
}

func (operationRow) TableName() string { return "operations" }

// filterText is what an operation was ordered for.
type filterText struct {
	Statuses []job.Status `json:"statuses,omitempty"`
	Text     string       `json:"text,omitempty"`
	ServerID string       `json:"serverId,omitempty"`
	Topic    string       `json:"topic,omitempty"`
	Group    string       `json:"group,omitempty"`
	Reason   string       `json:"reason,omitempty"`
}

// AddOperation writes an operation that is new.
func (s *Store) AddOperation(ctx context.Context, o bulk.Operation) (bool, error) {
	row, err := rowOfOperation(o)
	if err != nil {
		return false, err
	}
	result := s.write.WithContext(ctx).Clauses(clause.OnConflict{DoNothing: true}).Create(&row)
	return result.RowsAffected == 1, translate(ctx, "add an operation", result.Error)
}

// PutOperation writes an operation, or over what was there of it.
func (s *Store) PutOperation(ctx context.Context, o bulk.Operation) error {
	row, err := rowOfOperation(o)
	if err != nil {
		return err
	}
	over := clause.OnConflict{Columns: []clause.Column{{Name: "id"}}, UpdateAll: true}
	return translate(ctx, "keep an operation", s.write.WithContext(ctx).Clauses(over).Create(&row).Error)
}

func rowOfOperation(o bulk.Operation) (operationRow, error) {
	filter, err := json.Marshal(filterText{
		o.Jobs.Statuses, o.Jobs.Text, o.Jobs.ServerID, o.Letters.Topic, o.Letters.Group, o.Letters.Reason,
	})
	if err != nil {
		return operationRow{}, fmt.Errorf("operation %s: %w", o.ID, err)
	}
	row := operationRow{
		ID: id(o.ID), Act: string(o.Act), Filter: string(filter), OrderedBy: clean(o.By), State: string(o.State), Total: o.Total,
		Done: o.Done, Skipped: o.Skipped, Failed: o.Failed, LastError: clean(o.LastError),
		StartedAt: micros(o.StartedAt), UpdatedAt: micros(o.UpdatedAt), EndedAt: microsOrNull(o.EndedAt),
	}
	if o.More {
		row.More = 1
	}
	return row, nil
}

// Operation reads one.
func (s *Store) Operation(ctx context.Context, operationID string) (bulk.Operation, error) {
	if !isID(operationID) {
		return bulk.Operation{}, bulk.ErrNotFound
	}
	var rows []operationRow
	if err := s.read.WithContext(ctx).Where("id = ?", operationID).Find(&rows).Error; err != nil {
		return bulk.Operation{}, translate(ctx, "read an operation", err)
	}
	if len(rows) == 0 {
		return bulk.Operation{}, bulk.ErrNotFound
	}
	return rows[0].operation()
}

// Operations reads the newest. What can not be read is left out.
func (s *Store) Operations(ctx context.Context, limit int) ([]bulk.Operation, error) {
	var rows []operationRow
	if err := s.read.WithContext(ctx).Order("id DESC").Limit(limit).Find(&rows).Error; err != nil {
		return nil, translate(ctx, "list operations", err)
	}
	all := make([]bulk.Operation, 0, len(rows))
	for i := range rows {
		o, err := rows[i].operation()
		if err != nil {
			s.unreadable.tell("operations", string(rows[i].ID), err)
			continue
		}
		all = append(all, o)
	}
	return all, nil
}

// PurgeOperations deletes old operations.
func (s *Store) PurgeOperations(ctx context.Context, before time.Time, limit int) (int, error) {
	n, err := oldest(s.write.WithContext(ctx), &operationRow{}, "id", "started_at", limit, "started_at < ?", micros(before))
	return n, translate(ctx, "purge operations", err)
}

func (r *operationRow) operation() (bulk.Operation, error) {
	var filter filterText
	if err := json.Unmarshal([]byte(r.Filter), &filter); err != nil {
		return bulk.Operation{}, fmt.Errorf("filter of operation %s: %w", r.ID, err)
	}
	return bulk.Operation{
		ID: string(r.ID),
		Order: bulk.Order{
			Act: bulk.Act(r.Act), By: r.OrderedBy,
			Jobs:    jobs.Query{Statuses: filter.Statuses, Text: filter.Text, ServerID: filter.ServerID},
			Letters: deadletter.Filter{Topic: filter.Topic, Group: filter.Group, Reason: filter.Reason},
		},
		State: bulk.State(r.State), Total: r.Total, More: r.More == 1, Done: r.Done, Skipped: r.Skipped, Failed: r.Failed,
		LastError: r.LastError, StartedAt: timeOf(r.StartedAt), UpdatedAt: timeOf(r.UpdatedAt), EndedAt: timeOrZero(r.EndedAt),
	}, nil
}
