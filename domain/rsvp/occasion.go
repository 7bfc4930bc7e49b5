// Package rsvp holds occasions and the replies of their guests: who is admitted, who waits, and what is counted. An
// occasion decides about its seats; every decision takes its next revision, so that the stream of its events has no gap.
package rsvp

import (
	"errors"
	"fmt"
	"time"
	"unicode/utf8"

	"convoke/domain/event"
	"convoke/domain/fault"
)

// Limits of an occasion.
const (
	MaxTitle            = 200 // characters
	MaxPlace            = 300
	MaxCapacity         = 10_000_000 // people
	MaxParty            = 100
	DefaultMaxPartySize = 10
	MaxDesignVersion    = 1_000_000
)

// DefaultID names the deployment's own occasion, which has no date and belongs to the admin.
const DefaultID = "default"

// Waitlist says what becomes of a reply that finds no seat.
type Waitlist string

// The closed list of waitlists.
const (
	WaitlistOff  Waitlist = "off"  // it is refused
	WaitlistAuto Waitlist = "auto" // it waits, and is promoted as soon as it fits
)

// GuestList says who sees the guests' names.
type GuestList string

// The closed list of guest lists.
const (
	GuestListHidden GuestList = "hidden"
	GuestListNames  GuestList = "names"
)

// CountsView says who sees the counts.
type CountsView string

// The closed list of views.
const (
	CountsPublic CountsView = "public"
	CountsHidden CountsView = "hidden"
)

// Details are what a host says about an occasion. A zero time or number means "none".
type Details struct {
	Title        string
	StartsAt     time.Time
	EndsAt       time.Time
	TimeZone     string
	Place        string
	Capacity     int // people; 0: no limit
	Deadline     time.Time
	MaxPartySize int // 0: the default
	Waitlist     Waitlist
	GuestList    GuestList
	Counts       CountsView
	DesignID     string
	// DesignVersion is the version of the design that is shown; 0: the newest. That there is such a design, or such a
	// version, is nobody's to check: it may be on its way, and without it the occasion is shown without a picture.
	DesignVersion int
}

// Counts is what an occasion counts of its replies. Maybe takes no seat.
type Counts struct {
	Yes, No, Maybe, Waitlisted, Cancelled    int // replies
	PeopleYes, PeopleMaybe, PeopleWaitlisted int
}

// State is everything an occasion is, as a plain value for stores and views.
type State struct {
	ID           string
	Details      Details
	TokenVersion int
	Revision     uint64 // of the last decision; it only grows, without gaps
	Counts       Counts
	Promoting    bool // those who wait and fit are being seated in steps; nobody overtakes them
	Deleted      bool
	CreatedAt    time.Time
	UpdatedAt    time.Time
}

// SeatsLeft is how many more people may come; limited is false when there is no limit.
func (s State) SeatsLeft() (left int, limited bool) {
	if s.Details.Capacity == 0 {
		return 0, false
	}
	return max(0, s.Details.Capacity-s.Counts.PeopleYes), true
}

// Occasion is the aggregate. Not safe for concurrent use; stores hand out copies.
type Occasion struct {
	state  State
	events []event.Data
}

// New makes an occasion. The error joins every problem of the details.
func New(id string, d Details, now time.Time) (*Occasion, error) {
	d = d.complete()
	if err := d.check(); err != nil {
		return nil, err
	}
	o := &Occasion{state: State{ID: id, Details: d, TokenVersion: 1, CreatedAt: now}}
	o.announce(event.TypeOccasionCreated, now)
	return o, nil
}

// Rehydrate restores an occasion. It is for stores only.
func Rehydrate(s State) *Occasion { return &Occasion{state: s} }

// State returns the occasion's state as a value.
func (o *Occasion) State() State { return o.state }

// Events returns what the decisions since loading have to tell, in order of their revisions.
func (o *Occasion) Events() []event.Data { return o.events }

// Edit changes the details. Raising the capacity, or switching the waitlist on, may free seats: see Promote. Lowering
// the capacity turns nobody away.
func (o *Occasion) Edit(d Details, now time.Time) error {
	if err := o.exists(); err != nil {
		return err
	}
	d = d.complete()
	if err := d.check(); err != nil {
		return err
	}
	o.state.Details = d
	o.announce(event.TypeOccasionUpdated, now)
	return nil
}

// Delete ends the occasion. Its replies are gone with it.
func (o *Occasion) Delete(now time.Time) error {
	if err := o.exists(); err != nil {
		return err
	}
	o.state.Deleted, o.state.Promoting = true, false
	o.announce(event.TypeOccasionDeleted, now)
	return nil
}

// Faults of an occasion.
var (
	ErrNoOccasion = fault.New(fault.NotFound, "occasion-not-found", "there is no such occasion")
	ErrClosed     = fault.New(fault.Gone, "past-deadline", "the time to reply is over")
	ErrFull       = fault.New(fault.Conflict, "occasion-full", "there are not enough seats left")
)

func (o *Occasion) exists() error {
	if o.state.Deleted {
		return ErrNoOccasion
	}
	return nil
}

// open reports whether guests may still reply and change their replies.
func (o *Occasion) open(now time.Time) error {
	if err := o.exists(); err != nil {
		return err
	}
	if d := o.state.Details.Deadline; !d.IsZero() && !now.Before(d) {
		return ErrClosed
	}
	return nil
}

// next takes the next revision.
func (o *Occasion) next(now time.Time) uint64 {
	o.state.Revision++
	o.state.UpdatedAt = now
	return o.state.Revision
}

func (o *Occasion) announce(kind event.Type, now time.Time) {
	d := o.state.Details
	o.events = append(o.events, event.OccasionChange{
		Kind: kind, OccasionID: o.state.ID, Revision: o.next(now), At: now,
		Title: d.Title, StartsAt: d.StartsAt, EndsAt: d.EndsAt, TimeZone: d.TimeZone, Place: d.Place,
		Capacity: d.Capacity, Deadline: d.Deadline, MaxPartySize: d.MaxPartySize,
		Waitlist: string(d.Waitlist), GuestList: string(d.GuestList), Counts: string(d.Counts), DesignID: d.DesignID, DesignVersion: d.DesignVersion,
	})
}

// complete fills in the defaults.
func (d Details) complete() Details {
	if d.MaxPartySize == 0 {
		d.MaxPartySize = DefaultMaxPartySize
	}
	if d.Waitlist == "" {
		d.Waitlist = WaitlistOff
	}
	if d.GuestList == "" {
		d.GuestList = GuestListHidden
	}
	if d.Counts == "" {
		d.Counts = CountsPublic
	}
	if d.TimeZone == "" {
		d.TimeZone = "UTC"
	}
	return d
}

func (d Details) check() error {
	_, zone := time.LoadLocation(d.TimeZone)
	return errors.Join(
		text("title", d.Title, 1, MaxTitle),
		text("place", d.Place, 0, MaxPlace),
		when(zone == nil && d.TimeZone != "Local", "timeZone", "must be an IANA name such as Europe/Berlin"),
		when(d.EndsAt.IsZero() || !d.StartsAt.IsZero() && !d.EndsAt.Before(d.StartsAt), "endsAt", "must not be before startsAt"),
		when(d.Capacity >= 0 && d.Capacity <= MaxCapacity, "capacity", fmt.Sprintf("must be between 1 and %d, or left out", MaxCapacity)),
		when(d.MaxPartySize >= 1 && d.MaxPartySize <= MaxParty, "maxPartySize", fmt.Sprintf("must be between 1 and %d", MaxParty)),
		when(d.Waitlist == WaitlistOff || d.Waitlist == WaitlistAuto, "waitlist", "must be off or auto"),
		when(d.GuestList == GuestListHidden || d.GuestList == GuestListNames, "guestList", "must be hidden or names"),
		when(d.Counts == CountsPublic || d.Counts == CountsHidden, "counts", "must be public or hidden"),
		when(d.DesignVersion >= 0 && d.DesignVersion <= MaxDesignVersion, "designVersion", fmt.Sprintf("must be between 1 and %d, or left out", MaxDesignVersion)),
		when(d.DesignVersion == 0 || d.DesignID != "", "designVersion", "needs a designId"),
	)
}

func when(ok bool, field, problem string) error {
	if ok {
		return nil
	}
	return fault.Field(field, problem)
}

// text checks that a field is readable text of a length in characters.
func text(field, value string, least, most int) error {
	n := utf8.RuneCountInString(value)
	switch {
	case !utf8.ValidString(value):
		return fault.Field(field, "must be valid UTF-8")
	case n < least || n > most:
		return fault.Field(field, fmt.Sprintf("must have between %d and %d characters", least, most))
	}
	for _, r := range value {
		if r < ' ' && r != '\n' && r != '\t' {
			return fault.Field(field, "must not contain control characters")
		}
	}
	return nil
}
