package contractcheck

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// problemJSON is the media type of errors.
const problemJSON = "application/problem+json"

// exchange is a request and its answer, read to its end.
type exchange struct {
	request  *http.Request
	sent     []byte
	response *http.Response
	got      []byte
}

// judge says what the contract does not allow of an exchange, or nil.
func (c *Contract) judge(e exchange) error {
	path, method := e.request.URL.EscapedPath(), e.request.Method
	if isPage(path) {
		return nil
	}
	if method == http.MethodOptions && e.response.StatusCode == http.StatusNoContent {
		return nil // a preflight
	}
	op, found, known := c.find(method, path)
	switch {
	case !known:
		return c.judgeUnmatched(e, http.StatusNotFound)
	case !found:
		return c.judgeUnmatched(e, http.StatusMethodNotAllowed)
	}
	answer, ok := op.responses[strconv.Itoa(e.response.StatusCode)]
	if !ok {
		return fmt.Errorf("the status %d is not documented: %s", e.response.StatusCode, clip(e.got))
	}
	return errors.Join(c.judgeHeaders(answer, e.response.Header), c.judgeBody(answer, e), c.judgeRequest(op, e))
}

// early are what a request may be answered with before anybody looks for its route.
var early = map[int]bool{400: true, 408: true, 413: true, 429: true, 431: true, 503: true}

// judgeUnmatched looks at the answer to a request that matches nothing.
func (c *Contract) judgeUnmatched(e exchange, want int) error {
	status := e.response.StatusCode
	if status != want && !early[status] {
		return fmt.Errorf("it is not documented, and yet answered with %d: %s", status, clip(e.got))
	}
	if status == http.StatusMethodNotAllowed && e.response.Header.Get("Allow") == "" && slices.Contains(methods, strings.ToLower(e.request.Method)) {
		return errors.New("405 without Allow")
	}
	if e.request.Method == http.MethodHead {
		return nil
	}
	if media := mediaOf(e.response.Header); media != problemJSON {
		return fmt.Errorf("a %d of %q, not %s", status, media, problemJSON)
	}
	return c.validJSON(place(httpDocument, "components", "schemas", "Problem"), e.got)
}

func (c *Contract) judgeHeaders(answer response, sent http.Header) error {
	var all []error
	for name, h := range answer.headers {
		value := sent.Get(name)
		if value == "" {
			if h.required {
				all = append(all, fmt.Errorf("the header %s is missing", name))
			}
			continue
		}
		if err := c.valid(place(httpDocument, h.place...), value); err != nil {
			all = append(all, fmt.Errorf("the header %s: %w", name, err))
		}
	}
	return errors.Join(all...)
}

func (c *Contract) judgeBody(answer response, e exchange) error {
	if e.request.Method == http.MethodHead {
		return nil
	}
	media := mediaOf(e.response.Header)
	if len(answer.media) == 0 {
		if len(e.got) > 0 {
			return fmt.Errorf("there must be no body: %s", clip(e.got))
		}
		return nil
	}
	schema, ok := answer.media[media]
	if !ok {
		return fmt.Errorf("the content type %q is not documented for %d", media, e.response.StatusCode)
	}
	if schema == nil || !strings.HasSuffix(media, "json") {
		return nil
	}
	if err := c.validJSON(place(httpDocument, schema...), e.got); err != nil {
		return fmt.Errorf("the body: %w\n%s", err, clip(e.got))
	}
	if media != problemJSON {
		return nil
	}
	return judgeProblem(answer, e)
}

func judgeProblem(answer response, e exchange) error {
	var problem struct {
		Status        int
		Code          string
		CorrelationID string
	}
	if err := json.Unmarshal(e.got, &problem); err != nil {
		return err
	}
	switch {
	case problem.Status != e.response.StatusCode:
		return fmt.Errorf("the problem of a %d says %d", e.response.StatusCode, problem.Status)
	case !answer.codes[problem.Code]:
		return fmt.Errorf("the code %q is not documented for %d", problem.Code, problem.Status)
	case (problem.Status >= http.StatusInternalServerError) != (problem.CorrelationID != ""):
		return fmt.Errorf("a %d with correlationId %q", problem.Status, problem.CorrelationID)
	}
	return nil
}

// judgeRequest looks at a request that was successful: what the server takes must be documented.
func (c *Contract) judgeRequest(op operation, e exchange) error {
	if e.response.StatusCode < 200 || e.response.StatusCode >= 300 {
		return nil
	}
	var all []error
	for name, values := range e.request.URL.Query() {
		schema, ok := op.queries[name]
		if !ok {
			all = append(all, fmt.Errorf("the query parameter %s is not documented", name))
			continue
		}
		for _, value := range values {
			if err := c.validText(place(httpDocument, schema...), value); err != nil {
				all = append(all, fmt.Errorf("the query parameter %s: %w", name, err))
			}
		}
	}
	if op.body != nil {
		if err := c.validRequest(place(httpDocument, op.body...), e.sent); err != nil {
			all = append(all, fmt.Errorf("the request was taken: %w\n%s", err, clip(e.sent)))
		}
	}
	return errors.Join(all...)
}

// Ignored are fields that tests send to see that the server passes over what it does not know.
var Ignored = []string{"Name", "unknown"}

func (c *Contract) validRequest(place string, sent []byte) error {
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(sent))
	if err != nil {
		return err
	}
	if fields, ok := value.(map[string]any); ok {
		for _, name := range Ignored {
			delete(fields, name)
		}
	}
	return c.valid(place, value)
}

// validText takes a parameter for a text, or for a number if it looks like one.
func (c *Contract) validText(place, value string) error {
	err := c.valid(place, value)
	if err != nil && c.validJSON(place, []byte(value)) == nil {
		return nil
	}
	return err
}

func mediaOf(h http.Header) string {
	media, _, _ := mime.ParseMediaType(h.Get("Content-Type"))
	return media
}
