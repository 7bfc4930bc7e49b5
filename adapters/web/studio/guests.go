package studio

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"convoke/adapters/web/frame"
	"convoke/adapters/web/studio/pages"
	"convoke/adapters/web/words"
	"convoke/application/rsvps"
	"convoke/application/uuid"
	"convoke/domain/fault"
	"convoke/domain/rsvp"
)

// equalNames compares what was typed with a name, as people do: whatever the case and the spaces.
func equalNames(typed, name string) bool {
	return strings.EqualFold(strings.Join(strings.Fields(typed), " "), strings.Join(strings.Fields(name), " "))
}

func readGuest(c *fiber.Ctx) pages.Guest {
	return pages.Guest{
		Name: frame.Text(c, "name"), Email: frame.Text(c, "email"), Status: frame.Text(c, "status"), Party: frame.Text(c, "partySize"),
		Note: frame.Text(c, "note"),
	}
}

// guestOf is a reply as the form holds it. Who waits wants to come.
func guestOf(r rsvp.Reply) pages.Guest {
	g := pages.Guest{Name: r.Name, Email: r.Email, Status: string(r.Status), Party: strconv.Itoa(r.PartySize), Note: r.Note}
	if r.Status == rsvp.Waitlisted {
		g.Status = string(rsvp.Yes)
	}
	return g
}

// answer is what the domain is to judge. A form must say what the answer is.
func answer(g pages.Guest) rsvp.Answer {
	a := rsvp.Answer{Name: g.Name, Email: g.Email, Status: rsvp.Status(g.Status), PartySize: wholeNumber(g.Party), Note: g.Note}
	if a.Status == "" {
		a.Status = "none"
	}
	return a
}

// newGuest is the page that adds a guest.
func (h *Handler) newGuest(ctx context.Context, c *fiber.Ctx, v visit) error {
	return h.showGuest(ctx, c, v, nil, http.StatusOK, pages.Guest{Status: string(rsvp.Yes), Party: "1"}, nil)
}

func (h *Handler) showGuest(
	ctx context.Context, c *fiber.Ctx, v visit, r *rsvp.Reply, status int, form pages.Guest, found frame.Problems,
) error {
	page, _, err := h.hostPage(ctx, c, v.o, words.GuestsHeading)
	if err != nil {
		return err
	}
	view := pages.GuestView{
		Page: page, Occasion: v.o.Details.Title, Back: occasionPath(v.o.ID), Action: occasionPath(v.o.ID) + "/guests/new", Form: newForm(),
		Guest: form, MaxParty: v.o.Details.MaxPartySize, Problems: found, New: r == nil,
	}
	if r != nil {
		view.Action = guestPath(v.o.ID, r.ID)
		view.Cancelled = r.Status == rsvp.Cancelled
		if r.Status == rsvp.Waitlisted {
			ahead, err := h.RSVPs.Store.AheadInLine(ctx, v.o.ID, r.Position)
			if err != nil {
				return err
			}
			view.Place = words.PlaceInLine(ahead + 1)
		}
	}
	return frame.Show(c, status, pages.GuestPage(view))
}

func guestPath(occasionID, id string) string { return occasionPath(occasionID) + "/guests/" + id }

// addGuest writes a guest down, after the deadline too.
func (h *Handler) addGuest(ctx context.Context, c *fiber.Ctx, v visit) error {
	form := readGuest(c)
	r, _, err := h.RSVPs.Reply(ctx, rsvps.Reply{
		OccasionID: v.o.ID, Answer: answer(form), Who: v.who, Trace: frame.Trace(c), Key: formKey(c),
	})
	switch {
	case err != nil:
		return h.refuseGuest(ctx, c, v, nil, form, err)
	case r.Status == rsvp.Waitlisted:
		return h.frame.GoTo(c, occasionPath(v.o.ID), "?done=", doneWaiting)
	}
	return h.frame.GoTo(c, occasionPath(v.o.ID), "?done=", doneAdded)
}

// refuseGuest shows the form again, with what is wrong with it.
func (h *Handler) refuseGuest(ctx context.Context, c *fiber.Ctx, v visit, r *rsvp.Reply, form pages.Guest, err error) error {
	status := http.StatusConflict
	var found frame.Problems
	switch {
	case errors.Is(err, rsvps.ErrDuplicateEmail):
		found = frame.Problems{{Field: "email", Text: words.GuestEmailTaken}}
	case errors.Is(err, rsvp.ErrFull):
		if now, err := h.RSVPs.Occasion(ctx, v.o.ID); err == nil {
			v.o = now
		}
		left, _ := v.o.SeatsLeft()
		found = frame.Problems{{Field: "partySize", Text: words.Full(left)}}
	case errors.Is(err, rsvp.ErrCancelled) && r != nil:
		return h.frame.GoTo(c, guestPath(v.o.ID, r.ID))
	default:
		status = http.StatusUnprocessableEntity
		found = problemsOf(err, same, func(field string) string { return badGuest(field, v.o.Details.MaxPartySize) })
	}
	if len(found) == 0 {
		return err
	}
	return h.showGuest(ctx, c, v, r, status, form, found)
}

func badGuest(field string, most int) string {
	switch field {
	case "name":
		return words.BadName
	case "email":
		return words.BadEmail
	case "status":
		return words.BadAnswer
	case "partySize":
		return words.BadParty(most)
	}
	return words.BadNote
}

// reply returns the reply in the path, if it is of this occasion.
func (h *Handler) reply(ctx context.Context, c *fiber.Ctx, v visit) (rsvp.Reply, error) {
	id, ok := uuid.Parse(c.Params("rsvpId"))
	if !ok {
		return rsvp.Reply{}, rsvps.ErrReplyNotFound
	}
	r, err := h.RSVPs.Store.Reply(ctx, id)
	if err == nil && r.OccasionID != v.o.ID {
		err = rsvps.ErrReplyNotFound
	}
	return r, err
}

// guest is the page of one reply.
func (h *Handler) guest(ctx context.Context, c *fiber.Ctx, v visit) error {
	r, err := h.reply(ctx, c, v)
	if err != nil {
		return err
	}
	return h.showGuest(ctx, c, v, &r, http.StatusOK, guestOf(r), nil)
}

// changeGuest changes a reply as its host may. A waiting guest who still says yes keeps waiting, or gets the seats.
func (h *Handler) changeGuest(ctx context.Context, c *fiber.Ctx, v visit) error {
	r, err := h.reply(ctx, c, v)
	if err != nil {
		return err
	}
	form := readGuest(c)
	a := answer(form)
	if a.PartySize == 0 {
		a.PartySize = 1
	}
	patch := rsvp.Patch{Name: &a.Name, Email: &a.Email, Status: &a.Status, PartySize: &a.PartySize, Note: &a.Note}
	if _, err := h.RSVPs.Change(ctx, v.who, r.ID, patch, frame.Trace(c)); err != nil {
		return h.refuseGuest(ctx, c, v, &r, form, err)
	}
	return h.frame.GoTo(c, occasionPath(v.o.ID), "?done=", doneGuest)
}

// askRemove asks before a guest is taken off the list.
func (h *Handler) askRemove(ctx context.Context, c *fiber.Ctx, v visit) error {
	r, err := h.reply(ctx, c, v)
	if err != nil {
		return err
	}
	page, _, err := h.hostPage(ctx, c, v.o, words.RemoveGuest)
	if err != nil {
		return err
	}
	return frame.Show(c, http.StatusOK, pages.Remove(pages.RemoveView{Page: page, Path: guestPath(v.o.ID, r.ID), Name: r.Name, Email: r.Email}))
}

// remove takes a guest off the list. Doing it twice is no error.
func (h *Handler) remove(ctx context.Context, c *fiber.Ctx, v visit) error {
	r, err := h.reply(ctx, c, v)
	if err == nil {
		_, err = h.RSVPs.Withdraw(ctx, v.who, r.ID, frame.Trace(c))
	}
	if err != nil && fault.KindOf(err) != fault.NotFound {
		return err
	}
	return h.frame.GoTo(c, occasionPath(v.o.ID), "?done=", doneRemoved)
}
