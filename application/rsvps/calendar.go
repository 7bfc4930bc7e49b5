package rsvps

import (
	"convoke/domain/fault"
	"convoke/domain/rsvp"
)

// ErrNoDate is the fault of asking for the calendar entry of an occasion without a date.
var ErrNoDate = fault.New(fault.NotFound, "no-date", "this occasion has no date")

// Calendar makes an occasion's entry for its guests' calendars. Safe for concurrent use.
type Calendar interface {
	// Entry returns an iCalendar document whose entry replaces those of earlier revisions, or ErrNoDate. page is the
	// address of the occasion's web page; empty: there is none.
	Entry(o rsvp.State, page string) ([]byte, error)
}
