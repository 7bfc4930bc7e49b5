package memory

import (
	"context"
	"fmt"
	"math"
	"slices"

	"convoke/application/idempotency"
	"convoke/application/port"
	"convoke/application/rsvps"
	"convoke/domain/fault"
	"convoke/domain/rsvp"
)

// hall is an occasion with the replies to it.
type hall struct {
	state   rsvp.State
	replies map[string]rsvp.Reply
	order   []string          // ids of all replies, ascending
	live    map[string]string // ids of the live replies by address
}

// CommitReplies decides the changes one after the other; what they send becomes one batch of the outbox.
func (s *Store) CommitReplies(ctx context.Context, changes ...*rsvps.Change) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	var sent []port.Message
	defer func() { s.send(sent) }() // also when a decision panics: those before it are committed
	for _, c := range changes {
		messages, err := s.decideReply(c)
		c.Err = err
		sent = append(sent, messages...)
	}
	return nil
}

// PromoteMore seats the next of those who wait.
func (s *Store) PromoteMore(ctx context.Context, occasionID string) (rsvp.State, error) {
	if err := ctx.Err(); err != nil {
		return rsvp.State{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	h, err := s.hall(occasionID)
	if err != nil {
		return rsvp.State{}, err
	}
	messages, err := s.promote(h, "")
	s.send(messages)
	return h.state, err
}

// Promoting looks through all occasions.
func (s *Store) Promoting(ctx context.Context, limit int) ([]string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var occasions []string
	for id, h := range s.halls {
		if h.state.Promoting && len(occasions) < limit {
			occasions = append(occasions, id)
		}
	}
	return occasions, ctx.Err()
}

// decideReply takes one change to its end and returns what it sends. A change that fails leaves nothing behind.
func (s *Store) decideReply(c *rsvps.Change) ([]port.Message, error) {
	c.Occasion, c.Reply, c.Replayed = rsvp.State{}, nil, false
	if used, ok := s.keys[c.Key.Scope]; ok && !c.Key.IsZero() {
		return nil, s.replayReply(c, used)
	}
	desk, h, err := s.prepare(c)
	if err == nil && c.New == nil {
		err = c.Decide(desk)
		if h.taken(c) && (err == nil || fault.KindOf(err) == fault.Conflict) { // who may not, or answers wrongly, is not told
			err = rsvps.ErrDuplicateEmail
		}
	}
	if err != nil {
		return nil, err
	}
	messages, err := s.ofReplies.Outgoing(desk.Occasion, 0, c.Trace)
	if err != nil {
		return nil, fmt.Errorf("occasion %s: %w", desk.Occasion.State().ID, err)
	}
	before := h.state
	s.keepReply(c, h, desk)
	if madeRoom(before, h.state) {
		promoted, err := s.promote(h, c.Trace)
		if err != nil {
			return nil, err
		}
		messages = append(messages, promoted...)
	}
	c.Occasion = h.state
	return messages, nil
}

func (s *Store) replayReply(c *rsvps.Change, used usedKey) error {
	if used.body != c.Key.Body {
		return idempotency.ErrOtherBody
	}
	occasionID := c.OccasionID
	if c.New != nil {
		occasionID = used.about
	}
	c.Replayed = true
	if h := s.halls[occasionID]; h != nil {
		c.Occasion = h.state
	}
	if h := s.halls[s.guests[used.about]]; h != nil {
		reply := h.replies[used.about]
		c.Reply = &reply
	}
	return nil
}

// prepare lays copies on the desk, if the decision may be made at all.
func (s *Store) prepare(c *rsvps.Change) (*rsvps.Desk, *hall, error) {
	if c.New != nil {
		if id := c.New.State().ID; s.halls[id] != nil {
			return nil, nil, fmt.Errorf("occasion %s is there already", id)
		}
		return &rsvps.Desk{Occasion: c.New}, &hall{replies: map[string]rsvp.Reply{}, live: map[string]string{}}, nil
	}
	h, err := s.hall(c.OccasionID)
	if err != nil {
		return nil, nil, err
	}
	desk := &rsvps.Desk{Occasion: rsvp.Rehydrate(h.state)}
	if c.ReplyID != "" {
		reply, ok := h.replies[c.ReplyID]
		if !ok {
			return nil, nil, rsvps.ErrReplyNotFound
		}
		desk.Reply = reply
	}
	return desk, h, nil
}

// taken reports whether another live reply has the address that a change wants to give.
func (h *hall) taken(c *rsvps.Change) bool {
	holder, taken := h.live[c.Email]
	return c.Email != "" && taken && holder != c.ReplyID
}

func (s *Store) hall(occasionID string) (*hall, error) {
	h := s.halls[occasionID]
	if h == nil || h.state.Deleted {
		return nil, rsvp.ErrNoOccasion
	}
	return h, nil
}

// keepReply stores what was decided and sets the change's outcome.
func (s *Store) keepReply(c *rsvps.Change, h *hall, desk *rsvps.Desk) {
	h.state = normalOccasion(desk.Occasion.State())
	s.halls[h.state.ID] = h
	about := h.state.ID
	if desk.Gone {
		s.forget(h, desk.Reply.ID)
	}
	if desk.Result != nil {
		reply := normalReply(*desk.Result)
		s.put(h, reply)
		c.Reply, about = &reply, reply.ID
	}
	if h.state.Deleted {
		for id := range h.replies {
			s.forget(h, id)
		}
	}
	if !c.Key.IsZero() {
		s.keys[c.Key.Scope] = usedKey{c.Key.Body, about, s.now()}
	}
}

func (s *Store) put(h *hall, reply rsvp.Reply) {
	if before, ok := h.replies[reply.ID]; ok {
		h.release(before)
	} else {
		h.order = insertSorted(h.order, reply.ID)
	}
	h.replies[reply.ID], s.guests[reply.ID] = reply, h.state.ID
	if reply.Status != rsvp.Cancelled {
		h.live[reply.Email] = reply.ID
	}
}

func (s *Store) forget(h *hall, replyID string) {
	h.release(h.replies[replyID])
	delete(h.replies, replyID)
	delete(s.guests, replyID)
	if i, ok := slices.BinarySearch(h.order, replyID); ok {
		h.order = slices.Delete(h.order, i, i+1)
	}
}

// release gives the address of a reply free.
func (h *hall) release(reply rsvp.Reply) {
	if h.live[reply.Email] == reply.ID {
		delete(h.live, reply.Email)
	}
}

// promote seats those who wait, as the occasion decides, and returns what that sends.
func (s *Store) promote(h *hall, trace string) ([]port.Message, error) {
	occasion := rsvp.Rehydrate(h.state)
	waiting := h.line()
	n := min(len(waiting), rsvps.Candidates(seats(h.state)))
	seated := occasion.Promote(waiting[:n], rsvps.PromoteAtOnce, len(waiting) > n, s.now())
	messages, err := s.ofReplies.Outgoing(occasion, 0, trace)
	if err != nil {
		return nil, fmt.Errorf("occasion %s: %w", h.state.ID, err)
	}
	for _, reply := range seated {
		s.put(h, normalReply(reply))
	}
	h.state = normalOccasion(occasion.State())
	return messages, nil
}

// line is those who wait and fit, in order.
func (h *hall) line() []rsvp.Reply {
	if h.state.Counts.Waitlisted == 0 {
		return nil
	}
	var waiting []rsvp.Reply
	for _, reply := range h.replies {
		if reply.Status == rsvp.Waitlisted && reply.PartySize <= seats(h.state) {
			waiting = append(waiting, reply)
		}
	}
	slices.SortFunc(waiting, func(a, b rsvp.Reply) int { return int(a.Position) - int(b.Position) })
	return waiting
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
	return math.MaxInt
}
