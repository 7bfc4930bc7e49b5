// Package web serves the pages that people use: the guest's invitation, the guest's own reply, and the contract as
// developers read it.
//
// Pages are rendered here and work without scripts, end to end: links, forms, 303 after each POST. Scripts are our own,
// embedded, and only add comfort: live counts, the reader's own time, one reply for three clicks. Nothing is loaded from
// another host, nothing changes on a GET or when a page is opened, and whatever a user has written stays text. A guest is
// known by the token of their reply, in a cookie that no script can read and that goes to the occasion's pages only. Writes
// are refused from foreign sites, and limited by the server that the pages are mounted on, like those of the API.
package web

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/a-h/templ"
	"github.com/gofiber/fiber/v2"

	"convoke/adapters/web/pages"
	"convoke/application/designs"
	"convoke/application/rsvps"
	"convoke/domain/fault"
)

const requestTimeout = 10 * time.Second

// Links mails guests the link to their reply again.
type Links interface {
	// Ask wishes for the link to the reply of an address. It returns at once, and nil whether or not there is such a
	// reply, so that nobody can learn who has replied; its only error is a fault of an address that can be none.
	Ask(occasionID, email string) error
}

// Config of the pages. The zero value works.
type Config struct {
	PublicURL string                   // where browsers find this deployment, perhaps below a path; empty: not known
	MayAsk    func(c *fiber.Ctx) error // takes a token of the client's wishes for links; nil: there is no limit
}

// Parts are the use cases that the pages call.
type Parts struct {
	RSVPs   *rsvps.Service
	Reads   *rsvps.Reads
	Designs designs.Store
	Links   Links // nil: nothing is mailed, and the pages do not offer it
}

// Handler answers the pages. Safe for concurrent use.
type Handler struct {
	Parts
	site     pages.Site
	secure   bool
	mayAsk   func(c *fiber.Ctx) error
	assets   *assets
	pictures *pictures
	origin   *http.CrossOriginProtection
	contract func() (document, error) // made when somebody wants to read it
}

// New makes a handler.
func New(config Config, parts Parts) (*Handler, error) {
	files, err := loadAssets()
	if err != nil {
		return nil, err
	}
	h := &Handler{
		Parts: parts, mayAsk: config.MayAsk, assets: files, pictures: newPictures(parts.Designs), origin: http.NewCrossOriginProtection(),
	}
	h.contract = sync.OnceValues(h.renderContract)
	h.site = pages.Site{Base: strings.TrimSuffix(config.PublicURL, "/"), Assets: "/assets/" + files.hash + "/"}
	if config.PublicURL == "" {
		return h, nil
	}
	public, err := url.Parse(config.PublicURL)
	if err != nil {
		return nil, fmt.Errorf("web: PUBLIC_URL: %w", err)
	}
	h.secure, h.site.Root = public.Scheme == "https", strings.TrimSuffix(public.Path, "/")
	if err := h.origin.AddTrustedOrigin(public.Scheme + "://" + public.Host); err != nil { // proxies may change the Host
		return nil, fmt.Errorf("web: PUBLIC_URL: %w", err)
	}
	return h, nil
}

// Mount adds the pages. Errors of their handlers are left to the app, which hands them to Problem.
func (h *Handler) Mount(app *fiber.App) {
	app.Get("/assets/:hash/:file", h.asset)
	app.Get("/favicon.ico", h.favicon)
	app.Get("/docs", h.docs)

	page := app.Group("/o/:id", h.guard)
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
	page.Post("/reply/forget", h.forgetReply)
	page.Get("/reply/forget", h.backTo("/reply"))
}

// policy lets a page load what is ours and nothing else; no script may turn text into markup.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; " +
	"form-action 'self'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'"

// guard sets what holds for every page and refuses writes from foreign sites.
func (h *Handler) guard(c *fiber.Ctx) error {
	protect(c)
	if err := h.origin.Check(plainRequest(c)); err != nil {
		return errForeignSite.Because(err)
	}
	return c.Next()
}

// protect sets the headers of every page. The referrer stays on this site; "no-referrer" would also take the Origin from
// our own forms, and plain HTTP has nothing else to tell them from a foreign site's.
func protect(c *fiber.Ctx) {
	c.Set(fiber.HeaderContentSecurityPolicy, policy)
	c.Set(fiber.HeaderReferrerPolicy, "same-origin")
	c.Set(fiber.HeaderXContentTypeOptions, "nosniff")
	c.Set(fiber.HeaderCacheControl, keepNothing)
}

// What caches may do with a page. A page that may be restored by Back is not kept from it.
const (
	keepNothing = "no-store"
	askAgain    = "private, no-cache"
)

var errForeignSite = fault.New(fault.Forbidden, "foreign-site", "this form was sent by another site")

// plainRequest is as much of a request as the check of its origin looks at.
func plainRequest(c *fiber.Ctx) *http.Request {
	r := &http.Request{Method: string(c.Request().Header.Method()), Host: string(c.Context().Host()), URL: &url.URL{}, Header: http.Header{}}
	for _, name := range []string{fiber.HeaderOrigin, "Sec-Fetch-Site"} {
		if value := c.Get(name); value != "" {
			r.Header.Set(name, strings.Clone(value))
		}
	}
	return r
}

// show answers with a page.
func show(c *fiber.Ctx, status int, page templ.Component) error {
	var b bytes.Buffer
	if err := page.Render(context.Background(), &b); err != nil {
		return fmt.Errorf("web: rendering a page: %w", err)
	}
	c.Status(status)
	c.Set(fiber.HeaderContentType, fiber.MIMETextHTMLCharsetUTF8)
	c.Response().SetBodyRaw(b.Bytes())
	return nil
}

// goTo answers a write: the browser shows the page at a path of ours, and repeats nothing when it is reloaded.
func (h *Handler) goTo(c *fiber.Ctx, parts ...string) error {
	c.Status(http.StatusSeeOther)
	c.Set(fiber.HeaderLocation, h.site.URL(parts...))
	return nil
}

// backTo answers a GET of an address that only takes writes, as a reload or a bookmark makes it.
func (h *Handler) backTo(path string) fiber.Handler {
	return func(c *fiber.Ctx) error {
		id, err := occasionID(c)
		if err != nil {
			return err
		}
		return h.goTo(c, "/o/", id, path)
	}
}

// bounded is the context of one request's work. It is not the connection's: a browser that goes away does not break off
// what is being committed.
func bounded() (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.Background(), requestTimeout)
}
