package httpapi

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"convoke/domain/fault"
)

// problem is an RFC 9457 problem document.
type problem struct {
	Type          string       `json:"type"`
	Title         string       `json:"title"`
	Status        int          `json:"status"`
	Code          string       `json:"code"`
	Detail        string       `json:"detail"`
	Errors        []fieldError `json:"errors,omitempty"`
	CorrelationID string       `json:"correlationId,omitempty"`

	retryAfter int // seconds; 0: not said
}

type fieldError struct {
	Field   string `json:"field"`
	Message string `json:"message"`
}

// requestError is an error about the HTTP request itself, which the domain never sees.
type requestError struct {
	status     int
	code       string
	detail     string
	retryAfter int // seconds
}

func (r *requestError) Error() string { return r.code + ": " + r.detail }

// status is the one table from kinds to statuses.
func status(kind fault.Kind) int {
	switch kind {
	case fault.Invalid:
		return http.StatusUnprocessableEntity
	case fault.NotFound:
		return http.StatusNotFound
	case fault.Conflict:
		return http.StatusConflict
	case fault.Gone:
		return http.StatusGone
	case fault.Forbidden:
		return http.StatusForbidden
	case fault.Unauthenticated:
		return http.StatusUnauthorized
	case fault.Exhausted:
		return http.StatusTooManyRequests
	case fault.Unavailable:
		return http.StatusServiceUnavailable
	case fault.Internal:
	}
	return http.StatusInternalServerError
}

// problemOf says what a client may know of an error.
func problemOf(err error) problem {
	var refused *requestError
	var framework *fiber.Error
	switch faults := fault.All(err); {
	case errors.As(err, &refused):
		return problem{Status: refused.status, Code: refused.code, Detail: refused.detail, retryAfter: refused.retryAfter}
	case errors.As(err, &framework):
		return ofFramework(framework.Code)
	case len(faults) > 0:
		return ofFaults(faults)
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled):
		return problem{
			Status: http.StatusServiceUnavailable, Code: "timeout", retryAfter: 1,
			Detail: "the answer took too long; the request may still take effect, so repeat it with the same Idempotency-Key",
		}
	}
	return problem{
		Status: http.StatusInternalServerError, Code: "internal",
		Detail: "something went wrong on our side; quote the correlation id when you report it",
	}
}

func ofFaults(faults []*fault.Error) problem {
	first := faults[0]
	p := problem{Status: status(first.Kind), Code: first.Code, Detail: first.Message}
	if first.Kind == fault.Unavailable || first.Kind == fault.Exhausted {
		p.retryAfter = 1
	}
	var details []string
	for _, f := range faults {
		if f.Field != "" {
			p.Errors = append(p.Errors, fieldError{f.Field, f.Message})
			details = append(details, f.Field+" "+f.Message)
		}
	}
	if len(details) > 0 {
		p.Detail = strings.Join(details, "; ")
	}
	return p
}

// ofFramework translates what Fiber and fasthttp refuse by themselves. Their texts stay inside.
func ofFramework(code int) problem {
	p := problem{Status: code}
	switch code {
	case http.StatusNotFound:
		p.Code, p.Detail = "no-such-path", "there is nothing at this path"
	case http.StatusMethodNotAllowed:
		p.Code, p.Detail = "method-not-allowed", "the path does not take this method; see the Allow header"
	case http.StatusRequestTimeout:
		p.Code, p.Detail = "request-timeout", "the request did not arrive in time"
	case http.StatusRequestEntityTooLarge:
		p.Code, p.Detail = "body-too-large", fmt.Sprintf("the body must be at most %d bytes", bodyLimit)
	case http.StatusRequestHeaderFieldsTooLarge:
		p.Code, p.Detail = "headers-too-large", fmt.Sprintf("request line and headers must be at most %d bytes", headerLimit)
	case http.StatusUpgradeRequired:
		p.Code, p.Detail = "upgrade-required", "this is a WebSocket endpoint"
	default: // what is left is a request that could not be read
		p.Status, p.Code, p.Detail = http.StatusBadRequest, "bad-request", "the request is not valid HTTP"
	}
	return p
}

// fail answers with a problem. What went wrong on our side is logged under the id that the client gets.
func (s *Server) fail(c *fiber.Ctx, err error) {
	p := problemOf(err)
	p.Type, p.Title = "about:blank", http.StatusText(p.Status)
	if p.Status >= http.StatusInternalServerError {
		p.CorrelationID = rand.Text()
		s.failures.write("correlationId", p.CorrelationID, "method", method(c), "route", c.Route().Path, "status", p.Status, "error", err)
	}
	if p.retryAfter > 0 {
		c.Set(fiber.HeaderRetryAfter, strconv.Itoa(p.retryAfter))
	}
	c.Response().ResetBody()
	if s.show != nil && s.show(c, p.Status, p.Code, p.CorrelationID) {
		return
	}
	if writeJSON(c, p.Status, p) == nil {
		c.Set(fiber.HeaderContentType, "application/problem+json")
	}
}
