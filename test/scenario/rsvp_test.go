package scenario

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/coder/websocket/wsjson"
)

// counts is what an occasion counts, as GET counts and the live messages tell it.
type counts struct {
	Type, OccasionID, Code string
	Revision               uint64
	Replies                struct{ Yes, No, Maybe, Waitlisted, Cancelled int }
	People                 struct{ Yes, Maybe, Waitlisted int }
	SeatsLeft              *int
}

// guest is one reply with its token.
type guest struct {
	RSVP struct {
		ID, Status string
		PartySize  int
		Revision   uint64
	}
	Token string
}

// ask sends a request that must be answered with the status, and decodes the answer.
func ask[T any](p *process, want int, method, path string, body any, token string) T {
	p.t.Helper()
	var headers []string
	if token != "" {
		headers = append(headers, "Authorization: Bearer "+token)
	}
	status, content, err := p.try(context.Background(), method, path, body, headers...)
	if err != nil || status != want {
		p.t.Fatalf("%s %s: %d %s %v", method, path, status, content, err)
	}
	var answer T
	p.decode(content, &answer)
	return answer
}

func (p *process) openOccasion(body string) (id, hostToken string) {
	p.t.Helper()
	opened := ask[struct {
		Occasion  struct{ ID string }
		HostToken string
	}](p, http.StatusCreated, http.MethodPost, "/api/occasions", body, "")
	return opened.Occasion.ID, opened.HostToken
}

// reply answers for a guest; ok is false when it was not accepted.
func (p *process) reply(ctx context.Context, occasionID, email string) (g guest, ok bool) {
	body := fmt.Sprintf(`{"occasionId":%q,"name":"Guest","email":%q}`, occasionID, email)
	status, content, err := p.try(ctx, http.MethodPost, "/api/rsvps", body)
	return g, err == nil && status == http.StatusCreated && json.Unmarshal(content, &g) == nil
}

// guests walks the whole guest list by cursor.
func (p *process) guests(occasionID, hostToken string) map[string]string {
	p.t.Helper()
	statuses, cursor := map[string]string{}, ""
	for {
		page := ask[struct {
			Data       []struct{ ID, Status string }
			Pagination struct{ NextCursor string }
		}](p, http.StatusOK, http.MethodGet, "/api/rsvps?limit=100&occasionId="+occasionID+"&cursor="+cursor, nil, hostToken)
		for _, r := range page.Data {
			statuses[r.ID] = r.Status
		}
		if cursor = page.Pagination.NextCursor; cursor == "" {
			return statuses
		}
	}
}

func (p *process) counts(id string, minRevision uint64) counts {
	p.t.Helper()
	return ask[counts](p, http.StatusOK, http.MethodGet, fmt.Sprintf("/api/occasions/%s/counts?minRevision=%d", id, minRevision), nil, "")
}

// watchCounts watches over a WebSocket until the counts are as wished, and returns all that it was told.
func (p *process) watchCounts(ctx context.Context, id string, subscribed chan<- struct{}, enough func(counts) bool) (all []counts, err error) {
	conn, _, err := websocket.Dial(ctx, "ws"+strings.TrimPrefix(p.url, "http")+"/ws", nil)
	if err != nil {
		return nil, err
	}
	defer conn.CloseNow()
	if err := wsjson.Write(ctx, conn, map[string]string{"type": "subscribe", "occasionId": id}); err != nil {
		return nil, err
	}
	for {
		var c counts
		if err := wsjson.Read(ctx, conn, &c); err != nil {
			return all, err
		}
		switch c.Type {
		case "subscribed":
			close(subscribed)
		case "occasion_counts":
			if all = append(all, c); enough(c) {
				return all, nil
			}
		}
	}
}

// streamCounts is watchCounts over SSE.
func (p *process) streamCounts(ctx context.Context, id string, subscribed chan<- struct{}, enough func(counts) bool) (all []counts, err error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, p.url+"/api/streams/occasions/"+id, nil)
	if err != nil {
		return nil, err
	}
	response, err := client.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	close(subscribed)
	lines := bufio.NewScanner(response.Body)
	for lines.Scan() {
		var c counts
		text, ok := strings.CutPrefix(lines.Text(), "data: ")
		if !ok || json.Unmarshal([]byte(text), &c) != nil {
			continue
		}
		if all = append(all, c); enough(c) {
			return all, nil
		}
	}
	return all, fmt.Errorf("the stream ended: %w", lines.Err())
}

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
				if g, ok := p.reply(ctx, id, fmt.Sprintf("guest%d-%d@example.org", c, i)); ok {
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
		p.await(20*time.Second, fmt.Sprintf("back after kill %d", round), func() bool {
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
	p.await(10*time.Second, "the outbox is empty", func() bool { return p.metric("convoke_outbox_batches") == 0 })
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
