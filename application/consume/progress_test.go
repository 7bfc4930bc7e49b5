package consume_test

import (
	"reflect"
	"testing"

	"pgregory.net/rapid"

	"convoke/application/consume"
)

// Whatever the order and however often they come, each number is taken once, and what is missing is known.
func TestEveryNumberIsTakenOnce(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		numbers := rapid.SliceOfN(rapid.Uint64Range(0, 30), 0, 80).Draw(t, "numbers")
		var p consume.Progress
		taken := map[uint64]bool{}
		for _, n := range numbers {
			if fresh := p.Take(n); fresh != (n > 0 && !taken[n]) {
				t.Fatalf("%d is new: %v, after %v", n, fresh, taken)
			}
			taken[n] = taken[n] || n > 0
			check(t, p, taken)
			kept, err := consume.ParseProgress(p.Highest, p.MissingText())
			if err != nil || !reflect.DeepEqual(kept, p) {
				t.Fatalf("kept %+v as %q, read %+v, %v", p, p.MissingText(), kept, err)
			}
			p = kept
		}
	})
}

func check(t *rapid.T, p consume.Progress, taken map[uint64]bool) {
	missing := map[uint64]bool{}
	for _, r := range p.Missing {
		for n := r.First; n <= r.Last; n++ {
			missing[n] = true
		}
	}
	whole := true
	for n := uint64(1); n <= 31; n++ {
		if missing[n] != (n < p.Highest && !taken[n]) || n == p.Highest && !taken[n] {
			t.Fatalf("%d of %+v, taken %v", n, p, taken)
		}
		if whole = whole && taken[n]; whole != (n <= p.Whole()) {
			t.Fatalf("whole up to %d, taken %v", p.Whole(), taken)
		}
	}
}

func TestProgressThatCanNotBeIsNotRead(t *testing.T) {
	t.Parallel()
	for _, missing := range []string{"x", "1", "0-1", "3-2", "4-5", "1-2,2-3", "1-2,3-3", "-", "1-2,", "1-99999999999999999999"} {
		if p, err := consume.ParseProgress(5, missing); err == nil {
			t.Errorf("%q was read as %+v", missing, p)
		}
	}
}
