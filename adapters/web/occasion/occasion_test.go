package occasion

import (
	"testing"
	"time"

	"convoke/domain/rsvp"
)

func TestTheStrongestHueGivesThePageItsColour(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		colors []string
		class  string
		ok     bool
	}{
		{[]string{"#ffffff", "#ff0000"}, "hue-030", true},
		{[]string{"#0000ff"}, "hue-260", true},
		{[]string{"#ff0080"}, "hue-000", true}, // 3.5 and 356 degrees are the same class
		{[]string{"#ff0000", "#00aa00", "#00bb00"}, "hue-140", true},
		{[]string{"#777777", "#fffdfa", "nonsense"}, "hue-000", false},
		{nil, "hue-000", false},
	} {
		if class, ok := strongest(c.colors); class != c.class || ok != c.ok {
			t.Errorf("%v: %s %v", c.colors, class, ok)
		}
	}
	if found := inkOf([]byte(`<svg><rect fill="#AABBCC"/><path style="fill:#123456"/><use href="#abcdefg"/></svg>`)); len(found) != 2 {
		t.Errorf("found %v", found)
	}
}

func TestAnOccasionWithoutAnEndLastsUntilItsDayDoes(t *testing.T) {
	t.Parallel()
	start := time.Date(2031, 6, 12, 14, 0, 0, 0, time.UTC) // 23:00 in Tokyo
	d := rsvp.Details{StartsAt: start, TimeZone: "Asia/Tokyo"}
	if isOver(d, start.Add(59*time.Minute)) || !isOver(d, start.Add(time.Hour)) {
		t.Error("the day ends at midnight in Tokyo")
	}
	d.EndsAt = start.Add(3 * time.Hour)
	if isOver(d, start.Add(2*time.Hour)) || !isOver(d, d.EndsAt) {
		t.Error("the end counts where there is one")
	}
	if isOver(rsvp.Details{}, start) {
		t.Error("what has no date is never over")
	}
}

func TestEveryZoneToChooseIsKnownHere(t *testing.T) {
	t.Parallel()
	if len(Zones()) < 300 {
		t.Fatalf("there are %d zones", len(Zones()))
	}
	for _, zone := range Zones() {
		if _, err := time.LoadLocation(zone); err != nil {
			t.Error(err)
		}
	}
}
