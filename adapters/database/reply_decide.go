package database

import (
	"fmt"
	"math"
	"time"

	"convoke/application/rsvps"
	"convoke/domain/fault"
	"convoke/domain/rsvp"
)

// decide runs the decisions in order, each on a copy of what the one before it left.
func (b *replyBatch) decide(keys *keyBook) {
	for _, e := range b.entries {
		if !e.open() {
			continue
		}
		if o := b.occasions[id(e.subject)]; o != nil && o.settled() {
			e.later = true
			continue
		}
		if !keys.judge(e) {
			b.repeat(e)
			continue
		}
		desk := b.decision(e)
		if e.err == nil && e.panicked == nil {
			b.take(e, desk, keys)
		}
	}
}

// decision runs one decision; its failure is in the entry.
func (b *replyBatch) decision(e *entry) (desk *rsvps.Desk) {
	desk, e.err = b.prepare(e)
	if e.err != nil || e.reply.New != nil {
		return desk
	}
	defer func() { e.panicked = recover() }()
	e.err = e.reply.Decide(desk)
	if b.taken(e) && (e.err == nil || fault.KindOf(e.err) == fault.Conflict) { // who may not, or answers wrongly, is not told
		e.err = rsvps.ErrDuplicateEmail
	}
	return desk
}

// prepare lays copies on the desk, if the decision may be made at all.
func (b *replyBatch) prepare(e *entry) (*rsvps.Desk, error) {
	c, o := e.reply, b.occasions[id(e.subject)]
	if c.New != nil {
		if o != nil {
			return nil, fmt.Errorf("occasion %s is there already", c.New.State().ID)
		}
		return &rsvps.Desk{Occasion: c.New}, nil
	}
	if o == nil || o.state.Deleted {
		return nil, rsvp.ErrNoOccasion
	}
	desk := &rsvps.Desk{Occasion: rsvp.Rehydrate(o.state)}
	if c.ReplyID != "" {
		r := b.replies[id(c.ReplyID)]
		if r == nil || r.gone || r.reply.OccasionID != o.state.ID {
			return nil, rsvps.ErrReplyNotFound
		}
		desk.Reply = r.reply
	}
	return desk, nil
}

// taken reports whether another live reply has the address that the entry's change wants to give.
func (b *replyBatch) taken(e *entry) bool {
	holder, taken := b.holders[mailbox{id(e.subject), e.reply.Email}]
	return e.reply.Email != "" && taken && string(holder) != e.reply.ReplyID
}

// take keeps what was decided.
func (b *replyBatch) take(e *entry, desk *rsvps.Desk, keys *keyBook) {
	sent, err := b.encoder.Outgoing(desk.Occasion, 0, e.reply.Trace)
	if err != nil {
		e.err = fmt.Errorf("occasion %s: %w", desk.Occasion.State().ID, err)
		return
	}
	b.sent = append(b.sent, sent...)
	about := e.subject
	if desk.Gone {
		b.remove(id(desk.Reply.ID))
	}
	if desk.Result != nil {
		reply := keptReply(*desk.Result)
		b.put(reply)
		e.answer, about = &reply, reply.ID
	}
	b.settle(e, desk.Occasion)
	keys.use(e, about)
}

// settle makes an occasion what a decision has left, and notes whether that made room for those who wait.
func (b *replyBatch) settle(e *entry, decided *rsvp.Occasion) {
	state := keptOccasion(decided.State())
	o := b.occasions[id(e.subject)]
	if o == nil {
		o = &lockedOccasion{}
		b.occasions[id(e.subject)] = o
	}
	if e.promote || madeRoom(o.state, state) {
		o.freed = e
	}
	o.changed = o.changed || !o.stored || o.state.Revision != state.Revision
	o.state = state
	e.occasion = &state
}

// put is a new reply, or a changed one.
func (b *replyBatch) put(reply rsvp.Reply) {
	r := b.replies[id(reply.ID)]
	if r == nil {
		r = &loadedReply{}
		b.replies[id(reply.ID)] = r
	} else {
		delete(b.holders, mailboxOf(&r.reply))
	}
	r.reply, r.changed = reply, true
	if reply.Status != rsvp.Cancelled {
		b.holders[mailboxOf(&reply)] = id(reply.ID)
	}
}

func (b *replyBatch) remove(replyID id) {
	r := b.replies[replyID]
	r.gone = true
	if r.reply.Status != rsvp.Cancelled {
		delete(b.holders, mailboxOf(&r.reply))
	}
}

func mailboxOf(r *rsvp.Reply) mailbox {
	occasion, _ := occasionKey(r.OccasionID)
	return mailbox{occasion, r.Email}
}

// madeRoom reports whether those who wait may find seats that were not there before.
func madeRoom(before, after rsvp.State) bool {
	if after.Deleted || after.Counts.Waitlisted == 0 {
		return false
	}
	waits := before.Details.Waitlist != rsvp.WaitlistAuto && after.Details.Waitlist == rsvp.WaitlistAuto
	return seats(after) > seats(before) || waits && seats(after) > 0
}

// seats is how many more people may come.
func seats(s rsvp.State) int {
	if left, limited := s.SeatsLeft(); limited {
		return left
	}
	return math.MaxInt32
}

// keptOccasion and keptReply are what a later read will find: whole microseconds, and text that Postgres can hold.
func keptOccasion(s rsvp.State) rsvp.State {
	row := occasionRowOf(s)
	return row.state()
}

func keptReply(r rsvp.Reply) rsvp.Reply {
	r.CreatedAt, r.UpdatedAt = keptTime(r.CreatedAt), keptTime(r.UpdatedAt)
	return r
}

func keptTime(t time.Time) time.Time { return timeOf(micros(t)) }
