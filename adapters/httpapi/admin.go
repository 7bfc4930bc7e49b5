package httpapi

import (
	"crypto/sha256"
	"crypto/subtle"
	"net/http"
	"strings"

	"github.com/gofiber/fiber/v2"
)

// admin knows the operators' token by its digest, so that comparing takes the same time whatever is sent.
// Without one nobody is an operator: an empty token is refused before it is compared.
type admin struct{ digest [sha256.Size]byte }

func newAdmin(token string) admin { return admin{sha256.Sum256([]byte(token))} }

// only lets a handler be called by operators.
func (a admin) only(handle fiber.Handler) fiber.Handler {
	return func(c *fiber.Ctx) error {
		token, err := bearer(c)
		if err != nil {
			c.Set(fiber.HeaderWWWAuthenticate, `Bearer realm="convoke"`)
			return err
		}
		sent := sha256.Sum256([]byte(token))
		if subtle.ConstantTimeCompare(sent[:], a.digest[:]) != 1 {
			c.Set(fiber.HeaderWWWAuthenticate, `Bearer realm="convoke", error="invalid_token"`)
			return &requestError{status: http.StatusUnauthorized, code: "wrong-token", detail: "the bearer token is not valid"}
		}
		return handle(c)
	}
}

func bearer(c *fiber.Ctx) (string, error) {
	header := c.Get(fiber.HeaderAuthorization)
	if header == "" {
		return "", &requestError{status: http.StatusUnauthorized, code: "missing-token", detail: "this needs a bearer token in the Authorization header"}
	}
	scheme, token, _ := strings.Cut(header, " ")
	if token = strings.TrimSpace(token); !strings.EqualFold(scheme, "Bearer") || token == "" {
		return "", &requestError{status: http.StatusUnauthorized, code: "malformed-token", detail: `the Authorization header must be "Bearer <token>"`}
	}
	return token, nil
}
