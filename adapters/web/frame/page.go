package frame

import (
	"bytes"
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/a-h/templ"
	"github.com/gofiber/fiber/v2"
)

// Page is what every page has.
type Page struct {
	Site   Site
	Title  string
	Hue    string // class of the page's one colour
	Script string // the name of its script; empty: it has none
	Kind   string // class of the body; empty: a guest's page
	Theme  Theme
}

// Page begins a page that answers a request.
func (f *Frame) Page(c *fiber.Ctx, title, hue string) Page {
	return Page{Site: f.Site, Title: title, Hue: hue, Theme: ThemeOf(c)}
}

// Show answers with a page, or with the one part of it that the page's script asks for by name to put it in the place of
// the part that is shown.
func Show(c *fiber.Ctx, status int, page templ.Component) error {
	var b bytes.Buffer
	var err error
	if part := c.Get("X-Fragment"); part != "" {
		err = templ.RenderFragments(context.Background(), &b, page, strings.Clone(part))
	} else {
		err = page.Render(context.Background(), &b)
	}
	if err != nil {
		return fmt.Errorf("web: rendering a page: %w", err)
	}
	c.Status(status)
	c.Append(fiber.HeaderVary, "X-Fragment")
	c.Set(fiber.HeaderContentType, fiber.MIMETextHTMLCharsetUTF8)
	c.Response().SetBodyRaw(b.Bytes())
	return nil
}

// Problem is what is wrong with a field of a form.
type Problem struct{ Field, Text string }

// Problems of a form.
type Problems []Problem

// Of returns the problem of a field, or nothing.
func (p Problems) Of(field string) string {
	for _, problem := range p {
		if problem.Field == field {
			return problem.Text
		}
	}
	return ""
}

// Invalid is the value of aria-invalid.
func (p Problems) Invalid(field string) string { return strconv.FormatBool(p.Of(field) != "") }

// DescribedBy names what describes a field.
func (p Problems) DescribedBy(field string, hints ...string) string {
	if p.Of(field) != "" {
		hints = append(hints, "problem-"+field)
	}
	return strings.Join(hints, " ")
}

// Number writes a number as it stands in an attribute.
func Number(n int) string { return strconv.Itoa(n) }

// MessageView is a page that only says something.
type MessageView struct {
	Page
	Heading, Text, Reference string
	Back, BackLabel          string // path of a page to go to; empty: none
}
