package job

import "time"

// Policy is how long jobs may take and how often they are tried.
type Policy struct {
	MaxAttempts int           // attempts that may fail before the job does
	Deadline    time.Duration // of the whole job, from its creation or redrive
	Lease       time.Duration // how long a worker may be silent
	BackoffBase time.Duration // the longest wait before the second attempt; doubles with each further failure
	BackoffCap  time.Duration
}

// DefaultPolicy is what an unconfigured deployment uses.
func DefaultPolicy() Policy {
	return Policy{
		MaxAttempts: 3,
		Deadline:    15 * time.Minute,
		Lease:       12 * time.Second,
		BackoffBase: 2 * time.Second,
		BackoffCap:  time.Minute,
	}
}

// backoff is exponential with equal jitter: between half of the ceiling and the ceiling, so that a burst of failures
// spreads out and none comes back at once. jitter is in [0,1). Source: Brooker, "Exponential Backoff And Jitter", 2015.
func (p Policy) backoff(failures int, jitter float64) time.Duration {
	ceiling := p.BackoffCap
	if shift := failures - 1; shift < 30 && p.BackoffBase<<shift < p.BackoffCap {
		ceiling = p.BackoffBase << shift
	}
	half := ceiling / 2
	return half + time.Duration(jitter*float64(ceiling-half))
}
