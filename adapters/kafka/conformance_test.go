package kafka

import (
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kmsg"

	"convoke/test/conformance/bus"
	"convoke/test/fakekafka"
)

// The fake broker allows short sessions, so that killed members and slow handlers cost little time.
func TestConformanceOnKfake(t *testing.T) {
	t.Parallel()
	const session = 5 * time.Second
	bus.Run(t, bus.Harness{
		Features: bus.Features{
			Partitions:      12,
			OrderedIsSpread: true,
			Failover:        session + 3*time.Second,
			HoldsBeyond:     session + time.Second,
		},
		Start: func(t *testing.T) bus.Broker {
			fake := fakekafka.Start(t, kfake.GroupMinSessionTimeout(session))
			return bus.Broker{
				Connect: func(t *testing.T) bus.Connection {
					return joined(connectWith(t, Config{Brokers: fake.ListenAddrs()}, func(p *timing) { p.session = session }))
				},
				Refuse: func(t *testing.T, topic string) func() {
					fault := fake.Fault(kfake.Fault{
						Keys: []kmsg.Key{kmsg.Produce}, Topic: topic, Err: kerr.InvalidRecord, Count: -1,
					})
					return fault.Remove
				},
				Interrupt: func(*testing.T) func() { return silence(fake) },
			}
		},
	})
}

func TestConformanceOnApacheKafka(t *testing.T) {
	t.Parallel()
	addrs := realBroker(t)
	bus.Run(t, bus.Harness{
		Features: bus.Features{
			Partitions:      12,
			OrderedIsSpread: true,
			Failover:        15 * time.Second,
			HoldsBeyond:     11 * time.Second,
			Patience:        40 * time.Second,
		},
		Start: func(*testing.T) bus.Broker {
			return bus.Broker{
				Connect: func(t *testing.T) bus.Connection { return joined(connect(t, addrs)) },
			}
		},
	})
}

// joined can be cut as kill -9 does: every socket ends and none is opened again.
func joined(b *Bus) bus.Connection {
	return bus.Connection{Bus: b, Cut: b.cut}
}
