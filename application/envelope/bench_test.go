package envelope_test

import (
	"testing"
	"time"

	"convoke/application/envelope"
	"convoke/domain/event"
)

// What every consumer pays for every reply.
func BenchmarkDecodeReply(b *testing.B) {
	m, err := envelope.Encode("rsvp-events", event.Event{ID: "01a213fe-bc8c-762f-81a9-0ef090162b92", Time: time.Now(), Data: event.RSVPChange{
		Kind: event.TypeRSVPCreated, OccasionID: occasion, Revision: 12345, RSVPID: "01a213fe-bc8c-762f-81a9-0ef090162b93", Version: 1,
		Name: "Grace Hopper", Email: "grace.hopper12345@example.org", Status: "yes", PartySize: 2, At: time.Now(),
	}})
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	b.SetBytes(int64(len(m.Value)))
	for b.Loop() {
		if _, err := envelope.Decode(m); err != nil {
			b.Fatal(err)
		}
	}
}
