package httpapi

import (
	"context"

	"github.com/gofiber/fiber/v2"

	"convoke/application/analytics"
	"convoke/application/audit"
	"convoke/application/contract"
	"convoke/application/deadletter"
	"convoke/application/designs"
	"convoke/application/fleet"
	"convoke/application/jobs"
	"convoke/application/mails"
	"convoke/application/overview"
	"convoke/application/replay"
	"convoke/application/rsvps"
)

// API is what the endpoints need.
type API struct {
	Jobs      *jobs.Service
	Designs   designs.Store
	Letters   *deadletter.Service
	Fleet     *fleet.Fleet
	Overview  *overview.Service
	URLs      contract.URLs
	RSVPs     *rsvps.Service
	Reads     *rsvps.Reads
	Signer    *rsvps.Signer
	Calendar  rsvps.Calendar
	Links     *mails.Links
	Analytics *analytics.Service
	Replay    *replay.Service
	Auditor   *audit.Auditor
	Pictures  *designs.Renderings
}

// endpoints are the API's handlers.
type endpoints struct {
	API
	server *Server
	packer packer
}

// Mount adds the API. It must be called before Serve.
func (s *Server) Mount(api API) {
	e := &endpoints{api, s, newPacker()}
	tools := s.app.Group("/api/mcp/tools")
	tools.Post("/generate", s.limited(e.generate))
	tools.Post("/refine", s.limited(e.refine))
	tools.Get("/job/:jobId", e.job)
	tools.Post("/job/:jobId/cancel", e.cancel)
	tools.Get("/jobs", s.admin.only(e.jobs))

	s.app.Get("/api/mcp/servers", e.servers)
	s.app.Get("/api/designs/:id", e.design)
	s.app.Get("/api/designs/:id/v/:file", e.asset)
	s.app.Get("/api/designs/:id/diff", e.diff)

	e.mountRSVPs(s.app)

	s.app.Get("/openapi.json", document(contract.OpenAPI()))
	s.app.Get("/asyncapi.json", document(contract.AsyncAPI()))

	letters := s.app.Group("/api/admin/dead-letters")
	letters.Get("", s.admin.only(e.letters))
	letters.Post("/redrive", s.admin.only(e.redriveLetters))
	letters.Get("/:id", s.admin.only(e.letter))
	letters.Post("/:id/redrive", s.admin.only(e.redriveLetter))
	letters.Delete("/:id", s.admin.only(e.discardLetter))

	s.app.Get("/api/admin/groups", s.admin.only(e.groups))
	s.app.Get("/api/admin/counts/verify", s.admin.only(e.verifyCounts))
	s.app.Post("/api/admin/replay", s.admin.only(e.replayGroup))
	s.app.Get("/api/admin/workers", s.admin.only(e.workers))
}

func (e *endpoints) mountRSVPs(app *fiber.App) {
	app.Post("/api/occasions", e.openOccasion)
	app.Get("/api/occasions/:id", e.occasion)
	app.Patch("/api/occasions/:id", e.asked(e.editOccasion))
	app.Delete("/api/occasions/:id", e.asked(e.deleteOccasion))
	app.Get("/api/occasions/:id/counts", e.asked(e.counts))
	app.Get("/api/occasions/:id/calendar.ics", e.calendar)
	e.server.sheet = e.asked(e.exportReplies)
	app.Add(fiber.MethodGet, "/api/occasions/:id/rsvps.csv", e.server.sheet) // HEAD would read it all

	app.Get("/api/occasions/:id/analytics", e.asked(e.occasionAnalytics))
	app.Get("/api/analytics", e.server.admin.only(e.allAnalytics))

	app.Post("/api/rsvps", e.asked(e.reply))
	app.Post("/api/rsvps/resend-link", e.resendLink)
	app.Get("/api/rsvps", e.asked(e.listReplies))
	app.Get("/api/rsvps/verify-token", e.asked(e.verifyToken))
	app.Delete("/api/rsvps/cancel-by-token", e.asked(e.cancelByToken))
	app.Put("/api/rsvps/:id", e.asked(e.changeReply))
	app.Delete("/api/rsvps/:id", e.asked(e.withdrawReply))
}

// limited takes a token of the client's second bucket, that of orders.
func (s *Server) limited(handle fiber.Handler) fiber.Handler {
	return func(c *fiber.Ctx) error {
		if err := s.MayGenerate(c); err != nil {
			return err
		}
		return handle(c)
	}
}

// MayGenerate takes a token of the client's orders of designs, wherever they are ordered.
func (s *Server) MayGenerate(c *fiber.Ctx) error { return s.generates.allow(s.ClientAddr(c)) }

// Sheet is the guest list as CSV of the occasion that the path names as id, for pages that have an address of their own
// for it. It must not be called before Mount.
func (s *Server) Sheet(c *fiber.Ctx) error { return s.sheet(c) }

// bounded is the context of one request's work. It is not the connection's: a client that goes away, or a server that
// shuts down, does not break off what is being committed.
func bounded() (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.Background(), requestTimeout)
}
