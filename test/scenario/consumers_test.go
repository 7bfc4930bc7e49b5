package scenario

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"convoke/test/postgres"
	"convoke/test/realredis"
)

const waitForOne = 2 * time.Minute // for what takes a moment on an idle machine, and for groups to miss their dead

// numbers is what was counted.
type numbers struct {
	Totals   struct{ Created, Updated, Deleted, Cancelled, People int }
	Buckets  []struct{ Created, People int }
	Revision uint64
}

func (p *process) analytics(id, host string) numbers {
	p.t.Helper()
	return ask[numbers](p, http.StatusOK, http.MethodGet, "/api/occasions/"+id+"/analytics?interval=minute", nil, host)
}

// awaitAnalytics waits until everything up to a revision is counted.
func (p *process) awaitAnalytics(id, host string, revision uint64) numbers {
	p.t.Helper()
	var n numbers
	p.await(waitForOne, fmt.Sprintf("analytics at revision %d", revision), func() bool {
		n = p.analytics(id, host)
		return n.Revision >= revision
	})
	return n
}

// agree fails the test unless counters, rows and log agree.
func (p *process) agree() {
	p.t.Helper()
	if out, err := p.run("counts", "verify"); err != nil {
		p.t.Errorf("counts verify: %v\n%s", err, out)
	}
}

// TestRepliesAreCountedAndCountedAgainOnEachBroker replays the analytics' group while replies come in.
func TestRepliesAreCountedAndCountedAgainOnEachBroker(t *testing.T) {
	t.Parallel()
	for name, broker := range brokersUnderTest {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			settings := []string{broker(t), "DATABASE_URL=" + postgres.Database(t), "REDIS_URL=" + realredis.Start(t).URL()}
			api := start(t, "api", settings...)
			start(t, "consumers", settings...)
			start(t, "consumers", append(settings, "ANALYTICS_DATABASE_URL="+settings[1][len("DATABASE_URL="):])...)
			countAndReplay(t, api)
		})
	}
	t.Run("embedded", func(t *testing.T) {
		t.Parallel()
		countAndReplay(t, start(t, "all"))
	})
}

func countAndReplay(t *testing.T, api *process) {
	const before, during = 120, 60
	id, host := api.openOccasion(`{"title":"A garden party","capacity":50,"waitlist":"auto","startsAt":"2030-06-12T16:00:00Z"}`)
	api.replies(t, id, 0, before)
	first := api.awaitAnalytics(id, host, before+1)
	if first.Totals.Created != before || first.Totals.People != 50 || len(first.Buckets) == 0 {
		t.Fatalf("%+v", first)
	}
	var arriving sync.WaitGroup
	arriving.Go(func() { api.replies(t, id, before, before+during) })
	if out, err := api.run("replay", "--group", "analytics-group"); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
	arriving.Wait()
	second := api.awaitAnalytics(id, host, before+during+1)
	if second.Totals.Created != before+during || second.Totals.People != 50 {
		t.Errorf("after the replay: %+v", second)
	}
	for group, want := range map[string]string{"mail-group": "can not be done again", "nobody": "no such consumer group"} {
		if out, err := api.run("replay", "--group", group); !failed(err) || !strings.Contains(out, want) {
			t.Errorf("replay of %s: %v\n%s", group, err, out)
		}
	}
	api.agree()
}

// replies has guests reply, eight at a time.
func (p *process) replies(t *testing.T, id string, from, to int) {
	guests := make(chan int)
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for i := range guests {
				if _, ok := p.reply(context.Background(), id, fmt.Sprintf("guest%d@example.org", i)); !ok {
					t.Errorf("guest %d was not answered", i)
				}
			}
		})
	}
	for i := from; i < to; i++ {
		guests <- i
	}
	close(guests)
	all.Wait()
}

// TestKillingApisAndConsumersUnderABurstLosesNothing kills one process after the other at random points. Every reply that
// was acknowledged is a row, an event and a count.
func TestKillingApisAndConsumersUnderABurstLosesNothing(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"kfake", "kafka"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			killUnderBurst(t, brokersUnderTest[name](t))
		})
	}
}

func killUnderBurst(t *testing.T, broker string) {
	settings := []string{broker, "DATABASE_URL=" + postgres.Database(t)}
	members := []*process{
		start(t, "api", settings...), start(t, "api", settings...), start(t, "consumers", settings...), start(t, "consumers", settings...),
	}
	apis := members[:2]
	id, host := apis[0].openOccasion(`{"title":"A garden party","capacity":100000}`)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	told := &ledger{}
	var clients sync.WaitGroup
	for c := range 8 {
		clients.Go(func() {
			for i := 0; ctx.Err() == nil; i++ {
				if g, ok := apis[(c+i)%2].reply(context.Background(), id, fmt.Sprintf("guest%d-%d@example.org", c, i)); ok {
					told.add(g.RSVP.ID)
				}
			}
		})
	}
	for round := range 8 {
		time.Sleep(time.Duration(200+rand.IntN(600)) * time.Millisecond)
		victim := members[round%len(members)]
		victim.kill()
		victim.launch()
		victim.awaitReady()
	}
	cancel()
	clients.Wait()

	accepted, rows, c := told.all(), apis[0].guests(id, host), apis[0].counts(id, 0)
	if len(accepted) < 100 {
		t.Fatalf("only %d replies were accepted: nothing was tested", len(accepted))
	}
	for _, replyID := range accepted {
		if rows[replyID] != "yes" {
			t.Errorf("reply %s was accepted and is %q", replyID, rows[replyID])
		}
	}
	n := apis[1].awaitAnalytics(id, host, c.Revision) // the dead leave their groups ten seconds later, once or twice
	if n.Totals.Created != len(rows) || n.Totals.People != len(rows) || c.Replies.Yes != len(rows) {
		t.Errorf("%d rows, counted as %+v and %+v", len(rows), c.Replies, n.Totals)
	}
	apis[0].agree()
	t.Logf("%d accepted replies, %d rows", len(accepted), len(rows))
}

// TestTenThousandGuestsForAHundredSeats lets them reply at once through four apis on one database.
func TestTenThousandGuestsForAHundredSeats(t *testing.T) {
	t.Parallel()
	const seats, invited, connections = 100, 10_000, 128
	settings := []string{"NATS_URL=" + broker(t), "DATABASE_URL=" + postgres.Database(t)}
	apis := make([]*process, 4)
	for i := range apis {
		apis[i] = start(t, "api", settings...)
	}
	id, _ := apis[0].openOccasion(`{"title":"A garden party","capacity":100,"waitlist":"auto"}`)
	var order [invited + 2]string // statuses by revision
	guests := make(chan int)
	var all sync.WaitGroup
	for range connections {
		all.Go(func() {
			for i := range guests {
				g, ok := guest{}, false
				for end := time.Now().Add(waitForOne); !ok && time.Now().Before(end); { // busy is an answer too
					g, ok = apis[i%len(apis)].reply(context.Background(), id, fmt.Sprintf("guest%d@example.org", i))
				}
				if !ok {
					t.Errorf("guest %d was not answered", i)
					continue
				}
				order[g.RSVP.Revision] = g.RSVP.Status
			}
		})
	}
	for i := range invited {
		guests <- i
	}
	close(guests)
	all.Wait()
	for revision := 2; revision < invited+2; revision++ {
		want := "yes"
		if revision-2 >= seats {
			want = "waitlisted"
		}
		if order[revision] != want {
			t.Fatalf("revision %d is %q, want %q", revision, order[revision], want)
		}
	}
	if c := apis[3].counts(id, invited+1); c.People.Yes != seats || c.Replies.Waitlisted != invited-seats || *c.SeatsLeft != 0 {
		t.Errorf("%+v", c)
	}
	apis[1].agree()
}

// TestReadsStayRightWhateverBecomesOfRedis asks for counts and pages without a pause while Redis is broken in every way.
func TestReadsStayRightWhateverBecomesOfRedis(t *testing.T) {
	t.Parallel()
	redis := realredis.Start(t)
	settings := []string{"NATS_URL=" + broker(t), "DATABASE_URL=" + postgres.Database(t), "REDIS_URL=" + redis.URL()}
	apis := []*process{start(t, "api", settings...), start(t, "api", settings...)}
	start(t, "consumers", settings...)
	id, host := apis[0].openOccasion(`{"title":"A garden party"}`)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var readers sync.WaitGroup
	for i := range 4 {
		readers.Go(func() { readAlways(ctx, t, apis[i%2], id, host) })
	}
	guest := 0
	visit := func() {
		t.Helper()
		for range 20 {
			g, ok := apis[guest%2].reply(ctx, id, fmt.Sprintf("guest%d@example.org", guest))
			if guest++; !ok {
				t.Fatal("a reply was not accepted")
			}
			if c := apis[guest%2].counts(id, g.RSVP.Revision); c.Replies.Yes < guest || c.Revision < g.RSVP.Revision {
				t.Errorf("after guest %d: %+v", guest, c)
			}
		}
	}
	for _, fault := range []func() error{
		func() error { return nil }, redis.Flush, redis.Freeze, redis.Thaw, redis.Kill, redis.Start,
	} {
		if err := fault(); err != nil {
			t.Fatal(err)
		}
		visit()
	}
	cancel()
	readers.Wait()
	if c := apis[1].counts(id, uint64(guest)+1); c.Replies.Yes != guest {
		t.Errorf("%+v after %d guests", c, guest)
	}
}

// readAlways asks for counts and the first page until ctx ends: never an error, never a step back.
func readAlways(ctx context.Context, t *testing.T, p *process, id, host string) {
	highest := map[string]uint64{}
	for ctx.Err() == nil {
		for _, path := range []string{"/api/occasions/" + id + "/counts", "/api/rsvps?occasionId=" + id} {
			status, content, err := p.try(ctx, http.MethodGet, path, nil, "Authorization: Bearer "+host)
			if ctx.Err() != nil {
				return
			}
			var answer struct{ Revision uint64 }
			if err == nil && status == http.StatusOK {
				p.decode(content, &answer)
			}
			if err != nil || status != http.StatusOK || answer.Revision < highest[path] {
				t.Errorf("%s: %d %.200s %v; revision %d after %d", path, status, content, err, answer.Revision, highest[path])
				return
			}
			highest[path] = answer.Revision
		}
	}
}
