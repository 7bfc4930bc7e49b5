package database

import (
	"context"
	"math"

	"convoke/application/designs"
	"convoke/domain/design"
)

// DesignVersions reads everything but the assets' data.
func (s *Store) DesignVersions(ctx context.Context, designID string) ([]design.Version, error) {
	if !isID(designID) {
		return nil, designs.ErrNotFound
	}
	found, err := s.views.read(ctx, &s.views.byDesign, s.views.light, designID)
	if err == nil && len(found) == 0 {
		err = designs.ErrNotFound
	}
	if err != nil {
		return nil, translate(ctx, "read the versions of a design", err)
	}
	return versionsOf(found), nil
}

// DesignVersion reads one version whole.
func (s *Store) DesignVersion(ctx context.Context, designID string, number int) (design.Version, error) {
	if !isID(designID) {
		return design.Version{}, designs.ErrNotFound
	}
	number = min(number, math.MaxInt32) // no version has it, and the column ends there
	found, err := s.views.read(ctx, &s.views.byNumber, s.views.versions, designID, number)
	if err != nil {
		return design.Version{}, translate(ctx, "read a version of a design", err)
	}
	if len(found) == 1 {
		return *found[0].Design, nil
	}
	if _, err := s.DesignVersions(ctx, designID); err != nil {
		return design.Version{}, err
	}
	return design.Version{}, designs.ErrVersionNotFound
}
