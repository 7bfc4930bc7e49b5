// Package store is what every store must do, as tests: one suite for memory, SQLite and Postgres.
package store

import (
	"testing"

	"convoke/application/audit"
	"convoke/application/bulk"
	"convoke/application/deadletter"
	"convoke/application/designs"
	"convoke/application/envelope"
	"convoke/application/idempotency"
	"convoke/application/jobs"
	"convoke/application/mails"
	"convoke/application/port"
	"convoke/application/pulse"
	"convoke/application/relay"
	"convoke/application/retention"
	"convoke/application/rsvps"
)

// Store is everything that a store adapter offers.
type Store interface {
	jobs.Store
	designs.Store
	rsvps.Store
	relay.Outbox
	deadletter.Store
	idempotency.Store
	port.Leases
	port.Checker
	audit.Store
	retention.Replies
	mails.Store
	pulse.Store
	bulk.Store
}

// Harness makes stores for the suite. Each call of New begins with nothing.
type Harness struct {
	New func(t *testing.T, encoders Encoders, feed *relay.Feed) Place
}

// Encoders make a store's messages. They share names, ids and clock.
type Encoders struct {
	Jobs    *jobs.Encoder
	Replies *rsvps.Encoder
}

func newEncoders(ids port.IDs, clock port.Clock) Encoders {
	names := envelope.DefaultNames("")
	return Encoders{
		Jobs:    &jobs.Encoder{Names: names, IDs: ids, Clock: clock},
		Replies: &rsvps.Encoder{Names: names, IDs: ids, Clock: clock},
	}
}

// Place is where one test's data is.
type Place struct {
	Store Store
	// Another opens the same data again, as a second process would. Nil where there can be no second one.
	Another func(t *testing.T) Store
	// Impatient opens it as a process that gives up soon on what is locked. Nil where there are no such locks.
	Impatient func(t *testing.T) Store
	// LockJob keeps a job locked from another connection until release is called. Nil where there are no such locks.
	LockJob func(t *testing.T, id string) (release func())
	// LockOccasion does the same with an occasion.
	LockOccasion func(t *testing.T, id string) (release func())
	// LockKey inserts an idempotency key from another connection and leaves it uncommitted until release is called,
	// which undoes it. Nil where there are no such locks.
	LockKey func(t *testing.T, key idempotency.Key) (release func())
	// QueueLimit is how many decisions may wait; 0 where nobody ever waits.
	QueueLimit int
}

// Run runs the suite.
func Run(t *testing.T, h Harness) {
	t.Helper()
	for _, group := range []map[string]func(*testing.T, *kit){
		commitTests, atomicityTests, keyTests, lockTests, queueTests, designTests, lookTests, outboxTests, letterTests, leaseTests,
		replyTests, addressTests, seatTests, pageTests, occasionLockTests, guestTests, listTests, standingTests,
		searchTests, historyTests, minuteTests, operationTests,
	} {
		for name, test := range group {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				test(t, newKit(t, h))
			})
		}
	}
}
