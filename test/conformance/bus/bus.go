// Package bus is the conformance suite of port.Bus. An adapter's test builds a Harness and calls Run; everything the
// port promises is checked from the outside, with real connections, crashes and outages where the harness can make them.
package bus

import (
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
	for _, test := range []struct {
		name string
		run  func(*kit)
	}{
		{"publish/a message arrives as it was sent", arrivesAsSent},
		{"publish/messages are copies", messagesAreCopies},
		{"publish/a large batch arrives once", largeBatch},
		{"publish/messages as large as allowed arrive", largeMessages},
		{"publish/an oversized message fails alone", oversizedFailsAlone},
		{"publish/a missing topic fails alone", missingTopicFailsAlone},
		{"publish/a failure stops its key", failureStopsItsKey},
		{"publish/an ended context fails everything", endedContext},
		{"ordered/keys keep their order", keysKeepOrder},
		{"ordered/one batch at a time", oneBatchAtATime},
		{"ordered/batches respect their limit", batchLimit},
		{"ordered/a member that joins shares or stands by", memberJoins},
		{"ordered/a handler gives way when its partition moves", handlerGivesWay},
		{"ordered/a stopping member commits exactly what is done", stopWhileBusy(port.Ordered)},
		{"ordered/a killed member's messages move on", killedMember(port.Ordered, false)},
		{"ordered/a killed member's messages move on among new ones", killedMember(port.Ordered, true)},
		{"ordered/members come and go under load", comeAndGo(port.Ordered)},
		{"ordered/an error pauses and redelivers", errorRedelivers(port.Ordered)},
		{"ordered/a partition starts again", startsAgain},
		{"ordered/a slow handler keeps what it holds", slowHandler(port.Ordered)},
		{"shared/work is spread", workIsSpread},
		{"shared/a stopping member commits exactly what is done", stopWhileBusy(port.Shared)},
		{"shared/a killed member's messages move on", killedMember(port.Shared, false)},
		{"shared/a killed member's messages move on among new ones", killedMember(port.Shared, true)},
		{"shared/members come and go under load", comeAndGo(port.Shared)},
		{"shared/an error pauses and redelivers", errorRedelivers(port.Shared)},
		{"shared/a slow handler keeps what it holds", slowHandler(port.Shared)},
		{"room/no shared batch is larger than the room", roomLimits(port.Shared)},
		{"room/no ordered batch is larger than the room", roomLimits(port.Ordered)},
		{"room/nothing is handed over without room", roomBlocks},
		{"room/a full member leaves work to others", fullMember},
		{"groups/each sees everything from the first message", groupsSeeAll},
		{"groups/a group goes on where it was", groupGoesOn},
		{"groups/a consumer waits for its topic", waitsForTopic},
		{"broadcast/every listener hears everything", everyListenerHears},
		{"broadcast/a listener begins with the last messages", listenerBeginsWithLast},
		{"topics/provisioning twice changes nothing", provisionTwice},
		{"topics/a check names what is missing", checkNamesMissing},
		{"inspect/positions follow the group", positionsFollow},
		{"inspect/members are those that read", membersAreSeen},
		{"inspect/the tail is the newest messages", tailIsNewest},
		{"outage/everything resumes", outageResumes},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			test.run(newKit(t, h))
		})
	}
}
