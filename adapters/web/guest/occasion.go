package guest

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/gofiber/fiber/v2"

	"convoke/adapters/web/guest/pages"
	"convoke/adapters/web/occasion"
	"convoke/adapters/web/words"
	"convoke/application/contract"
	"convoke/domain/rsvp"
)

// keyState is the key of the kept occasions. Its number grows when their bytes get another meaning.
const keyState = "web-state/2"

// occasionID reads the occasion in the path.
func occasionID(c *fiber.Ctx) (string, error) {
	id, ok := contract.OccasionID(c.Params("id"))
	if !ok {
		return "", rsvp.ErrNoOccasion
	}
	return id, nil
}

// occasion returns an occasion as it was at most a beat ago, also one that has been deleted.
func (h *Handler) occasion(ctx context.Context, id string) (rsvp.State, error) {
	kept, err := h.Reads.Answer(ctx, id, keyState, 0, func(ctx context.Context) ([]byte, uint64, error) {
		found, err := h.RSVPs.Store.Occasions(ctx, id)
		if err != nil {
			return nil, 0, err
		}
		if len(found) == 0 {
			return nil, 0, rsvp.ErrNoOccasion
		}
		state, err := json.Marshal(found[0])
		return state, found[0].Revision, err
	})
	if err != nil {
		return rsvp.State{}, err
	}
	var o rsvp.State
	if err := json.Unmarshal(kept, &o); err != nil {
		return rsvp.State{}, fmt.Errorf("web: a kept occasion can not be read: %w", err)
	}
	return o, nil
}

// view is what guests see of an occasion.
func (h *Handler) view(ctx context.Context, o rsvp.State) (pages.Occasion, error) {
	d := o.Details
	left, limited := o.SeatsLeft()
	v := pages.Occasion{
		ID: o.ID, Title: d.Title, Place: d.Place, When: occasion.WhenOf(d), Phase: h.phase(o), Initial: occasion.Initial(d.Title),
		Waitlist: d.Waitlist == rsvp.WaitlistAuto, Full: limited && left == 0, MaxParty: d.MaxPartySize,
	}
	if !d.Deadline.IsZero() {
		v.ReplyBy = words.Moment(d.Deadline.In(occasion.Zone(d)), occasion.City(d), occasion.Offset(d, d.Deadline))
	}
	if d.Counts == rsvp.CountsPublic {
		v.Counts = &pages.Counts{
			Revision: o.Revision, Coming: o.Counts.PeopleYes, Maybe: o.Counts.PeopleMaybe, Waiting: o.Counts.PeopleWaitlisted,
			SeatsLeft: left, Limited: limited,
		}
	}
	var err error
	v.Picture, err = h.Pictures.Of(ctx, d)
	return v, err
}

func (h *Handler) phase(o rsvp.State) occasion.Phase { return occasion.PhaseOf(o, h.RSVPs.Clock.Now()) }
