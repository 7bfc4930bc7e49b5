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
	"convoke/domain/fault"
	"convoke/domain/rsvp"
)

// ownReply is the page that mails link to. It shows the reply that this browser knows of, or asks for the link.
func (h *Handler) ownReply(c *fiber.Ctx) error {
	ctx, cancel := frame.Bounded()
	defer cancel()
	o, err := h.called(ctx, c)
	if err != nil {
		return err
	}
	_, r, err := h.known(ctx, c, o.ID)
	switch {
	case errors.Is(err, rsvps.ErrNoToken):
		return h.showOpening(ctx, c, o, http.StatusOK, "", "", nil)
	case err != nil:
		return h.showUnopened(ctx, c, o, err)
	}
	v, err := h.replyView(ctx, c, o, &r)
	if err != nil {
		return err
	}
	switch done := c.Query("done"); {
	case done == doneChanged && !v.Own.Cancelled:
		v.Notice = words.ReplyChanged
	case done == doneReplied && !v.Own.Cancelled:
		v.Notice = words.ReplySaved
	case done == doneCancelled && v.Own.Cancelled:
		v.Notice = words.ReplyCancelled
		if was := rsvp.Status(c.Query("was")); h.phase(o) == occasion.Open && (was == rsvp.Yes || was == rsvp.Maybe || was == rsvp.No) {
			v.Undo = string(was)
		}
	}
	return frame.Show(c, http.StatusOK, pages.Reply(v))
}

// known returns the reply that the browser's token opens.
func (h *Handler) known(ctx context.Context, c *fiber.Ctx, id string) (rsvps.Caller, rsvp.Reply, error) {
	who, err := h.caller(c)
	if err != nil {
		return who, rsvp.Reply{}, err
	}
	r, err := h.own(ctx, who, id)
	return who, r, err
}

// openReply takes the token from a mail's link, once, and lets the browser keep it.
func (h *Handler) openReply(c *fiber.Ctx) error {
	ctx, cancel := frame.Bounded()
	defer cancel()
	o, err := h.called(ctx, c)
	if err != nil {
		return err
	}
	token := frame.Token(c)
	if token == "" {
		return h.showOpening(ctx, c, o, http.StatusUnprocessableEntity, "", "", frame.Problems{{Field: "token", Text: words.BadToken}})
	}
	who, err := h.bearer(token)
	if err == nil {
		_, err = h.own(ctx, who, o.ID)
	}
	if err != nil {
		return h.showUnopened(ctx, c, o, err)
	}
	h.remember(c, o, token)
	return h.frame.GoTo(c, "/o/", o.ID, "/reply")
}

// changeReply changes the guest's own reply.
func (h *Handler) changeReply(c *fiber.Ctx) error {
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
	written := readAnswer(c)
	if h.phase(o) == occasion.Over {
		return h.showReply(ctx, c, o, r, http.StatusGone, written, nil)
	}
	if _, err := h.RSVPs.Change(ctx, who, r.ID, patch(written), frame.Trace(c)); err != nil {
		return h.refuseChange(ctx, c, o, r, written, err)
	}
	return h.frame.GoTo(c, "/o/", o.ID, "/reply?done=", doneChanged)
}

func (h *Handler) refuseChange(ctx context.Context, c *fiber.Ctx, o rsvp.State, r rsvp.Reply, written pages.Answer, err error) error {
	status := http.StatusUnprocessableEntity
	switch {
	case errors.Is(err, rsvp.ErrClosed):
		return h.showReply(ctx, c, o, r, http.StatusGone, written, nil)
	case errors.Is(err, rsvp.ErrCancelled):
		return h.showReply(ctx, c, o, r, http.StatusConflict, written, nil)
	case errors.Is(err, rsvp.ErrFull):
		status = http.StatusConflict
		if now, err := h.RSVPs.Occasion(ctx, o.ID); err == nil {
			o = now
		}
	}
	found := problems(err, o)
	if len(found) == 0 {
		return err
	}
	return h.showReply(ctx, c, o, r, status, written, found)
}

func (h *Handler) showReply(
	ctx context.Context, c *fiber.Ctx, o rsvp.State, r rsvp.Reply, status int, written pages.Answer, found frame.Problems,
) error {
	v, err := h.replyView(ctx, c, o, &r)
	if err != nil {
		return err
	}
	v.Answer, v.Problems = written, found
	return frame.Show(c, status, pages.Reply(v))
}

// forgetReply takes the reply out of the browser, as on a computer that others use too.
func (h *Handler) forgetReply(c *fiber.Ctx) error {
	id, err := occasionID(c)
	if err != nil {
		return err
	}
	h.forget(c, id)
	return h.frame.GoTo(c, "/o/", id, "?done=", doneForgotten)
}

func (h *Handler) replyView(ctx context.Context, c *fiber.Ctx, o rsvp.State, r *rsvp.Reply) (pages.ReplyView, error) {
	shown, err := h.view(ctx, o)
	v := pages.ReplyView{Page: h.page(c, shown, words.YourReply), Occasion: shown, Resend: h.Links != nil}
	if r == nil || err != nil {
		return v, err
	}
	v.Own, err = h.ownView(ctx, *r)
	v.Answer = v.Own.Answer
	return v, err
}

// showUnopened says why a token opens nothing; other errors stay errors.
func (h *Handler) showUnopened(ctx context.Context, c *fiber.Ctx, o rsvp.State, err error) error {
	if !opensNothing(err) {
		return err
	}
	heading, text := words.WrongHeading, words.WrongText
	switch fault.KindOf(err) { //nolint:exhaustive // the kinds that have words of their own
	case fault.Gone:
		heading, text = words.ExpiredHeading, words.ExpiredText
	case fault.NotFound:
		heading, text = words.RemovedHeading, words.RemovedText
	}
	return h.showOpening(ctx, c, o, tokenStatus(err), heading, text, nil)
}

func (h *Handler) showOpening(
	ctx context.Context, c *fiber.Ctx, o rsvp.State, status int, heading, text string, found frame.Problems,
) error {
	v, err := h.replyView(ctx, c, o, nil)
	if err != nil {
		return err
	}
	v.Heading, v.Text, v.Problems = heading, text, found
	return frame.Show(c, status, pages.Reply(v))
}
