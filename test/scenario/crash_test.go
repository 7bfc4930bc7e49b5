package scenario

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"sync"
	"testing"
	"time"
)

// ledger is what clients were told: every job that was answered 202.
type ledger struct {
	mu  sync.Mutex
	ids []string
}

func (l *ledger) add(id string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.ids = append(l.ids, id)
}

func (l *ledger) all() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return append([]string{}, l.ids...)
}

// flood orders designs from several clients until ctx ends and notes every acknowledged one.
func (l *ledger) flood(ctx context.Context, p *process, clients int) *sync.WaitGroup {
	var running sync.WaitGroup
	for range clients {
		running.Go(func() {
			for ctx.Err() == nil {
				status, content, err := p.try(ctx, http.MethodPost, "/api/mcp/tools/generate", gardenParty)
				var taken struct{ JobID string }
				if err == nil && status == http.StatusAccepted && json.Unmarshal(content, &taken) == nil {
					l.add(taken.JobID)
				} else {
					time.Sleep(10 * time.Millisecond) // it is down; the client tries again
				}
			}
		})
	}
	return &running
}

// settle waits until every job of the ledger is finished and checks that each has exactly one effect.
func (l *ledger) settle(p *process, patience time.Duration) {
	p.t.Helper()
	ids := l.all()
	if len(ids) < 100 {
		p.t.Fatalf("only %d jobs were accepted: nothing was tested", len(ids))
	}
	for _, id := range ids {
		j := p.awaitStatus(id, "COMPLETED", patience)
		if j.Asset == nil || j.Asset.Version != 1 {
			p.t.Errorf("job %s: %+v", id, j)
		}
	}
	p.await(waitForOne, "the outbox is empty", func() bool { return p.metric("convoke_outbox_batches") == 0 })
	p.await(30*time.Second, "nothing is stuck, not even what was committed without an answer", func() bool {
		return p.metric(`convoke_jobs_active{status="PENDING"}`) == 0 && p.metric(`convoke_jobs_active{status="PROCESSING"}`) == 0
	})
	p.t.Logf("%d accepted jobs, each completed once", len(ids))
}

// TestKillingTheProcessLosesNoAcceptedJob kills everything at random points under load, again and again.
func TestKillingTheProcessLosesNoAcceptedJob(t *testing.T) {
	t.Parallel()
	p := start(t, "all", "GENERATOR=noop", "NOOP_DELAY=5ms")
	ctx, cancel := context.WithCancel(t.Context())
	l := &ledger{}
	clients := l.flood(ctx, p, 8)
	for round := range 6 {
		pause := time.Duration(200+rand.IntN(1200)) * time.Millisecond
		time.Sleep(pause)
		p.kill()
		p.launch()
		p.await(waitForOne, fmt.Sprintf("back after kill %d", round), func() bool {
			status, _, err := p.try(context.Background(), http.MethodGet, "/readyz", nil)
			return err == nil && status == http.StatusOK
		})
	}
	cancel()
	clients.Wait()
	l.settle(p, time.Minute)
}
