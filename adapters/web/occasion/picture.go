package occasion

import (
	"context"
	"errors"
	"fmt"
	"math"
	"regexp"
	"strings"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"
	"github.com/lucasb-eyer/go-colorful"

	"convoke/application/contract"
	"convoke/application/designs"
	"convoke/application/uuid"
	"convoke/domain/design"
	"convoke/domain/rsvp"
)

const (
	maxPictures = 1024
	pictureBeat = 2 * time.Second // how long a design is shown before its newest version is asked for again
	maxAlt      = 250             // characters
	leastChroma = 0.03            // below it a colour is a grey
)

// DefaultHue is the colour of a page that has no drawing to take one from: sealing wax.
const DefaultHue = "hue-030"

// Picture is the drawing of an invitation.
type Picture struct {
	Path          string
	Preview       string // absolute address of a drawing for link previews; empty: none
	Width, Height int
	Alt           string
	Hue           string // the colour that it gives to its page
}

// wanted is a design as an occasion shows it.
type wanted struct {
	designID string
	version  int // 0: the newest
}

// picture is a drawing of a design, and the colour that it gives to its page.
type picture struct {
	design.Version
	hue     string
	checked time.Time
}

// Pictures remembers the drawings that are being shown. Safe for concurrent use.
type Pictures struct {
	store designs.Store
	base  string
	known *lru.Cache[wanted, *picture]
}

// NewPictures makes an empty memory. base is the deployment's address without a trailing slash, which previews need; empty:
// not known.
func NewPictures(store designs.Store, base string) *Pictures {
	known, _ := lru.New[wanted, *picture](maxPictures) // fails for a size below one only
	return &Pictures{store, base, known}
}

// Of returns the picture of an occasion, or nil where there is none: an invitation without its drawing is still an
// invitation.
func (p *Pictures) Of(ctx context.Context, d rsvp.Details) (*Picture, error) {
	found, err := p.of(ctx, d.DesignID, d.DesignVersion)
	if found == nil || err != nil {
		return nil, err
	}
	return found.page(p.base), nil
}

// of returns a design's picture, in its newest version for version 0, or nil where there is none.
func (p *Pictures) of(ctx context.Context, designID string, version int) (*picture, error) {
	id, ok := uuid.Parse(designID)
	if !ok {
		return nil, nil
	}
	as := wanted{id, version}
	known, _ := p.known.Get(as)
	if known != nil && (version > 0 || time.Since(known.checked) < pictureBeat) {
		return known, nil
	}
	versions, err := p.store.DesignVersions(ctx, id)
	if errors.Is(err, designs.ErrNotFound) || err == nil && len(versions) < max(version, 1) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	if version == 0 {
		version = len(versions)
	}
	found := &picture{Version: versions[version-1], checked: time.Now()}
	if known != nil && known.Number == found.Number {
		found.hue = known.hue
	} else if found.hue, err = p.hue(ctx, found.Version); err != nil {
		return nil, err
	}
	p.known.Add(as, found)
	return found, nil
}

// hue is that of the palette that was asked for, or of the drawing itself.
func (p *Pictures) hue(ctx context.Context, v design.Version) (string, error) {
	if hue, ok := strongest(v.Brief.Palette); ok {
		return hue, nil
	}
	if v.Asset.MediaType != design.SVGType {
		return DefaultHue, nil
	}
	whole, err := p.store.DesignVersion(ctx, v.DesignID, v.Number)
	if err != nil {
		return "", err
	}
	if hue, ok := strongest(inkOf(whole.Asset.Data)); ok {
		return hue, nil
	}
	return DefaultHue, nil
}

var hexColor = regexp.MustCompile(`#[0-9a-fA-F]{6}\b`)

// inkOf lists the colours of a drawing, each as often as it is used.
func inkOf(svg []byte) []string {
	found := hexColor.FindAll(svg, -1)
	colors := make([]string, len(found))
	for i, c := range found {
		colors[i] = string(c)
	}
	return colors
}

// strongest returns the class of the hue that has the most colour in it; ok is false when all are greys.
func strongest(colors []string) (class string, ok bool) {
	var weight [36]float64
	best := 0
	for _, text := range colors {
		c, err := colorful.Hex(strings.ToLower(text))
		if err != nil {
			continue
		}
		_, chroma, hue := c.OkLch()
		if chroma < leastChroma || math.IsNaN(hue) {
			continue
		}
		i := int(math.Round(hue/10)+36) % 36
		if weight[i] += chroma; weight[i] > weight[best] {
			best = i
		}
	}
	return fmt.Sprintf("hue-%03d", best*10), weight[best] > 0
}

// PictureOf is a version as a page shows it that has a colour of its own.
func PictureOf(v design.Version) *Picture {
	return &Picture{
		Path:  contract.URLs{}.Asset(v.DesignID, v.Number, v.Asset.MediaType),
		Width: v.Brief.Size.Width, Height: v.Brief.Size.Height, Alt: Clip(v.Brief.Description, maxAlt),
	}
}

// page is the picture as a page shows it. base is the deployment's address, which previews need.
func (p *picture) page(base string) *Picture {
	shown := PictureOf(p.Version)
	shown.Hue = p.hue
	if base != "" {
		shown.Preview = fmt.Sprintf("%s/api/designs/%s/v/%d.png?width=1200", base, p.DesignID, p.Number)
	}
	return shown
}

// Clip shortens a text to a number of characters.
func Clip(text string, most int) string {
	runes := []rune(text)
	if len(runes) <= most {
		return text
	}
	return strings.TrimSpace(string(runes[:most-1])) + "…"
}
