package httpapi

import (
	"log/slog"
	"sync/atomic"

	"golang.org/x/time/rate"
)

// Failed requests that are logged: during an outage every request fails, and a line for each would fill the disk.
const (
	failuresPerSecond = 10
	failuresAtOnce    = 100
)

// failureLog writes down failed requests, as many as somebody could read. Safe for concurrent use.
type failureLog struct {
	log      *slog.Logger
	limit    *rate.Limiter
	unlogged atomic.Int64
}

func newFailureLog(log *slog.Logger) *failureLog {
	return &failureLog{log: log, limit: rate.NewLimiter(failuresPerSecond, failuresAtOnce)}
}

// write logs a failure, together with how many were passed over since the last one.
func (f *failureLog) write(attributes ...any) {
	if !f.limit.Allow() {
		f.unlogged.Add(1)
		return
	}
	if n := f.unlogged.Swap(0); n > 0 {
		attributes = append(attributes, "unlogged", n)
	}
	f.log.Error("a request failed", attributes...)
}
