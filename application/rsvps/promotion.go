package rsvps

import (
	"context"
	"errors"
	"fmt"
	"time"

	"convoke/application/leader"
	"convoke/domain/rsvp"
)

const (
	promoteEvery   = time.Second
	promoteAbreast = 100 // occasions that one round looks at
)

// promoteRest goes on with a promotion that was too large for one step. What it does not get to is the leader's to finish.
func (s *Service) promoteRest(ctx context.Context, occasionID string) error {
	for {
		o, err := s.Store.PromoteMore(ctx, occasionID)
		if errors.Is(err, rsvp.ErrNoOccasion) {
			return nil // it has ended meanwhile
		}
		if err != nil {
			return fmt.Errorf("occasion %s: %w", occasionID, err)
		}
		s.Announcer.Announce(Watched{o})
		if !o.Promoting {
			return nil
		}
	}
}

// Promotion finishes the promotions that were begun and not ended, whichever process began them. It is a duty of the
// leader.
type Promotion struct{ Service *Service }

// Run looks for them every second until ctx ends.
func (p *Promotion) Run(ctx context.Context, term leader.Term) {
	ticker := time.NewTicker(promoteEvery)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return
		}
		if term.Valid() {
			p.round(ctx, term)
		}
	}
}

func (p *Promotion) round(ctx context.Context, term leader.Term) {
	s := p.Service
	occasions, err := s.Store.Promoting(ctx, promoteAbreast)
	for _, id := range occasions {
		if term.Valid() {
			err = errors.Join(err, s.promoteRest(ctx, id)) // one that fails holds up no other
		}
	}
	if err != nil && ctx.Err() == nil {
		s.Log.Warn("waiting guests could not all be seated; trying again", "error", err)
	}
}
