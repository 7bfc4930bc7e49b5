package scenario

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"convoke/test/postgres"
	"convoke/test/realkafka"
)

// These tests need a machine for themselves, so they run one after the other, before the parallel ones.

// TestTheProductSurvivesWhatHappensToKafka lets three real brokers have every trouble while orders come in. No accepted
// job is lost or has two effects, and work goes on within 30 s of the cluster.
func TestTheProductSurvivesWhatHappensToKafka(t *testing.T) {
	realkafka.RequireWanted(t)
	cluster := realkafka.Start(t, realkafka.Options{Brokers: 3})
	kafka := "KAFKA_BROKERS=" + strings.Join(cluster.Addrs, ",")
	api := start(t, "api", kafka, "DATABASE_URL="+postgres.Database(t))
	for range 2 {
		start(t, "worker", kafka, "GENERATOR=noop", "NOOP_DELAY=20ms")
	}
	l := &ledger{}
	stop := l.steadily(t, api)
	all := func(change func(int) error) {
		t.Helper()
		var brokers sync.WaitGroup
		for i := range cluster.Addrs {
			brokers.Go(func() {
				if err := change(i); err != nil {
					t.Error(err)
				}
			})
		}
		brokers.Wait()
	}
	ready := func() {
		t.Helper()
		if err := cluster.WaitReady(2 * time.Minute); err != nil {
			t.Fatal(err)
		}
	}
	leader := func() int {
		t.Helper()
		i, err := cluster.Leader("design-requests", 0)
		if err != nil {
			t.Fatal(err)
		}
		return i
	}
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, outage := range []struct {
		name string
		run  func()
	}{
		{"a rolling restart", func() {
			for i := range cluster.Addrs {
				must(cluster.Stop(i))
				must(cluster.Restart(i))
				ready()
			}
		}},
		{"kill -9 of a leader", func() {
			i := leader()
			must(cluster.Kill(i))
			api.worksAgain(t)
			must(cluster.Restart(i))
			ready()
		}},
		{"a broker that stands still for 20 s", func() {
			i := leader()
			must(cluster.Freeze(i))
			thaw := time.After(20 * time.Second)
			api.worksAgain(t)
			<-thaw
			must(cluster.Thaw(i))
			ready()
		}},
		{"the whole cluster down and up", func() {
			all(cluster.Kill)
			all(cluster.Restart)
			ready()
		}},
	} {
		outage.run()
		t.Logf("%s: work went on after %s", outage.name, api.worksAgain(t).Round(100*time.Millisecond))
	}
	stop()
	l.settle(api, time.Minute)
}

// TestWorkersThatComeAndGoLoseNothing has workers join and leave every second for two minutes, every other one by
// kill -9, while orders come in.
func TestWorkersThatComeAndGoLoseNothing(t *testing.T) {
	realkafka.RequireWanted(t)
	const lasts, change, crowd = 2 * time.Minute, time.Second, 3
	kafka := "KAFKA_BROKERS=" + strings.Join(realkafka.Start(t, realkafka.Options{}).Addrs, ",")
	api := start(t, "api", kafka, "DATABASE_URL="+postgres.Database(t), "JOB_MAX_ATTEMPTS=100")
	work := []string{kafka, "GENERATOR=noop", "NOOP_DELAY=400ms"}
	start(t, "worker", work...)
	l := &ledger{}
	stop := l.steadily(t, api)
	var members []*process
	tick := time.NewTicker(change)
	defer tick.Stop()
	for i, begun := 0, time.Now(); time.Since(begun) < lasts; i++ {
		<-tick.C
		if len(members) == crowd {
			if i%2 == 0 {
				members[0].signal(syscall.SIGKILL)
			} else {
				members[0].signal(syscall.SIGTERM)
			}
			members = members[1:]
		}
		joins := prepare(t, "worker", work...)
		joins.launch()
		members = append(members, joins)
	}
	stop()
	l.settle(api, 2*time.Minute)
}

// steadily orders twenty designs a second until stop is called, and notes every acknowledged one.
func (l *ledger) steadily(t *testing.T, p *process) (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	for range 2 {
		running.Go(func() {
			tick := time.NewTicker(100 * time.Millisecond)
			defer tick.Stop()
			for ctx.Err() == nil {
				<-tick.C
				status, content, err := p.try(context.Background(), http.MethodPost, "/api/mcp/tools/generate", gardenParty)
				var taken struct{ JobID string }
				if err != nil || status != http.StatusAccepted || json.Unmarshal(content, &taken) != nil {
					t.Errorf("an order was not taken: %d %s %v", status, content, err)
					return
				}
				l.add(taken.JobID)
			}
		})
	}
	stop = sync.OnceFunc(func() { cancel(); running.Wait() })
	t.Cleanup(stop)
	return stop
}

// worksAgain orders a design and returns how long it took; longer than 30 s is a failure.
func (p *process) worksAgain(t *testing.T) time.Duration {
	t.Helper()
	begun := time.Now()
	p.awaitStatus(p.generate(gardenParty), "COMPLETED", 30*time.Second)
	return time.Since(begun)
}
