package memory

import (
	"context"

	"convoke/application/mails"
	"convoke/domain/rsvp"
)

// Guests returns those of the replies that exist, with what mails tell of them.
func (s *Store) Guests(ctx context.Context, replyIDs ...string) ([]mails.Guest, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var guests []mails.Guest
	for _, id := range distinct(replyIDs) {
		h := s.halls[s.guests[id]]
		if h == nil {
			continue
		}
		r, o := h.replies[id], h.state
		guests = append(guests, mails.Guest{
			Reply: rsvp.Reply{
				ID: r.ID, OccasionID: r.OccasionID, Name: r.Name, Email: r.Email, Status: r.Status, PartySize: r.PartySize,
				Version: r.Version, TokenVersion: r.TokenVersion, Revision: r.Revision,
			},
			Occasion: o,
		})
	}
	return guests, ctx.Err()
}
