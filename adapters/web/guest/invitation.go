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

// ErrDeleted is the fault of an occasion that has been called off.
var ErrDeleted = fault.New(fault.Gone, "occasion-deleted", "this occasion has been called off")

// What a page has to say about the write before it, in its address.
const (
	doneReplied   = "replied"
	doneLink      = "link"
	doneCheck     = "check"
	doneChanged   = "changed"
	doneCancelled = "cancelled"
	doneForgotten = "forgotten"
)

// called returns the occasion of the request, which has not been deleted.
func (h *Handler) called(ctx context.Context, c *fiber.Ctx) (rsvp.State, error) {
	id, err := occasionID(c)
	if err != nil {
		return rsvp.State{}, err
	}
	o, err := h.occasion(ctx, id)
	if err == nil && o.Deleted {
		err = ErrDeleted
	}
	return o, err
}

// invitation is the page that guests are sent to.
func (h *Handler) invitation(c *fiber.Ctx) error {
	ctx, cancel := frame.Bounded()
	defer cancel()
	o, err := h.called(ctx, c)
	if err != nil {
		return err
	}
	v, err := h.invitationView(ctx, c, o)
	if err != nil {
		return err
	}
	v.Notice = h.invitationNotice(c.Query("done"), v.Own)
	if v.Own == nil { // a reply that a browser forgets must not come back with its Back button
		c.Set(fiber.HeaderCacheControl, frame.AskAgain)
	}
	return frame.Show(c, http.StatusOK, pages.Invitation(v))
}

func (h *Handler) invitationView(ctx context.Context, c *fiber.Ctx, o rsvp.State) (pages.InvitationView, error) {
	shown, err := h.view(ctx, o)
	if err != nil {
		return pages.InvitationView{}, err
	}
	v := pages.InvitationView{
		Page:     h.page(c, shown, ""),
		Occasion: shown, Answer: pages.Answer{Party: "1"}, Resend: h.Links != nil,
	}
	if v.Names, err = h.names(ctx, o); err != nil {
		return v, err
	}
	own, err := h.visitor(ctx, c, o.ID)
	if err != nil || own == nil {
		return v, err
	}
	v.Own, err = h.ownView(ctx, *own)
	v.Answer = v.Own.Answer
	return v, err
}

func (h *Handler) invitationNotice(done string, own *pages.Own) string {
	switch {
	case done == doneReplied && own != nil && !own.Cancelled:
		return words.ReplySaved
	case done == doneLink && h.Links != nil:
		return words.LinkOnItsWay
	case done == doneCheck:
		return words.CheckMail
	case done == doneForgotten && own == nil:
		return words.ReplyForgotten
	}
	return ""
}

// replyNow takes a guest's answer. An address that has replied before gets the link to that reply, and whoever sent the
// form never learns what it says. That there is one they do learn: the answer to a new reply is another. But it is no
// question that can be asked for nothing: if there was none, there is a real reply now, which its host and its address see.
func (h *Handler) replyNow(c *fiber.Ctx) error {
	ctx, cancel := frame.Bounded()
	defer cancel()
	o, err := h.called(ctx, c)
	if err != nil {
		return err
	}
	written := readAnswer(c)
	if h.phase(o) != occasion.Open {
		return h.showAgain(ctx, c, o, http.StatusGone, written, nil)
	}
	r, token, err := h.RSVPs.Reply(ctx, rsvps.Reply{OccasionID: o.ID, Answer: meant(written), Trace: frame.Trace(c), Key: formKey(c)})
	if err == nil {
		h.remember(c, o, token)
		return h.frame.GoTo(c, "/o/", r.OccasionID, "?done=", doneReplied)
	}
	if errors.Is(err, rsvps.ErrDuplicateEmail) {
		return h.sendLink(c, o.ID, written.Email)
	}
	return h.refuse(ctx, c, o, written, err)
}

// refuse shows the form again, with what is wrong with it.
func (h *Handler) refuse(ctx context.Context, c *fiber.Ctx, o rsvp.State, written pages.Answer, err error) error {
	if errors.Is(err, rsvp.ErrClosed) {
		return h.showAgain(ctx, c, o, http.StatusGone, written, nil)
	}
	status := http.StatusUnprocessableEntity
	if errors.Is(err, rsvp.ErrFull) {
		status = http.StatusConflict
		if now, err := h.RSVPs.Occasion(ctx, o.ID); err == nil {
			o = now // the seats have gone since the page was shown
		}
	}
	found := problems(err, o)
	if len(found) == 0 {
		return err
	}
	return h.showAgain(ctx, c, o, status, written, found)
}

func (h *Handler) showAgain(ctx context.Context, c *fiber.Ctx, o rsvp.State, status int, written pages.Answer, found frame.Problems) error {
	v, err := h.invitationView(ctx, c, o)
	if err != nil {
		return err
	}
	v.Answer, v.Problems = written, found
	return frame.Show(c, status, pages.Invitation(v))
}

// resend mails a guest's link again.
func (h *Handler) resend(c *fiber.Ctx) error {
	ctx, cancel := frame.Bounded()
	defer cancel()
	o, err := h.called(ctx, c)
	if err != nil {
		return err
	}
	if h.Links == nil {
		return fiber.ErrNotFound
	}
	email := frame.Text(c, "email")
	err = h.sendLink(c, o.ID, email)
	if fault.KindOf(err) != fault.Invalid {
		return err
	}
	v, err := h.invitationView(ctx, c, o)
	if err != nil {
		return err
	}
	v.LostMail, v.Lost = email, frame.Problems{{Field: "lost-email", Text: words.BadEmail}}
	return frame.Show(c, http.StatusUnprocessableEntity, pages.Invitation(v))
}

// sendLink mails the link of an address, if there is one, and says the same in any case.
func (h *Handler) sendLink(c *fiber.Ctx, id, email string) error {
	if h.Links == nil {
		return h.frame.GoTo(c, "/o/", id, "?done=", doneCheck)
	}
	if h.MayAsk != nil {
		if err := h.MayAsk(c); err != nil {
			return err
		}
	}
	if err := h.Links.Ask(id, email); err != nil {
		return err
	}
	return h.frame.GoTo(c, "/o/", id, "?done=", doneLink)
}
