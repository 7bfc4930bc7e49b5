package web

import (
	"net/http"
	"strings"

	"github.com/gofiber/fiber/v2"

	"convoke/adapters/web/pages"
	"convoke/adapters/web/words"
	"convoke/application/contract"
)

// Problem answers an error as a page says it, if the request was for a page. reference is the id under which the error
// has been logged, or empty.
func (h *Handler) Problem(c *fiber.Ctx, status int, code, reference string) bool {
	if !strings.HasPrefix(c.Path(), "/o/") {
		return false
	}
	protect(c)
	v := pages.MessageView{Reference: reference}
	v.Heading, v.Text = message(status, code)
	v.Page = pages.Page{Site: h.site, Title: words.Title(words.Product, v.Heading), Hue: defaultHue}
	id, _, _ := strings.Cut(strings.TrimPrefix(c.Path(), "/o/"), "/") // the route may not have been looked for yet
	if id, ok := contract.OccasionID(id); ok && status != http.StatusNotFound && status != http.StatusGone {
		v.Back = "/o/" + id
	}
	return show(c, status, pages.Message(v)) == nil
}

func message(status int, code string) (heading, text string) {
	switch {
	case code == errDeleted.Code:
		return words.DeletedHeading, words.DeletedText
	case code == errForeignSite.Code:
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
