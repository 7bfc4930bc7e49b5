package httpapi

import (
	"math"
	"net/http"
	"net/netip"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"
	"golang.org/x/time/rate"
)

const (
	burstFactor = 5
	maxClients  = 1 << 15 // remembered by a limiter; whom it forgot starts with a full bucket
)

// limiter gives each client a token bucket. A nil limiter lets everything pass.
type limiter struct {
	perSecond rate.Limit
	burst     int
	buckets   *lru.Cache[netip.Addr, *rate.Limiter]
}

// newLimiter makes a limiter whose bursts are as large as a rate of this size calls for; 0 means no limit.
func newLimiter(perSecond float64) *limiter {
	if perSecond <= 0 {
		return nil
	}
	return newBurstLimiter(perSecond, max(1, int(perSecond*burstFactor)))
}

func newBurstLimiter(perSecond float64, burst int) *limiter {
	buckets, _ := lru.New[netip.Addr, *rate.Limiter](maxClients) // fails for a size below one only
	return &limiter{rate.Limit(perSecond), burst, buckets}
}

// allow takes one token of the client's, or says how long to wait for the next.
func (l *limiter) allow(client netip.Addr) error {
	if l == nil {
		return nil
	}
	bucket, ok := l.buckets.Get(client)
	if !ok {
		bucket = rate.NewLimiter(l.perSecond, l.burst)
		if earlier, ok, _ := l.buckets.PeekOrAdd(client, bucket); ok {
			bucket = earlier
		}
	}
	now := time.Now()
	if bucket.AllowN(now, 1) {
		return nil
	}
	wait := (1 - bucket.TokensAt(now)) / float64(l.perSecond)
	return &requestError{
		status: http.StatusTooManyRequests, code: "rate-limited", detail: "too many requests from this address; try again later",
		retryAfter: max(1, int(math.Ceil(wait))),
	}
}
