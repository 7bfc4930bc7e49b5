package memory

import (
	"errors"
	"os"
	"testing"

	"convoke/application/port"
	"convoke/test/conformance/bus"
	"convoke/test/leak"
)

func TestMain(m *testing.M) { os.Exit(leak.Check(m.Run())) }

func TestBusConforms(t *testing.T) {
	t.Parallel()
	bus.Run(t, bus.Harness{
		Features: bus.Features{Partitions: 4, OrderedIsSpread: true, SharedByMessage: true},
		Start:    startBroker,
	})
}

func startBroker(*testing.T) bus.Broker {
	b := NewBus()
	return bus.Broker{
		Connect: func(t *testing.T) bus.Connection {
			connection := b.Connect()
			t.Cleanup(func() { _ = connection.Close(t.Context()) })
			return bus.Connection{Bus: connection, Cut: connection.Cut}
		},
		Refuse: func(_ *testing.T, topic string) func() { return refuse(b.broker, topic, 7) },
	}
}

// refuse has the broker refuse the message after the next n of the topic, and no other.
func refuse(b *broker, topic string, n int) (accept func()) {
	set := func(f func(port.Message) error) {
		b.mu.Lock()
		defer b.mu.Unlock()
		b.refuse = f
	}
	set(func(m port.Message) error {
		if m.Topic != topic {
			return nil
		}
		if n--; n != -1 {
			return nil
		}
		return errors.New("refused")
	})
	return func() { set(nil) }
}
