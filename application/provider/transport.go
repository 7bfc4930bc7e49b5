package provider

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"time"

	"convoke/domain/design"
)

const (
	maxResponse = 32 << 20 // bytes of one answer as it is streamed; the envelope of a stream is far larger than its text
	maxRefusal  = 64 << 10 // bytes of a refusal that are read for its reason
	maxWait     = 10 * time.Minute
)

// ErrUnreachable marks failures of the network: no connection, or one that broke.
var ErrUnreachable = errors.New("the provider can not be reached")

// StatusError is an answer whose HTTP status is no success.
type StatusError struct {
	Status     int
	Reason     string        // the provider's own code for it: a bare word, may be empty
	RetryAfter time.Duration // 0: it does not say
}

func (e *StatusError) Error() string { return fmt.Sprintf("HTTP %d %s", e.Status, e.Reason) }

// Transport turns every answer but a success into a *StatusError, failures of the network into ErrUnreachable, and ends
// an answer that is too large with design.ErrAssetTooLarge. It follows no redirect, so that a key stays with whom it is for.
type Transport struct {
	Base http.RoundTripper     // nil: http.DefaultTransport
	Pass func(status int) bool // statuses that are the caller's to judge, besides success; nil: none
}

// RoundTrip implements http.RoundTripper.
func (t *Transport) RoundTrip(request *http.Request) (*http.Response, error) {
	base := t.Base
	if base == nil {
		base = http.DefaultTransport
	}
	response, err := base.RoundTrip(request)
	if err != nil {
		return nil, unreachable(err)
	}
	if response.StatusCode/100 != 2 && (t.Pass == nil || !t.Pass(response.StatusCode)) {
		defer response.Body.Close()
		return nil, refusal(response)
	}
	response.Body = &body{ReadCloser: response.Body, left: maxResponse}
	return response, nil
}

func unreachable(err error) error { return fmt.Errorf("%w: %w", ErrUnreachable, err) }

// body reads an answer within its limit.
type body struct {
	io.ReadCloser
	left int
}

func (b *body) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, design.ErrAssetTooLarge
	}
	n, err := b.ReadCloser.Read(p[:min(len(p), b.left)])
	b.left -= n
	if err != nil && !errors.Is(err, io.EOF) {
		err = unreachable(err)
	}
	return n, err
}

func refusal(response *http.Response) *StatusError {
	content, _ := io.ReadAll(io.LimitReader(response.Body, maxRefusal))
	e := ReadRefusal(response.StatusCode, content)
	if wait := retryAfter(response.Header.Get("Retry-After"), time.Now()); wait > 0 {
		e.RetryAfter = min(wait, maxWait)
	}
	return e
}

// retryAfter reads the header: seconds, or a date.
func retryAfter(value string, now time.Time) time.Duration {
	if seconds, err := strconv.ParseFloat(value, 64); err == nil && seconds > 0 {
		return time.Duration(min(seconds, maxWait.Seconds()) * float64(time.Second))
	}
	if at, err := http.ParseTime(value); err == nil {
		return max(0, at.Sub(now))
	}
	return 0
}

var word = regexp.MustCompile(`^[A-Za-z0-9_.-]{1,48}$`)

// ReadRefusal reads the body of a refusal, or an error in the middle of a stream: the provider's own code (OpenAI's
// error.code or error.type, Google's reason or error.status) and Google's retryDelay. It takes bare words only, never a
// sentence: sentences may quote keys and briefs.
func ReadRefusal(status int, content []byte) *StatusError {
	var said struct {
		Error struct {
			Code    any
			Type    string
			Status  string
			Details []struct{ Reason, RetryDelay string }
		}
	}
	e := &StatusError{Status: status}
	if json.Unmarshal(content, &said) != nil {
		return e
	}
	code, _ := said.Error.Code.(string)
	words := []string{code, said.Error.Type, said.Error.Status}
	for _, d := range said.Error.Details {
		words = append([]string{d.Reason}, words...)
		if wait, err := time.ParseDuration(d.RetryDelay); err == nil && wait > 0 {
			e.RetryAfter = min(wait, maxWait)
		}
	}
	if at := slices.IndexFunc(words, word.MatchString); at >= 0 {
		e.Reason = words[at]
	}
	return e
}
