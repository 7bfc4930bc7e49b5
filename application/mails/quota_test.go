package mails

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"convoke/application/metric"
	"convoke/domain/event"
	"convoke/domain/rsvp"
)

func TestNobodyIsBuriedInMails(t *testing.T) {
	t.Parallel()
	const asked = quotaMails + 15
	r := newRig(t)
	var changes []event.Data
	for i := range asked {
		g := guest(rsvp.Yes, 1)
		g.Reply.ID = fmt.Sprintf("01890000-0000-7000-8000-%012d", i)
		r.shelf.guests[g.Reply.ID] = g
		changes = append(changes, told(event.TypeRSVPCreated, g, nil))
	}
	other := guest(rsvp.Yes, 1)
	other.Reply.ID, other.Reply.Email = replyID[:35]+"0", "ada@example.org"
	r.shelf.guests[other.Reply.ID] = other
	for range 2 { // a repetition counts once
		if errs := r.deliver(append(changes, told(event.TypeRSVPCreated, other, nil))...); errors.Join(errs...) != nil {
			t.Fatal(errs)
		}
	}
	if got := len(r.postman.Sent()); got != 2*(quotaMails+1) {
		t.Errorf("%d mails were sent, want %d", got, 2*(quotaMails+1))
	}
	if v := r.meter.Value(metric.Mails, "created", outcomeTooMany); v != 2*(asked-quotaMails) {
		t.Errorf("%v were counted as too many", v)
	}
	r.clock.Advance(quotaSpan + time.Second)
	before := len(r.postman.Sent())
	if errs := r.deliver(changes...); errors.Join(errs...) != nil || len(r.postman.Sent()) != before+quotaMails {
		t.Errorf("an hour later %d mails were sent, %v", len(r.postman.Sent())-before, errs)
	}
}
