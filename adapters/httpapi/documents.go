package httpapi

import (
	"crypto/sha256"
	"encoding/hex"

	"github.com/gofiber/fiber/v2"
)

// document serves one of the contract's documents, which change with the version of the program only.
func document(text []byte) fiber.Handler {
	sum := sha256.Sum256(text)
	etag := `"` + hex.EncodeToString(sum[:8]) + `"`
	return func(c *fiber.Ctx) error { return writeTagged(c, fiber.MIMEApplicationJSON, etag, text) }
}
