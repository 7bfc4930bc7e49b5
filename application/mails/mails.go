// Package mails writes to guests: what has become of their replies, with the link that changes them. One half is a
// consumer of rsvp-events, which loses nothing; the other sends a link again to whoever has lost it, which is a
// convenience and may.
package mails

import (
	"context"
	"time"

	"convoke/domain/event"
	"convoke/domain/rsvp"
)

// Guest is a reply with its occasion, as they are now.
type Guest struct {
	Reply    rsvp.Reply
	Occasion rsvp.State
}

// Store is what the consumer reads. Safe for concurrent use.
type Store interface {
	// Guests returns those of the replies that exist, each with its occasion, in no particular order, with one query.
	Guests(ctx context.Context, replyIDs ...string) ([]Guest, error)
}

// Kind is what a mail tells.
type Kind string

// The closed list of kinds.
const (
	Created   Kind = "created"   // the reply has arrived
	Promoted  Kind = "promoted"  // who waited has a seat
	Changed   Kind = "changed"   // the reply says something else
	Cancelled Kind = "cancelled" // the guest has taken it back
	Link      Kind = "link"      // here is the link again
)

// fresh is how old news may be. The topic is kept for ever, and a group that is new reads it from the beginning: nobody
// wants mail about last year's reply.
const fresh = 48 * time.Hour

// unknownLength is how long an occasion lasts that does not say when it ends.
const unknownLength = 24 * time.Hour

// kindOf says what an event gives occasion to write; false: nothing. What only the host has done or seen is not told, and
// neither is a new name.
func kindOf(c event.RSVPChange) (Kind, bool) {
	switch c.Kind { //nolint:exhaustive // the others tell a guest nothing
	case event.TypeRSVPCreated:
		return Created, true
	case event.TypeRSVPCancelled:
		return Cancelled, true
	case event.TypeRSVPUpdated:
		before := c.Previous
		switch {
		case before == nil:
			return Changed, true
		case before.Status == string(rsvp.Waitlisted) && c.Status == string(rsvp.Yes):
			return Promoted, true
		case before.Status != c.Status, before.PartySize != c.PartySize, before.Email != c.Email:
			return Changed, true
		}
	}
	return "", false
}

// current reports whether what an event told is still so. If it is not, a later event tells what is.
func (g Guest) current(c event.RSVPChange) bool {
	r := g.Reply
	return string(r.Status) == c.Status && r.PartySize == c.PartySize && r.Email == c.Email
}

// over reports whether an occasion has ended. One without a date never has.
func over(o rsvp.State, now time.Time) bool {
	end := o.Details.EndsAt
	if end.IsZero() && !o.Details.StartsAt.IsZero() {
		end = o.Details.StartsAt.Add(unknownLength)
	}
	return o.Deleted || !end.IsZero() && now.After(end)
}
