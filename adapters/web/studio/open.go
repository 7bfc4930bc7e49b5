package studio

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/gofiber/fiber/v2"

	"convoke/adapters/web/frame"
	"convoke/adapters/web/occasion"
	"convoke/adapters/web/studio/pages"
	"convoke/adapters/web/words"
	"convoke/application/jobs"
	"convoke/application/rsvps"
	"convoke/application/uuid"
	"convoke/domain/design"
	"convoke/domain/rsvp"
)

// What the occasion's page has to say about the write before it, in its address.
const (
	doneMade    = "made"
	doneSaved   = "saved"
	doneDesign  = "design"
	doneAdded   = "added"
	doneWaiting = "waiting"
	doneGuest   = "guest"
	doneRemoved = "removed"
)

// usualZone is the time zone of a form that nobody has touched; the script puts the reader's own there.
const usualZone = "UTC"

// newOccasion is the page that makes an invitation of a design.
func (h *Handler) newOccasion(c *fiber.Ctx) error {
	return h.showNew(c, http.StatusOK, pages.Details{TimeZone: usualZone, Counts: true, Waitlist: true}, query(c, "job"), nil)
}

func (h *Handler) showNew(c *fiber.Ctx, status int, form pages.Details, jobID string, found frame.Problems) error {
	ctx, cancel := frame.Bounded()
	defer cancel()
	v := pages.DetailsView{
		Page: h.page(c, words.Title(words.Studio, words.OpenHeadingNew), hue), New: true, Action: "/studio/occasions/new", Back: "/studio",
		Form: newForm(), Details: form, Problems: found, Zones: occasion.Zones(),
	}
	drawn, err := h.drawn(ctx, jobID)
	if err != nil {
		return err
	}
	if drawn != nil {
		v.JobID, v.Back, v.Picture = drawn.JobID, jobPath(drawn.JobID), occasion.PictureOf(*drawn)
	}
	return frame.Show(c, status, pages.DetailsForm(v))
}

// drawn is the version that a job has made, without its drawing; nil: there is none.
func (h *Handler) drawn(ctx context.Context, jobID string) (*design.Version, error) {
	id, ok := uuid.Parse(jobID)
	if !ok {
		return nil, nil
	}
	v, err := h.Jobs.Get(ctx, id)
	if errors.Is(err, jobs.ErrNotFound) {
		return nil, nil
	}
	return v.Design, err
}

// makeOccasion takes the form, makes the occasion and lets its host in.
func (h *Handler) makeOccasion(c *fiber.Ctx) error {
	ctx, cancel := frame.Bounded()
	defer cancel()
	form, jobID := readDetails(c), frame.Text(c, "job")
	drawn, err := h.drawn(ctx, jobID)
	if err != nil {
		return err
	}
	var d rsvp.Details
	if drawn != nil {
		d.DesignID, d.DesignVersion = drawn.DesignID, drawn.Number
	}
	unread := change(&d, form)
	if unread == nil {
		o, token, err := h.RSVPs.Open(ctx, rsvps.Open{Details: d, Trace: frame.Trace(c), Key: formKey(c)})
		if err == nil {
			h.remember(c, o.ID, token)
			return h.frame.GoTo(c, occasionPath(o.ID), "?done=", doneMade)
		}
		unread = err
	} else if _, others := rsvp.New("", d, time.Time{}); others != nil {
		unread = errors.Join(unread, others)
	}
	found := problemsOf(unread, same, badDetail)
	if len(found) == 0 {
		return unread
	}
	return h.showNew(c, http.StatusUnprocessableEntity, form, jobID, found)
}

// edit is the page that changes an occasion.
func (h *Handler) edit(ctx context.Context, c *fiber.Ctx, v visit) error {
	now := written(v.o.Details)
	return h.showEdit(ctx, c, v, http.StatusOK, now, now, nil)
}

func (h *Handler) showEdit(
	ctx context.Context, c *fiber.Ctx, v visit, status int, form, shown pages.Details, found frame.Problems,
) error {
	page, picture, err := h.hostPage(ctx, c, v.o, words.EditIt)
	if err != nil {
		return err
	}
	return frame.Show(c, status, pages.DetailsForm(pages.DetailsView{
		Page: page, Action: occasionPath(v.o.ID) + "/edit", Back: occasionPath(v.o.ID), Form: newForm(), Details: form, Shown: shownOf(shown),
		Problems: found, Picture: picture, Zones: occasion.Zones(),
	}))
}

// saveOccasion changes what the form has changed, and leaves the rest as it is meanwhile.
func (h *Handler) saveOccasion(ctx context.Context, c *fiber.Ctx, v visit) error {
	form, now := readDetails(c), written(v.o.Details)
	shown, known := readShown(c)
	merged := form
	var clashes frame.Problems
	_, err := h.RSVPs.TryEdit(ctx, v.who, v.o.ID, frame.Trace(c), func(d *rsvp.Details) error {
		if now = written(*d); known {
			merged, clashes = merge(shown, now, form)
		}
		if len(clashes) > 0 {
			return errClash
		}
		if unread := change(d, merged); unread != nil {
			_, others := rsvp.New("", *d, time.Time{})
			return errors.Join(unread, others) // every problem in one answer
		}
		return nil
	})
	switch {
	case err == nil:
		return h.frame.GoTo(c, occasionPath(v.o.ID), "?done=", doneSaved)
	case errors.Is(err, errClash):
		return h.showEdit(ctx, c, v, http.StatusConflict, merged, now, clashes)
	}
	found := problemsOf(err, same, badDetail)
	if len(found) == 0 {
		return err
	}
	return h.showEdit(ctx, c, v, http.StatusUnprocessableEntity, merged, now, found)
}

// setDesign shows guests another design, fixed at the version that a job has made. Who knows the job may choose it.
func (h *Handler) setDesign(ctx context.Context, c *fiber.Ctx, v visit) error {
	drawn, err := h.drawn(ctx, frame.Text(c, "job"))
	if err != nil {
		return err
	}
	if drawn == nil {
		return h.frame.GoTo(c, occasionPath(v.o.ID))
	}
	_, err = h.RSVPs.Edit(ctx, v.who, v.o.ID, frame.Trace(c), func(d *rsvp.Details) {
		d.DesignID, d.DesignVersion = drawn.DesignID, drawn.Number
	})
	if err != nil {
		return err
	}
	return h.frame.GoTo(c, occasionPath(v.o.ID), "?done=", doneDesign)
}

// askCallOff asks before an occasion is called off.
func (h *Handler) askCallOff(ctx context.Context, c *fiber.Ctx, v visit) error {
	return h.showCallOff(ctx, c, v, http.StatusOK, "", nil)
}

func (h *Handler) showCallOff(ctx context.Context, c *fiber.Ctx, v visit, status int, typed string, found frame.Problems) error {
	page, _, err := h.hostPage(ctx, c, v.o, words.CallOff)
	if err != nil {
		return err
	}
	return frame.Show(c, status, pages.CallOff(pages.CallOffView{
		Page: page, Path: occasionPath(v.o.ID), Title: v.o.Details.Title, Typed: typed, Problems: found,
	}))
}

// callOff ends an occasion, once its name has been typed.
func (h *Handler) callOff(ctx context.Context, c *fiber.Ctx, v visit) error {
	typed := frame.Text(c, "title")
	if !equalNames(typed, v.o.Details.Title) {
		return h.showCallOff(ctx, c, v, http.StatusUnprocessableEntity, typed, frame.Problems{{Field: "title", Text: words.BadSureTitle}})
	}
	if err := h.RSVPs.Delete(ctx, v.who, v.o.ID, frame.Trace(c)); err != nil {
		return err
	}
	h.forget(c, v.o.ID)
	return h.frame.GoTo(c, "/studio?done=", doneCalledOff)
}
