package httpapi

import (
	"errors"
	"fmt"
	"net/http"
	"runtime/debug"
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"

	"convoke/application/metric"
)

// around is what every request goes through: it turns errors and panics into problems and measures by route.
func (s *Server) around(c *fiber.Ctx) error {
	began := time.Now()
	err := s.next(c)
	if err != nil {
		s.fail(c, err)
	}
	c.Set(fiber.HeaderXContentTypeOptions, "nosniff") // last: a library may have reset the answer
	route := route(c, err)
	s.meter.Add(metric.HTTPRequests, 1, method(c), route, strconv.Itoa(c.Response().StatusCode()))
	s.meter.Observe(metric.HTTPSeconds, time.Since(began).Seconds(), route)
	return nil
}

func (s *Server) next(c *fiber.Ctx) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("panic: %v\n%s", r, debug.Stack())
		}
	}()
	if s.origins.preflight(c) {
		return nil
	}
	if changes(c) {
		if err := s.writes.allow(s.ClientAddr(c)); err != nil {
			return err
		}
	}
	return c.Next()
}

// route is the pattern that the request matched; paths that match none share one name, so that nobody can fill the
// registry with made-up ones.
func route(c *fiber.Ctx, err error) string {
	var framework *fiber.Error
	if errors.As(err, &framework) && (framework.Code == http.StatusNotFound || framework.Code == http.StatusMethodNotAllowed) {
		return "unmatched"
	}
	return c.Route().Path
}

// refuseUnread answers requests that could not be read.
func (s *Server) refuseUnread(c *fiber.Ctx, err error) error {
	s.fail(c, err)
	c.Set(fiber.HeaderXContentTypeOptions, "nosniff")
	s.meter.Add(metric.HTTPRequests, 1, method(c), "unmatched", strconv.Itoa(c.Response().StatusCode()))
	return nil
}

// knownMethods routes methods that Fiber would answer by itself, in plain text, like one that it knows and no path takes:
// they get the same 404, or 405 with Allow, and are counted as that one.
func knownMethods(next fasthttp.RequestHandler) fasthttp.RequestHandler {
	return func(ctx *fasthttp.RequestCtx) {
		if known(ctx.Method()) == "other" {
			ctx.Request.Header.SetMethod(http.MethodTrace)
		}
		next(ctx)
	}
}

// method is the request's method as a constant: Fiber's own string is memory that is used again.
func method(c *fiber.Ctx) string { return known(c.Request().Header.Method()) }

func known(method []byte) string {
	for _, m := range [...]string{
		http.MethodGet, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodHead,
		http.MethodOptions, http.MethodConnect, http.MethodTrace,
	} {
		if string(method) == m {
			return m
		}
	}
	return "other"
}

// changes reports whether the request may change anything.
func changes(c *fiber.Ctx) bool {
	switch method(c) {
	case http.MethodGet, http.MethodHead, http.MethodOptions, http.MethodTrace:
		return false
	}
	return true
}
