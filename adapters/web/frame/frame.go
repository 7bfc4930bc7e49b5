// Package frame is what all pages have in common: the HTML around them, the parts of forms, the headers that protect
// them, and how a request of a browser is read and answered. It knows no use case.
package frame

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"convoke/domain/fault"
)

// Site is where the pages are.
type Site struct {
	Base   string // the deployment's address as browsers know it, without a trailing slash; empty: not known
	Root   string // the path in Base, without a trailing slash
	Assets string // the path of the assets below Root
}

// URL is the one way from a path of ours to what stands in a page.
func (s Site) URL(parts ...string) string { return s.Root + strings.Join(parts, "") }

// Asset is the address of a script, a sheet or a typeface.
func (s Site) Asset(name string) string { return s.URL(s.Assets, name) }

// Absolute is an address that can be sent to somebody. Where PUBLIC_URL is not set it is on the host that was asked.
func (s Site) Absolute(c *fiber.Ctx, parts ...string) string {
	path := strings.Join(parts, "")
	if s.Base != "" {
		return s.Base + path
	}
	return c.Protocol() + "://" + string(c.Context().Host()) + path
}

// Frame is what surrounds the pages of one deployment. Safe for concurrent use.
type Frame struct {
	Site
	secure bool
	origin *http.CrossOriginProtection
}

// New makes a frame. publicURL is where browsers find the deployment, perhaps below a path; empty: not known. assets is the
// path of the files that pages load.
func New(publicURL, assets string) (*Frame, error) {
	f := &Frame{Site: Site{Base: strings.TrimSuffix(publicURL, "/"), Assets: assets}, origin: http.NewCrossOriginProtection()}
	if publicURL == "" {
		return f, nil
	}
	public, err := url.Parse(publicURL)
	if err != nil {
		return nil, fmt.Errorf("web: PUBLIC_URL: %w", err)
	}
	f.secure, f.Root = public.Scheme == "https", strings.TrimSuffix(public.Path, "/")
	if err := f.origin.AddTrustedOrigin(public.Scheme + "://" + public.Host); err != nil { // proxies may change the Host
		return nil, fmt.Errorf("web: PUBLIC_URL: %w", err)
	}
	return f, nil
}

// ErrForeignSite is the fault of a form that another site has sent.
var ErrForeignSite = fault.New(fault.Forbidden, "foreign-site", "this form was sent by another site")

// Guard sets what holds for every page and refuses writes from foreign sites.
func (f *Frame) Guard(c *fiber.Ctx) error {
	Protect(c)
	if err := f.ownSite(c, string(c.Request().Header.Method())); err != nil {
		return err
	}
	return c.Next()
}

// OwnSite refuses what another site asks for with this browser's cookies, also where nothing is written: the handshake of
// a socket.
func (f *Frame) OwnSite(c *fiber.Ctx) error { return f.ownSite(c, http.MethodPost) }

func (f *Frame) ownSite(c *fiber.Ctx, method string) error {
	if err := f.origin.Check(plainRequest(c, method)); err != nil {
		return ErrForeignSite.Because(err)
	}
	return nil
}

// policy lets a page load what is ours and nothing else. One policy of ours may turn text into markup: the one that puts a
// part of a page, as this server has rendered it, in the place of the older one (src/region.ts).
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; " +
	"form-action 'self'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types convoke"

// Protect sets the headers of every page. The referrer stays on this site; "no-referrer" would also take the Origin from
// our own forms, and plain HTTP has nothing else to tell them from a foreign site's.
func Protect(c *fiber.Ctx) {
	c.Set(fiber.HeaderContentSecurityPolicy, policy)
	c.Set(fiber.HeaderReferrerPolicy, "same-origin")
	c.Set(fiber.HeaderXContentTypeOptions, "nosniff")
	c.Set(fiber.HeaderCacheControl, KeepNothing)
}

// What caches may do with a page. A page that may be restored by Back is not kept from it.
const (
	KeepNothing = "no-store"
	AskAgain    = "private, no-cache"
)

// plainRequest is as much of a request as the check of its origin looks at.
func plainRequest(c *fiber.Ctx, method string) *http.Request {
	r := &http.Request{Method: method, Host: string(c.Context().Host()), URL: &url.URL{}, Header: http.Header{}}
	for _, name := range []string{fiber.HeaderOrigin, "Sec-Fetch-Site"} {
		if value := c.Get(name); value != "" {
			r.Header.Set(name, strings.Clone(value))
		}
	}
	return r
}

// GoTo answers a write: the browser shows the page at a path of ours, and repeats nothing when it is reloaded.
func (f *Frame) GoTo(c *fiber.Ctx, parts ...string) error {
	c.Status(http.StatusSeeOther)
	c.Set(fiber.HeaderLocation, f.URL(parts...))
	return nil
}

// Cookie makes a cookie that no script can read and that goes to the pages below a path of ours only. It lives for
// seconds; 0: it is removed.
func (f *Frame) Cookie(name, path, value string, seconds int) *fiber.Cookie {
	cookie := &fiber.Cookie{
		Name: name, Value: value, Path: f.URL(path), MaxAge: seconds,
		HTTPOnly: true, Secure: f.secure, SameSite: fiber.CookieSameSiteLaxMode,
	}
	if seconds <= 0 {
		cookie.Value, cookie.Expires = "", time.Unix(0, 0)
	}
	return cookie
}

const requestTimeout = 10 * time.Second

// Bounded is the context of one request's work. It is not the connection's: a browser that goes away does not break off
// what is being committed.
func Bounded() (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.Background(), requestTimeout)
}

// Text reads a field of a form that a browser has sent. Browsers end lines as HTTP does.
func Text(c *fiber.Ctx, name string) string {
	text := string(c.Request().PostArgs().Peek(name))
	return strings.ReplaceAll(text, "\r\n", "\n")
}

// Token finds the token in what somebody has pasted, or the script has taken from the address: the code itself, or the link
// that ends with it.
func Token(c *fiber.Ctx) string {
	pasted := Text(c, "token")
	if at := strings.LastIndex(pasted, "#t="); at >= 0 {
		pasted = pasted[at+len("#t="):]
	}
	return strings.TrimSpace(pasted)
}

// Trace is a copy of the request's traceparent.
func Trace(c *fiber.Ctx) string { return strings.Clone(c.Get("Traceparent")) }
