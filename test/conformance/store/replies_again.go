package store

import (
	"errors"
	"reflect"
	"testing"

	"convoke/application/idempotency"
	"convoke/application/rsvps"
	"convoke/domain/rsvp"
)

func failedReply(t *testing.T, k *kit) {
	occasion := k.host(rsvp.Details{})
	before, sent := k.occasion(occasion), len(k.pending())
	refusal := errors.New("refused")
	c := k.guest(occasion, 1, 1)
	inner := c.Decide
	c.Key, c.Decide = key("failed", ""), func(d *rsvps.Desk) error { return errors.Join(inner(d), refusal) }
	mustFail(t, k.try(c), refusal)
	if got := k.occasion(occasion); !reflect.DeepEqual(got, before) || len(k.all(occasion)) > 0 || len(k.pending()) != sent {
		t.Errorf("found %+v", got)
	}
	k.decide(keyed(k.guest(occasion, 1, 1), key("failed", "")))
}

func repeatedReply(t *testing.T, k *kit) {
	o, err := rsvp.New(k.ids.New(), withTitle(rsvp.Details{}), k.clock.Now())
	if err != nil {
		t.Fatal(err)
	}
	open := k.decide(&rsvps.Change{New: o, Key: key("open", "")})
	again, err := rsvp.New(k.ids.New(), withTitle(rsvp.Details{}), k.clock.Now())
	if err != nil {
		t.Fatal(err)
	}
	c := k.decide(&rsvps.Change{New: again, Key: key("open", "")})
	if !c.Replayed || !reflect.DeepEqual(c.Occasion, open.Occasion) {
		t.Errorf("another occasion: %+v", c.Occasion)
	}
	occasion := open.Occasion.ID
	first := k.decide(keyed(k.guest(occasion, 1, 2), key("reply", "a")))
	second := k.decide(keyed(k.guest(occasion, 1, 2), key("reply", "a")))
	if !second.Replayed || second.Reply == nil || !reflect.DeepEqual(*second.Reply, *first.Reply) || second.Occasion.Revision != 2 {
		t.Errorf("the answer changed from %+v to %+v", first.Reply, second.Reply)
	}
	mustFail(t, k.try(keyed(k.guest(occasion, 1, 3), key("reply", "b"))), idempotency.ErrOtherBody)
	one, two := keyed(k.guest(occasion, 2, 1), key("twice", "")), keyed(k.guest(occasion, 2, 1), key("twice", ""))
	if err := errors.Join(k.store.CommitReplies(t.Context(), one, two), one.Err, two.Err); err != nil {
		t.Fatal(err)
	}
	if one.Replayed || !two.Replayed || !reflect.DeepEqual(*one.Reply, *two.Reply) {
		t.Errorf("one %+v, two %+v", one.Reply, two.Reply)
	}
	k.decide(k.removing(*first.Reply))
	if c := k.decide(keyed(k.guest(occasion, 1, 2), key("reply", "a"))); !c.Replayed || c.Reply != nil {
		t.Errorf("a removed reply came back: %+v", c.Reply)
	}
	k.agree(occasion)
}

// repeatedAroundDeletion repeats a reply before and after its occasion is deleted, all in one batch.
func repeatedAroundDeletion(t *testing.T, k *kit) {
	occasion := k.host(rsvp.Details{})
	first := k.decide(keyed(k.guest(occasion, 1, 2), key("reply", "")))
	before, after := keyed(k.guest(occasion, 1, 2), key("reply", "")), keyed(k.guest(occasion, 1, 2), key("reply", ""))
	ended, late := k.deleting(occasion), k.guest(occasion, 2, 1)
	if err := k.store.CommitReplies(t.Context(), before, ended, after, late); err != nil {
		t.Fatal(err)
	}
	if !before.Replayed || before.Reply == nil || !reflect.DeepEqual(*before.Reply, *first.Reply) || before.Occasion.Deleted {
		t.Errorf("before the deletion: %+v of %+v", before.Reply, before.Occasion)
	}
	if ended.Err != nil || !after.Replayed || after.Reply != nil || !after.Occasion.Deleted {
		t.Errorf("after it (%v): %+v of %+v", ended.Err, after.Reply, after.Occasion)
	}
	mustFail(t, late.Err, rsvp.ErrNoOccasion)
}

func panickingReply(t *testing.T, k *kit) {
	occasion := k.host(rsvp.Details{})
	c := k.guest(occasion, 1, 1)
	c.Decide = func(*rsvps.Desk) error { panic("oops") }
	defer func() {
		if value := recover(); value != "oops" {
			t.Errorf("recovered %v", value)
		}
		k.reply(occasion, 1, 1)
		k.agree(occasion)
	}()
	_ = k.try(c)
	t.Error("no panic")
}
