package httpapi

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"convoke/application/designs"
	"convoke/domain/design"
)

// svgPolicy takes everything from a drawing that is opened by itself: scripts, requests, and the origin of this server.
const svgPolicy = "default-src 'none'; style-src 'unsafe-inline'; sandbox"

// asset answers a version's drawing as it is stored, or as PNG. Neither ever changes, so both may be kept for ever.
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
	if extension == design.PNGType.Extension() {
		return e.picture(ctx, c, id, number)
	}
	v, err := e.Designs.DesignVersion(ctx, id, number)
	if err != nil {
		return err
	}
	if v.Asset.MediaType.Extension() != extension {
		return designs.ErrVersionNotFound
	}
	name := fmt.Sprintf("%s-%d", id, number)
	if v.Asset.MediaType == design.SVGType {
		c.Set(fiber.HeaderContentSecurityPolicy, svgPolicy)
		c.Append(fiber.HeaderVary, fiber.HeaderAcceptEncoding)
		if packed, ok := e.packer.pack(c, name, v.Asset.Data); ok {
			name, v.Asset.Data = name+"-gzip", packed // other bytes, another tag
			c.Set(fiber.HeaderContentEncoding, "gzip")
		}
	}
	writeForever(c, `"`+name+`"`, v.Asset)
	return nil
}

// picture answers a version as PNG. Whoever asks for what was drawn already costs a look into a cache; a drawing counts as
// an order.
func (e *endpoints) picture(ctx context.Context, c *fiber.Ctx, id string, number int) error {
	width, err := queryInt(c, "width")
	if err != nil {
		return err
	}
	png, err := e.Pictures.PNG(ctx, id, number, width, func() error { return e.server.generates.allow(e.server.ClientAddr(c)) })
	if err != nil {
		return err
	}
	writeForever(c, fmt.Sprintf(`"%s-%d-%d"`, id, number, width), design.Asset{MediaType: design.PNGType, Data: png})
	return nil
}

// writeForever answers an asset that never changes; who has it is told so.
func writeForever(c *fiber.Ctx, etag string, asset design.Asset) {
	c.Set(fiber.HeaderETag, etag)
	c.Set(fiber.HeaderCacheControl, "public, max-age=31536000, immutable")
	if matches(c.Get(fiber.HeaderIfNoneMatch), etag) {
		c.Status(http.StatusNotModified)
		return
	}
	c.Set(fiber.HeaderContentType, string(asset.MediaType))
	c.Context().Response.SetBodyRaw(asset.Data) // not copied: neither side changes it
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
