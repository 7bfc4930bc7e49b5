// Package studio is the built-in design generator: it reads a brief in plain words, chooses palette, type, ornament and
// composition, and draws a finished invitation as SVG within a few milliseconds, without network, files or CGO.
//
// It keeps these promises. Equal requests give equal drawings, byte for byte, on one kind of machine. The root carries
// width and height as asked. Words are glyph outlines from embedded open fonts, so that they look the same everywhere;
// the brief's words stay in <title>, <desc> and aria-label. Words keep a contrast of at least 4.5:1, stay inside the
// margins and meet neither each other nor an ornament. A script that no embedded font holds is drawn as live text.
// A palette that the brief gives is used as it is, at least in one place.
//
// It never fails for want of something outside and has nothing to retry. Long briefs show their most important words;
// the rest stays in the description.
package studio

import (
	"context"
	"encoding/json"
	"fmt"

	"convoke/adapters/studio/letter"
	"convoke/application/port"
	"convoke/domain/design"
)

// ID is the name by which requests ask for the studio.
const ID = "studio"

// Config has no settings yet; its zero value is the studio as it is meant.
type Config struct{}

// Studio draws invitations. Safe for concurrent use.
type Studio struct {
	letters *letter.Library
}

var _ port.Generator = (*Studio)(nil)

// New opens the studio.
func New(Config) (*Studio, error) {
	s := &Studio{letters: letter.Open()}
	setter := s.letters.Setter()
	defer s.letters.Return(setter)
	setter.Set("Convoke", plain(letter.Jost))
	if err := setter.Err(); err != nil {
		return nil, fmt.Errorf("studio: %w", err)
	}
	return s, nil
}

// ID implements port.Generator.
func (s *Studio) ID() string { return ID }

// Generate draws a brief, or the next version of a design.
func (s *Studio) Generate(ctx context.Context, r port.Request, progress func(percent int, message string)) (port.Drawing, error) {
	progress(10, "Reading the brief")
	spec, changes := plan(r.Brief, r.Seed), changes{}
	if r.Parent != nil {
		spec, changes = refined(r)
	}
	if err := ctx.Err(); err != nil {
		return port.Drawing{}, err
	}
	progress(40, "Choosing colours, type and ornament")
	setter := s.letters.Setter()
	defer s.letters.Return(setter)
	sheet := newSheet(spec, setter)
	progress(60, "Setting the words")
	sheet.draw()
	if err := setter.Err(); err != nil {
		return port.Drawing{}, &port.GenerateError{Code: "studio-font", Message: "a typeface of the studio could not be read"}
	}
	progress(90, "Finishing the drawing")
	return finish(sheet, changes)
}

func finish(s *sheet, c changes) (port.Drawing, error) {
	asset, err := design.NewAsset(design.SVGType, s.board.SVG(s.spec.heading(), s.spec.Description))
	if err != nil {
		return port.Drawing{}, &port.GenerateError{Code: "studio-asset", Message: err.Error()}
	}
	encoded, err := json.Marshal(s.spec)
	if err != nil {
		return port.Drawing{}, &port.GenerateError{Code: "studio-spec", Message: "the design could not be described"}
	}
	return port.Drawing{Asset: asset, Spec: encoded, Metadata: s.metadata(c)}, nil
}

// heading is the drawing's title: the headline in one line.
func (s Spec) heading() string {
	heading := s.Text.Title
	if s.Text.Lead != "" {
		heading = s.Text.Lead + " " + heading
	}
	if s.Text.Tail != "" {
		heading += " " + s.Text.Tail
	}
	return heading
}

func (s *sheet) metadata(c changes) map[string]any {
	m := map[string]any{
		"composition": s.spec.Composition, "ornament": s.spec.Ornament, "type": s.spec.Type, "palette": s.spec.Palette.Name,
	}
	if s.spec.Text.Kind != "" {
		m["occasion"] = string(s.spec.Text.Kind)
	}
	if s.live {
		m["liveText"] = true
	}
	if len(c.understood) > 0 {
		m["understood"] = c.understood
	}
	if len(c.ignored) > 0 {
		m["notUnderstood"] = c.ignored
	}
	return m
}
