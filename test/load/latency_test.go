package main

import (
	"testing"
	"time"
)

func TestPercentilesAreThoseOfTheNearestRank(t *testing.T) {
	t.Parallel()
	hundred := make(latencies, 100)
	for i := range hundred {
		hundred[i] = time.Duration(100-i) * time.Millisecond
	}
	if got := hundred.String(); got != "p50 50ms, p99 99ms, max 100ms" { // sorts
		t.Error(got)
	}
	for _, c := range []struct {
		all  latencies
		p    float64
		want time.Duration
	}{
		{nil, .5, 0}, {latencies{7}, .01, 7}, {latencies{7}, 1, 7}, {latencies{1, 2}, .5, 1}, {latencies{1, 2}, .51, 2}, {latencies{1, 2, 3}, .5, 2},
	} {
		if got := c.all.at(c.p); got != c.want {
			t.Errorf("%v at %v is %v, want %v", c.all, c.p, got, c.want)
		}
	}
}

func TestTheMedianIsOneOfThem(t *testing.T) {
	t.Parallel()
	for want, all := range map[float64][]float64{0: nil, 3: {3}, 2: {3, 1, 2}, 1: {4, 1}} {
		if got := median(all); got != want {
			t.Errorf("of %v: %v", all, got)
		}
	}
}

func TestPgbenchIsBelievedOnlyWhenNothingFailed(t *testing.T) {
	t.Parallel()
	const good = "number of failed transactions: 0 (0.000%)\nlatency average = 7.9 ms\ntps = 4012.75 (without initial connection time)\n"
	if got, err := transactionRate(good); err != nil || got != 4012.75 {
		t.Error(got, err)
	}
	for _, bad := range []string{"", "tps = x", "number of failed transactions: 3 (0.1%)\ntps = 4012.75 (without initial connection time)\n"} {
		if got, err := transactionRate(bad); err == nil {
			t.Errorf("%q gives %v", bad, got)
		}
	}
}
