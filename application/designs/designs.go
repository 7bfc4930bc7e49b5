// Package designs holds the use cases of finished designs.
package designs

import (
	"context"

	"convoke/domain/design"
	"convoke/domain/fault"
)

// Faults of looking for a design.
var (
	ErrNotFound        = fault.New(fault.NotFound, "design-not-found", "there is no such design")
	ErrVersionNotFound = fault.New(fault.NotFound, "version-not-found", "the design has no such version")
)

// Store keeps finished designs. They are written by jobs.Store, together with the job that they finish. Safe for
// concurrent use.
type Store interface {
	// DesignVersions returns a design's versions without their assets' data, oldest first, or ErrNotFound.
	DesignVersions(ctx context.Context, designID string) ([]design.Version, error)
	// DesignVersion returns one version whole, or ErrNotFound or ErrVersionNotFound.
	DesignVersion(ctx context.Context, designID string, number int) (design.Version, error)
}
