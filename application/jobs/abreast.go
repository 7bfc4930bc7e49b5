package jobs

import (
	"time"

	"convoke/application/port"
)

// freshness is how old the oldest unread answer may be while the group still counts as keeping up.
const freshness = time.Second

// abreast judges whether a group keeps up with a topic, from samples of its positions. Once the group has committed
// everything that was in the topic at a past sample, all that is unread is younger than that sample.
type abreast struct {
	clock   port.Clock
	ends    map[int32]int64 // the sample to be reached
	sampled time.Time
	readTo  time.Time // everything older has been read
	from    time.Time // since when the group has kept up without a break
}

// observe takes a sample, or the error of trying.
func (a *abreast) observe(positions []port.Position, err error) {
	now := a.clock.Now()
	if err == nil {
		if a.ends == nil {
			a.sample(positions, now)
		}
		if a.reached(positions) {
			a.readTo = a.sampled
			a.sample(positions, now)
			if a.reached(positions) {
				a.readTo = now
			}
		}
	}
	switch {
	case a.readTo.IsZero() || now.Sub(a.readTo) > freshness:
		a.from = time.Time{}
	case a.from.IsZero():
		a.from = now
	}
}

// since returns since when the group has kept up; ok is false while it is behind.
func (a *abreast) since() (from time.Time, ok bool) { return a.from, !a.from.IsZero() }

func (a *abreast) sample(positions []port.Position, now time.Time) {
	a.ends = make(map[int32]int64, len(positions))
	for _, p := range positions {
		a.ends[p.Partition] = p.End
	}
	a.sampled = now
}

func (a *abreast) reached(positions []port.Position) bool {
	for _, p := range positions {
		if p.Committed < a.ends[p.Partition] {
			return false
		}
	}
	return true
}
