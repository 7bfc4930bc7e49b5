package studio

import (
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"convoke/adapters/web/frame"
	"convoke/adapters/web/occasion"
	"convoke/adapters/web/studio/pages"
	"convoke/adapters/web/words"
	"convoke/domain/fault"
	"convoke/domain/rsvp"
)

// on is the value of a switch that is on.
const on = "on"

func readDetails(c *fiber.Ctx) pages.Details {
	return pages.Details{
		Title: frame.Text(c, "title"), StartsAt: frame.Text(c, "startsAt"), EndsAt: frame.Text(c, "endsAt"), TimeZone: frame.Text(c, "timeZone"),
		Place: frame.Text(c, "place"), Capacity: frame.Text(c, "capacity"), Deadline: frame.Text(c, "deadline"), MaxParty: frame.Text(c, "maxPartySize"),
		Waitlist: frame.Text(c, "waitlist") == on, Names: frame.Text(c, "guestList") == on, Counts: frame.Text(c, "counts") == on,
	}
}

// written is how a form shows an occasion's details.
func written(d rsvp.Details) pages.Details {
	zone := occasion.Zone(d)
	return pages.Details{
		Title: d.Title, StartsAt: wallTime(d.StartsAt, zone), EndsAt: wallTime(d.EndsAt, zone), TimeZone: d.TimeZone,
		Place:    strings.ReplaceAll(d.Place, "\r\n", "\n"), // as frame.Text reads it
		Capacity: orNothing(d.Capacity), Deadline: wallTime(d.Deadline, zone), MaxParty: orNothing(d.MaxPartySize),
		Waitlist: d.Waitlist == rsvp.WaitlistAuto, Names: d.GuestList == rsvp.GuestListNames, Counts: d.Counts != rsvp.CountsHidden,
	}
}

// change gives an occasion what the form says, and returns what can not be read. What stands in the form as it was shown
// stays as it is, to the second: a clock that is put back shows some times twice.
func change(d *rsvp.Details, form pages.Details) error {
	was := written(*d)
	form.TimeZone = strings.TrimSpace(form.TimeZone)
	zone, err := readZone(form.TimeZone)
	moment := func(field, text, before string, at time.Time) (time.Time, error) {
		if text == before && form.TimeZone == d.TimeZone {
			return at, nil
		}
		return readWallTime(field, text, zone)
	}
	startsAt, err1 := moment("startsAt", form.StartsAt, was.StartsAt, d.StartsAt)
	endsAt, err2 := moment("endsAt", form.EndsAt, was.EndsAt, d.EndsAt)
	deadline, err3 := moment("deadline", form.Deadline, was.Deadline, d.Deadline)
	d.StartsAt, d.EndsAt, d.Deadline = startsAt, endsAt, deadline
	d.Title, d.TimeZone, d.Place = strings.TrimSpace(form.Title), form.TimeZone, strings.TrimSpace(form.Place)
	d.Capacity, d.MaxPartySize = wholeNumber(form.Capacity), wholeNumber(form.MaxParty)
	d.Waitlist, d.GuestList, d.Counts = rsvp.WaitlistOff, rsvp.GuestListHidden, rsvp.CountsHidden
	if form.Waitlist {
		d.Waitlist = rsvp.WaitlistAuto
	}
	if form.Names {
		d.GuestList = rsvp.GuestListNames
	}
	if form.Counts {
		d.Counts = rsvp.CountsPublic
	}
	return errors.Join(err, err1, err2, err3)
}

// readZone finds a time zone. A form must name one: without it, its times would be those of another place.
func readZone(name string) (*time.Location, error) {
	if zone, err := time.LoadLocation(name); err == nil && name != "" {
		return zone, nil
	}
	return time.UTC, fault.Field("timeZone", "must be an IANA name such as Europe/Berlin")
}

// Years that calendars, databases and JSON all can write, whatever the zone.
const (
	firstYear = 1900
	lastYear  = 9998
)

// errSkipped is the fault of a time that no clock shows, because it is put forward just then. Its field is set where it
// is met.
var errSkipped = fault.New(fault.Invalid, "skipped-time", "must be a time that the clocks there show")

// readWallTime is the moment at which clocks in a zone show a time. Where they show it twice it is one of
// both, and the occasion's page says which. Nothing is none.
func readWallTime(field, text string, zone *time.Location) (time.Time, error) {
	text = strings.TrimSpace(text)
	if text == "" {
		return time.Time{}, nil
	}
	for _, layout := range []string{"2006-01-02T15:04", "2006-01-02T15:04:05", "2006-01-02 15:04"} {
		shown, err := time.Parse(layout, text)
		if err != nil || shown.Year() < firstYear || shown.Year() > lastYear {
			continue
		}
		return onClocks(field, shown, zone)
	}
	return time.Time{}, fault.Field(field, "must be a date and a time")
}

func onClocks(field string, shown time.Time, zone *time.Location) (time.Time, error) {
	year, month, day := shown.Date()
	t := time.Date(year, month, day, shown.Hour(), shown.Minute(), shown.Second(), 0, zone)
	if t.Format(time.DateTime) != shown.Format(time.DateTime) {
		skipped := *errSkipped
		skipped.Field = field
		return time.Time{}, &skipped
	}
	return t.UTC(), nil
}

func wallTime(t time.Time, zone *time.Location) string {
	switch {
	case t.IsZero():
		return ""
	case t.Second() == 0:
		return t.In(zone).Format("2006-01-02T15:04")
	}
	return t.In(zone).Format("2006-01-02T15:04:05")
}

// wholeNumber reads a number; nothing is zero, and what is no number is one that is refused.
func wholeNumber(text string) int {
	text = strings.TrimSpace(text)
	if text == "" {
		return 0
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 {
		return -1
	}
	return n
}

func orNothing(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

func same(field string) string { return field }

func badDetail(field string) string {
	switch field {
	case "title":
		return words.BadTitle
	case "place":
		return words.BadPlace
	case "endsAt":
		return words.BadEnd
	case "timeZone":
		return words.BadZone
	case "capacity":
		return words.BadCapacity
	case "maxPartySize":
		return words.BadMostParty
	case "designVersion":
		return words.BadDesign
	}
	return words.BadMoment
}
