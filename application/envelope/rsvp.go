package envelope

import (
	"errors"
	"fmt"
	"math"
	"time"

	"convoke/application/uuid"
	"convoke/domain/event"
	"convoke/domain/rsvp"
)

type (
	beforeData struct {
		Name      string `json:"name"`
		Email     string `json:"email"`
		Status    string `json:"status"`
		PartySize int    `json:"partySize"`
	}
	rsvpData struct {
		OccasionID string      `json:"occasionId"`
		Revision   uint64      `json:"revision"`
		RSVPID     string      `json:"rsvpId"`
		Version    int         `json:"version"`
		Name       string      `json:"name"`
		Email      string      `json:"email"`
		Status     string      `json:"status"`
		PartySize  int         `json:"partySize"`
		Previous   *beforeData `json:"previous,omitempty"`
		At         time.Time   `json:"at"`
	}
	occasionData struct {
		OccasionID    string     `json:"occasionId"`
		Revision      uint64     `json:"revision"`
		Title         string     `json:"title"`
		StartsAt      *time.Time `json:"startsAt,omitempty"`
		EndsAt        *time.Time `json:"endsAt,omitempty"`
		TimeZone      string     `json:"timeZone"`
		Place         string     `json:"place,omitempty"`
		Capacity      int        `json:"capacity,omitempty"`
		Deadline      *time.Time `json:"deadline,omitempty"`
		MaxPartySize  int        `json:"maxPartySize"`
		Waitlist      string     `json:"waitlist"`
		GuestList     string     `json:"guestList"`
		Counts        string     `json:"counts"`
		DesignID      string     `json:"designId,omitempty"`
		DesignVersion int        `json:"designVersion,omitempty"`
		At            time.Time  `json:"at"`
	}
	occasionChangedData struct {
		OccasionID string `json:"occasionId"`
		Revision   uint64 `json:"revision"`
	}
)

func toRSVP(e event.RSVPChange) rsvpData {
	return rsvpData{
		e.OccasionID, e.Revision, e.RSVPID, e.Version, e.Name, e.Email, e.Status, e.PartySize, (*beforeData)(e.Previous), e.At.UTC(),
	}
}

func fromRSVP(kind event.Type) func(rsvpData) (event.Data, error) {
	return func(w rsvpData) (event.Data, error) {
		return event.RSVPChange{
			Kind: kind, OccasionID: w.OccasionID, Revision: w.Revision, RSVPID: w.RSVPID, Version: w.Version, Name: w.Name,
			Email: w.Email, Status: w.Status, PartySize: w.PartySize, Previous: (*event.RSVPBefore)(w.Previous), At: w.At,
		}, errors.Join(numbered(w.OccasionID, w.Revision), counted(w.PartySize, (*event.RSVPBefore)(w.Previous)))
	}
}

func toOccasion(e event.OccasionChange) occasionData {
	return occasionData{
		e.OccasionID, e.Revision, e.Title, moment(e.StartsAt), moment(e.EndsAt), e.TimeZone, e.Place, e.Capacity,
		moment(e.Deadline), e.MaxPartySize, e.Waitlist, e.GuestList, e.Counts, e.DesignID, e.DesignVersion, e.At.UTC(),
	}
}

func fromOccasion(kind event.Type) func(occasionData) (event.Data, error) {
	return func(w occasionData) (event.Data, error) {
		return event.OccasionChange{
			Kind: kind, OccasionID: w.OccasionID, Revision: w.Revision, Title: w.Title, StartsAt: orZero(w.StartsAt), EndsAt: orZero(w.EndsAt),
			TimeZone: w.TimeZone, Place: w.Place, Capacity: w.Capacity, Deadline: orZero(w.Deadline), MaxPartySize: w.MaxPartySize,
			Waitlist: w.Waitlist, GuestList: w.GuestList, Counts: w.Counts, DesignID: w.DesignID, DesignVersion: w.DesignVersion, At: w.At,
		}, numbered(w.OccasionID, w.Revision)
	}
}

// numbered checks what every consumer of occasions goes by. Stores keep revisions in 63 bits.
func numbered(occasionID string, revision uint64) error {
	if _, ok := uuid.Parse(occasionID); !ok && occasionID != rsvp.DefaultID {
		return errors.New("occasionId is no id of an occasion")
	}
	if revision == 0 || revision > math.MaxInt64 {
		return errors.New("revision must be a positive number")
	}
	return nil
}

// counted checks what consumers add up.
func counted(partySize int, previous *event.RSVPBefore) error {
	const most = 1_000_000
	if partySize < 0 || partySize > most || previous != nil && (previous.PartySize < 0 || previous.PartySize > most) {
		return fmt.Errorf("partySize must be between 0 and %d", most)
	}
	return nil
}

// moment leaves a zero time out.
func moment(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = t.UTC()
	return &t
}

func orZero(t *time.Time) time.Time {
	if t == nil {
		return time.Time{}
	}
	return *t
}
