package analytics

import (
	"context"
	"log/slog"
	"maps"
	"math"
	"slices"
	"time"

	"convoke/application/metric"
	"convoke/application/port"
	"convoke/domain/fault"
)

// How far back buckets go from the newest.
const (
	minuteSpan = 24 * time.Hour
	hourSpan   = 366 * 24 * time.Hour
)

// patience is how long a number may be missing before somebody is told.
const patience = time.Minute

// ParseInterval reads the width of buckets that a client asks for: minute, or hour, which is also the default.
func ParseInterval(text string) (time.Duration, error) {
	switch text {
	case "", "hour":
		return Hour, nil
	case "minute":
		return Minute, nil
	}
	return 0, fault.Field("interval", "must be minute or hour")
}

// Lead is how many replies came so many days before the start.
type Lead struct {
	Days    int // negative: after the start
	Replies int64
}

// Service answers questions about the numbers. Safe for concurrent use.
type Service struct {
	Store Store
	Clock port.Clock
	Meter port.Meter
	Log   *slog.Logger
}

// Look returns what is known of a subject, with buckets of a width: minutes of a day, or hours of a year, up to the newest.
func (s *Service) Look(ctx context.Context, subject Subject, width time.Duration) (Report, error) {
	span := hourSpan
	if width == Minute {
		span = minuteSpan
	}
	return s.Store.Report(ctx, subject, width, span)
}

// Leads counts an occasion's replies by the days between them and the start, the earliest replies first: of a report with
// buckets of an hour. It is empty for an occasion without a date.
func (r Report) Leads() []Lead {
	if r.Starts.IsZero() {
		return nil
	}
	days := map[int]int64{}
	for _, b := range r.Buckets {
		if b.Created > 0 {
			days[int(math.Floor(r.Starts.Sub(b.Start).Hours()/24))] += b.Created
		}
	}
	var leads []Lead
	for _, d := range slices.Backward(slices.Sorted(maps.Keys(days))) {
		leads = append(leads, Lead{d, days[d]})
	}
	return leads
}

// WatchGaps raises an alarm while numbers stay missing, until ctx ends. It returns nil then.
func (s *Service) WatchGaps(ctx context.Context, group string) error {
	const beat = 15 * time.Second
	ticker := time.NewTicker(beat)
	defer ticker.Stop()
	before := 0
	for {
		if some, all, err := s.Store.Overdue(ctx, s.Clock.Now().Add(-patience), 5); err == nil {
			s.Meter.Set(metric.MissingEvents, float64(all), group)
			if all > before {
				s.Log.Error("events of occasions stay missing; its numbers are wrong until they arrive, or a replay counts anew",
					"group", group, "occasions", all, "some", some)
			}
			before = all
		}
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return nil
		}
	}
}
