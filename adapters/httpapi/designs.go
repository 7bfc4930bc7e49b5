package httpapi

import (
	"encoding/json"
	"errors"
	"net/http"
	"time"

	"github.com/gofiber/fiber/v2"

	"convoke/application/designs"
	"convoke/domain/design"
)

type designAnswer struct {
	Success bool       `json:"success"`
	Design  designView `json:"design"`
}

type designView struct {
	ID       string        `json:"id"`
	Versions []versionView `json:"versions"` // oldest first
}

type versionView struct {
	Version       int              `json:"version"`
	ParentVersion *int             `json:"parentVersion"` // null: made from the brief alone
	Description   string           `json:"description"`
	Instructions  *string          `json:"instructions"`
	Style         *string          `json:"style"`
	ColorPalette  []string         `json:"colorPalette"`
	Size          sizeView         `json:"size"`
	AssetType     design.MediaType `json:"assetType"`
	URL           string           `json:"url"`
	Generator     string           `json:"generator"`
	DurationMS    int64            `json:"durationMs"`
	Metadata      map[string]any   `json:"metadata"`
	CreatedAt     time.Time        `json:"createdAt"`
}

type sizeView struct {
	Width  int `json:"width"`
	Height int `json:"height"`
}

func (e *endpoints) design(c *fiber.Ctx) error {
	id, err := pathID(c, "id", designs.ErrNotFound)
	if err != nil {
		return err
	}
	ctx, cancel := bounded()
	defer cancel()
	versions, err := e.Designs.DesignVersions(ctx, id)
	if err != nil {
		return err
	}
	view := designView{ID: id, Versions: make([]versionView, len(versions))}
	for i, v := range versions {
		view.Versions[i] = e.versionView(v)
	}
	return writeJSON(c, http.StatusOK, designAnswer{true, view})
}

func (e *endpoints) versionView(v design.Version) versionView {
	view := versionView{
		Version: v.Number, Description: v.Brief.Description, Instructions: orNull(v.Instructions),
		Style: orNull(string(v.Brief.Style)), ColorPalette: v.Brief.Palette, Size: sizeView(v.Brief.Size),
		AssetType: v.Asset.MediaType, URL: e.URLs.Asset(v.DesignID, v.Number, v.Asset.MediaType),
		Generator: v.Generator, DurationMS: v.Duration.Milliseconds(), CreatedAt: v.CreatedAt.UTC(),
		Metadata: v.Metadata,
	}
	if view.Metadata == nil {
		view.Metadata = map[string]any{}
	}
	if v.ParentVersion > 0 {
		view.ParentVersion = &v.ParentVersion
	}
	if view.ColorPalette == nil {
		view.ColorPalette = []string{}
	}
	return view
}

type diffAnswer struct {
	Success  bool         `json:"success"`
	DesignID string       `json:"designId"`
	From     int          `json:"from"`
	To       int          `json:"to"`
	Brief    []changeView `json:"brief"`
	Spec     []changeView `json:"spec"`
}

// changeView has no before for what was not there, and no after for what is not there any more.
type changeView struct {
	Path   string          `json:"path"`
	Before json.RawMessage `json:"before,omitempty"`
	After  json.RawMessage `json:"after,omitempty"`
}

// diff says what changed between two versions.
func (e *endpoints) diff(c *fiber.Ctx) error {
	id, err := pathID(c, "id", designs.ErrNotFound)
	if err != nil {
		return err
	}
	from, fromErr := queryInt(c, "from")
	to, toErr := queryInt(c, "to")
	if err := errors.Join(fromErr, toErr); err != nil {
		return err
	}
	ctx, cancel := bounded()
	defer cancel()
	d, err := designs.Compare(ctx, e.Designs, id, from, to)
	if err != nil {
		return err
	}
	return writeJSON(c, http.StatusOK, diffAnswer{true, id, d.From, d.To, changeViews(d.Brief), changeViews(d.Spec)})
}

func changeViews(changes []designs.Change) []changeView {
	views := make([]changeView, len(changes))
	for i, c := range changes {
		views[i] = changeView(c)
	}
	return views
}
