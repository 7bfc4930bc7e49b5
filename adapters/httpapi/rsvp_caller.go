package httpapi

import (
	"crypto/sha256"
	"crypto/subtle"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"convoke/application/rsvps"
	"convoke/application/uuid"
	"convoke/domain/fault"
	"convoke/domain/rsvp"
)

// asked calls a handler with who asks. Whoever sends a token that is not genuine is refused, also where none is needed.
func (e *endpoints) asked(handle func(c *fiber.Ctx, who rsvps.Caller) error) fiber.Handler {
	return func(c *fiber.Ctx) error {
		who, err := e.caller(c)
		if err == nil {
			err = handle(c, who)
		}
		switch {
		case err == nil || problemOf(err).Status != fiber.StatusUnauthorized:
		case c.Get(fiber.HeaderAuthorization) == "":
			c.Set(fiber.HeaderWWWAuthenticate, `Bearer realm="convoke"`)
		default:
			c.Set(fiber.HeaderWWWAuthenticate, `Bearer realm="convoke", error="invalid_token"`)
		}
		return err
	}
}

// caller reads the bearer token: the admin's, a host's or a guest's. Without one nobody asks.
func (e *endpoints) caller(c *fiber.Ctx) (rsvps.Caller, error) {
	if c.Get(fiber.HeaderAuthorization) == "" {
		return rsvps.Caller{}, nil
	}
	token, err := bearer(c)
	if err != nil {
		return rsvps.Caller{}, err
	}
	sent := sha256.Sum256([]byte(token))
	if subtle.ConstantTimeCompare(sent[:], e.server.admin.digest[:]) == 1 {
		return rsvps.Caller{Admin: true}, nil
	}
	claim, err := e.Signer.Read(token)
	if err != nil {
		return rsvps.Caller{}, err
	}
	return rsvps.Caller{Claim: &claim}, nil
}

// occasionID reads an occasion's id; empty stands for the deployment's own.
func occasionID(text string) (string, error) {
	if text == "" || text == rsvp.DefaultID {
		return rsvp.DefaultID, nil
	}
	id, ok := uuid.Parse(text)
	if !ok {
		return "", rsvp.ErrNoOccasion
	}
	return id, nil
}

// minRevision reads the revision that an answer must have reached; 0: any.
func minRevision(c *fiber.Ctx) (uint64, error) {
	text := c.Query("minRevision")
	if text == "" {
		return 0, nil
	}
	n, err := strconv.ParseUint(text, 10, 63)
	if err != nil {
		return 0, fault.Field("minRevision", "must be a whole number")
	}
	return n, nil
}

// trace is a copy of the request's traceparent.
func trace(c *fiber.Ctx) string { return strings.Clone(c.Get("Traceparent")) }
