package memory

import (
	"cmp"
	"context"
	"slices"

	"convoke/application/rsvps"
	"convoke/domain/rsvp"
)

// Replies walks the ids from the newest. For any other list it looks at all replies of the occasion.
func (s *Store) Replies(ctx context.Context, q rsvps.Query) (rsvps.Page, error) {
	order, begin, err := q.Begin()
	if err != nil {
		return rsvps.Page{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	h, err := s.hall(q.OccasionID)
	if err != nil {
		return rsvps.Page{}, err
	}
	page := rsvps.Page{Revision: h.state.Revision}
	if q.Plain() {
		h.newest(q, begin, &page)
	} else {
		h.sorted(q, order, begin, &page)
	}
	if q.Uncounted {
		page.Total = 0
	}
	if page.More {
		page.Next = q.Next(page.Replies[q.Limit-1])
	}
	return page, ctx.Err()
}

func (h *hall) newest(q rsvps.Query, begin *rsvps.Mark, page *rsvps.Page) {
	end := len(h.order)
	if begin != nil {
		end, _ = slices.BinarySearch(h.order, begin.ID)
	}
	end = max(0, end-q.Skip)
	for _, id := range slices.Backward(h.order[max(0, end-q.Limit):end]) {
		page.Replies = append(page.Replies, h.replies[id])
	}
	page.Total, page.More = len(h.order), end > q.Limit
}

func (h *hall) sorted(q rsvps.Query, order rsvps.Sort, begin *rsvps.Mark, page *rsvps.Page) {
	var wanted []rsvp.Reply
	for _, r := range h.replies {
		if q.Matches(r) {
			wanted = append(wanted, r)
		}
	}
	place := func(r rsvp.Reply) rsvps.Mark { return rsvps.MarkOf(order, r) }
	page.Total = len(wanted)
	if begin != nil {
		wanted = slices.DeleteFunc(wanted, func(r rsvp.Reply) bool { return compare(order, place(r), *begin) <= 0 })
	}
	slices.SortFunc(wanted, func(a, b rsvp.Reply) int { return compare(order, place(a), place(b)) })
	wanted = wanted[min(q.Skip, len(wanted)):]
	page.Replies = append(page.Replies, wanted[:min(q.Limit, len(wanted))]...)
	page.More = len(wanted) > q.Limit
}

// compare says which of two places comes first.
func compare(order rsvps.Sort, a, b rsvps.Mark) int {
	switch order {
	case rsvps.Oldest:
		return cmp.Compare(a.ID, b.ID)
	case rsvps.ByName:
		return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID))
	case rsvps.ByParty:
		return cmp.Or(cmp.Compare(b.Number, a.Number), cmp.Compare(a.ID, b.ID))
	case rsvps.Changed:
		return cmp.Compare(b.Number, a.Number)
	case rsvps.InLine:
		return cmp.Compare(a.Number, b.Number)
	case rsvps.Newest:
	}
	return cmp.Compare(b.ID, a.ID)
}

// AheadInLine looks at all replies of the occasion.
func (s *Store) AheadInLine(ctx context.Context, occasionID string, position uint64) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	h, err := s.hall(occasionID)
	if err != nil {
		return 0, err
	}
	ahead := 0
	for _, r := range h.replies {
		if r.Position > 0 && r.Position < position {
			ahead++
		}
	}
	return min(ahead, rsvps.MaxAhead), ctx.Err()
}
