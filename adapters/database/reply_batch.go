package database

import (
	"maps"
	"slices"

	"convoke/application/port"
	"convoke/application/rsvps"
	"convoke/domain/rsvp"
)

// replyBatch is the part of occasions and of the replies to them in one batch. Locking an occasion locks its replies.
type replyBatch struct {
	sql     *replyStatements
	encoder *rsvps.Encoder
	entries []*entry

	occasions map[id]*lockedOccasion // as the batch sees them; nil while one is not found
	replies   map[id]*loadedReply
	holders   map[mailbox]id // of the addresses that the batch wants to give, and has given
	sent      []port.Message
}

// lockedOccasion is an occasion as the batch sees it.
type lockedOccasion struct {
	state   rsvp.State
	stored  bool   // it has a row
	changed bool   // it differs from its row
	freed   *entry // its decision made room for those who wait
	room    room
}

// settled reports whether this batch decides nothing more about the occasion: who waits comes before who asks next, and
// what a deletion takes away is still there for this batch's reads.
func (o *lockedOccasion) settled() bool { return o.freed != nil || o.changed && o.state.Deleted }

// loadedReply is a reply as the batch sees it.
type loadedReply struct {
	reply   rsvp.Reply
	stored  bool // it has a row
	changed bool // it differs from its row
	gone    bool
}

// mailbox is what a live reply of an occasion has for itself.
type mailbox struct {
	occasion id
	email    string
}

var _ participant = (*replyBatch)(nil)

func newReplyBatch(sql *replyStatements, encoder *rsvps.Encoder, entries []*entry) *replyBatch {
	return &replyBatch{
		sql: sql, encoder: encoder, entries: entries,
		occasions: map[id]*lockedOccasion{}, replies: map[id]*loadedReply{}, holders: map[mailbox]id{},
	}
}

// lock queues the locking of the existing occasions and the reading of the replies that the decisions are about or that
// have the addresses they want to give. In a batch that waits for nobody, occasions that are there but can not be locked
// block their entries.
func (b *replyBatch) lock(s session, wait bool) {
	keys := b.existing()
	if len(keys) == 0 {
		return
	}
	if wait {
		s.queue(step{b.sql.lock, []any{keys}, b.scanOccasion})
	} else {
		s.queue(step{b.sql.lockFree, []any{keys}, b.scanOccasion})
		s.queue(step{b.sql.findOccasions, []any{keys}, b.scanLocked})
	}
	if ids := b.named(); len(ids) > 0 {
		s.queue(step{b.sql.read, []any{ids}, b.scanReply})
	}
	if occasions, guests := b.wanted(); len(guests) > 0 {
		s.queue(step{b.sql.holders, []any{occasions, guests}, b.scanHolder})
	}
}

func (b *replyBatch) existing() []id {
	keys := map[id]struct{}{}
	for _, e := range b.entries {
		if e.reply.New == nil {
			keys[id(e.subject)] = struct{}{}
		}
	}
	return slices.Sorted(maps.Keys(keys))
}

func (b *replyBatch) named() []id {
	var ids []string
	for _, e := range b.entries {
		if e.reply.ReplyID != "" {
			ids = append(ids, e.reply.ReplyID)
		}
	}
	return sortedIDs(ids)
}

func (b *replyBatch) wanted() (occasions, guests []id) {
	for _, e := range b.entries {
		if e.reply.Email != "" {
			occasions, guests = append(occasions, id(e.subject)), append(guests, guestOf(e.reply.Email))
		}
	}
	return occasions, guests
}

func (b *replyBatch) scanOccasion(scan scanFunc) error {
	var row occasionRow
	if err := scan(b.sql.occasions.places(&row)...); err != nil {
		return err
	}
	b.occasions[row.ID] = &lockedOccasion{state: row.state(), stored: true}
	return nil
}

// scanLocked blocks what is about an occasion that is there but was not locked.
func (b *replyBatch) scanLocked(scan scanFunc) error {
	var found id
	if err := scan(&found); err != nil {
		return err
	}
	if b.occasions[found] != nil {
		return nil
	}
	for _, e := range b.entries {
		if e.reply.New == nil && e.subject == string(found) {
			e.blocked = rowLocked
		}
	}
	return nil
}

// scanReply takes a reply's row, unless the batch knows the reply better.
func (b *replyBatch) scanReply(scan scanFunc) error {
	var row replyRow
	if err := scan(b.sql.known.places(&row)...); err != nil {
		return err
	}
	if b.replies[row.ID] == nil {
		b.replies[row.ID] = &loadedReply{reply: row.reply(), stored: true}
	}
	return nil
}

func (b *replyBatch) scanHolder(scan scanFunc) error {
	var m mailbox
	var holder id
	if err := scan(&m.occasion, &m.email, &holder); err != nil {
		return err
	}
	b.holders[m] = holder
	return nil
}

// finish tells the decisions that made room what became of it.
func (b *replyBatch) finish() {
	for _, key := range b.freed() {
		o := b.occasions[key]
		state := o.state
		o.freed.occasion = &state
	}
}

// repeat gives a replayed entry the occasion and the reply that its key led to, as they are now, if the batch knows them.
func (b *replyBatch) repeat(e *entry) {
	if e.replay == "" {
		return
	}
	if r := b.replies[id(e.replay)]; e.answer == nil && r != nil && !r.gone && !b.ended(e) {
		reply := r.reply
		e.answer = &reply
	}
	if o := b.occasions[e.replayedOccasion()]; e.occasion == nil && o != nil {
		state := o.state
		e.occasion = &state
	}
}

// ended reports whether the entry's occasion was deleted before this batch: its replies are gone, though rows may be left.
func (b *replyBatch) ended(e *entry) bool {
	o := b.occasions[id(e.subject)]
	return o != nil && o.state.Deleted && !o.changed
}

// replayedOccasion is the one that the first request was about: the same, or the one that it made.
func (e *entry) replayedOccasion() id {
	if e.reply.New != nil {
		return id(e.replay)
	}
	return id(e.subject)
}
