package httpapi

import (
	"net/http"

	"github.com/gofiber/fiber/v2"
)

// Wishes for links per second and client; they come by hand, one or two at a time.
const (
	resendRate  = 0.1
	resendBurst = 5
)

type resendBody struct {
	OccasionID string `json:"occasionId"`
	Email      string `json:"email"`
}

type resendAnswer struct {
	Message string `json:"message"`
}

// resendLink answers alike whether or not somebody of the address has replied. The looking up comes after the answer.
func (e *endpoints) resendLink(c *fiber.Ctx) error {
	var body resendBody
	if err := readJSON(c, &body); err != nil {
		return err
	}
	id, err := occasionID(body.OccasionID)
	if err != nil {
		return err
	}
	if err := e.server.MayAsk(c); err != nil {
		return err
	}
	if err := e.Links.Ask(id, body.Email); err != nil {
		return err
	}
	return writeJSON(c, http.StatusAccepted, resendAnswer{"If somebody has replied with this address, a mail with the link is on its way."})
}

// MayAsk takes a token of the client's wishes for links, wherever they are wished for.
func (s *Server) MayAsk(c *fiber.Ctx) error { return s.resends.allow(s.ClientAddr(c)) }
