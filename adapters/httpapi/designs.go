package httpapi

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
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
	JobID         string           `json:"jobId"`
	Description   string           `json:"description"`
	Instructions  *string          `json:"instructions"`
	Style         *string          `json:"style"`
	ColorPalette  []string         `json:"colorPalette"`
	Size          sizeView         `json:"size"`
	AssetType     design.MediaType `json:"assetType"`
	URL           string           `json:"url"`
	Generator     string           `json:"generator"`
	DurationMS    int64            `json:"durationMs"`
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
		Version: v.Number, JobID: v.JobID, Description: v.Brief.Description, Instructions: orNull(v.Instructions),
		Style: orNull(string(v.Brief.Style)), ColorPalette: v.Brief.Palette, Size: sizeView(v.Brief.Size),
		AssetType: v.Asset.MediaType, URL: e.URLs.Asset(v.DesignID, v.Number, v.Asset.MediaType),
		Generator: v.Generator, DurationMS: v.Duration.Milliseconds(), CreatedAt: v.CreatedAt.UTC(),
	}
	if v.ParentVersion > 0 {
		view.ParentVersion = &v.ParentVersion
	}
	if view.ColorPalette == nil {
		view.ColorPalette = []string{}
	}
	return view
}

// svgPolicy takes everything from a drawing that is opened by itself: scripts, requests, and the origin of this server.
const svgPolicy = "default-src 'none'; style-src 'unsafe-inline'; sandbox"

// asset answers a version's drawing as it is stored. It never changes, so it may be kept for ever.
func (e *endpoints) asset(c *fiber.Ctx) error {
	id, err := pathID(c, "id", designs.ErrNotFound)
	if err != nil {
		return err
	}
	number, extension, err := versionFile(c.Params("file"))
	if err != nil {
		return err
	}
	ctx, cancel := bounded()
	defer cancel()
	v, err := e.Designs.DesignVersion(ctx, id, number)
	if err != nil {
		return err
	}
	if v.Asset.MediaType.Extension() != extension {
		return designs.ErrVersionNotFound
	}
	etag := fmt.Sprintf(`"%s-%d"`, id, number)
	c.Set(fiber.HeaderETag, etag)
	c.Set(fiber.HeaderCacheControl, "public, max-age=31536000, immutable")
	if matches(c.Get(fiber.HeaderIfNoneMatch), etag) {
		c.Status(http.StatusNotModified)
		return nil
	}
	c.Set(fiber.HeaderContentType, string(v.Asset.MediaType))
	if v.Asset.MediaType == design.SVGType {
		c.Set(fiber.HeaderContentSecurityPolicy, svgPolicy)
	}
	c.Context().Response.SetBodyRaw(v.Asset.Data) // not copied: neither side changes it
	return nil
}

// versionFile reads "3.svg". Other spellings of the number are other addresses, and name nothing.
func versionFile(file string) (number int, extension string, err error) {
	digits, extension, ok := strings.Cut(file, ".")
	number, parseErr := strconv.Atoi(digits)
	if !ok || parseErr != nil || number < 1 || strconv.Itoa(number) != digits {
		return 0, "", designs.ErrVersionNotFound
	}
	return number, strings.Clone(extension), nil
}

// matches reports whether an If-None-Match header names the tag.
func matches(header, etag string) bool {
	for tag := range strings.SplitSeq(header, ",") {
		tag = strings.TrimPrefix(strings.TrimSpace(tag), "W/")
		if tag == etag || tag == "*" {
			return true
		}
	}
	return false
}
