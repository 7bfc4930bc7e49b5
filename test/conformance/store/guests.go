package store

import (
	"testing"

	"convoke/domain/rsvp"
)

var guestTests = map[string]func(*testing.T, *kit){
	"guests are found with their occasions": guestsFound,
	"guests who are gone are not found":     guestsGone,
}

func guestsFound(t *testing.T, k *kit) {
	here, there := k.host(details), k.host(rsvp.Details{})
	one, two, other := k.reply(here, 1, 2), k.reply(here, 2, 1), k.reply(there, 1, 1)
	cancelled := *k.decide(k.cancelling(two)).Reply
	found, err := k.store.Guests(t.Context(), one.ID, two.ID, other.ID, one.ID, k.ids.New(), "nonsense")
	if err != nil || len(found) != 3 {
		t.Fatalf("%d guests, %v", len(found), err)
	}
	want := map[string]rsvp.Reply{one.ID: one, two.ID: cancelled, other.ID: other}
	for _, g := range found {
		r, o := want[g.Reply.ID], k.occasion(want[g.Reply.ID].OccasionID)
		if got := g.Reply; got.OccasionID != r.OccasionID || got.Name != r.Name || got.Email != r.Email || got.Status != r.Status ||
			got.PartySize != r.PartySize || got.Version != r.Version || got.TokenVersion != r.TokenVersion || got.Revision != r.Revision {
			t.Errorf("found %+v, want %+v", got, r)
		}
		got := g.Occasion
		if got.ID != o.ID || got.Revision != o.Revision || got.Deleted || !got.UpdatedAt.Equal(o.UpdatedAt) || !got.CreatedAt.Equal(o.CreatedAt) {
			t.Errorf("found %+v, want %+v", got, o)
		}
		if d, e := got.Details, o.Details; d.Title != e.Title || d.Place != e.Place || d.TimeZone != e.TimeZone || !d.StartsAt.Equal(e.StartsAt) || !d.EndsAt.Equal(e.EndsAt) {
			t.Errorf("found %+v, want %+v", d, e)
		}
	}
	if none, err := k.store.Guests(t.Context()); err != nil || len(none) != 0 {
		t.Errorf("%d guests of nobody, %v", len(none), err)
	}
}

func guestsGone(t *testing.T, k *kit) {
	here, ended := k.host(rsvp.Details{}), k.host(rsvp.Details{})
	removed, gone := k.reply(here, 1, 1), k.reply(ended, 1, 1)
	k.decide(k.removing(removed))
	k.decide(k.deleting(ended))
	if found, err := k.store.Guests(t.Context(), removed.ID, gone.ID); err != nil || len(found) != 0 {
		t.Errorf("%+v, %v", found, err)
	}
}
