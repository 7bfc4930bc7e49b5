// Package design holds what a host asks for (a brief) and what they get (a design and its versions).
package design

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"convoke/domain/fault"
)

// Limits of a brief.
const (
	MaxDescription  = 4000 // characters
	MaxInstructions = 1000 // characters
	MaxPalette      = 8
	MinSide         = 64 // pixels
	MaxSide         = 4096
	DefaultSide     = 512
)

// Style is a look that a host may ask for; the empty style leaves the choice to the generator.
type Style string

// The closed list of styles.
const (
	Minimal Style = "minimal"
	Elegant Style = "elegant"
	Playful Style = "playful"
	Retro   Style = "retro"
	Modern  Style = "modern"
	Rustic  Style = "rustic"
)

// Styles lists every style, for messages and documents.
func Styles() []Style { return []Style{Minimal, Elegant, Playful, Retro, Modern, Rustic} }

// Size is a drawing's size in pixels.
type Size struct{ Width, Height int }

// Brief is what a host asks for, in plain words. It is immutable; its palette is not to be modified.
type Brief struct {
	Description string
	Style       Style    // empty: the generator's choice
	Palette     []string // "#rrggbb", lower case
	Size        Size
}

// NewBrief validates and normalises a brief. A zero size becomes the default. Its error joins every problem, each
// a fault naming its field.
func NewBrief(description string, style Style, palette []string, size Size) (Brief, error) {
	if size == (Size{}) {
		size = Size{DefaultSide, DefaultSide}
	}
	normal := make([]string, len(palette))
	for i, color := range palette {
		normal[i] = strings.ToLower(color)
	}
	b := Brief{Description: strings.TrimSpace(description), Style: style, Palette: normal, Size: size}
	return b, errors.Join(
		checkText("description", b.Description, MaxDescription),
		checkStyle(style),
		checkPalette(normal),
		checkSide("size.width", size.Width),
		checkSide("size.height", size.Height),
	)
}

// NewInstructions validates what a refinement asks to change.
func NewInstructions(text string) (string, error) {
	text = strings.TrimSpace(text)
	return text, checkText("instructions", text, MaxInstructions)
}

func checkText(field, text string, limit int) error {
	switch {
	case text == "":
		return fault.Field(field, "must not be empty")
	case !utf8.ValidString(text):
		return fault.Field(field, "must be valid UTF-8")
	case strings.ContainsRune(text, 0):
		return fault.Field(field, "must not contain NUL characters")
	case utf8.RuneCountInString(text) > limit:
		return fault.Field(field, fmt.Sprintf("must be at most %d characters", limit))
	}
	return nil
}

func checkStyle(style Style) error {
	if style == "" {
		return nil
	}
	for _, known := range Styles() {
		if style == known {
			return nil
		}
	}
	return fault.Field("style", fmt.Sprintf("must be one of %v", Styles()))
}

func checkPalette(palette []string) error {
	if len(palette) > MaxPalette {
		return fault.Field("colorPalette", fmt.Sprintf("must have at most %d colours", MaxPalette))
	}
	var problems []error
	for i, color := range palette {
		if !isHexColor(color) {
			problems = append(problems, fault.Field(fmt.Sprintf("colorPalette[%d]", i), `must look like "#RRGGBB"`))
		}
	}
	return errors.Join(problems...)
}

func isHexColor(s string) bool {
	if len(s) != 7 || s[0] != '#' {
		return false
	}
	return strings.Trim(s[1:], "0123456789abcdef") == ""
}

func checkSide(field string, side int) error {
	if side < MinSide || side > MaxSide {
		return fault.Field(field, fmt.Sprintf("must be between %d and %d", MinSide, MaxSide))
	}
	return nil
}
