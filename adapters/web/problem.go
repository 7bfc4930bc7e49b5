package web

import (
	"net/http"
	"strings"

	"github.com/gofiber/fiber/v2"

	"convoke/adapters/web/frame"
	"convoke/adapters/web/guest"
	"convoke/adapters/web/occasion"
	"convoke/adapters/web/words"
	"convoke/application/contract"
)

// Problem answers an error as a page says it, if the request was for a page. reference is the id under which the error
// has been logged, or empty.
func (h *Handler) Problem(c *fiber.Ctx, status int, code, reference string) bool {
	if h.console.Problem(c, status, code, reference) {
		return true
	}
	studio := c.Path() == "/studio" || strings.HasPrefix(c.Path(), "/studio/")
	if !studio && !strings.HasPrefix(c.Path(), "/o/") {
		return false
	}
	frame.Protect(c)
	heading, text := message(status, code)
	if studio {
		return h.studio.Problem(c, status, heading, text, reference)
	}
	v := frame.MessageView{
		Page: h.frame.Page(c, words.Title(words.Product, heading), occasion.DefaultHue), Heading: heading, Text: text, Reference: reference,
	}
	id, _, _ := strings.Cut(strings.TrimPrefix(c.Path(), "/o/"), "/") // the route may not have been looked for yet
	if id, ok := contract.OccasionID(id); ok && status != http.StatusNotFound && status != http.StatusGone {
		v.Back, v.BackLabel = "/o/"+id, words.BackToInvitation
	}
	return frame.Show(c, status, frame.Message(v)) == nil
}

func message(status int, code string) (heading, text string) {
	switch {
	case code == guest.ErrDeleted.Code:
		return words.DeletedHeading, words.DeletedText
	case code == frame.ErrForeignSite.Code:
		return words.ForeignHeading, words.ForeignText
	case status == http.StatusNotFound, status == http.StatusMethodNotAllowed:
		return words.NotFoundHeading, words.NotFoundText
	case status == http.StatusTooManyRequests:
		return words.BusyHeading, words.BusyText
	case status < http.StatusInternalServerError:
		return words.UnreadableHeading, words.UnreadableText
	}
	return words.TroubleHeading, words.TroubleText
}
