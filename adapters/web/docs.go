package web

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"

	"github.com/gofiber/fiber/v2"

	"convoke/adapters/web/frame"
	"convoke/adapters/web/reference"
	"convoke/adapters/web/words"
	"convoke/application/contract"
)

// example is the address in the contract's examples when the deployment's own is not known.
const example = "http://localhost:3001"

// docsHue is the colour of pages that belong to no invitation.
const docsHue = "hue-250"

// document is a page that is the same for everybody.
type document struct {
	assetFile
	etag string
}

// renderContract makes the contract's page. It depends on this version, the deployment's address and the theme only.
func (h *Handler) renderContract(theme frame.Theme) (document, error) {
	base := h.frame.Base
	if base == "" {
		base = example
	}
	view, err := reference.Read(contract.OpenAPI(), contract.AsyncAPI(), base)
	if err != nil {
		return document{}, fmt.Errorf("web: the contract: %w", err)
	}
	view.Page = frame.Page{Site: h.frame.Site, Title: words.Title(words.Product, words.DocsTitle), Hue: docsHue, Theme: theme}
	var b bytes.Buffer
	if err := reference.Page(view).Render(context.Background(), &b); err != nil {
		return document{}, fmt.Errorf("web: rendering the contract: %w", err)
	}
	packed, err := pack(b.Bytes())
	sum := sha256.Sum256(b.Bytes())
	return document{assetFile{fiber.MIMETextHTMLCharsetUTF8, b.Bytes(), packed}, `"` + hex.EncodeToString(sum[:8]) + `"`}, err
}

// docs answers the contract for people.
func (h *Handler) docs(c *fiber.Ctx) error {
	page, err := h.contract[frame.ThemeOf(c)]()
	if err != nil {
		return err
	}
	frame.Protect(c)
	c.Set(fiber.HeaderCacheControl, frame.AskAgain)
	c.Set(fiber.HeaderETag, page.etag)
	if c.Get(fiber.HeaderIfNoneMatch) == page.etag {
		c.Status(http.StatusNotModified)
		return nil
	}
	return page.send(c)
}
