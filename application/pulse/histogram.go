package pulse

import (
	"encoding/binary"
	"errors"
	"math"
	"time"
)

const (
	buckets   = 80
	firstEnd  = 100 * time.Microsecond // of the first bucket
	perOctave = 3                      // so that a bucket's middle is at most 13 % off
)

// Histogram counts durations in buckets that grow by a quarter each, from 100 µs to more than two hours. A value.
type Histogram [buckets]uint64

// bucketOf is where a duration is counted.
func bucketOf(d time.Duration) int {
	if d <= firstEnd {
		return 0
	}
	n := int(math.Ceil(perOctave * math.Log2(float64(d)/float64(firstEnd))))
	return min(n, buckets-1)
}

// Add counts a duration.
func (h *Histogram) Add(d time.Duration) { h[bucketOf(d)]++ }

// Merge adds another's counts.
func (h *Histogram) Merge(other *Histogram) {
	for i, n := range other {
		h[i] += n
	}
}

// Count is how many durations there are.
func (h *Histogram) Count() uint64 {
	var n uint64
	for _, in := range h {
		n += in
	}
	return n
}

// Quantile is the duration below which the share q of all are, to about an eighth; false when there are none.
func (h *Histogram) Quantile(q float64) (time.Duration, bool) {
	total := h.Count()
	if total == 0 {
		return 0, false
	}
	rank := max(1, uint64(math.Ceil(q*float64(total))))
	var below uint64
	for i, n := range h {
		if below += n; below >= rank {
			return middle(i), true
		}
	}
	return middle(buckets - 1), true
}

// middle is the geometric middle of a bucket.
func middle(bucket int) time.Duration {
	return time.Duration(float64(firstEnd) * math.Exp2((float64(bucket)-.5)/perOctave))
}

var errPacked = errors.New("these bytes are no histogram")

// Pack writes the histogram down, empty buckets left out: usually in a few dozen bytes.
func (h *Histogram) Pack() []byte {
	packed := []byte{}
	last := -1
	for i, n := range h {
		if n > 0 {
			packed = binary.AppendUvarint(packed, uint64(i-last))
			packed = binary.AppendUvarint(packed, n)
			last = i
		}
	}
	return packed
}

// Unpack reads what Pack has written.
func Unpack(packed []byte) (Histogram, error) {
	var h Histogram
	at := -1
	for len(packed) > 0 {
		step, n := binary.Uvarint(packed)
		if n <= 0 || step < 1 || step > uint64(buckets-1-at) {
			return h, errPacked
		}
		packed, at = packed[n:], at+int(step) //nolint:gosec // it is at most the number of buckets
		count, n := binary.Uvarint(packed)
		if n <= 0 {
			return h, errPacked
		}
		packed, h[at] = packed[n:], count
	}
	return h, nil
}
