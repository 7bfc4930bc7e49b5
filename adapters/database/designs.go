package database

import (
	"context"
	"math"

	"gorm.io/gorm"

	"convoke/application/designs"
	"convoke/domain/design"
)

// DesignVersions reads everything but the assets' data.
func (s *Store) DesignVersions(ctx context.Context, designID string) ([]design.Version, error) {
	rows, err := s.versionRows(ctx, designID, s.columns.light, func(q *gorm.DB) *gorm.DB { return q.Order("v.number") })
	if err == nil && len(rows) == 0 {
		err = designs.ErrNotFound
	}
	if err != nil {
		return nil, translate(ctx, "read versions of a design", err)
	}
	versions := make([]design.Version, len(rows))
	for i := range rows {
		if versions[i], err = rows[i].Version.version(&rows[i].Job); err != nil {
			return nil, translate(ctx, "read versions of a design", err)
		}
	}
	return versions, nil
}

// DesignVersion reads one version whole.
func (s *Store) DesignVersion(ctx context.Context, designID string, number int) (design.Version, error) {
	number = min(number, math.MaxInt32) // no version has it
	rows, err := s.versionRows(ctx, designID, s.columns.all, func(q *gorm.DB) *gorm.DB { return q.Where("v.number = ?", number) })
	switch {
	case err != nil:
		return design.Version{}, translate(ctx, "read a version of a design", err)
	case len(rows) == 1:
		version, err := rows[0].Version.version(&rows[0].Job)
		return version, translate(ctx, "read a version of a design", err)
	}
	if _, err := s.DesignVersions(ctx, designID); err != nil {
		return design.Version{}, err
	}
	return design.Version{}, designs.ErrVersionNotFound
}

func (s *Store) versionRows(ctx context.Context, designID, columns string, narrow func(*gorm.DB) *gorm.DB) ([]viewRow, error) {
	if !isID(designID) {
		return nil, designs.ErrNotFound
	}
	var rows []viewRow
	query := s.read.WithContext(ctx).Table("design_versions v").Select(columns).
		Joins("JOIN jobs j ON j.id = v.job_id").Where("v.design_id = ?", designID)
	err := narrow(query).Find(&rows).Error
	return rows, err
}
