package console

import (
	"net/http"
	"strings"

	"github.com/gofiber/fiber/v2"

	"convoke/adapters/web/frame"
	"convoke/adapters/web/words"
)

// Problem answers an error as a page of the console, if the request was for one. Whoever has no session learns only that
// there is a console.
func (h *Handler) Problem(c *fiber.Ctx, status int, code, reference string) bool {
	if h.AdminToken == "" || c.Path() != cookiePath && !strings.HasPrefix(c.Path(), cookiePath+"/") {
		return false
	}
	frame.Protect(c)
	heading, text := message(status, code)
	p := h.frame.Page(c, words.Title(words.Console, heading), hue)
	p.Kind = "console"
	v := frame.MessageView{Page: p, Heading: heading, Text: text, Reference: reference, Back: cookiePath, BackLabel: words.ConsoleBack}
	return frame.Show(c, status, frame.Message(v)) == nil
}

func message(status int, code string) (heading, text string) {
	switch {
	case code == frame.ErrForeignSite.Code:
		return words.ForeignHeading, words.ConsoleForeign
	case status == http.StatusNotFound, status == http.StatusMethodNotAllowed:
		return words.ConsoleMissing, words.ConsoleMissText
	case status == http.StatusTooManyRequests:
		return words.ConsoleBusy, words.ConsoleBusyText
	case status >= http.StatusInternalServerError:
		return words.ConsoleIll, words.ConsoleIllText
	}
	return words.ConsoleRefused, words.UnreadableText
}
