// Package calendar writes occasions as iCalendar documents (RFC 5545).
//
// An entry's UID is made from the occasion's id and its SEQUENCE is the occasion's revision, so calendars replace what
// they have by what is newer and never show an occasion twice. Times are written in UTC: they mean the same moment
// everywhere and need no rules of a zone. The same revision always gives the same bytes.
package calendar

import (
	"bytes"
	"fmt"

	ics "github.com/arran4/golang-ical"

	"convoke/application/rsvps"
	"convoke/domain/rsvp"
)

const product = "-//Convoke//Occasions//EN"

// Writer makes entries. The zero value works. Safe for concurrent use.
type Writer struct{}

var _ rsvps.Calendar = Writer{}

// Entry returns a calendar with the occasion as its only entry, or rsvps.ErrNoDate.
func (Writer) Entry(o rsvp.State, page string) ([]byte, error) {
	d := o.Details
	if d.StartsAt.IsZero() {
		return nil, rsvps.ErrNoDate
	}
	document := ics.NewCalendar()
	document.SetProductId(product)
	document.SetMethod(ics.MethodPublish)
	entry := document.AddEvent(o.ID + "@convoke")
	entry.SetSequence(int(o.Revision))
	entry.SetDtStampTime(o.UpdatedAt)
	entry.SetLastModifiedAt(o.UpdatedAt)
	entry.SetCreatedTime(o.CreatedAt)
	entry.SetStartAt(d.StartsAt)
	if !d.EndsAt.IsZero() {
		entry.SetEndAt(d.EndsAt)
	}
	entry.SetSummary(d.Title)
	if d.Place != "" {
		entry.SetLocation(d.Place)
	}
	if page != "" {
		entry.SetURL(page)
	}
	var text bytes.Buffer
	if err := document.SerializeTo(&text, ics.WithNewLineWindows); err != nil {
		return nil, fmt.Errorf("calendar entry of %s: %w", o.ID, err)
	}
	return text.Bytes(), nil
}
