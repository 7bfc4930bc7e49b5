// Package bus is the conformance suite of port.Bus. An adapter's test builds a Harness and calls Run; everything the
// port promises is checked from the outside, with real connections, crashes and outages where the harness can make them.
package bus

import (
	"slices"
	"testing"
	"time"

	"convoke/application/port"
)

// Harness gives the suite brokers.
type Harness struct {
	Features Features
	// Start returns a broker for one test. Tests run in parallel. One broker may serve all of them, because the suite
	// never uses a topic or group name twice; but a broker with Interrupt must be the test's own. What Start starts
	// ends with t.
	Start func(t *testing.T) Broker
}

// Features are what adapters may differ in.
type Features struct {
	// Partitions is how many partitions the suite asks for. 1 when the broker has none.
	Partitions int
	// OrderedIsSpread: the members of an Ordered group share the partitions, so that each of two has work. Otherwise one
	// is active and the others stand by.
	OrderedIsSpread bool
	// SharedByMessage: a Shared group spreads single messages, so that a member without room leaves them to the others.
	// Otherwise it spreads partitions.
	SharedByMessage bool
	// Failover is the longest time until the messages of a killed member reach another one.
	Failover time.Duration
	// HoldsBeyond is how long a handler may work on a batch before the broker would take its member for dead if the
	// adapter did not keep it alive; a test waits longer than that. 0: handlers are never timed.
	HoldsBeyond time.Duration
	// Patience is the longest time for anything else, such as joining a group. 0: 20 s.
	Patience time.Duration
}

// Broker is one broker under test.
type Broker struct {
	// Connect opens one more connection, as another process would have. It is closed when t ends.
	Connect func(t *testing.T) Connection
	// Refuse, if not nil, makes the broker refuse messages of the topic with some error from now on, or after a few
	// more, until accept is called.
	Refuse func(t *testing.T, topic string) (accept func())
	// Interrupt, if not nil, takes the broker away and returns how to bring it back with everything it had acknowledged.
	Interrupt func(t *testing.T) (resume func())
}

// Connection is one process's connection to the broker.
type Connection struct {
	Bus port.Bus
	// Cut, if not nil, ends the connection as kill -9 of its process does: nothing more reaches the broker, nobody says
	// goodbye. The bus is not used afterwards, except that consumers are stopped and it is closed.
	Cut func()
}

// Run checks the adapter behind the harness.
func Run(t *testing.T, h Harness) {
	tests := slices.Concat(publishing(), ordered(), shared(), rooms(), groups(), broadcasting(), topics(), inspecting(), outages())
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			test.run(newKit(t, h))
		})
	}
}

// test is one promise of the port.
type test struct {
	name string
	run  func(*kit)
}
