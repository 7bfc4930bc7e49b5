package httpapi

import (
	"errors"
	"net/http"
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"

	"convoke/application/contract"
	"convoke/application/rsvps"
	"convoke/domain/rsvp"
)

type occasionAnswer struct {
	Occasion contract.Occasion `json:"occasion"`
}

type openedAnswer struct {
	Occasion  contract.Occasion `json:"occasion"`
	HostToken string            `json:"hostToken"`
}

// openOccasion makes an occasion. Its host's token is shown here and nowhere else.
func (e *endpoints) openOccasion(c *fiber.Ctx) error {
	key, err := requestKey(c)
	if err != nil {
		return err
	}
	var body occasionBody
	if err := readJSON(c, &body); err != nil {
		return err
	}
	var details rsvp.Details
	edit, err := body.edit()
	edit(&details)
	if err != nil {
		_, others := rsvp.New("", details, time.Time{})
		return errors.Join(err, others) // every problem in one answer
	}
	ctx, cancel := bounded()
	defer cancel()
	o, token, err := e.RSVPs.Open(ctx, rsvps.Open{Details: details, Trace: trace(c), Key: key})
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderLocation, base(e.URLs.Base)+"/api/occasions/"+o.ID)
	c.Set(fiber.HeaderETag, revisionTag(o.Revision))
	return writeJSON(c, http.StatusCreated, openedAnswer{contract.OccasionOf(o), token})
}

func showOccasion(o rsvp.State) ([]byte, error) {
	return marshal(occasionAnswer{contract.OccasionOf(o)})
}

// occasion shows an occasion to everybody.
func (e *endpoints) occasion(c *fiber.Ctx) error {
	id, err := occasionID(c.Params("id"))
	if err != nil {
		return err
	}
	least, err := minRevision(c)
	if err != nil {
		return err
	}
	ctx, cancel := bounded()
	defer cancel()
	s, err := e.sheet(ctx, id, keyOccasion, least, showOccasion)
	if err != nil {
		return err
	}
	return writeTagged(c, fiber.MIMEApplicationJSON, revisionTag(s.revision), s.body)
}

// editOccasion changes what the body gives.
func (e *endpoints) editOccasion(c *fiber.Ctx, who rsvps.Caller) error {
	id, err := occasionID(c.Params("id"))
	if err != nil {
		return err
	}
	var body occasionBody
	if err := readJSON(c, &body); err != nil {
		return err
	}
	edit, err := body.edit()
	if err != nil {
		return err
	}
	ctx, cancel := bounded()
	defer cancel()
	o, err := e.RSVPs.Edit(ctx, who, id, trace(c), edit)
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderETag, revisionTag(o.Revision))
	return writeJSON(c, http.StatusOK, occasionAnswer{contract.OccasionOf(o)})
}

func (e *endpoints) deleteOccasion(c *fiber.Ctx, who rsvps.Caller) error {
	id, err := occasionID(c.Params("id"))
	if err != nil {
		return err
	}
	ctx, cancel := bounded()
	defer cancel()
	if err := e.RSVPs.Delete(ctx, who, id, trace(c)); err != nil {
		return err
	}
	c.Status(http.StatusNoContent)
	return nil
}

func revisionTag(revision uint64) string { return `"` + strconv.FormatUint(revision, 10) + `"` }
