package guest

import (
	"context"
	"errors"
	"net/http"

	"github.com/gofiber/fiber/v2"

	"convoke/adapters/web/frame"
	"convoke/adapters/web/guest/pages"
	"convoke/adapters/web/occasion"
	"convoke/adapters/web/words"
	"convoke/application/rsvps"
	"convoke/domain/rsvp"
)

// askCancel asks before anything is cancelled.
func (h *Handler) askCancel(c *fiber.Ctx) error {
	ctx, cancel := frame.Bounded()
	defer cancel()
	o, err := h.called(ctx, c)
	if err != nil {
		return err
	}
	_, r, err := h.known(ctx, c, o.ID)
	switch {
	case err != nil && !opensNothing(err):
		return err
	case err != nil, r.Status == rsvp.Cancelled:
		return h.frame.GoTo(c, "/o/", o.ID, "/reply")
	}
	shown, err := h.view(ctx, o)
	if err != nil {
		return err
	}
	own, err := h.ownView(ctx, r)
	if err != nil {
		return err
	}
	page := h.page(c, shown, words.CancelReply)
	return frame.Show(c, http.StatusOK, pages.Cancel(pages.CancelView{Page: page, Occasion: shown, Own: *own}))
}

// cancelReply cancels the guest's own reply. Doing it twice is no error.
func (h *Handler) cancelReply(c *fiber.Ctx) error {
	ctx, cancel := frame.Bounded()
	defer cancel()
	o, err := h.called(ctx, c)
	if err != nil {
		return err
	}
	who, r, err := h.known(ctx, c, o.ID)
	if err != nil {
		return h.showUnopened(ctx, c, o, err)
	}
	if _, err := h.RSVPs.Withdraw(ctx, who, r.ID, frame.Trace(c)); err != nil && !errors.Is(err, rsvp.ErrCancelled) {
		return err
	}
	return h.frame.GoTo(c, "/o/", o.ID, "/reply?done=", doneCancelled, "&was=", plainView(r).Answer.Status)
}

// undoCancel replies again as the cancelled reply did, while there is room and time: in a new reply, with a new place in
// line. Another reply of the address that came first stays as it is.
func (h *Handler) undoCancel(c *fiber.Ctx) error {
	ctx, cancel := frame.Bounded()
	defer cancel()
	o, err := h.called(ctx, c)
	if err != nil {
		return err
	}
	_, r, err := h.known(ctx, c, o.ID)
	if err != nil {
		return h.showUnopened(ctx, c, o, err)
	}
	if r.Status != rsvp.Cancelled {
		return h.frame.GoTo(c, "/o/", o.ID, "/reply")
	}
	written := plainView(r).Answer
	if h.phase(o) != occasion.Open {
		return h.showReply(ctx, c, o, r, http.StatusGone, written, nil)
	}
	written.Status = frame.Text(c, "status")
	_, token, err := h.RSVPs.Reply(ctx, rsvps.Reply{OccasionID: o.ID, Answer: meant(written), Trace: frame.Trace(c), Key: formKey(c)})
	if err != nil {
		return h.refuseUndo(ctx, c, o, r, err)
	}
	h.remember(c, o, token)
	return h.frame.GoTo(c, "/o/", o.ID, "/reply?done=", doneReplied)
}

func (h *Handler) refuseUndo(ctx context.Context, c *fiber.Ctx, o rsvp.State, r rsvp.Reply, err error) error {
	if errors.Is(err, rsvps.ErrDuplicateEmail) {
		return h.sendLink(c, o.ID, r.Email)
	}
	return h.refuseChange(ctx, c, o, r, plainView(r).Answer, err)
}
