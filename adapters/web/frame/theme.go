package frame

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/gofiber/fiber/v2"

	"convoke/domain/fault"
)

// Theme is how a reader wants pages to look.
type Theme string

// The closed list of themes.
const (
	System Theme = "" // as everything else on their screen
	Light  Theme = "light"
	Dark   Theme = "dark"
)

const (
	themeCookie = "theme"
	themeLasts  = 365 * 24 * 60 * 60 // seconds
)

var errTheme = fault.Field("theme", "must be light, dark or system")

func parseTheme(text string) (Theme, bool) {
	switch text {
	case "system":
		return System, true
	case string(Light), string(Dark):
		return Theme(text), true
	}
	return System, false
}

// ThemeOf is the theme that the browser remembers.
func ThemeOf(c *fiber.Ctx) Theme {
	theme, _ := parseTheme(strings.Clone(c.Cookies(themeCookie)))
	return theme
}

// SetTheme lets the browser remember a theme and shows it the page where it was chosen.
func (f *Frame) SetTheme(c *fiber.Ctx) error {
	theme, ok := parseTheme(Text(c, "theme"))
	if !ok {
		return errTheme
	}
	lasts := themeLasts
	if theme == System {
		lasts = 0
	}
	c.Cookie(f.Cookie(themeCookie, "/", string(theme), lasts))
	c.Status(http.StatusSeeOther)
	c.Set(fiber.HeaderLocation, f.whence(c))
	return nil
}

// whence is the path of the page that a form was on, as our own Referrer-Policy makes browsers tell. It never leads to
// another host.
func (f *Frame) whence(c *fiber.Ctx) string {
	from, err := url.Parse(c.Get(fiber.HeaderReferer))
	if err != nil || !strings.HasPrefix(from.Path, f.URL("/")) || strings.HasPrefix(from.Path, "//") {
		return f.URL("/studio")
	}
	return (&url.URL{Path: from.Path, RawQuery: from.RawQuery}).RequestURI()
}
