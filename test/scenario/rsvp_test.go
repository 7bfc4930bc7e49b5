package scenario

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"sync"
	"testing"
	"time"
)

// TestTwoHundredGuestsForFiftySeats lets guests race for seats while others watch.
func TestTwoHundredGuestsForFiftySeats(t *testing.T) {
	t.Parallel()
	const seats, invited = 50, 200
	p := start(t, "all")
	id, host := p.openOccasion(`{"title":"A garden party","capacity":50,"waitlist":"auto"}`)
	atLast := func(c counts) bool { return c.Replies.Cancelled == 1 && c.People.Yes == seats }
	ctx := deadline(t, 30*time.Second)
	var watching sync.WaitGroup
	for name, watch := range map[string]func(context.Context, string, chan<- struct{}, func(counts) bool) ([]counts, error){
		"socket": p.watchCounts, "stream": p.streamCounts,
	} {
		subscribed := make(chan struct{})
		watching.Go(func() {
			all, err := watch(ctx, id, subscribed, atLast)
			sorted := slices.IsSortedFunc(all, func(a, b counts) int { return int(a.Revision) - int(b.Revision) })
			if err != nil || !sorted {
				t.Errorf("%s: %v, in order: %v, after %d messages", name, err, sorted, len(all))
			}
			for _, c := range all {
				if c.People.Yes > seats {
					t.Errorf("%s: oversold at revision %d: %+v", name, c.Revision, c.People)
				}
			}
		})
		select {
		case <-subscribed:
		case <-ctx.Done():
			t.Fatalf("%s: it can not be watched", name)
		}
	}

	replies := make([]guest, invited)
	var all sync.WaitGroup
	for i := range replies {
		all.Go(func() {
			var ok bool
			if replies[i], ok = p.reply(ctx, id, fmt.Sprintf("guest%d@example.org", i)); !ok {
				t.Errorf("guest %d was not answered", i)
			}
		})
	}
	all.Wait()
	slices.SortFunc(replies, func(a, b guest) int { return int(a.RSVP.Revision) - int(b.RSVP.Revision) })
	for i, g := range replies {
		want := "yes"
		if i >= seats {
			want = "waitlisted"
		}
		if g.RSVP.Status != want || g.RSVP.Revision != uint64(i+2) {
			t.Fatalf("reply %d is %s at revision %d, want %s", i, g.RSVP.Status, g.RSVP.Revision, want)
		}
	}
	cancelled := ask[struct{ Revision uint64 }](p, http.StatusOK, http.MethodDelete, "/api/rsvps/cancel-by-token", nil, replies[7].Token)
	if c := p.counts(id, cancelled.Revision); c.People.Yes != seats || c.Replies.Waitlisted != invited-seats-1 || c.Replies.Cancelled != 1 || *c.SeatsLeft != 0 {
		t.Errorf("after a cancellation: %+v", c)
	}
	if status := p.guests(id, host)[replies[seats].RSVP.ID]; status != "yes" {
		t.Errorf("the first who waited is %s", status)
	}
	watching.Wait()
}

// TestKillingTheProcessLosesNoAcceptedReply kills everything at random points under load, again and again.
func TestKillingTheProcessLosesNoAcceptedReply(t *testing.T) {
	t.Parallel()
	p := start(t, "all")
	id, host := p.openOccasion(`{"title":"A garden party"}`)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	told := &ledger{}
	var clients sync.WaitGroup
	for c := range 8 {
		clients.Go(func() {
			for i := 0; ctx.Err() == nil; i++ {
				if g, ok := p.reply(t.Context(), id, fmt.Sprintf("guest%d-%d@example.org", c, i)); ok {
					told.add(g.RSVP.ID)
				} else {
					time.Sleep(10 * time.Millisecond) // it is down; the next guest tries
				}
			}
		})
	}
	for round := range 5 {
		time.Sleep(time.Duration(200+rand.IntN(1000)) * time.Millisecond)
		p.kill()
		p.launch()
		p.await(waitForOne, fmt.Sprintf("back after kill %d", round), func() bool {
			status, _, err := p.try(context.Background(), http.MethodGet, "/readyz", nil)
			return err == nil && status == http.StatusOK
		})
	}
	cancel()
	clients.Wait()

	accepted, rows, c := told.all(), p.guests(id, host), p.counts(id, 0)
	if len(accepted) < 100 {
		t.Fatalf("only %d replies were accepted: nothing was tested", len(accepted))
	}
	for _, replyID := range accepted {
		if rows[replyID] != "yes" {
			t.Errorf("reply %s was accepted and is %q", replyID, rows[replyID])
		}
	}
	if c.Replies.Yes != len(rows) || c.People.Yes != len(rows) || c.Revision != uint64(len(rows))+1 {
		t.Errorf("%d rows, the counts say %+v", len(rows), c)
	}
	p.await(waitForOne, "the outbox is empty", func() bool { return p.metric("convoke_outbox_batches") == 0 })
	t.Logf("%d accepted replies, %d rows", len(accepted), len(rows))
}

// TestARepeatedReplyIsAnsweredAlike sends one reply many times at once, and again after a restart.
func TestARepeatedReplyIsAnsweredAlike(t *testing.T) {
	t.Parallel()
	p := start(t, "all")
	const body, key = `{"name":"Ada","email":"ada@example.org"}`, "Idempotency-Key: k-1"
	answers := make([]string, 20)
	var all sync.WaitGroup
	for i := range answers {
		all.Go(func() {
			if status, content, err := p.try(context.Background(), http.MethodPost, "/api/rsvps", body, key); err == nil && status == http.StatusCreated {
				answers[i] = string(content)
			}
		})
	}
	all.Wait()
	p.kill()
	p.launch()
	p.awaitReady()
	status, last, err := p.try(t.Context(), http.MethodPost, "/api/rsvps", body, key)
	if err != nil || status != http.StatusCreated {
		t.Fatalf("%d %s %v", status, last, err)
	}
	for i, answer := range answers {
		if answer != "" && answer != string(last) { // empty: 409, it was still running
			t.Errorf("answer %d\n%swas later\n%s", i, answer, last)
		}
	}
	if c := p.counts("default", 0); c.Replies.Yes != 1 {
		t.Errorf("%+v", c)
	}
}
