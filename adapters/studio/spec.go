package studio

import (
	"encoding/json"
	"errors"

	"convoke/adapters/studio/color"
	"convoke/adapters/studio/reading"
	"convoke/domain/design"
)

// specFormat rises when an older specification could not be drawn any more.
const specFormat = 1

// Spec says everything that a drawing is made from: equal specifications give equal drawings, byte for byte. It
// travels with each version, so that a refinement changes what it is asked to and nothing else.
type Spec struct {
	Format      int           `json:"format"`
	Seed        uint64        `json:"seed,string"`
	Width       int           `json:"width"`
	Height      int           `json:"height"`
	Description string        `json:"description"`
	Text        reading.Facts `json:"text"`
	Added       []string      `json:"added,omitempty"` // lines that refinements asked for
	Style       design.Style  `json:"style,omitempty"`
	Composition string        `json:"composition"`
	Ornament    string        `json:"ornament"`
	Type        string        `json:"type"`
	Palette     color.Palette `json:"palette"`
	Amount      float64       `json:"amount"`          // of ornament: 0 none, 1 as composed, at most 2
	TitleSize   float64       `json:"titleSize"`       // factor, 1 as composed
	TextSize    float64       `json:"textSize"`        // factor, 1 as composed
	Turn        uint64        `json:"turn"`            // how often another arrangement was asked for
	Given       []string      `json:"given,omitempty"` // the brief's own palette
}

var errForeignSpec = errors.New("the specification is not the studio's")

// parseSpec reads a specification that an earlier version carries.
func parseSpec(data []byte) (Spec, error) {
	var s Spec
	if err := json.Unmarshal(data, &s); err != nil {
		return Spec{}, err
	}
	if s.Format != specFormat || s.Width < 1 || s.Height < 1 || len(s.Palette.Tints) < 3 {
		return Spec{}, errForeignSpec
	}
	return s, nil
}
