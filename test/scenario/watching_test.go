package scenario

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kmsg"

	"convoke/test/fakekafka"
	"convoke/test/postgres"
	"convoke/test/realredis"
)

// crowd says how much is watched while an api dies and hints are lost.
type crowd struct {
	apis, jobs, parties int
	outage              time.Duration // of the hints
}

// size is a crowd that is over soon, or a large one where the tests may take long.
func size(apis int) crowd {
	if os.Getenv("CONVOKE_TEST_REAL") == "1" {
		return crowd{apis, 1000, 40, 20 * time.Second}
	}
	return crowd{apis, 150, 10, 3 * time.Second}
}

// TestWatchersMissNothingWhateverHappensBetweenTheApis has watchers come and go on any api, over both transports, while the
// way of the hints is cut for a while and an api is killed meanwhile.
func TestWatchersMissNothingWhateverHappensBetweenTheApis(t *testing.T) {
	t.Parallel()
	t.Run("two apis with hints over the broker", func(t *testing.T) {
		t.Parallel()
		cluster, settings := kfakeWithoutHints(t)
		size(2).watch(t, []string{settings}, func(ill bool) error { cluster.Store(ill); return nil })
	})
	t.Run("four apis with hints over Redis", func(t *testing.T) {
		t.Parallel()
		redis := realredis.Start(t)
		settings := []string{"NATS_URL=" + broker(t), "REDIS_URL=" + redis.URL()}
		size(4).watch(t, settings, func(ill bool) error {
			if ill {
				return redis.Freeze()
			}
			return redis.Thaw()
		})
	})
}

// kfakeWithoutHints starts an in-process Kafka that takes nothing for the control topic while the switch is on.
func kfakeWithoutHints(t *testing.T) (ill *atomic.Bool, setting string) {
	t.Helper()
	cluster := fakekafka.Start(t, kfake.NumBrokers(1))
	ill = &atomic.Bool{}
	cluster.ControlKey(int16(kmsg.Produce), func(r kmsg.Request) (kmsg.Response, error, bool) {
		cluster.KeepControl()
		for _, topic := range r.(*kmsg.ProduceRequest).Topics { //nolint:forcetypeassert // by its key
			if ill.Load() && topic.Topic == "convoke-control" {
				return nil, errors.New("the control topic is ill"), true
			}
		}
		return nil, nil, false
	})
	return ill, "KAFKA_BROKERS=" + cluster.ListenAddrs()[0]
}

func (c crowd) watch(t *testing.T, settings []string, hintsAre func(ill bool) error) {
	t.Helper()
	worker := append([]string{"GENERATOR=noop", "NOOP_DELAY=300ms", "WORKER_CONCURRENCY=12"}, settings...) // 40 a second
	settings = append([]string{"DATABASE_URL=" + postgres.Database(t), "WS_MAX_PER_IP=0"}, settings...)
	g := &gallery{t: t}
	for range c.apis {
		g.apis = append(g.apis, start(t, "api", settings...))
	}
	start(t, "worker", worker...)
	party, _ := g.apis[0].openOccasion(`{"title":"A garden party"}`)

	ctx := deadline(t, 2*time.Minute)
	var jobs, parties sync.WaitGroup
	for i := range c.jobs {
		id := g.apis[i%len(g.apis)].generate(gardenParty)
		jobs.Go(func() { g.watchJob(ctx, id, i%5 == 0) })
	}
	var last atomic.Uint64 // revision; 0: guests still come
	for i := range c.parties {
		parties.Go(func() { g.watchParty(ctx, party, i%2 == 0, &last) })
	}
	guests, stop := context.WithCancel(ctx)
	var replying sync.WaitGroup
	replying.Go(func() { g.reply(guests, party) })

	c.trouble(t, g.apis[0], hintsAre)
	for ctx.Err() == nil && g.replied.Load() < 20 {
		<-time.After(30 * time.Millisecond)
	}
	stop()
	replying.Wait()
	truth := g.apis[1].counts(party, 0)
	last.Store(truth.Revision)
	jobs.Wait()
	parties.Wait()
	g.report(truth)
}

// trouble cuts the way of the hints, and kills an api meanwhile and starts it again.
func (c crowd) trouble(t *testing.T, victim *process, hintsAre func(ill bool) error) {
	t.Helper()
	if err := hintsAre(true); err != nil {
		t.Fatal(err)
	}
	over := time.After(c.outage)
	<-time.After(c.outage / 4)
	victim.kill()
	<-time.After(c.outage / 4)
	victim.launch()
	<-over
	if err := hintsAre(false); err != nil {
		t.Fatal(err)
	}
	victim.awaitReady()
}

// gallery is where all watch.
type gallery struct {
	t    *testing.T
	apis []*process

	connections, messages, replied atomic.Int64
}

func (g *gallery) any() *process { return g.apis[rand.IntN(len(g.apis))] }

// watchJob watches a job to its end.
func (g *gallery) watchJob(ctx context.Context, id string, stream bool) {
	s := seen{what: "job " + id}
	g.follow(ctx, &s, func(ctx context.Context, p *process) error {
		if stream {
			return p.follow(ctx, "/api/streams/jobs/"+id, s.named, g.heard(&s))
		}
		return p.followSocket(ctx, fmt.Sprintf(`"jobId":%q`, id), s.named, g.heard(&s))
	}, func() bool { return s.last.terminal() })
	j := g.apis[1].job(id)
	if s.last.Type != "job_complete" || j.Job.Status != "COMPLETED" || s.version != j.Job.Version {
		g.t.Errorf("job %s ended at version %d with %+v; it is %s at %d", id, s.version, s.last, j.Job.Status, j.Job.Version)
	}
}

// watchParty watches the counts until the last revision, when that is known.
func (g *gallery) watchParty(ctx context.Context, id string, stream bool, last *atomic.Uint64) {
	s := seen{what: "the counts"}
	g.follow(ctx, &s, func(ctx context.Context, p *process) error {
		if stream {
			return p.follow(ctx, "/api/streams/occasions/"+id, s.named, g.heard(&s))
		}
		return p.followSocket(ctx, fmt.Sprintf(`"occasionId":%q`, id), s.named, g.heard(&s))
	}, func() bool { return last.Load() > 0 && s.version >= last.Load() })
	if truth := g.apis[1].counts(id, s.version); s.last.People.Yes != truth.People.Yes || s.version != truth.Revision {
		g.t.Errorf("the last counts were %+v, they are %+v", s.last, truth)
	}
}

// follow connects to any api, again and again, for a while each time, until it is enough.
func (g *gallery) follow(ctx context.Context, s *seen, connect func(context.Context, *process) error, enough func() bool) {
	for !enough() {
		visit, leave := context.WithTimeout(ctx, time.Duration(300+rand.IntN(2500))*time.Millisecond)
		err := connect(visit, g.any())
		leave()
		g.connections.Add(1)
		if err != nil && !enough() {
			<-time.After(100 * time.Millisecond)
		}
		if ctx.Err() != nil {
			g.t.Errorf("%s: at version %d of %+v nothing more came", s.what, s.version, s.last)
			return
		}
	}
}

// heard notes a message and returns whether to go on.
func (g *gallery) heard(s *seen) func(told) bool {
	return func(m told) bool {
		g.messages.Add(1)
		if m.number() < s.version {
			g.t.Errorf("%s: after version %d came %+v", s.what, s.version, m)
		}
		s.version, s.last = m.number(), m
		if m.Type != "job_status" || m.Status == "PENDING" || m.Status == "PROCESSING" {
			s.named = s.version // the snapshot of a finished job only says that its end follows
		}
		return !m.terminal() && rand.IntN(8) > 0 // some leave in the middle
	}
}

// reply has guests reply on any api, some thirty a second.
func (g *gallery) reply(ctx context.Context, id string) {
	tick := time.NewTicker(30 * time.Millisecond)
	defer tick.Stop()
	for i := 0; ctx.Err() == nil; i++ {
		if _, ok := g.any().reply(g.t.Context(), id, fmt.Sprintf("guest%d@example.org", i)); ok {
			g.replied.Add(1)
		}
		<-tick.C
	}
}

func (g *gallery) report(truth counts) {
	g.t.Helper()
	if n := int(g.replied.Load()); n < 20 || truth.Replies.Yes < n {
		g.t.Errorf("%d replied, %d are counted", n, truth.Replies.Yes)
	}
	g.t.Logf("%d connections brought %d messages; %d guests replied", g.connections.Load(), g.messages.Load(), g.replied.Load())
}
