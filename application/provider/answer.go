package provider

import (
	"fmt"
	"strings"

	"convoke/application/port"
	"convoke/application/prompt"
	"convoke/domain/design"
)

// Answer collects what a model says while it says it, and reports how far it has come.
type Answer struct {
	id       string
	progress func(percent int, message string)
	text     strings.Builder
	said     int // kB, as last reported
	notes    map[string]any
}

// NewAnswer begins an answer of a generator.
func NewAnswer(id string, progress func(int, string)) *Answer {
	progress(5, "Waiting for "+id)
	return &Answer{id: id, progress: progress, notes: map[string]any{}}
}

// Note keeps a fact for the design's metadata, a text shortened to what a name may need. Nothing is kept of an empty text.
func (a *Answer) Note(key string, value any) {
	const longest = 100
	if text, ok := value.(string); ok {
		if text == "" {
			return
		}
		value = strings.ToValidUTF8(text[:min(len(text), longest)], "")
	}
	a.notes[key] = value
}

// Add takes the next piece; it fails when the answer is larger than a drawing may be.
func (a *Answer) Add(piece string) error {
	if a.text.Len()+len(piece) > design.MaxAssetBytes {
		return design.ErrAssetTooLarge
	}
	a.text.WriteString(piece)
	if kB := a.text.Len()/1024 + 1; kB > a.said && piece != "" {
		a.said = kB
		a.progress(percent(a.text.Len()), fmt.Sprintf("%s is drawing: %d kB", a.id, kB))
	}
	return nil
}

// percent comes near 95 but never there: how long an answer will be is not known before its end.
func percent(bytes int) int {
	const half = 8 << 10
	return 10 + 85*bytes/(bytes+half)
}

// Drawing takes the drawing out of the answer. ended is false when the provider stopped by its own limit, or did not
// say that it was done: then a drawing that is not whole was cut short.
func (a *Answer) Drawing(b design.Brief, ended bool) (port.Drawing, error) {
	asset, removed, err := prompt.Drawing(a.text.String(), b)
	switch {
	case err != nil && !ended && Classify(a.id, err).Code == NoDrawing:
		return port.Drawing{}, Failure(a.id, CutShort)
	case err != nil:
		return port.Drawing{}, err
	}
	if len(removed) > 0 {
		a.Note("removed", removed)
	}
	return port.Drawing{Asset: asset, Metadata: a.notes}, nil
}
