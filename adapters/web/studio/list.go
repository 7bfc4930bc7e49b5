package studio

import (
	"context"
	"net/url"

	"github.com/gofiber/fiber/v2"

	"convoke/adapters/web/studio/pages"
	"convoke/adapters/web/words"
	"convoke/application/rsvps"
	"convoke/domain/fault"
	"convoke/domain/rsvp"
)

// listPage is how many guests a page shows.
const listPage = 50

// wish is which part of a guest list an address asks for.
type wish struct {
	rsvps.Filter
	after string
}

// readWish reads the address. What makes no sense asks for the plain list.
func readWish(c *fiber.Ctx) wish {
	order := query(c, "sort")
	if order == "" && c.Query("status") == string(rsvp.Waitlisted) {
		order = string(rsvps.InLine)
	}
	f, err := rsvps.CheckFilter(query(c, "status"), query(c, "q"), order)
	if err != nil {
		return wish{}
	}
	return wish{f, query(c, "after")}
}

// address is the query that asks for the same.
func (w wish) address(after string) string {
	values := url.Values{}
	set := func(name, value string) {
		if value != "" {
			values.Set(name, value)
		}
	}
	set("status", string(w.Status))
	set("q", w.Search)
	if w.Sort != rsvps.InLine {
		set("sort", string(w.Sort))
	}
	set("after", after)
	if len(values) == 0 {
		return ""
	}
	return "?" + values.Encode()
}

// with is the wish for another status.
func (w wish) with(status rsvp.Status) wish {
	w.Status, w.after = status, ""
	return w
}

// guestList is the part of the list that the address asks for, and the occasion as it was then.
func (h *Handler) guestList(ctx context.Context, c *fiber.Ctx, v *visit) (pages.List, error) {
	w := readWish(c)
	p, err := h.RSVPs.Page(ctx, rsvps.Query{OccasionID: v.o.ID, Filter: w.Filter, After: w.after, Limit: listPage})
	if fault.KindOf(err) == fault.Invalid { // a cursor that is none
		w.after = ""
		p, err = h.RSVPs.Page(ctx, rsvps.Query{OccasionID: v.o.ID, Filter: w.Filter, Limit: listPage})
	}
	if err != nil {
		return pages.List{}, err
	}
	if v.o, err = h.RSVPs.Occasion(ctx, v.o.ID); err != nil { // after the list: what it counts is not older
		return pages.List{}, err
	}
	base := occasionPath(v.o.ID)
	l := pages.List{
		Path: base, Tabs: tabs(base, w, v.o.Counts), Status: string(w.Status), Search: w.Search, Sort: string(w.Sort), Sorts: sorts(w.Status),
		Total: p.Total, All: all(v.o.Counts), Revision: v.o.Revision, Sheet: base + "/guests.csv" + sheetQuery(w), Add: base + "/guests/new",
	}
	if p.Next != "" {
		l.Next = base + w.address(p.Next)
	}
	if w.after != "" {
		l.First = base + w.address("")
	}
	l.Rows, err = h.rows(ctx, v.o.ID, w, p.Replies)
	return l, err
}

// sheetQuery asks the API for what is shown, in its order.
func sheetQuery(w wish) string {
	if w.Sort == rsvps.InLine {
		return w.address("") + "&sort=" + string(rsvps.InLine)
	}
	return w.address("")
}

func all(c rsvp.Counts) int { return c.Yes + c.No + c.Maybe + c.Waitlisted + c.Cancelled }

func tabs(base string, w wish, c rsvp.Counts) []pages.Tab {
	tab := func(status rsvp.Status, name, label string, n int) pages.Tab {
		return pages.Tab{Path: base + w.with(status).address(""), Name: name, Label: label, Count: n, Current: w.Status == status}
	}
	return []pages.Tab{
		tab("", "all", words.TabAll, all(c)),
		tab(rsvp.Yes, "yes", words.TabYes, c.Yes),
		tab(rsvp.Maybe, "maybe", words.TabMaybe, c.Maybe),
		tab(rsvp.No, "no", words.TabNo, c.No),
		tab(rsvp.Waitlisted, "waitlisted", words.TabWaiting, c.Waitlisted),
		tab(rsvp.Cancelled, "cancelled", words.TabCancelled, c.Cancelled),
	}
}

func sorts(status rsvp.Status) []pages.Size {
	orders := []pages.Size{
		{Value: string(rsvps.Newest), Label: words.SortNewest}, {Value: string(rsvps.Oldest), Label: words.SortOldest},
		{Value: string(rsvps.ByName), Label: words.SortName}, {Value: string(rsvps.ByParty), Label: words.SortParty},
		{Value: string(rsvps.Changed), Label: words.SortChanged},
	}
	if status == rsvp.Waitlisted {
		orders = append([]pages.Size{{Value: string(rsvps.InLine), Label: words.SortLine}}, orders...)
	}
	return orders
}

// rows shows replies. Those in line have their place.
func (h *Handler) rows(ctx context.Context, occasionID string, w wish, replies []rsvp.Reply) ([]pages.Row, error) {
	rows := make([]pages.Row, len(replies))
	for i, r := range replies {
		rows[i] = pages.Row{
			ID: r.ID, Path: guestPath(occasionID, r.ID), Name: r.Name, Email: r.Email, Status: string(r.Status), Answer: answerWord(r.Status),
			Party: r.PartySize, Note: r.Note, When: stamp(r.UpdatedAt),
		}
	}
	if w.Sort != rsvps.InLine || len(replies) == 0 {
		return rows, nil
	}
	ahead, err := h.RSVPs.Store.AheadInLine(ctx, occasionID, replies[0].Position)
	if err != nil || ahead >= rsvps.MaxAhead {
		return rows, err // so far back that nobody counts
	}
	for i := range rows {
		rows[i].Place = words.PlaceInLine(ahead + i + 1)
	}
	return rows, nil
}

func answerWord(s rsvp.Status) string {
	switch s {
	case rsvp.Yes:
		return words.TabYes
	case rsvp.Maybe:
		return words.TabMaybe
	case rsvp.No:
		return words.TabNo
	case rsvp.Waitlisted:
		return words.TabWaiting
	case rsvp.Cancelled:
		return words.TabCancelled
	}
	return string(s)
}
