package studio

import (
	"testing"
	"time"

	"convoke/adapters/web/words"
	"convoke/application/analytics"
)

func TestRepliesAreCutByHoursDaysOrWeeks(t *testing.T) {
	t.Parallel()
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	begin := time.Date(2026, 3, 27, 23, 0, 0, 0, time.UTC) // midnight in Berlin, two days before its clocks go forward
	for _, test := range []struct {
		name  string
		hours []int
		unit  string
		bars  int
		first string
		last  string
	}{
		{"one", []int{0}, words.HourUnit, 1, "Sat 28 Mar, 00:00", "Sat 28 Mar, 00:00"},
		{"a day and a half", []int{0, 0, 36}, words.HourUnit, 37, "Sat 28 Mar, 00:00", "Sun 29 Mar, 13:00"},
		{"across the change of clocks", []int{0, 24*4 - 1}, words.DayUnit, 5, "Sat 28 March", "Wed 1 April"},
		{"half a year", []int{0, 24 * 180}, words.WeekUnit, 26, "28 March 2026", "19 September 2026"},
		{"ten years", []int{0, 24 * 3650}, words.WeekUnit, mostBars, "28 March 2026", "2 October 2027"},
	} {
		var report analytics.Report
		for _, h := range test.hours {
			report.Buckets = append(report.Buckets, analytics.Bucket{Start: begin.Add(time.Duration(h) * time.Hour), Numbers: analytics.Numbers{Created: 3}})
		}
		report.Buckets = append(report.Buckets, analytics.Bucket{Start: begin.Add(24 * 4000 * time.Hour), Numbers: analytics.Numbers{Updated: 1}})
		c := chartOf(report, berlin)
		var sum int64
		for _, bar := range c.Bars {
			sum += bar.Replies
		}
		if c.Unit != test.unit || len(c.Bars) != test.bars || c.Bars[0].Label != test.first || c.Bars[len(c.Bars)-1].Label != test.last || sum != int64(3*len(test.hours)) {
			t.Errorf("%s: %d bars by %s from %s to %s with %d replies", test.name, len(c.Bars), c.Unit, c.Bars[0].Label, c.Bars[len(c.Bars)-1].Label, sum)
		}
	}
}
