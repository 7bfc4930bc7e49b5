package design

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/xml"
	"fmt"
	"slices"

	"convoke/domain/fault"
)

// SanitiserVersion names the rules below; it rises whenever the same input could give another output.
const SanitiserVersion = 1

// Bounds of a drawing. They are far above any honest invitation and far below what would hurt a browser.
const (
	maxDepth     = 96      // elements inside elements
	maxElements  = 50_000  // written in the file
	maxExpansion = 200_000 // drawn, when every <use> and every url(#…) is followed
	maxRemoved   = 32      // lines of the report
)

// ErrUnsafeSVG is the fault of markup that cannot be made safe, or is no SVG at all. Its message, when returned by
// ParseSVG, says why.
var ErrUnsafeSVG = fault.New(fault.Invalid, "unsafe-svg", "the design is not a drawing that may be shown")

// SVG is a drawing that is safe to show, also inside a page: ParseSVG is the only way to make one, and it writes every
// byte of the markup itself, from lists of what is allowed. The zero value is empty.
type SVG struct {
	markup  []byte
	removed []string
}

// ParseSVG reads markup as strict XML and rebuilds it from the allowed elements, attributes and style properties.
// What is merely not allowed (scripts, handlers, links, animations, foreign elements, outside references) is left out
// and listed by Removed. What cannot be trusted as a whole is refused with ErrUnsafeSVG: malformed XML, own entities,
// more than 5 MB, nesting or repetition without reason. Parsing the result again changes nothing and removes nothing.
func ParseSVG(markup []byte) (SVG, error) {
	if len(markup) > MaxAssetBytes {
		return SVG{}, ErrAssetTooLarge
	}
	r := newRebuilder(markup)
	if err := r.run(); err != nil {
		return SVG{}, err
	}
	if len(r.out) > MaxAssetBytes {
		return SVG{}, ErrAssetTooLarge
	}
	return SVG{markup: r.out, removed: r.removed}, nil
}

// Bytes returns the safe markup. It is not to be modified.
func (s SVG) Bytes() []byte { return s.markup }

// Removed lists what was left out, each kind once, in the order of appearance, bounded.
func (s SVG) Removed() []string { return slices.Clone(s.removed) }

// ReportKey is where a design's metadata keeps the report of its cleaning.
const ReportKey = "svg"

// Report is what a design's metadata keeps about the cleaning: JSON-ready, small.
func (s SVG) Report() map[string]any {
	sum := sha256.Sum256(s.markup)
	return map[string]any{
		"version": SanitiserVersion,
		"removed": append([]string{}, s.removed...), // an empty list, not null
		"sha256":  hex.EncodeToString(sum[:]),
	}
}

// unsafeSVG refuses a drawing for a reason that its maker may read.
func unsafeSVG(format string, args ...any) error {
	refusal := *ErrUnsafeSVG
	refusal.Message = fmt.Sprintf(format, args...)
	return &refusal
}

// malformed turns an error of the XML reader, whose text quotes the input, into a refusal with its line only.
func malformed(err error, decoder *xml.Decoder) error {
	line, _ := decoder.InputPos()
	refusal := unsafeSVG("the design is not well-formed XML (line %d)", line).(*fault.Error) //nolint:errorlint // made above
	return refusal.Because(err)
}
