package guest

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"convoke/adapters/web/occasion"
	"convoke/application/rsvps"
	"convoke/domain/fault"
	"convoke/domain/rsvp"
)

// cookieName holds a guest's token. Its path is the occasion's page: it goes nowhere else, each occasion has its own, and
// a browser with many invitations still sends small requests.
const cookieName = "guest"

// Lifetimes of the cookie. The token inside ends on its own a week after the occasion.
const (
	afterwards = 7 * 24 * time.Hour
	undated    = 180 * 24 * time.Hour
)

// remember keeps a guest's token in their browser.
func (h *Handler) remember(c *fiber.Ctx, o rsvp.State, token string) {
	lives := undated
	if end := occasion.Ends(o); !end.IsZero() {
		lives = max(end.Add(afterwards).Sub(h.RSVPs.Clock.Now()), 0)
	}
	c.Cookie(h.cookie(o.ID, token, int(lives.Seconds())))
}

// forget takes the token out of the browser.
func (h *Handler) forget(c *fiber.Ctx, id string) { c.Cookie(h.cookie(id, "", 0)) }

func (h *Handler) cookie(id, token string, seconds int) *fiber.Cookie {
	return h.frame.Cookie(cookieName, "/o/"+id, token, seconds)
}

// caller is who the browser says it is: the bearer of the cookie's token, or nobody.
func (h *Handler) caller(c *fiber.Ctx) (rsvps.Caller, error) {
	return h.bearer(strings.Clone(c.Cookies(cookieName)))
}

func (h *Handler) bearer(token string) (rsvps.Caller, error) {
	if token == "" {
		return rsvps.Caller{}, rsvps.ErrNoToken
	}
	claim, err := h.RSVPs.Signer.Read(token)
	if err != nil {
		return rsvps.Caller{}, err
	}
	return rsvps.Caller{Claim: &claim}, nil
}

// own returns the caller's reply to an occasion. A token for another occasion is a foreign one.
func (h *Handler) own(ctx context.Context, who rsvps.Caller, id string) (rsvp.Reply, error) {
	r, o, err := h.RSVPs.ByToken(ctx, who)
	if err == nil && o.ID != id {
		err = rsvps.ErrForeign
	}
	if err != nil {
		return rsvp.Reply{}, err
	}
	return r, nil
}

// visitor returns the reply that this browser knows of, or nil. A token that opens nothing is as good as none.
func (h *Handler) visitor(ctx context.Context, c *fiber.Ctx, id string) (*rsvp.Reply, error) {
	who, err := h.caller(c)
	if err != nil {
		return nil, nil //nolint:nilerr // a forged cookie is no cookie
	}
	r, err := h.own(ctx, who, id)
	switch {
	case err == nil:
		return &r, nil
	case opensNothing(err):
		return nil, nil
	}
	return nil, err
}

// opensNothing reports whether an error is the token's fault, and not ours.
func opensNothing(err error) bool {
	switch fault.KindOf(err) { //nolint:exhaustive // the kinds that are about tokens
	case fault.Unauthenticated, fault.Forbidden, fault.Gone, fault.NotFound:
		return true
	}
	return false
}

// tokenStatus is the answer to a token that opens nothing.
func tokenStatus(err error) int {
	switch fault.KindOf(err) { //nolint:exhaustive // the kinds that are about tokens
	case fault.Forbidden:
		return http.StatusForbidden
	case fault.Gone:
		return http.StatusGone
	case fault.NotFound:
		return http.StatusNotFound
	}
	return http.StatusUnauthorized
}
