package web

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"path"

	"github.com/gofiber/fiber/v2"
)

// embedded are the files that browsers load: the bundles that `make generate` makes of src, and what is used as it is.
//
//go:embed dist client/client.js fonts/*.woff2 src/favicon.svg
var embedded embed.FS

const icon = "favicon.svg"

// assets are the files by their names, ready to be sent.
type assets struct {
	hash  string // of all of them: their addresses change when any of them does
	files map[string]assetFile
}

type assetFile struct {
	media  string
	plain  []byte
	packed []byte // gzip; nil: not worth it
}

var mediaTypes = map[string]string{
	".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8", ".woff2": "font/woff2", ".svg": "image/svg+xml",
}

func loadAssets() (*assets, error) {
	a, sum := &assets{files: map[string]assetFile{}}, sha256.New()
	err := fs.WalkDir(embedded, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := embedded.ReadFile(name)
		if err != nil {
			return err
		}
		fmt.Fprintf(sum, "%s %d\n", name, len(content))
		sum.Write(content)
		file := assetFile{media: mediaTypes[path.Ext(name)], plain: content}
		if file.media == "" {
			return fmt.Errorf("%s has no media type", name)
		}
		if file.media != mediaTypes[".woff2"] { // which is packed already
			file.packed, err = pack(content)
		}
		a.files[path.Base(name)] = file
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("web: assets: %w", err)
	}
	a.hash = hex.EncodeToString(sum.Sum(nil)[:8])
	return a, nil
}

func pack(content []byte) ([]byte, error) {
	var b bytes.Buffer
	w, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(content); err != nil {
		return nil, err
	}
	err = w.Close()
	return b.Bytes(), err
}

// asset answers a file. The address of this version's files never means anything else; that of another version's, which
// a page may still ask for while processes are being replaced, is answered with what there is and not kept.
func (h *Handler) asset(c *fiber.Ctx) error {
	file, ok := h.assets.files[c.Params("file")]
	if !ok {
		return fiber.ErrNotFound
	}
	if c.Params("hash") == h.assets.hash {
		c.Set(fiber.HeaderCacheControl, "public, max-age=31536000, immutable")
	} else {
		c.Set(fiber.HeaderCacheControl, "no-cache")
	}
	return file.send(c)
}

// favicon is for whoever asks for it without having seen a page.
func (h *Handler) favicon(c *fiber.Ctx) error {
	c.Set(fiber.HeaderCacheControl, "public, max-age=86400")
	return h.assets.files[icon].send(c)
}

func (f assetFile) send(c *fiber.Ctx) error {
	c.Set(fiber.HeaderContentType, f.media)
	c.Set("Cross-Origin-Resource-Policy", "same-origin")
	if f.packed == nil {
		c.Response().SetBodyRaw(f.plain)
		return nil
	}
	c.Append(fiber.HeaderVary, fiber.HeaderAcceptEncoding)
	if !c.Request().Header.HasAcceptEncoding("gzip") {
		c.Response().SetBodyRaw(f.plain)
		return nil
	}
	c.Set(fiber.HeaderContentEncoding, "gzip")
	c.Response().SetBodyRaw(f.packed)
	return nil
}
