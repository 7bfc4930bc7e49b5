package memory

import (
	"cmp"
	"context"
	"maps"
	"slices"

	"convoke/application/audit"
	"convoke/application/rsvps"
	"convoke/domain/rsvp"
)

// Occasion returns an occasion that has not been deleted.
func (s *Store) Occasion(ctx context.Context, id string) (rsvp.State, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	h, err := s.hall(id)
	if err != nil {
		return rsvp.State{}, err
	}
	return h.state, ctx.Err()
}

// Occasions returns the occasions that exist among ids.
func (s *Store) Occasions(ctx context.Context, ids ...string) ([]rsvp.State, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var states []rsvp.State
	for _, id := range distinct(ids) {
		if h := s.halls[id]; h != nil {
			states = append(states, h.state)
		}
	}
	return states, ctx.Err()
}

// Revisions returns the revision of each occasion that exists among ids.
func (s *Store) Revisions(ctx context.Context, ids ...string) (map[string]uint64, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	revisions := map[string]uint64{}
	for _, id := range ids {
		if h := s.halls[id]; h != nil {
			revisions[id] = h.state.Revision
		}
	}
	return revisions, ctx.Err()
}

// Reply returns a reply.
func (s *Store) Reply(ctx context.Context, id string) (rsvp.Reply, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	h := s.halls[s.guests[id]]
	if h == nil {
		return rsvp.Reply{}, rsvps.ErrReplyNotFound
	}
	return h.replies[id], ctx.Err()
}

// ReplyByEmail returns the live reply of an address.
func (s *Store) ReplyByEmail(ctx context.Context, occasionID, email string) (rsvp.Reply, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	h := s.halls[occasionID]
	if h == nil || h.live[email] == "" {
		return rsvp.Reply{}, rsvps.ErrReplyNotFound
	}
	return h.replies[h.live[email]], ctx.Err()
}

// Accounts counts the replies of a page of occasions.
func (s *Store) Accounts(ctx context.Context, after string, limit int) ([]audit.Account, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var accounts []audit.Account
	for _, id := range slices.SortedFunc(maps.Keys(s.halls), byOccasion) {
		if after != "" && byOccasion(id, after) <= 0 {
			continue
		}
		if len(accounts) == limit {
			break
		}
		h := s.halls[id]
		account := audit.Account{ID: id, Revision: h.state.Revision, Deleted: h.state.Deleted, Kept: h.state.Counts}
		for _, r := range h.replies {
			account.Rows.Add(r.Status, r.PartySize, 1)
		}
		accounts = append(accounts, account)
	}
	return accounts, ctx.Err()
}

// byOccasion orders ids; the deployment's own occasion is the first.
func byOccasion(a, b string) int {
	if a == rsvp.DefaultID || b == rsvp.DefaultID {
		return cmp.Compare(ordinal(a), ordinal(b))
	}
	return cmp.Compare(a, b)
}

func ordinal(id string) int {
	if id == rsvp.DefaultID {
		return 0
	}
	return 1
}

// PurgeReplies finds nothing: replies go with their occasion.
func (s *Store) PurgeReplies(ctx context.Context, _ int) (int, error) { return 0, ctx.Err() }
