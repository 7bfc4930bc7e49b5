package event

import "time"

// RSVPChange is what happened to one reply. Revision is the occasion's: its events count up without a gap. Previous is
// what the reply was before, so that effects can be taken back whatever the order of arrival.
type RSVPChange struct {
	Kind       Type // RSVP_CREATED, RSVP_UPDATED, RSVP_DELETED or RSVP_CANCELLED
	OccasionID string
	Revision   uint64
	RSVPID     string
	Version    int
	Name       string
	Email      string
	Status     string
	PartySize  int
	Previous   *RSVPBefore // nil for a new reply
	At         time.Time
}

// RSVPBefore is a reply before a change.
type RSVPBefore struct {
	Name      string
	Email     string
	Status    string
	PartySize int
}

// OccasionChange is what an occasion has become, with its public fields. Zero times and numbers mean "none".
type OccasionChange struct {
	Kind          Type // OCCASION_CREATED, OCCASION_UPDATED or OCCASION_DELETED
	OccasionID    string
	Revision      uint64
	Title         string
	StartsAt      time.Time
	EndsAt        time.Time
	TimeZone      string
	Place         string
	Capacity      int
	Deadline      time.Time
	MaxPartySize  int
	Waitlist      string
	GuestList     string
	Counts        string
	DesignID      string
	DesignVersion int // 0: the newest
	At            time.Time
}

// OccasionChanged hints that an occasion has reached a revision.
type OccasionChanged struct {
	OccasionID string
	Revision   uint64
}

// Numbered is an event that has a number among those of its subject: 1, 2, 3, … without a gap.
type Numbered interface {
	Data
	Number() uint64
}

// Number returns the occasion's revision.
func (e RSVPChange) Number() uint64 { return e.Revision }

// Number returns the occasion's revision.
func (e OccasionChange) Number() uint64 { return e.Revision }

func (e RSVPChange) Type() Type      { return e.Kind }
func (e OccasionChange) Type() Type  { return e.Kind }
func (e OccasionChanged) Type() Type { return TypeOccasionChanged }

func (e RSVPChange) Subject() string      { return e.OccasionID }
func (e OccasionChange) Subject() string  { return e.OccasionID }
func (e OccasionChanged) Subject() string { return e.OccasionID }
