package studio

import (
	"encoding/json"
	"errors"
	"strings"

	"github.com/gofiber/fiber/v2"

	"convoke/adapters/web/frame"
	"convoke/adapters/web/studio/pages"
	"convoke/adapters/web/words"
)

// errClash stops a change of what somebody else has changed since the form was shown.
var errClash = errors.New("studio: changed by two")

// shownOf is an occasion's details as a form carries along that was shown with them.
func shownOf(d pages.Details) string {
	text, _ := json.Marshal(d) // never fails: they are texts and switches
	return string(text)
}

// readShown reads what a form was shown with. Without it, all that it says is meant.
func readShown(c *fiber.Ctx) (d pages.Details, ok bool) {
	text := frame.Text(c, "shown")
	return d, text != "" && json.Unmarshal([]byte(text), &d) == nil
}

// merge puts what a form changes of what it was shown with into what stands now. What both have changed stays as it stands,
// and is a problem of the form.
func merge(shown, now, form pages.Details) (pages.Details, frame.Problems) {
	merged := now
	var clashes frame.Problems
	for _, f := range texts(&shown, &now, &form, &merged) {
		mine := strings.TrimSpace(*f.form)
		switch {
		case mine == *f.shown || mine == *f.now:
		case *f.now == *f.shown:
			*f.merged = *f.form
		default:
			clashes = append(clashes, frame.Problem{Field: f.name, Text: words.ChangedMeanwhile(mine)})
		}
	}
	if clashes.Of("timeZone") == "" && movesOthersTimes(shown, now, form) {
		clashes = append(clashes, frame.Problem{Field: "timeZone", Text: words.ChangedMeanwhile(form.TimeZone)})
		merged.TimeZone, merged.StartsAt, merged.EndsAt, merged.Deadline = now.TimeZone, now.StartsAt, now.EndsAt, now.Deadline
	}
	merged.Waitlist = pick(shown.Waitlist, now.Waitlist, form.Waitlist)
	merged.Names = pick(shown.Names, now.Names, form.Names)
	merged.Counts = pick(shown.Counts, now.Counts, form.Counts)
	return merged, clashes
}

// text is one field in the four forms.
type text struct {
	name                     string
	shown, now, form, merged *string
}

func texts(shown, now, form, merged *pages.Details) []text {
	return []text{
		{"title", &shown.Title, &now.Title, &form.Title, &merged.Title},
		{"startsAt", &shown.StartsAt, &now.StartsAt, &form.StartsAt, &merged.StartsAt},
		{"endsAt", &shown.EndsAt, &now.EndsAt, &form.EndsAt, &merged.EndsAt},
		{"timeZone", &shown.TimeZone, &now.TimeZone, &form.TimeZone, &merged.TimeZone},
		{"place", &shown.Place, &now.Place, &form.Place, &merged.Place},
		{"capacity", &shown.Capacity, &now.Capacity, &form.Capacity, &merged.Capacity},
		{"maxPartySize", &shown.MaxParty, &now.MaxParty, &form.MaxParty, &merged.MaxParty},
		{"deadline", &shown.Deadline, &now.Deadline, &form.Deadline, &merged.Deadline},
	}
}

// movesOthersTimes reports whether one has changed the zone and the other a time, which would be another moment then.
func movesOthersTimes(shown, now, form pages.Details) bool {
	times := func(d pages.Details) [3]string { return [3]string{d.StartsAt, d.EndsAt, d.Deadline} }
	zone := strings.TrimSpace(form.TimeZone)
	if zone == now.TimeZone {
		return false
	}
	return zone != shown.TimeZone && times(now) != times(shown) || now.TimeZone != shown.TimeZone && times(form) != times(shown)
}

// pick is a switch that one of two has turned, or neither.
func pick(shown, now, form bool) bool {
	if form == shown {
		return now
	}
	return form
}
