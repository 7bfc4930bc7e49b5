package calendar_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	ics "github.com/arran4/golang-ical"

	"convoke/adapters/calendar"
	"convoke/application/rsvps"
	"convoke/domain/rsvp"
)

var start = time.Date(2027, 6, 12, 16, 0, 0, 0, time.FixedZone("BST", 3600))

func party() rsvp.State {
	return rsvp.State{
		ID: "01a20810-4c00-7b12-9f3e-2a6d81c5e940", Revision: 7, CreatedAt: start.AddDate(0, -6, 0), UpdatedAt: start.AddDate(0, -5, 0),
		Details: rsvp.Details{Title: "Ada's garden party; bring cake, please \\o/", StartsAt: start, EndsAt: start.Add(5 * time.Hour), Place: "Kew\nGardens"},
	}
}

func entry(t *testing.T, o rsvp.State) (text []byte, parsed *ics.VEvent) {
	t.Helper()
	text, err := calendar.Writer{}.Entry(o, "https://party.example/o/1?a=b;c,d")
	if err != nil {
		t.Fatal(err)
	}
	document, err := ics.ParseCalendar(bytes.NewReader(text))
	if err != nil || len(document.Events()) != 1 {
		t.Fatalf("%v in\n%s", err, text)
	}
	return text, document.Events()[0]
}

func TestACalendarReadsWhatWasWritten(t *testing.T) {
	t.Parallel()
	text, e := entry(t, party())
	for property, want := range map[ics.ComponentProperty]string{
		ics.ComponentPropertyUniqueId: "01a20810-4c00-7b12-9f3e-2a6d81c5e940@convoke",
		ics.ComponentPropertySequence: "7",
		ics.ComponentPropertySummary:  "Ada's garden party; bring cake, please \\o/",
		ics.ComponentPropertyLocation: "Kew\nGardens",
		ics.ComponentPropertyDtStart:  "20270612T150000Z",
		ics.ComponentPropertyDtEnd:    "20270612T200000Z",
		ics.ComponentPropertyUrl:      "https://party.example/o/1?a=b;c,d",
	} {
		if got := e.GetProperty(property); got == nil || got.Value != want {
			t.Errorf("%s: %+v, want %q", property, got, want)
		}
	}
	if e.GetProperty(ics.ComponentPropertyDtstamp) == nil || !bytes.Contains(text, []byte("METHOD:PUBLISH\r\n")) {
		t.Errorf("incomplete:\n%s", text)
	}
}

func TestANewerRevisionReplacesTheEntry(t *testing.T) {
	t.Parallel()
	o := party()
	first, before := entry(t, o)
	again, _ := entry(t, o)
	if !bytes.Equal(first, again) {
		t.Error("the same revision gives different bytes")
	}
	o.Revision, o.Details.Title = 8, "Moved"
	_, after := entry(t, o)
	if before.Id() != after.Id() || after.GetProperty(ics.ComponentPropertySequence).Value != "8" {
		t.Errorf("%s with sequence %v, then %s", before.Id(), after.GetProperty(ics.ComponentPropertySequence), after.Id())
	}
}

func TestWhatIsNotKnownIsLeftOut(t *testing.T) {
	t.Parallel()
	o := party()
	o.Details.EndsAt, o.Details.Place = time.Time{}, ""
	_, e := entry(t, o)
	if e.GetProperty(ics.ComponentPropertyDtEnd) != nil || e.GetProperty(ics.ComponentPropertyLocation) != nil {
		t.Errorf("%+v", e)
	}
	o.Details.StartsAt = time.Time{}
	if _, err := (calendar.Writer{}).Entry(o, ""); !errors.Is(err, rsvps.ErrNoDate) {
		t.Errorf("without a date: %v", err)
	}
}

// FuzzEntry holds the writer to RFC 5545: whatever a title says stays a title, on folded lines of whole characters.
func FuzzEntry(f *testing.F) {
	f.Add("x\nEND:VEVENT\nBEGIN:VEVENT\nUID:2", "a;b,c\\n")
	f.Add(strings.Repeat("ü", 200), strings.Repeat("x ", 150))
	f.Add("\u2028:", "\"tab\t\"")
	f.Fuzz(func(t *testing.T, title, place string) {
		o, err := rsvp.New("1", rsvp.Details{Title: title, Place: place, StartsAt: start}, start)
		if err != nil {
			return // the domain lets nobody have such an occasion
		}
		text, e := entry(t, o.State())
		if got := e.GetProperty(ics.ComponentPropertySummary); got == nil || got.Value != title {
			t.Errorf("title %q becomes %+v", title, got)
		}
		for line := range strings.SplitSeq(string(text), "\r\n") {
			if len(line) > 75 || !utf8.ValidString(line) || strings.ContainsAny(line, "\r\n") {
				t.Errorf("line %q", line)
			}
		}
	})
}
