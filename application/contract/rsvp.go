package contract

import (
	"time"

	"convoke/domain/rsvp"
)

// Occasion is an occasion as the public sees it.
type Occasion struct {
	ID            string          `json:"id"`
	Title         string          `json:"title"`
	StartsAt      *time.Time      `json:"startsAt"`
	EndsAt        *time.Time      `json:"endsAt"`
	TimeZone      string          `json:"timeZone"`
	Place         *string         `json:"place"`
	Capacity      *int            `json:"capacity"` // people; null: no limit
	Deadline      *time.Time      `json:"deadline"`
	MaxPartySize  int             `json:"maxPartySize"`
	Waitlist      rsvp.Waitlist   `json:"waitlist"`
	GuestList     rsvp.GuestList  `json:"guestList"`
	Counts        rsvp.CountsView `json:"counts"`
	DesignID      *string         `json:"designId"`
	DesignVersion *int            `json:"designVersion"` // null: the newest
	Revision      uint64          `json:"revision"`
	CreatedAt     time.Time       `json:"createdAt"`
	UpdatedAt     time.Time       `json:"updatedAt"`
}

// OccasionOf shows an occasion.
func OccasionOf(s rsvp.State) Occasion {
	d := s.Details
	return Occasion{
		ID: s.ID, Title: d.Title, StartsAt: timeOrNull(d.StartsAt), EndsAt: timeOrNull(d.EndsAt), TimeZone: d.TimeZone,
		Place: orNull(d.Place), Capacity: limitOrNull(d.Capacity), Deadline: timeOrNull(d.Deadline), MaxPartySize: d.MaxPartySize,
		Waitlist: d.Waitlist, GuestList: d.GuestList, Counts: d.Counts, DesignID: orNull(d.DesignID),
		DesignVersion: limitOrNull(d.DesignVersion),
		Revision:      s.Revision, CreatedAt: s.CreatedAt.UTC(), UpdatedAt: s.UpdatedAt.UTC(),
	}
}

// RSVP is a reply as its guest and its host see it.
type RSVP struct {
	ID         string      `json:"id"`
	OccasionID string      `json:"occasionId"`
	Name       string      `json:"name"`
	Email      string      `json:"email"`
	Status     rsvp.Status `json:"status"`
	PartySize  int         `json:"partySize"`
	Note       *string     `json:"note"`
	Version    int         `json:"version"`
	Revision   uint64      `json:"revision"`
	CreatedAt  time.Time   `json:"createdAt"`
	UpdatedAt  time.Time   `json:"updatedAt"`
}

// RSVPOf shows a reply.
func RSVPOf(r rsvp.Reply) RSVP {
	return RSVP{
		ID: r.ID, OccasionID: r.OccasionID, Name: r.Name, Email: r.Email, Status: r.Status, PartySize: r.PartySize, Note: orNull(r.Note),
		Version: r.Version, Revision: r.Revision, CreatedAt: r.CreatedAt.UTC(), UpdatedAt: r.UpdatedAt.UTC(),
	}
}

// Counts is what an occasion counts of its replies.
type Counts struct {
	OccasionID string       `json:"occasionId"`
	Revision   uint64       `json:"revision"`
	Replies    ReplyCounts  `json:"replies"`
	People     PeopleCounts `json:"people"`
	Capacity   *int         `json:"capacity"`
	SeatsLeft  *int         `json:"seatsLeft"`
}

// ReplyCounts counts replies.
type ReplyCounts struct {
	Yes        int `json:"yes"`
	No         int `json:"no"`
	Maybe      int `json:"maybe"`
	Waitlisted int `json:"waitlisted"`
	Cancelled  int `json:"cancelled"`
}

// PeopleCounts counts people.
type PeopleCounts struct {
	Yes        int `json:"yes"`
	Maybe      int `json:"maybe"`
	Waitlisted int `json:"waitlisted"`
}

// CountsOf shows an occasion's counts.
func CountsOf(s rsvp.State) Counts {
	c := s.Counts
	counts := Counts{
		OccasionID: s.ID, Revision: s.Revision, Capacity: limitOrNull(s.Details.Capacity),
		Replies: ReplyCounts{c.Yes, c.No, c.Maybe, c.Waitlisted, c.Cancelled},
		People:  PeopleCounts{c.PeopleYes, c.PeopleMaybe, c.PeopleWaitlisted},
	}
	if left, limited := s.SeatsLeft(); limited {
		counts.SeatsLeft = &left
	}
	return counts
}

// OccasionCounts is the type of the message about a watched occasion.
const OccasionCounts = "occasion_counts"

// LiveCounts is the message about a watched occasion: the counts, with its type.
type LiveCounts struct {
	Type string `json:"type"`
	Counts
}

// LiveCountsOf makes the message of an occasion.
func LiveCountsOf(s rsvp.State) LiveCounts { return LiveCounts{OccasionCounts, CountsOf(s)} }

func limitOrNull(n int) *int {
	if n == 0 {
		return nil
	}
	return &n
}
