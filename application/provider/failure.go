// Package provider is what generators behind somebody else's service have in common: failures with stable codes, an
// answer that is collected within a limit, health by what happened last, and an HTTP transport that takes no more than
// the code out of a refusal.
package provider

import (
	"context"
	"errors"
	"net/http"

	"convoke/application/port"
	"convoke/domain/design"
)

// The closed list of codes that a provider's failure may have, besides those of design.ErrAssetTooLarge and its like.
const (
	RateLimited  = "rate-limited"          // asked too often, or a quota is used up
	Unavailable  = "provider-unavailable"  // unreachable, 5xx, cut off in the middle
	Unauthorized = "provider-unauthorized" // the key is wrong or may not do this
	Rejected     = "provider-rejected"     // any other 4xx: a model that does not exist, a request that it does not take
	Timeout      = "timeout"               // no whole answer in the time that a try has
	Refused      = "refused"               // the provider will not draw this brief
	NoDrawing    = "no-drawing"            // an answer without a drawing that can be used
	CutShort     = "cut-short"             // the answer ended in the middle by the provider's own limit
)

// Failure is a failure of the generator with one of the codes. Its message is for people and made here, from nothing
// that the provider said.
func Failure(id, code string) *port.GenerateError {
	f := &port.GenerateError{Code: code}
	switch code {
	case RateLimited:
		f.Message, f.Retryable = id+" is asked too often, or its quota is used up", true
	case Unavailable:
		f.Message, f.Retryable = id+" is not available", true
	case Unauthorized:
		f.Message = id + " does not accept this deployment's key"
	case Rejected:
		f.Message = id + " does not accept the request"
	case Timeout:
		f.Message, f.Retryable = id+" took too long", true
	case Refused:
		f.Message = id + " will not draw this brief"
	case CutShort:
		f.Message, f.Retryable = id+"'s answer ended in the middle of the drawing", true
	default:
		f.Code, f.Message, f.Retryable = NoDrawing, id+" answered without a drawing that can be used", true
	}
	return f
}

// Classify makes an error of a call a failure. What is not known better is an answer that nobody can use.
func Classify(id string, err error) *port.GenerateError {
	var own *port.GenerateError
	var status *StatusError
	switch {
	case errors.As(err, &own):
		return own
	case errors.As(err, &status):
		return Failure(id, status.code())
	case errors.Is(err, design.ErrAssetTooLarge):
		return &port.GenerateError{Code: design.ErrAssetTooLarge.Code, Message: design.ErrAssetTooLarge.Message}
	case errors.Is(err, context.DeadlineExceeded):
		return Failure(id, Timeout)
	case errors.Is(err, ErrUnreachable):
		return Failure(id, Unavailable)
	}
	return Failure(id, NoDrawing)
}

// code is what an HTTP status, and the reason that came with it, mean.
func (e *StatusError) code() string {
	switch {
	case e.Reason == "API_KEY_INVALID":
		return Unauthorized // Gemini says so with 400
	case e.Status == http.StatusTooManyRequests, e.Status == http.StatusPaymentRequired:
		return RateLimited
	case e.Status == http.StatusUnauthorized, e.Status == http.StatusForbidden, e.Status == http.StatusProxyAuthRequired:
		return Unauthorized
	case e.Status == http.StatusRequestTimeout, e.Status >= 500:
		return Unavailable
	}
	return Rejected
}
