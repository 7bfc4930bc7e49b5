package prometheus

import (
	"context"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
	"unsafe"

	"convoke/application/metric"
	"convoke/test/leak"
)

func TestMain(m *testing.M) { os.Exit(leak.Check(m.Run())) }

func TestDeclaredMeasurementsAreServed(t *testing.T) {
	t.Parallel()
	m := New()
	m.Add(metric.HTTPRequests, 2, "GET", "/healthz", "200")
	m.Add(metric.HTTPRequests, 1, "GET", "/healthz", "200")
	m.Set(metric.JobsActive, 7, "PENDING")
	m.Observe(metric.CommitSeconds, 0.003)
	text := served(t, m)
	for _, line := range []string{
		`convoke_http_requests_total{method="GET",route="/healthz",status="200"} 3`,
		`convoke_jobs_active{status="PENDING"} 7`,
		`convoke_commit_seconds_bucket{le="0.0025"} 0`,
		`convoke_commit_seconds_bucket{le="0.005"} 1`,
		`convoke_sockets_open 0`, // without labels: shown from the start
		`go_goroutines`,
		`process_resident_memory_bytes`,
	} {
		if !strings.Contains(text, line) {
			t.Errorf("the text lacks %q", line)
		}
	}
}

func TestMeasurementsThatDoNotFitAreIgnored(t *testing.T) {
	t.Parallel()
	m := New()
	m.Add("convoke_unheard_of", 1)
	m.Add(metric.JobsActive, 1, "PENDING")   // a gauge is not a counter
	m.Add(metric.HTTPRequests, 1, "GET")     // two labels are missing
	m.Add(metric.RelayErrors, -1)            // counters only grow
	m.Set(metric.Leading, 1, "superfluous")  // one label too many
	m.Add(metric.Attempts, 1, "a\xff", "ok") // label values are UTF-8 on the wire
	text := served(t, m)
	if strings.Contains(text, "unheard_of") || strings.Contains(text, "convoke_jobs_active{") || strings.Contains(text, "convoke_http_requests_total{") {
		t.Errorf("a measurement that does not fit is shown:\n%s", text)
	}
	for _, line := range []string{"convoke_relay_errors_total 0", "convoke_leading 0", `generator="a?"`} {
		if !strings.Contains(text, line) {
			t.Errorf("the text lacks %q", line)
		}
	}
}

func TestLabelsSurviveTheReuseOfTheirMemory(t *testing.T) {
	t.Parallel()
	f := newFamily([]string{"x"}, func(values ...string) (string, error) { return values[0], nil })
	memory := []byte("before")
	f.child([]string{unsafe.String(&memory[0], len(memory))})
	copy(memory, "after!")
	if series, _ := f.child([]string{"before"}); series != "before" {
		t.Errorf("the series is %q", series)
	}
}

func TestConcurrentMeasurementsAddUp(t *testing.T) {
	t.Parallel()
	m := New()
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for range 1000 {
				m.Add(metric.JobsFinished, 1, "COMPLETED")
			}
		})
	}
	all.Wait()
	if !strings.Contains(served(t, m), `convoke_jobs_finished_total{status="COMPLETED"} 8000`) {
		t.Error("measurements were lost")
	}
}

func TestHooksSetGaugesBeforeAScrapeAtMostOnceASecond(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m := New()
		runs := 0.0
		m.OnScrape(func(context.Context) { runs++; m.Set(metric.OutboxBatches, runs) })
		wantBatches(t, m, "1")
		wantBatches(t, m, "1")
		time.Sleep(hooksEvery) // fake time
		wantBatches(t, m, "2")
	})
}

func TestABadHookNeverBreaksAScrape(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m := New()
		release := make(chan struct{})
		var stuck atomic.Int32
		m.OnScrape(func(context.Context) { panic("a bug") })
		m.OnScrape(func(context.Context) { stuck.Add(1); <-release })
		m.OnScrape(func(ctx context.Context) { m.Set(metric.OutboxBatches, 5) })
		began := time.Now()
		wantBatches(t, m, "5")
		if took := time.Since(began); took != hooksTimeout {
			t.Errorf("the scrape took %v, want the hooks' timeout", took)
		}
		time.Sleep(hooksEvery)
		wantBatches(t, m, "5")
		if stuck.Load() != 1 {
			t.Errorf("a hook that hangs was started %d times", stuck.Load())
		}
		close(release)
	})
}

func wantBatches(t *testing.T, m *Meter, want string) {
	t.Helper()
	if !strings.Contains(served(t, m), "convoke_outbox_batches "+want+"\n") {
		t.Errorf("the gauge is not %s", want)
	}
}

func served(t *testing.T, m *Meter) string {
	t.Helper()
	w := httptest.NewRecorder()
	m.Handler().ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), "GET", "/metrics", nil))
	if w.Code != 200 {
		t.Fatalf("status %d", w.Code)
	}
	return w.Body.String()
}

func BenchmarkAddWithLabels(b *testing.B) {
	m := New()
	b.ReportAllocs()
	for b.Loop() {
		m.Add(metric.HTTPRequests, 1, "POST", "/api/mcp/tools/generate", "202")
	}
}
