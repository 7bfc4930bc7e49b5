package analytics

import (
	"context"
	"fmt"
	"slices"
	"time"

	"convoke/application/consume"
	"convoke/application/port"
	"convoke/domain/event"
	"convoke/domain/rsvp"
)

// MaxBatch is how many events one transaction counts.
const MaxBatch = 1000

// Consumer is the projection of a group that counts the events of a topic.
func Consumer(group, topic string, store Store) *consume.Projection {
	g := consume.Group{Name: group, Topic: topic, Mode: port.Ordered, MaxBatch: MaxBatch}
	return consume.NewProjection(g, store, func(ctx context.Context, at consume.Place, batch []consume.Delivery) []error {
		return consume.Repeat(count(ctx, store, at, batch), len(batch))
	})
}

func count(ctx context.Context, store Store, at consume.Place, batch []consume.Delivery) error {
	err := store.Update(ctx, at, subjects(batch), func(known map[string]*consume.Progress) Tally {
		tally := Tally{}
		for _, d := range batch {
			tally.add(d.Event.Data, known)
		}
		return tally
	})
	if err != nil {
		return fmt.Errorf("count %d events: %w", len(batch), err)
	}
	return nil
}

// subjects are the occasions of a batch, sorted, so that transactions wait for one another but never in a circle.
func subjects(batch []consume.Delivery) []string {
	occasions := make([]string, 0, len(batch))
	for _, d := range batch {
		if n, ok := d.Event.Data.(event.Numbered); ok {
			occasions = append(occasions, n.Subject())
		}
	}
	slices.Sort(occasions)
	return slices.Compact(occasions)
}

// add counts an event that was not counted before.
func (t Tally) add(d event.Data, known map[string]*consume.Progress) {
	n, ok := d.(event.Numbered)
	if !ok || !known[n.Subject()].Take(n.Number()) {
		return
	}
	switch d := d.(type) {
	case event.RSVPChange:
		t.of(d.OccasionID).reply(d)
	case event.OccasionChange:
		t.of(d.OccasionID).occasion(d)
	}
}

func (t Tally) of(occasion string) *Change {
	if t[occasion] == nil {
		t[occasion] = &Change{Minutes: map[time.Time]Numbers{}, Parties: map[int]int64{}}
	}
	return t[occasion]
}

func (c *Change) occasion(d event.OccasionChange) {
	c.at(d.At, Numbers{})
	if d.Revision > c.Starts.Revision {
		c.Starts = Starts{d.StartsAt, d.Revision}
	}
}

// reply counts what happened, and takes back what the reply was before: so the order does not matter.
func (c *Change) reply(d event.RSVPChange) {
	var n Numbers
	switch d.Kind {
	case event.TypeRSVPCreated:
		n.Created = 1
	case event.TypeRSVPUpdated:
		n.Updated = 1
	case event.TypeRSVPDeleted:
		n.Deleted = 1
	case event.TypeRSVPCancelled:
		n.Cancelled = 1
	}
	if d.Previous != nil {
		n.People -= c.party(d.Previous.Status, d.Previous.PartySize, -1)
	}
	if d.Kind != event.TypeRSVPDeleted {
		n.People += c.party(d.Status, d.PartySize, 1)
	}
	c.at(d.At, n)
}

// party counts a party that comes, or no longer does, and returns how many people that are.
func (c *Change) party(status string, size int, more int64) int64 {
	if rsvp.Status(status) != rsvp.Yes {
		return 0
	}
	c.Parties[size] += more
	return int64(size)
}

func (c *Change) at(t time.Time, n Numbers) {
	if t.After(c.AsOf) {
		c.AsOf = t
	}
	if n != (Numbers{}) {
		minute := t.UTC().Truncate(time.Minute)
		c.Minutes[minute] = c.Minutes[minute].Plus(n)
	}
}
