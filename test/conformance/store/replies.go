package store

import (
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"convoke/application/envelope"
	"convoke/application/rsvps"
	"convoke/domain/event"
	"convoke/domain/rsvp"
)

var replyTests = map[string]func(*testing.T, *kit){
	"an occasion is found again as it was committed":            occasionRoundTrip,
	"a reply and its event are committed together":              replyCreation,
	"a reply is found again as it was committed":                replyRoundTrip,
	"the deployment's own occasion is made once":                defaultOccasion,
	"changes of one commit see what the ones before them did":   repliesInOrder,
	"a reply that is missing or of another occasion is missing": missingReply,
	"an unknown occasion is not found":                          unknownOccasion,
	"a deleted occasion is gone with its replies":               deletedOccasion,
	"what a deleted occasion leaves is purged in steps":         purgedReplies,
	"a removed reply is gone":                                   removedReply,
	"a decision that fails leaves nothing behind":               failedReply,
	"a repeated reply gets the first answer":                    repeatedReply,
	"an answer repeated around its occasion's end is in order":  repeatedAroundDeletion,
	"a decision about a reply that panics reaches its caller":   panickingReply,
}

var details = rsvp.Details{
	StartsAt: time.Date(2026, 6, 12, 16, 0, 0, 123456789, time.UTC), EndsAt: time.Date(2026, 6, 12, 23, 0, 0, 0, time.UTC),
	TimeZone: "Europe/Berlin", Place: "Kew „Gardens“ 🌿", Capacity: 12, Deadline: time.Date(2099, 6, 1, 0, 0, 0, 0, time.UTC),
	MaxPartySize: 5, Waitlist: rsvp.WaitlistAuto, GuestList: rsvp.GuestListNames, Counts: rsvp.CountsHidden, DesignID: "d\x00\xff", DesignVersion: 3,
}

func occasionRoundTrip(t *testing.T, k *kit) {
	o, err := rsvp.New(k.ids.New(), withTitle(details), k.clock.Now())
	if err != nil {
		t.Fatal(err)
	}
	created := k.decide(&rsvps.Change{New: o}).Occasion
	if got := k.occasion(created.ID); !reflect.DeepEqual(got, created) {
		t.Errorf("found    %+v\ncommitted %+v", got, created)
	}
	if created.Details.Place != details.Place || !created.Details.StartsAt.Equal(details.StartsAt.Truncate(time.Microsecond)) {
		t.Errorf("kept %+v", created.Details)
	}
	edited := k.decide(k.editing(created.ID, func(d *rsvp.Details) { *d = withTitle(rsvp.Details{}) })).Occasion
	if got := k.occasion(created.ID); !reflect.DeepEqual(got, edited) || got.Revision != 2 || !got.Details.StartsAt.IsZero() {
		t.Errorf("found    %+v\ncommitted %+v", got, edited)
	}
	revisions, err := k.store.Revisions(t.Context(), created.ID, k.ids.New(), "nonsense")
	if err != nil || !reflect.DeepEqual(revisions, map[string]uint64{created.ID: 2}) {
		t.Errorf("revisions %v, %v", revisions, err)
	}
	k.agree(created.ID)
}

func withTitle(d rsvp.Details) rsvp.Details {
	d.Title = "Ada's 36th"
	return d
}

func replyCreation(t *testing.T, k *kit) {
	occasion := k.host(rsvp.Details{})
	c := k.decide(k.answering(occasion, rsvp.Answer{Name: "Grace", Email: " Grace@Example.org ", PartySize: 2}))
	told := k.told(occasion)
	if len(told) != 2 {
		t.Fatalf("%d events", len(told))
	}
	r, change := *c.Reply, told[1].(event.RSVPChange)
	if change.Kind != event.TypeRSVPCreated || change.RSVPID != r.ID || change.Email != "grace@example.org" || change.Previous != nil {
		t.Errorf("event %+v", change)
	}
	if c.Occasion.Revision != 2 || r.Revision != 2 || c.Occasion.Counts != (rsvp.Counts{Yes: 1, PeopleYes: 2}) {
		t.Errorf("outcome %+v at revision %d", c.Occasion, r.Revision)
	}
	messages, _ := k.sent()
	if m := messages[1]; m.Topic != k.encoder.Names.RSVPEvents || m.Key != occasion || m.Headers[envelope.HeaderTrace] != c.Trace {
		t.Errorf("message to %s with key %s and headers %v", m.Topic, m.Key, m.Headers)
	}
}

func replyRoundTrip(t *testing.T, k *kit) {
	occasion := k.host(rsvp.Details{Capacity: 3, Waitlist: rsvp.WaitlistAuto})
	name, note, address := "Ω „Grace“ 🌿", "no nuts'\"\\;--", "other@example.org"
	three, maybe := 3, rsvp.Maybe
	r := k.reply(occasion, 1, 2)
	for i, c := range []*rsvps.Change{
		k.patching(r, rsvp.Patch{Name: &name, Note: &note, Email: &address}), k.patching(r, rsvp.Patch{PartySize: &three}),
		k.guest(occasion, 2, 1), k.patching(r, rsvp.Patch{Status: &maybe}), k.cancelling(r),
	} {
		changed := *k.decide(c).Reply
		if got := k.found(changed.ID); !reflect.DeepEqual(got, changed) {
			t.Errorf("step %d\nfound     %+v\ncommitted %+v", i, got, changed)
		}
	}
	if got := k.found(r.ID); got.Name != name || got.Note != note || got.Version != 5 || got.Status != rsvp.Cancelled {
		t.Errorf("found %+v", got)
	}
	k.agree(occasion)
}

func defaultOccasion(t *testing.T, k *kit) {
	stores := k.stores(t)
	together(8, func(i int) {
		if err := rsvps.EnsureDefault(t.Context(), stores[i%len(stores)], k.clock); err != nil {
			t.Error(err)
		}
	})
	r := k.reply(rsvp.DefaultID, 1, 1)
	if r.OccasionID != rsvp.DefaultID || k.found(r.ID).OccasionID != rsvp.DefaultID {
		t.Errorf("a reply to %q", r.OccasionID)
	}
	if state := k.agree(rsvp.DefaultID); state.ID != rsvp.DefaultID || state.Revision != 2 {
		t.Errorf("%+v", state)
	}
}

func repliesInOrder(t *testing.T, k *kit) {
	o, err := rsvp.New(k.ids.New(), withTitle(rsvp.Details{Capacity: 3}), k.clock.Now())
	if err != nil {
		t.Fatal(err)
	}
	id := o.State().ID
	first, second := k.guest(id, 1, 2), k.guest(id, 2, 1)
	full, declined := k.guest(id, 3, 1), k.answering(id, rsvp.Answer{Email: email(4), Status: rsvp.No})
	if err := k.store.CommitReplies(t.Context(), &rsvps.Change{New: o}, first, second, full, declined); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(first.Err, second.Err, declined.Err); err != nil {
		t.Error(err)
	}
	mustFail(t, full.Err, rsvp.ErrFull)
	if first.Reply.Revision != 2 || second.Reply.Revision != 3 || declined.Reply.Revision != 4 {
		t.Errorf("revisions %d, %d, %d", first.Reply.Revision, second.Reply.Revision, declined.Reply.Revision)
	}
	k.agree(id)
}

func missingReply(t *testing.T, k *kit) {
	here, there := k.host(rsvp.Details{}), k.host(rsvp.Details{})
	r := k.reply(there, 1, 1)
	for _, id := range []string{r.ID, k.ids.New(), "nonsense", strings.ToUpper(r.ID)} {
		mustFail(t, k.try(k.cancelling(rsvp.Reply{ID: id, OccasionID: here})), rsvps.ErrReplyNotFound)
	}
	for _, id := range []string{k.ids.New(), "", "nonsense"} {
		_, err := k.store.Reply(t.Context(), id)
		mustFail(t, err, rsvps.ErrReplyNotFound)
	}
	if got := k.found(r.ID); got.Version != 1 {
		t.Errorf("found %+v", got)
	}
}

func unknownOccasion(t *testing.T, k *kit) {
	for _, id := range []string{k.ids.New(), "", "nonsense", "00000000-0000-0000-0000-000000000000", rsvp.DefaultID} {
		mustFail(t, k.try(k.guest(id, 1, 1)), rsvp.ErrNoOccasion)
		_, err := k.store.Occasion(t.Context(), id)
		mustFail(t, err, rsvp.ErrNoOccasion)
		_, err = k.store.Replies(t.Context(), rsvps.Query{OccasionID: id, Limit: 1})
		mustFail(t, err, rsvp.ErrNoOccasion)
		_, err = k.store.PromoteMore(t.Context(), id)
		mustFail(t, err, rsvp.ErrNoOccasion)
	}
}

func deletedOccasion(t *testing.T, k *kit) {
	occasion, other := k.host(rsvp.Details{}), k.host(rsvp.Details{})
	gone, kept := k.reply(occasion, 1, 1), k.reply(other, 1, 1)
	mustFail(t, k.try(k.deleting(k.ids.New())), rsvp.ErrNoOccasion)
	late := k.guest(occasion, 3, 1)
	if err := k.store.CommitReplies(t.Context(), k.guest(occasion, 2, 1), k.deleting(occasion), late); err != nil {
		t.Fatal(err)
	}
	mustFail(t, late.Err, rsvp.ErrNoOccasion)
	_, err := k.store.Occasion(t.Context(), occasion)
	mustFail(t, err, rsvp.ErrNoOccasion)
	_, err = k.store.Reply(t.Context(), gone.ID)
	mustFail(t, err, rsvps.ErrReplyNotFound)
	_, err = k.store.ReplyByEmail(t.Context(), occasion, email(1))
	mustFail(t, err, rsvps.ErrReplyNotFound)
	mustFail(t, k.try(k.cancelling(gone)), rsvp.ErrNoOccasion)
	mustFail(t, k.try(k.deleting(occasion)), rsvp.ErrNoOccasion)
	if found, err := k.store.Occasions(t.Context(), occasion); err != nil || len(found) != 1 || !found[0].Deleted {
		t.Errorf("%+v, %v", found, err)
	}
	if told := k.told(occasion); len(told) != 4 || told[3].Type() != event.TypeOccasionDeleted {
		t.Errorf("events %v", told)
	}
	if got := k.found(kept.ID); !reflect.DeepEqual(got, kept) {
		t.Errorf("found %+v", got)
	}
}

func purgedReplies(t *testing.T, k *kit) {
	gone, ids := k.fillOccasion(25)
	kept, others := k.fillOccasion(3)
	k.decide(k.deleting(gone))
	k.decide(k.deleting(k.host(rsvp.Details{})))
	for purged := 0; ; {
		n, err := k.store.PurgeReplies(t.Context(), 10)
		if purged += n; err != nil || n > 10 || purged > 25 {
			t.Fatalf("%d, %d in all, %v", n, purged, err)
		}
		if n < 10 {
			break
		}
	}
	_, err := k.store.Reply(t.Context(), ids[0])
	mustFail(t, err, rsvps.ErrReplyNotFound)
	if n, err := k.store.PurgeReplies(t.Context(), 10); n != 0 || err != nil {
		t.Errorf("%d more, %v", n, err)
	}
	if found := k.all(kept); len(found) != len(others) {
		t.Errorf("%d of %d replies are left of another occasion", len(found), len(others))
	}
	k.agree(kept)
}

func removedReply(t *testing.T, k *kit) {
	occasion := k.host(rsvp.Details{})
	r := k.reply(occasion, 1, 2)
	if c := k.decide(k.removing(r)); c.Reply != nil || c.Occasion.Revision != 3 {
		t.Errorf("outcome %+v, %+v", c.Reply, c.Occasion)
	}
	_, err := k.store.Reply(t.Context(), r.ID)
	mustFail(t, err, rsvps.ErrReplyNotFound)
	mustFail(t, k.try(k.removing(r)), rsvps.ErrReplyNotFound)
	k.reply(occasion, 1, 1)
	k.agree(occasion)
}
