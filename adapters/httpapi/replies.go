package httpapi

import (
	"net/http"

	"github.com/gofiber/fiber/v2"

	"convoke/application/contract"
	"convoke/application/rsvps"
	"convoke/domain/fault"
	"convoke/domain/rsvp"
)

// replyBody is what a guest says.
type replyBody struct {
	OccasionID string         `json:"occasionId"`
	Name       string         `json:"name"`
	Email      string         `json:"email"`
	Status     rsvp.Status    `json:"status"`
	PartySize  optional[*int] `json:"partySize"`
	Note       string         `json:"note"`
}

// reply takes a guest's answer, from the guest or from the host.
func (e *endpoints) reply(c *fiber.Ctx, who rsvps.Caller) error {
	key, err := requestKey(c)
	if err != nil {
		return err
	}
	body, err := readReply(c)
	if err != nil {
		return err
	}
	id, err := occasionID(body.OccasionID)
	if err != nil {
		return err
	}
	ctx, cancel := bounded()
	defer cancel()
	r, token, err := e.RSVPs.Reply(ctx, rsvps.Reply{OccasionID: id, Answer: body.answer(), Who: who, Trace: trace(c), Key: key})
	if err != nil {
		return err
	}
	c.Status(http.StatusCreated)
	c.Set(fiber.HeaderContentType, fiber.MIMEApplicationJSON)
	c.Set(fiber.HeaderCacheControl, "no-store")
	c.Response().SetBodyRaw(appendReplied(make([]byte, 0, 512), r, token))
	return nil
}

func (b replyBody) answer() rsvp.Answer {
	a := rsvp.Answer{Name: b.Name, Email: b.Email, Status: b.Status, Note: b.Note}
	number(b.PartySize, &a.PartySize)
	return a
}

// changeBody is what a guest or a host changes. Null stands for "as it is", but takes a note away.
type changeBody struct {
	Name      *string          `json:"name"`
	Email     *string          `json:"email"`
	Status    *rsvp.Status     `json:"status"`
	PartySize optional[*int]   `json:"partySize"`
	Note      optional[string] `json:"note"`
}

func (b changeBody) patch() (rsvp.Patch, error) {
	p := rsvp.Patch{Name: b.Name, Email: b.Email, Status: b.Status}
	if p.Status != nil && *p.Status == "" { // which would mean yes for a new reply
		return p, fault.Field("status", "must be yes, no or maybe")
	}
	if b.PartySize.Value != nil {
		p.PartySize = new(int)
		number(b.PartySize, p.PartySize)
	}
	if b.Note.Given {
		p.Note = &b.Note.Value
	}
	return p, nil
}

// changedAnswer carries the revision that shows the change: minRevision of the reads that follow.
type changedAnswer struct {
	RSVP     contract.RSVP `json:"rsvp"`
	Revision uint64        `json:"revision"`
}

func writeChanged(c *fiber.Ctx, r rsvp.Reply) error {
	return writeJSON(c, http.StatusOK, changedAnswer{contract.RSVPOf(r), r.Revision})
}

func (e *endpoints) changeReply(c *fiber.Ctx, who rsvps.Caller) error {
	id, err := pathID(c, "id", rsvps.ErrReplyNotFound)
	if err != nil {
		return err
	}
	var body changeBody
	if err := readJSON(c, &body); err != nil {
		return err
	}
	patch, err := body.patch()
	if err != nil {
		return err
	}
	ctx, cancel := bounded()
	defer cancel()
	r, err := e.RSVPs.Change(ctx, who, id, patch, trace(c))
	if err != nil {
		return err
	}
	return writeChanged(c, r)
}

// withdrawReply cancels a reply for its guest, and removes it for the host.
func (e *endpoints) withdrawReply(c *fiber.Ctx, who rsvps.Caller) error {
	id, err := pathID(c, "id", rsvps.ErrReplyNotFound)
	if err != nil {
		return err
	}
	return e.withdraw(c, who, id)
}

// cancelByToken cancels the reply whose token is sent.
func (e *endpoints) cancelByToken(c *fiber.Ctx, who rsvps.Caller) error {
	if err := mustBeGuest(who); err != nil {
		return err
	}
	return e.withdraw(c, who, who.Claim.ID)
}

func (e *endpoints) withdraw(c *fiber.Ctx, who rsvps.Caller, id string) error {
	ctx, cancel := bounded()
	defer cancel()
	r, err := e.RSVPs.Withdraw(ctx, who, id, trace(c))
	if err != nil {
		return err
	}
	return writeChanged(c, r)
}

type verifiedAnswer struct {
	RSVP contract.RSVP `json:"rsvp"`
}

// verifyToken shows the reply whose token is sent, whatever has become of it.
func (e *endpoints) verifyToken(c *fiber.Ctx, who rsvps.Caller) error {
	if err := mustBeGuest(who); err != nil {
		return err
	}
	ctx, cancel := bounded()
	defer cancel()
	r, _, err := e.RSVPs.ByToken(ctx, who)
	if err != nil {
		return err
	}
	return writeJSON(c, http.StatusOK, verifiedAnswer{contract.RSVPOf(r)})
}

// mustBeGuest refuses whoever has no reply of their own.
func mustBeGuest(who rsvps.Caller) error {
	switch {
	case who.Admin, who.Claim != nil && who.Claim.Role != rsvps.Guest:
		return rsvps.ErrForeign
	case who.Claim == nil:
		return rsvps.ErrNoToken
	}
	return nil
}
