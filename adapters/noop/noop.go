// Package noop is a generator for benchmarks and load tests: it waits as long as it is told and answers an SVG of one
// element.
package noop

import (
	"context"
	"fmt"
	"time"

	"convoke/application/port"
	"convoke/domain/design"
)

// Generator is the generator "noop".
type Generator struct{ delay time.Duration }

var _ port.Generator = (*Generator)(nil)

// New makes a generator that takes that long.
func New(delay time.Duration) *Generator { return &Generator{delay} }

// ID is "noop".
func (g *Generator) ID() string { return "noop" }

// Generate waits and answers.
func (g *Generator) Generate(ctx context.Context, r port.Request, progress func(int, string)) (port.Drawing, error) {
	if g.delay > 0 {
		progress(50, "waiting")
		timer := time.NewTimer(g.delay)
		defer timer.Stop()
		select {
		case <-timer.C:
		case <-ctx.Done():
			return port.Drawing{}, ctx.Err()
		}
	}
	w, h := r.Brief.Size.Width, r.Brief.Size.Height
	markup := fmt.Sprintf(`<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %d %d"><rect width="%d" height="%d"/></svg>`, w, h, w, h, w, h)
	return port.Drawing{Asset: design.Asset{MediaType: design.SVGType, Data: []byte(markup)}}, nil
}
