package studio

import (
	"context"
	"time"

	"convoke/adapters/web/occasion"
	"convoke/adapters/web/studio/pages"
	"convoke/adapters/web/words"
	"convoke/application/analytics"
	"convoke/domain/rsvp"
)

// How a chart of replies is cut: by hours, days or weeks, so that it has few enough bars to be read.
const (
	byHours   = 3 * 24 * time.Hour
	byDays    = 60 * 24 * time.Hour
	mostBars  = 80
	chartWait = 2 * time.Second
)

// chart shows replies over time, as analytics has counted them. Where that can not be reached, the page stays.
func (h *Handler) chart(ctx context.Context, d rsvp.Details, id string) pages.Chart {
	if h.Numbers == nil {
		return pages.Chart{Missing: true}
	}
	ctx, cancel := context.WithTimeout(ctx, chartWait)
	defer cancel()
	report, err := h.Numbers.Look(ctx, analytics.Subject(id), analytics.Hour)
	if err != nil {
		return pages.Chart{Missing: true}
	}
	return chartOf(report, occasion.Zone(d))
}

// chartOf cuts a report into bars, by the clocks of the place.
func chartOf(report analytics.Report, zone *time.Location) pages.Chart {
	var made []analytics.Bucket
	for _, b := range report.Buckets {
		if b.Created > 0 {
			made = append(made, b)
		}
	}
	if len(made) == 0 {
		return pages.Chart{}
	}
	cut := cutFor(made[0].Start, made[len(made)-1].Start, zone)
	chart := pages.Chart{Unit: cut.unit, AsOf: stamp(report.AsOf)}
	next := 0
	for at := cut.from; next < len(made) && len(chart.Bars) < mostBars; at = cut.next(at) {
		bar := pages.Bar{Label: at.Format(cut.label)}
		for ; next < len(made) && made[next].Start.Before(cut.next(at)); next++ {
			bar.Replies += made[next].Created
		}
		chart.Peak = max(chart.Peak, bar.Replies)
		chart.Bars = append(chart.Bars, bar)
	}
	for ; next < len(made); next++ { // what is left of a year of weeks
		chart.Bars[len(chart.Bars)-1].Replies += made[next].Created
	}
	return chart
}

// cut is how time is divided.
type cut struct {
	unit, label string
	from        time.Time
	next        func(time.Time) time.Time
}

func cutFor(first, last time.Time, zone *time.Location) cut {
	first = first.In(zone)
	year, month, day := first.Date()
	midnight := time.Date(year, month, day, 0, 0, 0, 0, zone)
	switch span := last.Sub(first); {
	case span <= byHours:
		return cut{words.HourUnit, "Mon 2 Jan, 15:04", first.Truncate(time.Hour), func(t time.Time) time.Time { return t.Add(time.Hour) }}
	case span <= byDays:
		return cut{words.DayUnit, "Mon 2 January", midnight, func(t time.Time) time.Time { return t.AddDate(0, 0, 1) }}
	}
	return cut{words.WeekUnit, "2 January 2006", midnight, func(t time.Time) time.Time { return t.AddDate(0, 0, 7) }}
}
