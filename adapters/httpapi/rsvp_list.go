package httpapi

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/gofiber/fiber/v2"

	"convoke/application/contract"
	"convoke/application/rsvps"
)

const (
	defaultPage = 20 // replies
	keptPages   = 3
)

type pageAnswer struct {
	Data       []contract.RSVP `json:"data"`
	Pagination pagination      `json:"pagination"`
	Revision   uint64          `json:"revision"`
}

type pagination struct {
	Page       *int    `json:"page"` // null: read with a cursor, which does not count
	Limit      int     `json:"limit"`
	Total      int     `json:"total"`
	TotalPages int     `json:"totalPages"`
	HasNext    bool    `json:"hasNext"`
	HasPrev    bool    `json:"hasPrev"`
	NextCursor *string `json:"nextCursor"`
}

// listing is a host's wish for a page of replies.
type listing struct {
	rsvps.Query
	page  int // 0: read with a cursor
	least uint64
}

// listReplies shows a host the guests. The page may be kept; whether the caller is the host is asked each time.
func (e *endpoints) listReplies(c *fiber.Ctx, who rsvps.Caller) error {
	if who.Claim == nil && !who.Admin {
		return rsvps.ErrNoToken
	}
	l, err := readListing(c)
	if err != nil {
		return err
	}
	ctx, cancel := bounded()
	defer cancel()
	if err := e.mustHost(ctx, who, l.OccasionID); err != nil {
		return err
	}
	body, err := e.pageBody(ctx, l)
	if err != nil {
		return err
	}
	return writeKept(c, fiber.MIMEApplicationJSON, body)
}

// pageBody keeps the first pages of the whole list, which everybody asks for.
func (e *endpoints) pageBody(ctx context.Context, l listing) ([]byte, error) {
	build := func(ctx context.Context) ([]byte, uint64, error) {
		p, err := e.RSVPs.Page(ctx, l.Query)
		if err != nil {
			return nil, 0, err
		}
		body, err := marshal(l.show(p))
		return body, p.Revision, err
	}
	if l.page == 0 || l.page > keptPages || !l.Plain() {
		return e.Reads.Unkept(ctx, l.OccasionID, l.least, build)
	}
	return e.Reads.Answer(ctx, l.OccasionID, fmt.Sprintf("%s|%d|%d", keyPage, l.page, l.Limit), l.least, build)
}

// mustHost asks what is kept of the occasion, so that it costs no query each time.
func (e *endpoints) mustHost(ctx context.Context, who rsvps.Caller, id string) error {
	s, err := e.countsSheet(ctx, id, 0)
	if err != nil {
		return err
	}
	return e.RSVPs.MayHost(who, s.state(id))
}

func readListing(c *fiber.Ctx) (listing, error) {
	id, err := occasionID(c.Query("occasionId"))
	if err != nil {
		return listing{}, err
	}
	page, err1 := queryInt(c, "page")
	limit, err2 := queryInt(c, "limit")
	least, err3 := minRevision(c)
	filter, err4 := readFilter(c)
	page, limit = cmp.Or(page, 1), cmp.Or(limit, defaultPage)
	cursor := strings.Clone(c.Query("cursor"))
	query, err := rsvps.CheckPage(id, filter, page, limit, cursor)
	if err := errors.Join(err1, err2, err3, err4, err); err != nil {
		return listing{}, err
	}
	if cursor != "" {
		page = 0
	}
	return listing{query, page, least}, nil
}

// readFilter reads which replies are wanted.
func readFilter(c *fiber.Ctx) (rsvps.Filter, error) {
	return rsvps.CheckFilter(strings.Clone(c.Query("status")), strings.Clone(c.Query("q")), strings.Clone(c.Query("sort")))
}

func (l listing) show(p rsvps.Page) pageAnswer {
	answer := pageAnswer{
		Data: make([]contract.RSVP, len(p.Replies)), Revision: p.Revision,
		Pagination: pagination{
			Limit: l.Limit, Total: p.Total, TotalPages: (p.Total + l.Limit - 1) / l.Limit, HasNext: p.More, HasPrev: l.page != 1,
		},
	}
	if l.page > 0 {
		answer.Pagination.Page = &l.page
	}
	for i, r := range p.Replies {
		answer.Data[i] = contract.RSVPOf(r)
	}
	if p.More {
		answer.Pagination.NextCursor = &p.Next
	}
	return answer
}
