package httpapi

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"
)

const (
	corsMethods = "GET, POST, PUT, PATCH, DELETE"
	corsHeaders = "Authorization, Content-Type, Idempotency-Key, If-None-Match, Last-Event-ID, Prefer, Traceparent"
	corsExposed = "ETag, Location, Preference-Applied, Retry-After"
	corsMaxAge  = "7200" // seconds; browsers take no more
)

// origins are those whose pages may read what we answer. Pages of our own origin need no permission. Nothing is ever
// allowed by cookie: tokens travel in the Authorization header, which a foreign page does not have.
type origins struct {
	allowed []string
	all     bool
}

func newOrigins(allowed []string, publicURL string) origins {
	o := origins{all: slices.Contains(allowed, "*")}
	for _, origin := range append([]string{publicURL}, allowed...) {
		if u, err := url.Parse(origin); err == nil && u.Host != "" {
			o.allowed = append(o.allowed, strings.ToLower(u.Scheme+"://"+u.Host))
		}
	}
	return o
}

// preflight adds the permission to the answer of an allowed origin, and answers its preflight requests: true means that
// nothing is left to do.
func (o origins) preflight(c *fiber.Ctx) bool {
	origin := c.Get(fiber.HeaderOrigin)
	if o.all {
		origin = "*"
	} else if len(o.allowed) > 0 {
		c.Set(fiber.HeaderVary, fiber.HeaderOrigin) // shared caches keep the answers apart
	}
	if !o.all && !slices.Contains(o.allowed, strings.ToLower(origin)) {
		return false
	}
	c.Set(fiber.HeaderAccessControlAllowOrigin, origin)
	if method(c) != http.MethodOptions || c.Get(fiber.HeaderAccessControlRequestMethod) == "" {
		c.Set(fiber.HeaderAccessControlExposeHeaders, corsExposed)
		return false
	}
	c.Set(fiber.HeaderAccessControlAllowMethods, corsMethods)
	c.Set(fiber.HeaderAccessControlAllowHeaders, corsHeaders)
	c.Set(fiber.HeaderAccessControlMaxAge, corsMaxAge)
	c.Status(http.StatusNoContent)
	return true
}
