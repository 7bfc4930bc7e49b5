package httpapi

import (
	"encoding/json"
	"errors"
	"time"

	"convoke/domain/fault"
	"convoke/domain/rsvp"
)

// optional is a field that a body gives or leaves out. Giving null takes away what was there.
type optional[T any] struct {
	Given bool
	Value T
}

// UnmarshalJSON is called for fields that are given, null included.
func (o *optional[T]) UnmarshalJSON(text []byte) error {
	*o = optional[T]{Given: true}
	return json.Unmarshal(text, &o.Value)
}

func (o optional[T]) to(field *T) {
	if o.Given {
		*field = o.Value
	}
}

// number sets a number. Zero means "none" inside, so a zero that is written out becomes a number that is refused.
func number(given optional[*int], field *int) {
	switch {
	case !given.Given:
	case given.Value == nil:
		*field = 0
	case *given.Value == 0:
		*field = -1
	default:
		*field = *given.Value
	}
}

// occasionBody is what a host says about an occasion: all of it, or what is to change.
type occasionBody struct {
	Title         optional[string]          `json:"title"`
	StartsAt      optional[string]          `json:"startsAt"`
	EndsAt        optional[string]          `json:"endsAt"`
	TimeZone      optional[string]          `json:"timeZone"`
	Place         optional[string]          `json:"place"`
	Capacity      optional[*int]            `json:"capacity"`
	Deadline      optional[string]          `json:"deadline"`
	MaxPartySize  optional[*int]            `json:"maxPartySize"`
	Waitlist      optional[rsvp.Waitlist]   `json:"waitlist"`
	GuestList     optional[rsvp.GuestList]  `json:"guestList"`
	Counts        optional[rsvp.CountsView] `json:"counts"`
	DesignID      optional[string]          `json:"designId"`
	DesignVersion optional[*int]            `json:"designVersion"`
}

// edit returns what the body does to an occasion's details, and what is wrong with the body whatever they are.
func (b occasionBody) edit() (func(*rsvp.Details), error) {
	startsAt, err1 := readClock("startsAt", b.StartsAt.Value)
	endsAt, err2 := readClock("endsAt", b.EndsAt.Value)
	deadline, err3 := readClock("deadline", b.Deadline.Value)
	var err4 error
	if b.DesignID.Value != "" {
		b.DesignID.Value, err4 = bodyID("designId", b.DesignID.Value)
	}
	return func(d *rsvp.Details) {
		b.Title.to(&d.Title)
		b.TimeZone.to(&d.TimeZone)
		b.Place.to(&d.Place)
		number(b.Capacity, &d.Capacity)
		number(b.MaxPartySize, &d.MaxPartySize)
		b.Waitlist.to(&d.Waitlist)
		b.GuestList.to(&d.GuestList)
		b.Counts.to(&d.Counts)
		b.design(d)
		optional[time.Time]{b.StartsAt.Given, startsAt.in(d.TimeZone)}.to(&d.StartsAt)
		optional[time.Time]{b.EndsAt.Given, endsAt.in(d.TimeZone)}.to(&d.EndsAt)
		optional[time.Time]{b.Deadline.Given, deadline.in(d.TimeZone)}.to(&d.Deadline)
	}, errors.Join(err1, err2, err3, err4)
}

// design chooses the invitation. Another design is shown in its newest version, unless one is given.
func (b occasionBody) design(d *rsvp.Details) {
	before := d.DesignID
	if b.DesignID.to(&d.DesignID); d.DesignID != before {
		d.DesignVersion = 0
	}
	number(b.DesignVersion, &d.DesignVersion)
}

// clock is a time as a host writes it: a moment, or what the clocks show where the occasion is.
type clock struct {
	time  time.Time
	local bool
}

// Years that calendars, databases and JSON all can write, whatever the zone.
const (
	firstYear = 1900
	lastYear  = 9998
)

func readClock(field, text string) (clock, error) {
	if text == "" {
		return clock{}, nil
	}
	for _, form := range []struct {
		layout string
		local  bool
	}{{time.RFC3339, false}, {"2006-01-02T15:04:05", true}, {"2006-01-02T15:04", true}} {
		if t, err := time.Parse(form.layout, text); err == nil && firstYear <= t.Year() && t.Year() <= lastYear {
			return clock{t.UTC(), form.local}, nil
		}
	}
	return clock{}, fault.Field(field, "must be an RFC 3339 time such as 2026-06-12T16:00:00+01:00, or without its offset, and is then read in timeZone")
}

// in is the moment that is meant in a zone. That a zone is unknown is the domain's to say.
func (c clock) in(zone string) time.Time {
	location, err := time.LoadLocation(zone)
	if !c.local || err != nil {
		return c.time
	}
	t := c.time
	return time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), location).UTC()
}
