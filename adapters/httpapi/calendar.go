package httpapi

import (
	"github.com/gofiber/fiber/v2"

	"convoke/domain/rsvp"
)

// calendar gives everybody the occasion's entry for their calendar.
func (e *endpoints) calendar(c *fiber.Ctx) error {
	id, err := occasionID(c.Params("id"))
	if err != nil {
		return err
	}
	ctx, cancel := bounded()
	defer cancel()
	s, err := e.sheet(ctx, id, keyCalendar, 0, func(o rsvp.State) ([]byte, error) { return e.Calendar.Entry(o, e.page(id)) })
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderContentDisposition, `attachment; filename="invitation.ics"`)
	return writeTagged(c, "text/calendar; charset=utf-8; method=PUBLISH", revisionTag(s.revision), s.body)
}

// page is the address of the occasion's web page, if the deployment's own is known.
func (e *endpoints) page(id string) string {
	if e.URLs.Base == "" {
		return ""
	}
	return base(e.URLs.Base) + "/o/" + id
}
