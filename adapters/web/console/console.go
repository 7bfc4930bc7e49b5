// Package console serves the pages of the operator's console: what runs, what waits, what has failed, and what to do about
// it. There is none where there is no admin token. Whoever has that token gets a session; without one nothing is shown.
// Every part of a page is looked at by itself, so that one that is ill blanks no other, and each write leaves one line in
// the log.
package console

import (
	"log/slog"

	"github.com/gofiber/fiber/v2"

	"convoke/adapters/web/frame"
	"convoke/application/bulk"
	"convoke/application/deadletter"
	"convoke/application/jobs"
	"convoke/application/overview"
	"convoke/application/port"
	"convoke/application/replay"
	"convoke/application/topics"
)

// hue is the console's colour.
const hue = "hue-250"

// Parts are the use cases that the pages call.
type Parts struct {
	AdminToken string // who has it is an operator; empty: there is no console
	Overview   *overview.Service
	Jobs       *jobs.Service
	Bulk       *bulk.Service
	Letters    *deadletter.Service
	Replay     *replay.Service
	Viewer     *topics.Viewer
	Checks     map[string]port.Checker // what readiness depends on, by name
	Clock      port.Clock
	IDs        port.IDs
	Log        *slog.Logger
}

// Handler answers the pages. Safe for concurrent use.
type Handler struct {
	Parts
	frame     *frame.Frame
	sessions  sessions
	maySignIn func(c *fiber.Ctx) error // nil: there is no limit
}

// New makes a handler. maySignIn takes a token of the client's tries to sign in; nil: there is no limit.
func New(f *frame.Frame, parts Parts, maySignIn func(c *fiber.Ctx) error) *Handler {
	return &Handler{parts, f, newSessions(parts.AdminToken), maySignIn}
}

// Mount adds the pages. Errors of their handlers are left to the app.
func (h *Handler) Mount(app *fiber.App) {
	if h.AdminToken == "" {
		return
	}
	all := app.Group("/console", h.frame.Guard)
	all.Get("/session", h.askToken)
	all.Post("/session", h.signIn)
	all.Post("/session/end", h.signOut)

	page := all.Group("", h.known)
	page.Get("", h.overview)
	page.Get("/jobs", h.jobs)
	page.Get("/jobs/:id", h.job)
	page.Post("/jobs/:id/retry", h.retryJob)
	page.Get("/jobs/:id/cancel", h.askCancelJob)
	page.Post("/jobs/:id/cancel", h.cancelJob)
	page.Get("/bulk", h.askBulk)
	page.Post("/bulk", h.startBulk)
	page.Get("/operations", h.operations)
	page.Get("/operations/:id", h.operation)
	page.Get("/letters", h.heaps)
	page.Get("/letters/all", h.letters)
	page.Get("/letters/:id", h.letter)
	page.Get("/letters/:id/redrive", h.askRedriveLetter)
	page.Post("/letters/:id/redrive", h.redriveLetter)
	page.Get("/letters/:id/discard", h.askDiscardLetter)
	page.Post("/letters/:id/discard", h.discardLetter)
	page.Get("/groups", h.groups)
	page.Get("/groups/replay", h.askReplay)
	page.Post("/groups/replay", h.replayGroup)
	page.Get("/workers", h.workers)
	page.Get("/topics", h.topics)
	page.Get("/topics/tail", h.tail)
	page.Use(func(*fiber.Ctx) error { return fiber.ErrNotFound })
}

// audit writes down what an operator has done. What is done to many at once is written down by its use case.
func (h *Handler) audit(c *fiber.Ctx, act string, about ...any) {
	h.Log.Info("an operator has acted", append([]any{"by", operator(c), "act", act}, about...)...)
}
