package httpapi

import (
	"bytes"
	"compress/gzip"

	"github.com/gofiber/fiber/v2"
	lru "github.com/hashicorp/golang-lru/v2"
)

const (
	packFrom   = 1 << 10 // bytes; less does not pay
	packTo     = 1 << 20 // bytes; more is sent as it is
	packedKept = 256
)

// packer packs the markup of drawings for those who accept it: a third of what it was. A drawing never changes, so each is
// packed once while it is asked for. Safe for concurrent use.
type packer struct{ kept *lru.Cache[string, []byte] }

func newPacker() packer {
	kept, _ := lru.New[string, []byte](packedKept) // fails for a size below one only
	return packer{kept}
}

// pack returns markup as gzip, or false where it is not to be packed. name is the drawing's own.
func (p packer) pack(c *fiber.Ctx, name string, markup []byte) ([]byte, bool) {
	if len(markup) < packFrom || len(markup) > packTo || !c.Request().Header.HasAcceptEncoding("gzip") {
		return nil, false
	}
	if packed, ok := p.kept.Get(name); ok {
		return packed, true
	}
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write(markup); err != nil || w.Close() != nil {
		return nil, false // memory does not fail
	}
	p.kept.Add(name, b.Bytes())
	return b.Bytes(), true
}
