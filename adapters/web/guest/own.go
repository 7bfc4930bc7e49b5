package guest

import (
	"context"
	"strconv"

	"convoke/adapters/web/guest/pages"
	"convoke/adapters/web/words"
	"convoke/application/rsvps"
	"convoke/domain/rsvp"
)

// ownView is a reply as its guest sees it, with their place in line.
func (h *Handler) ownView(ctx context.Context, r rsvp.Reply) (*pages.Own, error) {
	v := plainView(r)
	if r.Status != rsvp.Waitlisted {
		return v, nil
	}
	ahead, err := h.RSVPs.Store.AheadInLine(ctx, r.OccasionID, r.Position)
	v.Place = words.Place(ahead+1, ahead >= rsvps.MaxAhead)
	return v, err
}

func plainView(r rsvp.Reply) *pages.Own {
	v := &pages.Own{
		Name: r.Name, Email: r.Email, Note: r.Note, Status: string(r.Status),
		Cancelled: r.Status == rsvp.Cancelled,
		Answer:    pages.Answer{Name: r.Name, Email: r.Email, Status: string(r.Status), Party: strconv.Itoa(r.PartySize), Note: r.Note},
	}
	switch r.Status {
	case rsvp.Yes:
		v.Stands = words.StandsYes
	case rsvp.Maybe:
		v.Stands = words.StandsMaybe
	case rsvp.No:
		v.Stands = words.StandsNo
	case rsvp.Waitlisted:
		v.Stands, v.Answer.Status = words.StandsWaiting, string(rsvp.Yes)
	case rsvp.Cancelled:
		v.Stands, v.Answer.Status = words.StandsCancelled, ""
	}
	if r.Status == rsvp.Yes || r.Status == rsvp.Maybe || r.Status == rsvp.Waitlisted {
		v.Party = words.Party(r.PartySize)
	}
	return v
}
