package database

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"time"

	"convoke/application/port"
	"convoke/application/rsvps"
	"convoke/domain/rsvp"
)

// room is what was freed in an occasion: seats, and for how many of those who wait the occasion will be asked.
type room struct{ seats, candidates int }

// fetch queues the reading of those who wait for seats that were freed, and of what replayed keys led to.
func (b *replyBatch) fetch(s session) {
	var keys []id
	var sizes, limits []int64
	for _, key := range b.freed() {
		o := b.occasions[key]
		seats := seats(o.state)
		o.room = room{seats, rsvps.Candidates(seats)}
		// One more, to know whether others wait behind them; and what the batch itself has changed may wait no longer.
		most := o.room.candidates + 1 + len(b.replies)
		keys, sizes, limits = append(keys, key), append(sizes, int64(seats)), append(limits, int64(most))
	}
	if len(keys) > 0 {
		s.queue(step{b.sql.waiting, []any{keys, sizes, limits}, b.scanWaiting})
	}
	var replies, occasions []string
	for _, e := range b.entries {
		switch {
		case e.replay == "" || b.ended(e):
		case e.reply.New != nil:
			occasions = append(occasions, e.replay)
		default:
			replies = append(replies, e.replay)
		}
	}
	if ids := sortedIDs(replies); len(ids) > 0 {
		s.queue(step{b.sql.read, []any{ids}, b.scanReply})
	}
	if ids := sortedIDs(occasions); len(ids) > 0 {
		s.queue(step{b.sql.readOccasions, []any{ids}, b.scanReplayed})
	}
}

// freed lists the occasions where a decision made room.
func (b *replyBatch) freed() []id {
	var keys []id
	for key, o := range b.occasions {
		if o != nil && o.freed != nil {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	return keys
}

func (b *replyBatch) scanWaiting(scan scanFunc) error {
	var row replyRow
	if err := scan(b.sql.known.places(&row)...); err != nil {
		return err
	}
	if b.replies[row.ID] == nil {
		b.replies[row.ID] = &loadedReply{reply: row.reply(), stored: true}
	}
	return nil
}

// scanReplayed takes an occasion's row, unless the batch knows the occasion better.
func (b *replyBatch) scanReplayed(scan scanFunc) error {
	var row occasionRow
	if err := scan(b.sql.occasions.places(&row)...); err != nil {
		return err
	}
	if b.occasions[row.ID] == nil {
		b.occasions[row.ID] = &lockedOccasion{state: row.state(), stored: true}
	}
	return nil
}

// promote seats those who wait, as the occasion decides.
func (b *replyBatch) promote(o *lockedOccasion, now time.Time) error {
	occasion := rsvp.Rehydrate(o.state)
	waiting := b.line(o)
	n := min(len(waiting), o.room.candidates)
	seated := occasion.Promote(waiting[:n], rsvps.PromoteAtOnce, len(waiting) > n, now)
	sent, err := b.encoder.Outgoing(occasion, 0, o.freed.reply.Trace)
	if err != nil {
		return fmt.Errorf("occasion %s: %w", o.state.ID, err)
	}
	b.sent = append(b.sent, sent...)
	for _, reply := range seated {
		b.put(keptReply(reply))
	}
	state := keptOccasion(occasion.State())
	o.changed = o.changed || len(seated) > 0 || state.Promoting != o.state.Promoting
	o.state = state
	return nil
}

// line is those who wait and might fit, in order.
func (b *replyBatch) line(o *lockedOccasion) []rsvp.Reply {
	var waiting []rsvp.Reply
	for _, r := range b.replies {
		if !r.gone && r.reply.Status == rsvp.Waitlisted && r.reply.OccasionID == o.state.ID && r.reply.PartySize <= o.room.seats {
			waiting = append(waiting, r.reply)
		}
	}
	slices.SortFunc(waiting, func(a, b rsvp.Reply) int { return cmp.Compare(a.Position, b.Position) })
	return waiting
}

// write queues the rows and returns the messages to be sent, for each occasion in the order of its revisions.
func (b *replyBatch) write(s session, now time.Time) ([]port.Message, error) {
	for _, e := range b.entries {
		b.repeat(e)
	}
	for _, key := range b.freed() {
		if err := b.promote(b.occasions[key], now); err != nil {
			return nil, err
		}
	}
	b.writeReplies(s)
	b.writeOccasions(s)
	return b.sent, nil
}

// writeReplies queues deletions first, then changes: they may give an address free that a new reply has.
func (b *replyBatch) writeReplies(s session) {
	var created, changed []replyRow
	var gone []id
	for _, r := range b.replies {
		switch {
		case r.gone && r.stored:
			gone = append(gone, id(r.reply.ID))
		case r.gone || !r.changed:
		case r.stored:
			changed = append(changed, replyRowOf(&r.reply))
		default:
			created = append(created, replyRowOf(&r.reply))
		}
	}
	if len(gone) > 0 {
		slices.Sort(gone)
		s.queue(step{statement: b.sql.remove, columns: []any{gone}})
	}
	byID := func(a, b replyRow) int { return cmp.Compare(a.ID, b.ID) }
	if len(changed) > 0 {
		slices.SortFunc(changed, byID)
		s.queue(step{statement: b.sql.update, columns: b.sql.changes.arrays(changed)})
	}
	if len(created) > 0 {
		slices.SortFunc(created, byID)
		s.queue(step{statement: b.sql.insert, columns: b.sql.replies.arrays(created)})
	}
}

func (b *replyBatch) writeOccasions(s session) {
	var created, changed []occasionRow
	for _, key := range slices.Sorted(maps.Keys(b.occasions)) {
		o := b.occasions[key]
		switch {
		case !o.changed:
			continue
		case o.stored:
			changed = append(changed, occasionRowOf(o.state))
		default:
			created = append(created, occasionRowOf(o.state))
		}
	}
	if len(created) > 0 {
		s.queue(step{statement: b.sql.insertOccasion, columns: b.sql.occasions.arrays(created)})
	}
	if len(changed) > 0 {
		s.queue(step{statement: b.sql.updateOccasion, columns: b.sql.occasions.arrays(changed)})
	}
}
