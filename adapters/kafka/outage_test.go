package kafka

import (
	"sync"
	"testing"
	"time"

	"convoke/application/port"
	"convoke/test/realkafka"
)

// Three real brokers, a publisher and two members under load, and what happens to brokers in production. Everything that
// was acknowledged arrives, each key in order, and work goes on within 30 s.
func TestOutagesOfApacheKafka(t *testing.T) {
	realkafka.RequireWanted(t)
	cluster := realkafka.Start(t, realkafka.Options{Brokers: 3})
	publisher := connect(t, cluster.Addrs)
	topic := provision(t, publisher, 12)
	book := newLedger()
	s := port.Subscription{Topic: topic, Group: "group", Mode: port.Ordered}
	for range 2 {
		consume(t, connect(t, cluster.Addrs), s, book.handle)
	}
	g := startPacedLoad(t, publisher, topic, book, 50*time.Millisecond)
	book.reached(t, 1000, time.Minute)

	for _, outage := range []struct {
		name string
		run  func(t *testing.T)
	}{
		{"a rolling restart", func(t *testing.T) {
			for i := range cluster.Addrs {
				must(t, cluster.Stop(i))
				must(t, cluster.Restart(i))
				must(t, cluster.WaitReady(time.Minute))
			}
		}},
		{"kill -9 of a leader", func(t *testing.T) {
			leader, err := cluster.Leader(topic, 0)
			must(t, err)
			must(t, cluster.Kill(leader))
			goesOn(t, book)
			must(t, cluster.Restart(leader))
			must(t, cluster.WaitReady(time.Minute))
		}},
		{"a broker that stands still for 20 s", func(t *testing.T) {
			leader, err := cluster.Leader(topic, 1)
			must(t, err)
			must(t, cluster.Freeze(leader))
			thaw := time.After(20 * time.Second)
			goesOn(t, book)
			<-thaw
			must(t, cluster.Thaw(leader))
			must(t, cluster.WaitReady(time.Minute))
		}},
		{"the whole cluster down and up", func(t *testing.T) {
			for i := range cluster.Addrs {
				must(t, cluster.Kill(i))
			}
			var all sync.WaitGroup
			for i := range cluster.Addrs {
				all.Go(func() { must(t, cluster.Restart(i)) })
			}
			all.Wait()
			must(t, cluster.WaitReady(2*time.Minute))
		}},
	} {
		t.Run(outage.name, func(t *testing.T) {
			outage.run(t)
			goesOn(t, book)
		})
	}
	g.end()
	book.settle(t, 2*time.Minute)
	t.Logf("%d messages", book.total())
}

// goesOn waits until work goes on after an outage: messages are acknowledged again, and those that were are seen.
func goesOn(t *testing.T, book *ledger) {
	t.Helper()
	start := time.Now()
	book.reached(t, book.total()+2000, 2*time.Minute)
	t.Logf("publishing went on after %v", time.Since(start).Round(100*time.Millisecond))
	acked := book.snapshot()
	eventually(t, 2*time.Minute, func() string { return book.unseen(acked) })
	t.Logf("consuming went on after %v", time.Since(start).Round(100*time.Millisecond))
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Error(err)
	}
}

// Members that come and go every second, under load.
func TestChurnOnApacheKafka(t *testing.T) {
	realkafka.RequireWanted(t)
	const lasts, change = 20 * time.Second, time.Second
	addrs := realBroker(t)
	publisher := connect(t, addrs)
	topic := provision(t, publisher, 12)
	book := newLedger()
	s := port.Subscription{Topic: topic, Group: topic, Mode: port.Ordered}
	consume(t, connect(t, addrs), s, book.handle)
	g := startPacedLoad(t, publisher, topic, book, 20*time.Millisecond)

	var members []func()
	tick := time.NewTicker(change)
	defer tick.Stop()
	for start := time.Now(); time.Since(start) < lasts; <-tick.C {
		if len(members) == 3 {
			members[0]()
			members = members[1:]
		}
		members = append(members, consume(t, connect(t, addrs), s, book.handle))
	}

	g.end()
	book.settle(t, 30*time.Second)
	t.Logf("%d messages", book.total())
}
