// Package guest serves the pages that guests use: the invitation and their own reply. They work without scripts, end to
// end. Nothing changes when a page is opened, so that scanners which follow links do no harm. A guest is known by the
// token of their reply, in a cookie that no script can read and that goes to the occasion's pages only.
package guest

import (
	"github.com/gofiber/fiber/v2"

	"convoke/adapters/web/frame"
	"convoke/adapters/web/guest/pages"
	"convoke/adapters/web/occasion"
	"convoke/adapters/web/words"
	"convoke/application/rsvps"
)

// Links mails guests the link to their reply again.
type Links interface {
	// Ask wishes for the link to the reply of an address. It returns at once, and nil whether or not there is such a
	// reply, so that nobody can learn who has replied; its only error is a fault of an address that can be none.
	Ask(occasionID, email string) error
}

// Parts are the use cases that the pages call.
type Parts struct {
	RSVPs    *rsvps.Service
	Reads    *rsvps.Reads
	Pictures *occasion.Pictures
	Links    Links                    // nil: nothing is mailed, and the pages do not offer it
	MayAsk   func(c *fiber.Ctx) error // takes a token of the client's wishes for links; nil: there is no limit
}

// Handler answers the pages. Safe for concurrent use.
type Handler struct {
	Parts
	frame *frame.Frame
}

// New makes a handler.
func New(f *frame.Frame, parts Parts) *Handler { return &Handler{parts, f} }

// Mount adds the pages. Errors of their handlers are left to the app.
func (h *Handler) Mount(app *fiber.App) {
	page := app.Group("/o/:id", h.frame.Guard)
	page.Get("", h.invitation)
	page.Post("", h.replyNow)
	page.Post("/resend", h.resend)
	page.Get("/resend", h.backTo(""))
	page.Get("/reply", h.ownReply)
	page.Post("/reply", h.changeReply)
	page.Post("/reply/session", h.openReply)
	page.Get("/reply/session", h.backTo("/reply"))
	page.Get("/reply/cancel", h.askCancel)
	page.Post("/reply/cancel", h.cancelReply)
	page.Post("/reply/undo", h.undoCancel)
	page.Get("/reply/undo", h.backTo("/reply"))
	page.Post("/reply/forget", h.forgetReply)
	page.Get("/reply/forget", h.backTo("/reply"))
}

// backTo answers a GET of an address that only takes writes, as a reload or a bookmark makes it.
func (h *Handler) backTo(path string) fiber.Handler {
	return func(c *fiber.Ctx) error {
		id, err := occasionID(c)
		if err != nil {
			return err
		}
		return h.frame.GoTo(c, "/o/", id, path)
	}
}

// page begins a page of an occasion, in the colour of its drawing.
func (h *Handler) page(c *fiber.Ctx, o pages.Occasion, what string) frame.Page {
	hue := occasion.DefaultHue
	if o.Picture != nil {
		hue = o.Picture.Hue
	}
	p := h.frame.Page(c, words.Title(o.Title, what), hue)
	p.Script = "guest.js"
	return p
}
