// Package studio serves the pages of the host's studio: from a brief to an invitation that is sent out, and its guest
// list. They work without scripts. There are no accounts: the id of a job, which nobody can guess, opens its design; the
// token of an occasion's host, in a cookie of that occasion's pages, opens the occasion. What a browser has made lies on
// its desk, a cookie of ids. Whoever comes without the right one sees the same page, whatever the reason.
package studio

import (
	"net/http"

	"github.com/gofiber/fiber/v2"

	"convoke/adapters/web/frame"
	"convoke/adapters/web/occasion"
	"convoke/adapters/web/words"
	"convoke/application/analytics"
	"convoke/application/designs"
	"convoke/application/fleet"
	"convoke/application/jobs"
	"convoke/application/rsvps"
)

// Parts are the use cases that the pages call.
type Parts struct {
	Jobs        *jobs.Service
	Designs     designs.Store
	Fleet       *fleet.Fleet
	RSVPs       *rsvps.Service
	Reads       *rsvps.Reads
	Pictures    *occasion.Pictures
	Numbers     *analytics.Service       // nil: there is no analytics, and the pages say so
	MayGenerate func(c *fiber.Ctx) error // takes a token of the client's orders; nil: there is no limit
	Socket      fiber.Handler            // the WebSocket of the API, for the bearer that the request names; nil: nothing is live
	Stream      fiber.Handler            // the API's counts as a stream, for that bearer, where there is no WebSocket
	Sheet       fiber.Handler            // the API's guest list as CSV, for the bearer that the request names
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
	studio := app.Group("/studio", h.frame.Guard)
	studio.Get("", h.brief)
	studio.Post("", h.order)

	job := studio.Group("/jobs/:jobId")
	job.Get("", h.design)
	job.Get("/compare", h.compare)
	job.Post("/refine", h.refine)
	job.Post("/cancel", h.cancel)
	job.Post("/again", h.again)
	for _, path := range []string{"/refine", "/cancel", "/again"} {
		job.Get(path, h.backToJob)
	}
	h.mountOccasions(studio)
}

// mountOccasions adds the pages of occasions.
func (h *Handler) mountOccasions(studio fiber.Router) {
	studio.Get("/occasions/new", h.newOccasion)
	studio.Post("/occasions/new", h.makeOccasion)

	o := studio.Group("/occasions/:id")
	o.Get("", h.hosts(h.occasion))
	o.Get("/ws", h.serves(h.socket))
	o.Add(fiber.MethodGet, "/api/streams/occasions/:same", h.serves(h.stream)) // HEAD would have to start it
	o.Add(fiber.MethodGet, "/guests.csv", h.serves(h.sheet))                   // HEAD would read it all
	o.Get("/edit", h.hosts(h.edit))
	o.Post("/edit", h.hosts(h.saveOccasion))
	o.Get("/delete", h.hosts(h.askCallOff))
	o.Post("/delete", h.hosts(h.callOff))
	o.Get("/guests/new", h.hosts(h.newGuest))
	o.Post("/guests/new", h.hosts(h.addGuest))
	o.Get("/guests/:rsvpId", h.hosts(h.guest))
	o.Post("/guests/:rsvpId", h.hosts(h.changeGuest))
	o.Get("/guests/:rsvpId/remove", h.hosts(h.askRemove))
	o.Post("/guests/:rsvpId/remove", h.hosts(h.remove))
	o.Post("/design", h.hosts(h.setDesign))
	o.Post("/session", h.enter)
	o.Post("/signout", h.leave)
	for _, path := range []string{"/design", "/session", "/signout"} {
		o.Get(path, h.backToOccasion)
	}
}

// hue is the studio's colour where no design gives one.
const hue = "hue-040"

// page begins a page.
func (h *Handler) page(c *fiber.Ctx, title, hue string) frame.Page {
	p := h.frame.Page(c, title, hue)
	p.Kind, p.Script = "studio", "studio.js"
	return p
}

// Problem answers an error of a page as the studio says it.
func (h *Handler) Problem(c *fiber.Ctx, status int, heading, text, reference string) bool {
	v := frame.MessageView{
		Page: h.page(c, words.Title(words.Studio, heading), hue), Heading: heading, Text: text, Reference: reference,
		Back: "/studio", BackLabel: words.BackToDesk,
	}
	if status == http.StatusNotFound {
		v.Text = words.NotFoundStudio
	}
	v.Script = ""
	return frame.Show(c, status, frame.Message(v)) == nil
}
