package backend

import (
	"context"
	"testing"

	"convoke/adapters/memory"
	"convoke/application/port"
	"convoke/application/rsvps"
	"convoke/application/watch"
	"convoke/domain/rsvp"
	"convoke/test/fake"
)

// Guests is the side of occasions and replies, over the same store and hub.
type Guests struct {
	RSVPs  *rsvps.Service
	Reads  *rsvps.Reads
	Signer *rsvps.Signer
}

func newGuests(t testing.TB, store rsvps.Store, announcer *watch.Announcer, clock port.Clock, ids port.IDs) Guests {
	t.Helper()
	cache, err := memory.NewCache(memory.CacheConfig{})
	if err != nil {
		t.Fatal(err)
	}
	g := Guests{Reads: rsvps.NewReads(store, cache, clock), Signer: rsvps.NewSigner([]string{"a key for tests, long enough"})}
	t.Cleanup(g.Reads.Stop)
	g.RSVPs = &rsvps.Service{
		Store: store, Signer: g.Signer, Announcer: announcer, Reads: g.Reads, Clock: clock, IDs: ids, Meter: &fake.Meter{}, Log: fake.Log(),
	}
	if err := rsvps.EnsureDefault(t.Context(), store, clock); err != nil {
		t.Fatal(err)
	}
	return g
}

// Open makes an occasion and returns its id and its host's token.
func (b *Backend) Open(d rsvp.Details) (id, hostToken string) {
	b.t.Helper()
	if d.Title == "" {
		d.Title = "A garden party"
	}
	o, token, err := b.RSVPs.Open(context.Background(), rsvps.Open{Details: d})
	if err != nil {
		b.t.Fatal(err)
	}
	return o.ID, token
}

// Reply answers for a guest and returns the reply and its token.
func (b *Backend) Reply(occasionID, email string, party int) (rsvp.Reply, string) {
	b.t.Helper()
	r, token, err := b.RSVPs.Reply(context.Background(), rsvps.Reply{
		OccasionID: occasionID, Answer: rsvp.Answer{Name: "Guest", Email: email, PartySize: party},
	})
	if err != nil {
		b.t.Fatal(err)
	}
	return r, token
}
