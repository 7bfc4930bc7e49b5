// Package occasion is what pages show of an occasion: its date as people there know it, its drawing and the colour that
// it gives to its page, and what may still be done about it.
package occasion

import (
	"strings"
	"time"
	"unicode/utf8"

	"convoke/adapters/web/words"
	"convoke/domain/rsvp"
)

// Phase says what guests may do.
type Phase int

// The closed list of phases.
const (
	Open    Phase = iota // they reply
	Closed               // the deadline has passed
	Over                 // so has the occasion
	Deleted              // there is none
)

// PhaseOf is what guests may do at a moment.
func PhaseOf(o rsvp.State, now time.Time) Phase {
	d := o.Details
	switch {
	case o.Deleted:
		return Deleted
	case isOver(d, now):
		return Over
	case !d.Deadline.IsZero() && !now.Before(d.Deadline):
		return Closed
	}
	return Open
}

// isOver reports whether an occasion has ended. One without an end lasts until its day does, where it takes place.
func isOver(d rsvp.Details, now time.Time) bool {
	switch {
	case !d.EndsAt.IsZero():
		return !now.Before(d.EndsAt)
	case d.StartsAt.IsZero():
		return false
	}
	year, month, day := d.StartsAt.In(Zone(d)).Date()
	return !now.Before(time.Date(year, month, day+1, 0, 0, 0, 0, Zone(d)))
}

// When is a date as the occasion's own zone knows it.
type When struct {
	Start   string // RFC 3339, for browsers
	End     string // or empty
	Offset  int    // minutes east of UTC at the start
	Day     string
	Span    string
	Zone    string
	Weekday string // for the card of an occasion without a picture
	Date    string
	Month   string
}

// Ends is when an occasion's last known moment is; zero: it has no date.
func Ends(o rsvp.State) time.Time {
	if o.Details.EndsAt.IsZero() {
		return o.Details.StartsAt
	}
	return o.Details.EndsAt
}

// WhenOf is the date of an occasion, or nil.
func WhenOf(d rsvp.Details) *When {
	if d.StartsAt.IsZero() {
		return nil
	}
	start := d.StartsAt.In(Zone(d))
	_, seconds := start.Zone()
	w := &When{
		Start: d.StartsAt.UTC().Format(time.RFC3339), Offset: seconds / 60, Day: words.Day(start),
		Weekday: start.Format("Monday"), Date: start.Format("2"), Month: start.Format("January"),
	}
	offset, end := Offset(d, d.StartsAt), d.EndsAt
	if !end.IsZero() {
		offset = words.Offsets(offset, Offset(d, end))
		w.End, end = end.UTC().Format(time.RFC3339), end.In(Zone(d))
	}
	w.Span, w.Zone = words.Span(start, end), words.Zone(City(d), offset)
	return w
}

// Zone is where the occasion takes place; UTC if that zone is not known here.
func Zone(d rsvp.Details) *time.Location {
	if location, err := time.LoadLocation(d.TimeZone); err == nil {
		return location
	}
	return time.UTC
}

// City is the place that the occasion's zone is named for; empty: none.
func City(d rsvp.Details) string {
	area, city, ok := strings.Cut(d.TimeZone, "/")
	if !ok || area == "Etc" {
		return ""
	}
	return strings.ReplaceAll(city[strings.LastIndex(city, "/")+1:], "_", " ")
}

// Offset is how far the occasion's zone is from UTC at a moment.
func Offset(d rsvp.Details, t time.Time) string {
	_, seconds := t.In(Zone(d)).Zone()
	return words.Offset(seconds / 60)
}

// Initial is the letter that stands for a picture.
func Initial(title string) string {
	r, _ := utf8.DecodeRuneInString(strings.TrimSpace(title))
	if r == utf8.RuneError {
		return ""
	}
	return string(r)
}
