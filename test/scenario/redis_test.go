package scenario

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"convoke/test/postgres"
	"convoke/test/realredis"
)

// TestHintsTravelOverRedisAndAreNotNeeded watches each job on both apis. One of them hears of the job's end from the
// worker, the other one by a hint, or without Redis by the comparison that runs every two seconds.
func TestHintsTravelOverRedisAndAreNotNeeded(t *testing.T) {
	t.Parallel()
	redis := realredis.Start(t)
	settings := []string{"NATS_URL=" + broker(t), "DATABASE_URL=" + postgres.Database(t), "REDIS_URL=" + redis.URL()}
	one, two := start(t, "api", settings...), start(t, "api", settings...)
	start(t, "worker", settings[0], "GENERATOR=noop", "NOOP_DELAY=270ms")

	var apart []time.Duration
	for range 11 { // one after the other: the comparison alone would be a second late, as often as not
		apart = append(apart, watchOnBoth(t, one, two))
	}
	slices.Sort(apart)
	if apart[len(apart)/2] > 400*time.Millisecond { // a hint that Redis does not take within 50 ms is lost
		t.Errorf("with Redis the second api learned of the ends so much after the first: %s", apart)
	}
	if err := redis.Kill(); err != nil {
		t.Fatal(err)
	}
	slowest := time.Duration(0)
	for range 5 {
		slowest = max(slowest, watchOnBoth(t, one, two))
	}
	if slowest > 15*time.Second {
		t.Errorf("without Redis the second api learned of the end %s after the first", slowest)
	}
	t.Logf("without Redis at most %s apart", slowest)
	for _, p := range []*process{one, two} {
		if status, content, err := p.try(t.Context(), http.MethodGet, "/readyz", nil); status != http.StatusOK {
			t.Errorf("without Redis: %d %s %v", status, content, err)
		}
	}
	if said := one.log.String() + two.log.String(); !strings.Contains(said, "redis is ill") {
		t.Error("nobody says that Redis is ill")
	}
}

// watchOnBoth orders a design, watches it on both apis, and returns how far apart they told of its end.
func watchOnBoth(t *testing.T, one, two *process) time.Duration {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	id := one.generate(gardenParty)
	ends := make(chan time.Time, 2)
	for _, p := range []*process{one, two} {
		go func() {
			defer func() { ends <- time.Now() }() // also when the socket fails the test
			messages := p.socket(ctx, id)
			if last := messages[len(messages)-1]; last.Type != "job_complete" || !rising(messages) {
				t.Errorf("%+v", messages)
			}
		}()
	}
	return (<-ends).Sub(<-ends).Abs()
}

// rising reports whether the versions of a job's messages never fall.
func rising(messages []live) bool {
	version := uint64(0)
	for _, m := range messages {
		if m.JobID == "" || m.Type == "subscribed" {
			continue
		}
		if m.Version < version {
			return false
		}
		version = m.Version
	}
	return true
}
