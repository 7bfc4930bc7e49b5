package port

import (
	"context"

	"convoke/domain/design"
	"convoke/domain/event"
)

// Request is one drawing to be made. Equal requests to the studio give equal drawings.
type Request struct {
	Brief  design.Brief
	Parent *design.Parent // complete, for a refinement; else nil
	Seed   uint64
}

// Drawing is what a generator made. The asset has not been looked into yet: the caller checks and sanitises it.
type Drawing struct {
	Asset    design.Asset
	Spec     []byte         // JSON, may be nil
	Metadata map[string]any // may be nil
}

// Generator makes drawings.
type Generator interface {
	// ID is the name that a request's serverId may give.
	ID() string
	// Generate blocks until the drawing is finished and returns early when ctx ends. It may call progress (per cent and
	// a short line for people) as often as it likes, from any goroutine, but not after it has returned. A failure is a
	// *GenerateError or counts as retryable. Safe for concurrent use.
	Generate(ctx context.Context, r Request, progress func(percent int, message string)) (Drawing, error)
}

// HealthChecker is an optional capability of a Generator that depends on something else.
type HealthChecker interface {
	Health(ctx context.Context) (event.Health, string)
}

// GenerateError is a failure whose cause the generator knows.
type GenerateError struct {
	Code      string // stable, for programs
	Message   string // for people; never a secret or a provider's raw answer
	Retryable bool
}

func (e *GenerateError) Error() string { return e.Code + ": " + e.Message }
