// Package studio serves the pages of the host's studio: from a brief to an invitation that is sent out, and its guest list.
package studio

import (
	"github.com/gofiber/fiber/v2"

	"convoke/adapters/web/frame"
)

// Parts are the use cases that the pages call.
type Parts struct{}

// Handler answers the pages. Safe for concurrent use.
type Handler struct {
	Parts
	frame *frame.Frame
}

// New makes a handler.
func New(f *frame.Frame, parts Parts) *Handler { return &Handler{parts, f} }

// Mount adds the pages. Errors of their handlers are left to the app.
func (h *Handler) Mount(app *fiber.App) {
	app.Group("/studio", h.frame.Guard)
}
