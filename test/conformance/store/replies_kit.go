package store

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"convoke/application/envelope"
	"convoke/application/idempotency"
	"convoke/application/rsvps"
	"convoke/domain/event"
	"convoke/domain/rsvp"
)

// host opens an occasion.
func (k *kit) host(d rsvp.Details) string {
	k.t.Helper()
	d.Title = "A garden party for Ada"
	o, err := rsvp.New(k.ids.New(), d, k.clock.Now())
	if err != nil {
		k.t.Fatal(err)
	}
	return k.decide(&rsvps.Change{New: o}).Occasion.ID
}

// decide commits one change that must succeed.
func (k *kit) decide(c *rsvps.Change) *rsvps.Change {
	k.t.Helper()
	if err := k.try(c); err != nil {
		k.t.Fatal(err)
	}
	return c
}

// try commits one change and returns its error.
func (k *kit) try(c *rsvps.Change) error {
	return errors.Join(k.store.CommitReplies(k.t.Context(), c), c.Err)
}

// answering is the change of a guest who replies.
func (k *kit) answering(occasion string, a rsvp.Answer) *rsvps.Change {
	id := k.ids.New()
	if a.Name == "" {
		a.Name = "Grace"
	}
	return &rsvps.Change{
		OccasionID: occasion, Email: rsvp.NormalEmail(a.Email), Trace: envelope.NewTrace(),
		Decide: func(d *rsvps.Desk) error {
			r, err := d.Occasion.Reply(id, a, k.clock.Now())
			if err == nil {
				d.Put(r)
			}
			return err
		},
	}
}

// guest is the change of the nth guest who replies yes for a party.
func (k *kit) guest(occasion string, n, party int) *rsvps.Change {
	return k.answering(occasion, rsvp.Answer{Email: email(n), PartySize: party})
}

func email(n int) string { return fmt.Sprintf("guest%d@example.org", n) }

// reply commits the nth guest's yes.
func (k *kit) reply(occasion string, n, party int) rsvp.Reply {
	k.t.Helper()
	return *k.decide(k.guest(occasion, n, party)).Reply
}

// patching is the change of a guest who changes a reply.
func (k *kit) patching(r rsvp.Reply, p rsvp.Patch) *rsvps.Change {
	c := &rsvps.Change{OccasionID: r.OccasionID, ReplyID: r.ID, Decide: func(d *rsvps.Desk) error {
		changed, err := d.Occasion.Change(d.Reply, p, false, k.clock.Now())
		if err == nil {
			d.Put(changed)
		}
		return err
	}}
	if p.Email != nil {
		c.Email = rsvp.NormalEmail(*p.Email)
	}
	return c
}

func (k *kit) cancelling(r rsvp.Reply) *rsvps.Change {
	return &rsvps.Change{OccasionID: r.OccasionID, ReplyID: r.ID, Decide: func(d *rsvps.Desk) error {
		cancelled, err := d.Occasion.Cancel(d.Reply, k.clock.Now())
		if err == nil {
			d.Put(cancelled)
		}
		return err
	}}
}

func (k *kit) removing(r rsvp.Reply) *rsvps.Change {
	return &rsvps.Change{OccasionID: r.OccasionID, ReplyID: r.ID, Decide: func(d *rsvps.Desk) error {
		d.Remove()
		return d.Occasion.Remove(d.Reply, k.clock.Now())
	}}
}

func (k *kit) editing(occasion string, edit func(*rsvp.Details)) *rsvps.Change {
	return &rsvps.Change{OccasionID: occasion, Decide: func(d *rsvps.Desk) error {
		details := d.Occasion.State().Details
		edit(&details)
		return d.Occasion.Edit(details, k.clock.Now())
	}}
}

func (k *kit) deleting(occasion string) *rsvps.Change {
	return &rsvps.Change{OccasionID: occasion, Decide: func(d *rsvps.Desk) error { return d.Occasion.Delete(k.clock.Now()) }}
}

func (k *kit) occasion(id string) rsvp.State {
	k.t.Helper()
	state, err := k.store.Occasion(k.t.Context(), id)
	if err != nil {
		k.t.Fatal(err)
	}
	return state
}

func (k *kit) found(id string) rsvp.Reply {
	k.t.Helper()
	r, err := k.store.Reply(k.t.Context(), id)
	if err != nil {
		k.t.Fatal(err)
	}
	return r
}

// all walks the pages of an occasion's replies.
func (k *kit) all(occasion string) []rsvp.Reply {
	k.t.Helper()
	var replies []rsvp.Reply
	q := rsvps.Query{OccasionID: occasion, Limit: 100}
	for {
		page, err := k.store.Replies(k.t.Context(), q)
		if err != nil {
			k.t.Fatal(err)
		}
		replies = append(replies, page.Replies...)
		if !page.More {
			return replies
		}
		q.After = page.Replies[len(page.Replies)-1].ID
	}
}

// told returns the events of an occasion in the order of the outbox, after checking that their revisions are 1, 2, 3, ….
func (k *kit) told(occasion string) []event.Data {
	k.t.Helper()
	var told []event.Data
	_, events := k.sent()
	for _, e := range events {
		revision := uint64(0)
		switch data := e.Data.(type) {
		case event.RSVPChange:
			revision = data.Revision
		case event.OccasionChange:
			revision = data.Revision
		}
		if e.Data.Subject() != occasion {
			continue
		}
		told = append(told, e.Data)
		if revision != uint64(len(told)) {
			k.t.Errorf("event %d of the outbox has revision %d", len(told), revision)
		}
	}
	return told
}

// agree checks that an occasion's counters, its rows and its events say the same.
func (k *kit) agree(occasion string) rsvp.State {
	k.t.Helper()
	state, counted := k.occasion(occasion), rsvp.Counts{}
	for _, r := range k.all(occasion) {
		count(&counted, r)
	}
	if counted != state.Counts {
		k.t.Errorf("the rows count\n%+v, the occasion\n%+v", counted, state.Counts)
	}
	if told := k.told(occasion); uint64(len(told)) != state.Revision {
		k.t.Errorf("%d events at revision %d", len(told), state.Revision)
	}
	if c := state.Details.Capacity; c > 0 && state.Counts.PeopleYes > c {
		k.t.Errorf("%d people in %d seats", state.Counts.PeopleYes, c)
	}
	return state
}

func count(c *rsvp.Counts, r rsvp.Reply) {
	switch r.Status {
	case rsvp.Yes:
		c.Yes, c.PeopleYes = c.Yes+1, c.PeopleYes+r.PartySize
	case rsvp.No:
		c.No++
	case rsvp.Maybe:
		c.Maybe, c.PeopleMaybe = c.Maybe+1, c.PeopleMaybe+r.PartySize
	case rsvp.Waitlisted:
		c.Waitlisted, c.PeopleWaitlisted = c.Waitlisted+1, c.PeopleWaitlisted+r.PartySize
	case rsvp.Cancelled:
		c.Cancelled++
	}
}

// keyed gives a change an idempotency key.
func keyed(c *rsvps.Change, k idempotency.Key) *rsvps.Change {
	c.Key = k
	return c
}

// stores are the test's stores: another process' too, where there can be one.
func (k *kit) stores(t *testing.T) []Store {
	if k.place.Another == nil {
		return []Store{k.store}
	}
	return []Store{k.store, k.place.Another(t)}
}

// startReplies commits in the background.
func (k *kit) startReplies(ctx context.Context, changes ...*rsvps.Change) <-chan error {
	done := make(chan error, 1)
	go func() { done <- k.store.CommitReplies(ctx, changes...) }()
	return done
}
