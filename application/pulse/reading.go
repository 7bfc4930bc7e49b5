package pulse

import (
	"context"
	"time"

	"convoke/application/port"
)

// Point is one minute of a reading, of all processes together.
type Point struct {
	Start time.Time
	// Known is false when no process has said anything of the minute: then everything else is unknown, not zero.
	Known   bool
	Seconds float64 // how much of the minute is counted: 60, but for the current one
	Counts
}

// Rate is n a second.
func (p Point) Rate(n uint64) float64 {
	if p.Seconds <= 0 {
		return 0
	}
	return float64(n) / p.Seconds
}

// Reader reads the last hour. Safe for concurrent use.
type Reader struct {
	Store Store
	Clock port.Clock
}

// Read returns the sixty minutes up to the current one, oldest first.
func (r *Reader) Read(ctx context.Context) ([]Point, error) {
	now := r.Clock.Now().UTC()
	current := now.Truncate(time.Minute)
	first := current.Add(time.Minute - Window)
	minutes, err := r.Store.Minutes(ctx, first)
	if err != nil {
		return nil, err
	}
	points := make([]Point, Window/time.Minute)
	for i := range points {
		points[i].Start = first.Add(time.Duration(i) * time.Minute)
	}
	for i := range minutes {
		m := &minutes[i]
		at := int(m.Start.Sub(first) / time.Minute)
		if at < 0 || at >= len(points) {
			continue // of a process whose clock is ahead
		}
		p := &points[at]
		p.Known, p.Seconds = true, max(p.Seconds, m.Until.Sub(m.Start).Seconds())
		p.Merge(&m.Counts)
	}
	last := len(points) - 1
	for i := range points {
		if points[i].Known && i < last {
			points[i].Seconds = time.Minute.Seconds()
		}
	}
	if points[last].Known { // who has nothing to say is silent, but at least this much is counted
		points[last].Seconds = max(points[last].Seconds, (now.Sub(current) - beatEvery).Seconds())
	}
	return points, nil
}
