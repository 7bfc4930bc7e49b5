// Package web serves the pages that people use: the guest's invitation and reply, the host's studio, the operator's console,
// and the contract as developers read it.
//
// Pages are rendered here and work without scripts: links, forms, 303 after each POST. Scripts are our own, embedded, and
// only add comfort: live numbers, the reader's own time, one reply for three clicks. Nothing is loaded from another host,
// nothing changes on a GET or when a page is opened, and whatever a user has written stays text. Writes are refused from
// foreign sites, and limited by the server that the pages are mounted on, like those of the API.
package web

import (
	"sync"

	"github.com/gofiber/fiber/v2"

	"convoke/adapters/web/console"
	"convoke/adapters/web/frame"
	"convoke/adapters/web/guest"
	"convoke/adapters/web/occasion"
	"convoke/adapters/web/studio"
	"convoke/application/analytics"
	"convoke/application/designs"
	"convoke/application/fleet"
	"convoke/application/jobs"
	"convoke/application/rsvps"
)

// Config of the pages. The zero value works.
type Config struct {
	PublicURL string // where browsers find this deployment, perhaps below a path; empty: not known

	MayAsk      func(c *fiber.Ctx) error // takes a token of the client's wishes for links; nil: there is no limit
	MayGenerate func(c *fiber.Ctx) error // takes a token of the client's orders of designs; nil: there is no limit
	MaySignIn   func(c *fiber.Ctx) error // takes a token of the client's tries to sign in as an operator; nil: there is no limit

	// What the pages pass on to the API, with the bearer that they know from a cookie; nil: it is not there.
	Socket fiber.Handler // the WebSocket
	Stream fiber.Handler // an occasion's counts as server-sent events
	Sheet  fiber.Handler // an occasion's guest list as CSV
}

// Parts are the use cases that the pages call.
type Parts struct {
	RSVPs   *rsvps.Service
	Reads   *rsvps.Reads
	Jobs    *jobs.Service
	Designs designs.Store
	Fleet   *fleet.Fleet
	Links   guest.Links        // nil: nothing is mailed, and the pages do not offer it
	Numbers *analytics.Service // nil: nothing is counted, and the pages say so
	Console console.Parts
}

// Handler answers the pages. Safe for concurrent use.
type Handler struct {
	frame   *frame.Frame
	assets  *assets
	guest   *guest.Handler
	studio  *studio.Handler
	console *console.Handler

	contract map[frame.Theme]func() (document, error) // each made when somebody wants to read it
}

// New makes a handler.
func New(config Config, parts Parts) (*Handler, error) {
	files, err := loadAssets()
	if err != nil {
		return nil, err
	}
	f, err := frame.New(config.PublicURL, "/assets/"+files.hash+"/")
	if err != nil {
		return nil, err
	}
	pictures := occasion.NewPictures(parts.Designs, f.Base)
	h := &Handler{
		frame: f, assets: files,
		guest: guest.New(f, guest.Parts{RSVPs: parts.RSVPs, Reads: parts.Reads, Pictures: pictures, Links: parts.Links, MayAsk: config.MayAsk}),
		studio: studio.New(f, studio.Parts{
			Jobs: parts.Jobs, Designs: parts.Designs, Fleet: parts.Fleet, RSVPs: parts.RSVPs, Reads: parts.Reads, Pictures: pictures,
			Numbers: parts.Numbers, MayGenerate: config.MayGenerate, Socket: config.Socket, Stream: config.Stream, Sheet: config.Sheet,
		}),
		console:  console.New(f, parts.Console, config.MaySignIn),
		contract: map[frame.Theme]func() (document, error){},
	}
	for _, theme := range []frame.Theme{frame.System, frame.Light, frame.Dark} {
		h.contract[theme] = sync.OnceValues(func() (document, error) { return h.renderContract(theme) })
	}
	return h, nil
}

// Mount adds the pages. Errors of their handlers are left to the app, which hands them to Problem.
func (h *Handler) Mount(app *fiber.App) {
	app.Get("/assets/:hash/:file", h.asset)
	app.Get("/favicon.ico", h.favicon)
	app.Post("/theme", h.frame.Guard, h.frame.SetTheme)
	app.Get("/docs", h.docs)
	h.guest.Mount(app)
	h.studio.Mount(app)
	h.console.Mount(app)
}
