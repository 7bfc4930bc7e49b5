package memory

import (
	"context"
	"slices"

	"convoke/application/designs"
	"convoke/domain/design"
)

// DesignVersions returns a design's versions without their assets' data.
func (s *Store) DesignVersions(ctx context.Context, designID string) ([]design.Version, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	versions := slices.Clone(s.designs[designID])
	if len(versions) == 0 {
		return nil, designs.ErrNotFound
	}
	for i := range versions {
		versions[i].Asset.Data = nil
	}
	return versions, ctx.Err()
}

// DesignVersion returns one version whole.
func (s *Store) DesignVersion(ctx context.Context, designID string, number int) (design.Version, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	versions := s.designs[designID]
	switch {
	case len(versions) == 0:
		return design.Version{}, designs.ErrNotFound
	case number < 1 || number > len(versions):
		return design.Version{}, designs.ErrVersionNotFound
	}
	return versions[number-1], ctx.Err()
}
