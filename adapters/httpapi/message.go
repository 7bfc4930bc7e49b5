package httpapi

import (
	"encoding/json"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"reflect"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/gofiber/fiber/v2"

	"convoke/application/idempotency"
	"convoke/application/uuid"
	"convoke/domain/fault"
)

// writeJSON answers with a document. Answers of the API are the asker's alone, so nothing in between keeps them.
func writeJSON(c *fiber.Ctx, status int, document any) error {
	c.Status(status)
	c.Set(fiber.HeaderContentType, fiber.MIMEApplicationJSON)
	c.Set(fiber.HeaderCacheControl, "no-store")
	encoder := json.NewEncoder(c) // Fiber's context appends to the body
	encoder.SetEscapeHTML(false)  // it would make six bytes of each "<" of a drawing
	if err := encoder.Encode(document); err != nil {
		return fmt.Errorf("http: encoding an answer: %w", err)
	}
	return nil
}

// readJSON decodes the body. Its error says what is wrong with it, by field where there is one; unknown fields are ignored.
func readJSON(c *fiber.Ctx, into any) error {
	if err := expectJSON(c); err != nil {
		return err
	}
	return decode(c.Request().Body(), into)
}

// expectJSON refuses other media types. Compressed bodies are refused too: they could unfold to any size.
func expectJSON(c *fiber.Ctx) error {
	media, params, err := mime.ParseMediaType(c.Get(fiber.HeaderContentType))
	charset, said := params["charset"]
	switch {
	case err != nil, media != fiber.MIMEApplicationJSON, said && !strings.EqualFold(charset, "utf-8"):
		return &requestError{status: http.StatusUnsupportedMediaType, code: "unsupported-media-type", detail: "the Content-Type must be application/json"}
	case c.Get(fiber.HeaderContentEncoding) != "":
		return &requestError{status: http.StatusUnsupportedMediaType, code: "unsupported-encoding", detail: "the body must not be encoded"}
	}
	return nil
}

func decode(body []byte, into any) error {
	if !utf8.Valid(body) {
		return malformed("the body is not valid UTF-8")
	}
	err := json.Unmarshal(body, into)
	var wrong *json.UnmarshalTypeError
	switch {
	case err == nil:
		return nil
	case !errors.As(err, &wrong):
		return malformed("the body is not valid JSON: " + err.Error())
	case wrong.Field == "":
		return malformed("the body must be a JSON object")
	}
	return fault.Field(wrong.Field, "must be "+describe(wrong.Type))
}

func malformed(detail string) error {
	return &requestError{status: http.StatusBadRequest, code: "malformed-json", detail: detail}
}

func describe(t reflect.Type) string {
	switch t.Kind() { //nolint:exhaustive // the kinds that bodies have
	case reflect.String:
		return "a string"
	case reflect.Slice:
		return "a list"
	case reflect.Struct:
		return "an object"
	case reflect.Bool:
		return "true or false"
	}
	return "a whole number"
}

// plain refuses control characters, which databases refuse too.
func plain(field, value string) error {
	if !utf8.ValidString(value) || strings.ContainsFunc(value, unicode.IsControl) {
		return fault.Field(field, "must not contain control characters")
	}
	return nil
}

// moment reads an RFC 3339 time; an empty one is zero.
func moment(field, value string) (time.Time, error) {
	if value == "" {
		return time.Time{}, nil
	}
	t, err := time.Parse(time.RFC3339, value)
	if err != nil {
		return time.Time{}, fault.Field(field, "must be an RFC 3339 time such as 2026-06-12T16:00:00Z")
	}
	return t.UTC(), nil
}

// pathID returns the UUID in the path. What is no UUID is nobody's id, and notFound is returned without a look.
func pathID(c *fiber.Ctx, name string, notFound error) (string, error) {
	id, ok := uuid.Parse(c.Params(name))
	if !ok {
		return "", notFound
	}
	return id, nil
}

// bodyID checks an id that a body gives.
func bodyID(field, text string) (string, error) {
	id, ok := uuid.Parse(text)
	if !ok {
		return "", fault.Field(field, "must be an id as this server gives it")
	}
	return id, nil
}

// queryText returns a copy of a query parameter: the request's memory is used again.
func queryText(c *fiber.Ctx, name string) (string, error) {
	value := strings.Clone(c.Query(name))
	return value, plain(name, value)
}

func queryInt(c *fiber.Ctx, name string) (int, error) {
	text := c.Query(name)
	if text == "" {
		return 0, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n == 0 {
		return 0, fault.Field(name, "must be a whole number above 0")
	}
	return n, nil
}

// requestKey makes the request's idempotency key; it is zero for a request without one.
func requestKey(c *fiber.Ctx) (idempotency.Key, error) {
	key := c.Get("Idempotency-Key")
	if len(key) > 255 || strings.ContainsFunc(key, func(r rune) bool { return r < ' ' || r > '~' }) {
		return idempotency.Key{}, &requestError{
			status: http.StatusBadRequest, code: "bad-idempotency-key", detail: "the Idempotency-Key must be at most 255 printable ASCII characters",
		}
	}
	return idempotency.NewKey(c.Path(), c.Get(fiber.HeaderAuthorization), key, c.Request().Body()), nil
}
