package rsvps

import (
	"time"

	"convoke/domain/fault"
	"convoke/domain/rsvp"
)

// grace is how long after an occasion's end its guests' tokens still work.
const grace = 7 * 24 * time.Hour

// Faults of who asks.
var (
	ErrNoToken  = fault.New(fault.Unauthenticated, "token-required", "this needs a bearer token")
	ErrForeign  = fault.New(fault.Forbidden, "not-yours", "this token is for something else")
	ErrExpired  = fault.New(fault.Gone, "token-expired", "the occasion is over, and so is this token")
	ErrOldToken = fault.New(fault.Unauthenticated, "token-replaced", "this token has been replaced by a newer one")
)

// Caller is who asks: the admin, the bearer of a genuine token, or nobody (the zero Caller).
type Caller struct {
	Admin bool
	Claim *Claim
}

// hosts reports whether the caller comes as a host, of whatever occasion.
func (c Caller) hosts() bool { return c.Admin || c.Claim != nil && c.Claim.Role == Host }

// mustHost returns nil if the caller may do what the occasion's host may.
func (c Caller) mustHost(o rsvp.State) error {
	switch {
	case c.Admin:
		return nil
	case c.Claim == nil:
		return ErrNoToken
	case c.Claim.Role != Host || c.Claim.ID != o.ID:
		return ErrForeign
	case c.Claim.Version != o.TokenVersion:
		return ErrOldToken
	}
	return nil
}

// mustOwn returns whether the caller may act on a reply, and whether as its host.
func (c Caller) mustOwn(r rsvp.Reply, o rsvp.State, now time.Time) (host bool, err error) {
	switch {
	case c.Claim != nil && c.Claim.Role == Guest:
		return false, c.mustGuest(r, o, now)
	default:
		return true, c.mustHost(o)
	}
}

// mustGuest returns nil if the caller holds the reply's own token and the occasion is not long over.
func (c Caller) mustGuest(r rsvp.Reply, o rsvp.State, now time.Time) error {
	switch {
	case c.Claim == nil:
		return ErrNoToken
	case c.Claim.Role != Guest || c.Claim.ID != r.ID:
		return ErrForeign
	case c.Claim.Version != r.TokenVersion:
		return ErrOldToken
	case Expired(o, now):
		return ErrExpired
	}
	return nil
}

// Expired reports whether the tokens of an occasion's guests no longer work: it ended longer ago than the grace period.
// Those of one without a date always work.
func Expired(o rsvp.State, now time.Time) bool {
	end := o.Details.EndsAt
	if end.IsZero() {
		end = o.Details.StartsAt
	}
	return !end.IsZero() && now.After(end.Add(grace))
}
