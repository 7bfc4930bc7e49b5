package console

import (
	"context"
	"fmt"
	"strings"
	"time"

	"convoke/adapters/web/console/pages"
	"convoke/adapters/web/words"
	"convoke/application/pulse"
)

// The size of a chart's drawing; the page stretches it.
const (
	chartWidth  = 240.0
	chartHeight = 56.0
)

// line is one curve of a chart: its value at each minute, and whether there is one.
type line struct {
	name, class string
	value       func(pulse.Point) (float64, bool)
}

func perMinute(count func(pulse.Point) uint64) func(pulse.Point) (float64, bool) {
	return func(p pulse.Point) (float64, bool) {
		if !p.Known {
			return 0, false
		}
		return p.Rate(count(p)) * time.Minute.Seconds(), true
	}
}

func quantile(of func(pulse.Point) pulse.Histogram, q float64) func(pulse.Point) (float64, bool) {
	return func(p pulse.Point) (float64, bool) {
		h := of(p)
		d, ok := h.Quantile(q)
		return d.Seconds(), ok
	}
}

func taken(p pulse.Point) uint64              { return p.Taken }
func failed(p pulse.Point) uint64             { return p.Failed }
func replies(p pulse.Point) uint64            { return p.Replies }
func jobTime(p pulse.Point) pulse.Histogram   { return p.JobSeconds }
func replyTime(p pulse.Point) pulse.Histogram { return p.ReplySeconds }

// hour draws the last hour, and writes down the same numbers.
func (h *Handler) hour(ctx context.Context) pages.Part[pages.Hour] {
	found := h.Overview.Pulse(ctx)
	part := pages.Part[pages.Hour]{Trouble: trouble(found.Err)}
	if found.Err != nil || len(found.Value) == 0 {
		return part
	}
	points := found.Value
	part.Value = pages.Hour{
		From: clock(points[0].Start), To: clock(points[len(points)-1].Start),
		Charts: []pages.Chart{
			chart(words.HourJobs, points, rate, line{words.HourTaken, "first", perMinute(taken)}, line{words.HourFailed, "bad", perMinute(failed)}),
			chart(words.HourJobTime, points, seconds, line{words.HourHalf, "first", quantile(jobTime, .5)}, line{words.HourMost, "second", quantile(jobTime, .95)}),
			chart(words.HourReplies, points, rate, line{words.HourTaken, "first", perMinute(replies)}),
			chart(words.HourReplyTime, points, seconds, line{words.HourHalf, "first", quantile(replyTime, .5)}, line{words.HourMost, "second", quantile(replyTime, .95)}),
		},
	}
	for i := len(points) - 1; i >= 0; i-- {
		row := hourRow(points[i])
		row.SoFar = i == len(points)-1
		part.Value.Rows = append(part.Value.Rows, row)
	}
	return part
}

// clock is a minute; the page adds that it is UTC, or the reader's own.
func clock(t time.Time) pages.Moment {
	return pages.Moment{ISO: t.UTC().Format(time.RFC3339), Text: words.Clock(t.UTC())}
}

func rate(v float64) string {
	if v < 10 && v != float64(int(v)) {
		return fmt.Sprintf("%.1f", v)
	}
	return words.Count(int64(v+.5), false)
}

func seconds(v float64) string { return words.Took(time.Duration(v * float64(time.Second))) }

func chart(title string, points []pulse.Point, write func(float64) string, lines ...line) pages.Chart {
	c := pages.Chart{Title: title, Now: words.Unknown, Peak: words.Unknown}
	peak, any := 0.0, false
	for _, l := range lines {
		for _, p := range points {
			if v, ok := l.value(p); ok {
				peak, any = max(peak, v), true
			}
		}
	}
	if any {
		c.Peak = write(peak)
	}
	for i := len(points) - 1; i >= 0; i-- { // the newest minute that says something
		if v, ok := lines[0].value(points[i]); ok {
			c.Now = write(v)
			break
		}
	}
	for _, l := range lines {
		c.Lines = append(c.Lines, pages.Curve{Name: l.name, Class: l.class, Path: curve(points, l.value, peak)})
	}
	return c
}

// curve is a path through the minutes; where nothing is known there is a gap.
func curve(points []pulse.Point, value func(pulse.Point) (float64, bool), peak float64) string {
	var path strings.Builder
	pen := "M"
	step := chartWidth / float64(len(points)-1)
	for i, p := range points {
		v, ok := value(p)
		if !ok {
			pen = "M"
			continue
		}
		height := 0.0
		if peak > 0 {
			height = v / peak * (chartHeight - 4)
		}
		fmt.Fprintf(&path, "%s%.1f %.1f", pen, float64(i)*step, chartHeight-2-height)
		if pen == "M" {
			path.WriteString("h.1") // one minute alone is a dot
		}
		pen = "L"
	}
	return path.String()
}

func hourRow(p pulse.Point) pages.HourRow {
	row := pages.HourRow{Minute: clock(p.Start)}
	number := func(n uint64) string {
		if !p.Known {
			return words.Unknown
		}
		return words.Count(int64(n), false) //nolint:gosec // nothing happens so often in a minute
	}
	within := func(h pulse.Histogram, q float64) string {
		if d, ok := h.Quantile(q); ok {
			return words.Took(d)
		}
		return words.Unknown
	}
	row.Cells = []string{
		number(p.Taken), number(p.Completed), number(p.Failed), within(p.JobSeconds, .5), within(p.JobSeconds, .95),
		number(p.Replies), within(p.ReplySeconds, .5), within(p.ReplySeconds, .95),
	}
	return row
}
