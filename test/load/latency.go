package main

import (
	"fmt"
	"slices"
	"time"
)

// latencies are the times that answers took.
type latencies []time.Duration

// at returns the time within which a part p of the answers came, 0 < p ≤ 1, by the nearest rank. They must be sorted.
func (l latencies) at(p float64) time.Duration {
	if len(l) == 0 {
		return 0
	}
	rank := int(p * float64(len(l)))
	if float64(rank) < p*float64(len(l)) {
		rank++
	}
	return l[min(max(rank, 1), len(l))-1]
}

func (l latencies) String() string {
	slices.Sort(l)
	return fmt.Sprintf("p50 %s, p99 %s, max %s", short(l.at(.5)), short(l.at(.99)), short(l.at(1)))
}

func short(d time.Duration) time.Duration {
	if d < time.Millisecond {
		return d.Round(time.Microsecond)
	}
	return d.Round(10 * time.Microsecond)
}

// median of an odd number is the one in the middle, of an even one the lower of the two.
func median(all []float64) float64 {
	if len(all) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(all))
	return sorted[(len(sorted)-1)/2]
}
