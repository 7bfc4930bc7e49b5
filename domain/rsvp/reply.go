package rsvp

import (
	"errors"
	"fmt"
	"net/mail"
	"strings"
	"time"

	"convoke/domain/event"
	"convoke/domain/fault"
)

// Limits of a reply.
const (
	MinName  = 2 // characters
	MaxName  = 100
	MaxEmail = 200
	MaxNote  = 1000
)

// Status is where a reply stands.
type Status string

// The closed list of states. Guests choose among the first three; waitlisted is a yes that waits for seats.
const (
	Yes        Status = "yes"
	No         Status = "no"
	Maybe      Status = "maybe"
	Waitlisted Status = "waitlisted"
	Cancelled  Status = "cancelled" // by the guest; final
)

// Reply is one guest's answer to one occasion, as a plain value.
type Reply struct {
	ID           string
	OccasionID   string
	Name         string
	Email        string // normalised
	Status       Status
	PartySize    int
	Note         string // only the host sees it
	Version      int    // grows with each change
	TokenVersion int
	Revision     uint64 // the occasion's, of the last change
	Position     uint64 // in the waitlist: the revision at which it began to wait; 0 when it does not
	CreatedAt    time.Time
	UpdatedAt    time.Time
}

// Answer is what a guest says.
type Answer struct {
	Name      string
	Email     string
	Status    Status // yes, no or maybe; empty: yes
	PartySize int    // 0: one
	Note      string
}

// Patch changes some of an answer; nil fields stay as they are.
type Patch struct {
	Name      *string
	Email     *string
	Status    *Status
	PartySize *int
	Note      *string
}

// ErrCancelled is the fault of changing a reply that the guest has cancelled.
var ErrCancelled = fault.New(fault.Conflict, "already-cancelled", "this reply has been cancelled")

// NormalEmail is how an address is kept and compared: without surrounding space, in lower case.
func NormalEmail(email string) string { return strings.ToLower(strings.TrimSpace(email)) }

// Reply takes a guest's answer: admitted, waiting, or refused when there is no seat. That nobody else of that address
// has a live reply is the store's to check, in the same transaction.
func (o *Occasion) Reply(id string, a Answer, now time.Time) (Reply, error) {
	if err := o.open(now); err != nil {
		return Reply{}, err
	}
	return o.take(id, a, now)
}

// Enter takes an answer that the host writes down for a guest, after the deadline too. Seats bind the host as well.
func (o *Occasion) Enter(id string, a Answer, now time.Time) (Reply, error) {
	if err := o.exists(); err != nil {
		return Reply{}, err
	}
	return o.take(id, a, now)
}

func (o *Occasion) take(id string, a Answer, now time.Time) (Reply, error) {
	a = a.complete()
	if err := o.check(a); err != nil {
		return Reply{}, err
	}
	r := Reply{
		ID: id, OccasionID: o.state.ID, Name: a.Name, Email: a.Email, PartySize: a.PartySize, Note: a.Note, TokenVersion: 1, CreatedAt: now,
	}
	status, err := o.admit(a.Status, a.PartySize, 0)
	if err != nil {
		return Reply{}, err
	}
	r.Status = status
	o.record(event.TypeRSVPCreated, nil, &r, now)
	return r, nil
}

// Change changes a reply. A party that grows beyond the seats left is refused and nothing changes. host is true when the
// host changes it, who is not bound by the deadline.
func (o *Occasion) Change(r Reply, p Patch, host bool, now time.Time) (Reply, error) {
	if err := o.mayChange(r, host, now); err != nil {
		return r, err
	}
	a := r.answer().with(p).complete()
	if err := o.check(a); err != nil {
		return r, err
	}
	changed := r
	changed.Name, changed.Email, changed.PartySize, changed.Note = a.Name, a.Email, a.PartySize, a.Note
	status, err := o.readmit(r, a)
	if err != nil {
		return r, err
	}
	changed.Status = status
	o.record(event.TypeRSVPUpdated, &r, &changed, now)
	return changed, nil
}

// Cancel takes a guest's reply back for good.
func (o *Occasion) Cancel(r Reply, now time.Time) (Reply, error) {
	if err := o.mayChange(r, true, now); err != nil {
		return r, err
	}
	changed := r
	changed.Status = Cancelled
	o.record(event.TypeRSVPCancelled, &r, &changed, now)
	return changed, nil
}

// Remove takes a reply off the list, as the host may.
func (o *Occasion) Remove(r Reply, now time.Time) error {
	if err := o.exists(); err != nil {
		return err
	}
	o.record(event.TypeRSVPDeleted, &r, nil, now)
	return nil
}

// Promote seats as many of the waiting parties as fit, the earliest first; one that is too large is passed over. The
// candidates must be the earliest of those that wait, in the order of their positions; more says that others wait behind
// them. It returns those that it seated, at most limit. While others might still fit the occasion is Promoting, and
// Promote is to be called again.
func (o *Occasion) Promote(waiting []Reply, limit int, more bool, now time.Time) []Reply {
	var promoted []Reply
	o.state.Promoting = more
	for _, r := range waiting {
		left, limited := o.state.SeatsLeft()
		if limited && r.PartySize > left {
			continue
		}
		if len(promoted) == limit {
			o.state.Promoting = true
			break
		}
		seated := r
		seated.Status = Yes
		o.record(event.TypeRSVPUpdated, &r, &seated, now)
		promoted = append(promoted, seated)
	}
	if left, limited := o.state.SeatsLeft(); limited && left == 0 {
		o.state.Promoting = false
	}
	return promoted
}

func (o *Occasion) mayChange(r Reply, host bool, now time.Time) error {
	err := o.open(now)
	if host {
		err = o.exists()
	}
	if err == nil && r.Status == Cancelled {
		err = ErrCancelled
	}
	return err
}

// admit decides about a party that holds some seats already: its status, or that it is refused.
func (o *Occasion) admit(wish Status, party, holds int) (Status, error) {
	left, limited := o.state.SeatsLeft()
	overtakes := o.state.Promoting && holds == 0
	switch {
	case wish != Yes || !limited || party <= left+holds && !overtakes:
		return wish, nil
	case o.state.Details.Waitlist == WaitlistAuto && holds == 0:
		return Waitlisted, nil
	}
	return "", ErrFull
}

// readmit decides about a changed answer. A waiting party keeps waiting unless it fits now.
func (o *Occasion) readmit(r Reply, a Answer) (Status, error) {
	holds := 0
	if r.Status == Yes {
		holds = r.PartySize
	}
	status, err := o.admit(a.Status, a.PartySize, holds)
	if err != nil && r.Status == Waitlisted {
		return Waitlisted, nil // also when the waitlist takes nobody new
	}
	return status, err
}

// record takes the next revision for a change from before to after (nil: there was none, or is none any more), counts it
// and keeps the event.
func (o *Occasion) record(kind event.Type, before, after *Reply, now time.Time) {
	revision := o.next(now)
	told := after
	if after != nil {
		after.Version++
		after.Revision, after.UpdatedAt = revision, now
		switch {
		case after.Status != Waitlisted:
			after.Position = 0
		case after.Position == 0:
			after.Position = revision
		}
		o.state.Counts.Add(after.Status, after.PartySize, 1)
	} else {
		gone := *before
		gone.Version++
		told = &gone
	}
	change := event.RSVPChange{
		Kind: kind, OccasionID: o.state.ID, Revision: revision, RSVPID: told.ID, Version: told.Version,
		Name: told.Name, Email: told.Email, Status: string(told.Status), PartySize: told.PartySize, At: now,
	}
	if before != nil {
		o.state.Counts.Add(before.Status, before.PartySize, -1)
		change.Previous = &event.RSVPBefore{Name: before.Name, Email: before.Email, Status: string(before.Status), PartySize: before.PartySize}
	}
	o.events = append(o.events, change)
}

// Add counts a reply (sign 1), or takes it out again (sign -1).
func (c *Counts) Add(status Status, party, sign int) { c.AddAll(status, sign, sign*party) }

// AddAll counts replies of one status and their people; negative numbers take out.
func (c *Counts) AddAll(status Status, replies, people int) {
	switch status {
	case Yes:
		c.Yes, c.PeopleYes = c.Yes+replies, c.PeopleYes+people
	case No:
		c.No += replies
	case Maybe:
		c.Maybe, c.PeopleMaybe = c.Maybe+replies, c.PeopleMaybe+people
	case Waitlisted:
		c.Waitlisted, c.PeopleWaitlisted = c.Waitlisted+replies, c.PeopleWaitlisted+people
	case Cancelled:
		c.Cancelled += replies
	}
}

// answer is what the guest said last: a waiting party wants to come.
func (r Reply) answer() Answer {
	status := r.Status
	if status == Waitlisted {
		status = Yes
	}
	return Answer{Name: r.Name, Email: r.Email, Status: status, PartySize: r.PartySize, Note: r.Note}
}

func (a Answer) with(p Patch) Answer {
	set(&a.Name, p.Name)
	set(&a.Email, p.Email)
	set(&a.Status, p.Status)
	set(&a.PartySize, p.PartySize)
	set(&a.Note, p.Note)
	return a
}

func set[T any](field *T, value *T) {
	if value != nil {
		*field = *value
	}
}

// complete fills in the defaults and normalises.
func (a Answer) complete() Answer {
	a.Name, a.Email, a.Note = strings.TrimSpace(a.Name), NormalEmail(a.Email), strings.TrimSpace(a.Note)
	if a.Status == "" {
		a.Status = Yes
	}
	if a.PartySize == 0 {
		a.PartySize = 1
	}
	return a
}

func (o *Occasion) check(a Answer) error {
	most := o.state.Details.MaxPartySize
	return errors.Join(
		text("name", a.Name, MinName, MaxName),
		CheckEmail(a.Email),
		when(a.Status == Yes || a.Status == No || a.Status == Maybe, "status", "must be yes, no or maybe"),
		when(a.PartySize >= 1 && a.PartySize <= most, "partySize", fmt.Sprintf("must be between 1 and %d", most)),
		text("note", a.Note, 0, MaxNote),
	)
}

// CheckEmail accepts a normalised bare address with a domain; its error is a fault of the field email.
func CheckEmail(email string) error {
	if err := text("email", email, 3, MaxEmail); err != nil {
		return err
	}
	parsed, err := mail.ParseAddress(email)
	return when(err == nil && parsed.Address == email && parsed.Name == "" && !strings.ContainsAny(email, " \t\n<>"), "email", "must be an e-mail address")
}
