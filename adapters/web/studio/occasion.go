package studio

import (
	"context"
	"net/http"
	"net/url"

	"github.com/gofiber/fiber/v2"

	"convoke/adapters/web/frame"
	"convoke/adapters/web/occasion"
	"convoke/adapters/web/studio/pages"
	"convoke/adapters/web/words"
)

// occasion is the host's page: the invitation, its links, how it stands, and who comes.
func (h *Handler) occasion(ctx context.Context, c *fiber.Ctx, v visit) error {
	list, err := h.guestList(ctx, c, &v)
	if err != nil {
		return err
	}
	page, picture, err := h.hostPage(ctx, c, v.o, "")
	if err != nil {
		return err
	}
	d, id := v.o.Details, v.o.ID
	left, limited := v.o.SeatsLeft()
	view := pages.OccasionView{
		Page: page, ID: id, Path: occasionPath(id), Title: d.Title, Place: d.Place, When: occasion.WhenOf(d), Picture: picture,
		Phase: phaseWord(occasion.PhaseOf(v.o, h.RSVPs.Clock.Now())), Initial: occasion.Initial(d.Title),
		GuestPath: "/o/" + id, GuestLink: h.frame.Absolute(c, "/o/", id),
		OwnLink:  h.frame.Absolute(c, occasionPath(id)) + "#t=" + url.QueryEscape(v.token),
		Revision: v.o.Revision, Coming: v.o.Counts.PeopleYes, Maybe: v.o.Counts.PeopleMaybe, Waiting: v.o.Counts.PeopleWaitlisted,
		SeatsLeft: left, Limited: limited, Capacity: d.Capacity, List: list, Chart: h.chart(ctx, d, id), Notice: notice(c.Query("done")),
	}
	if !d.Deadline.IsZero() { // with the offset: clocks that are put back show some times twice
		zone := words.Zone(occasion.City(d), occasion.Offset(d, d.Deadline))
		view.ReplyBy = words.Moment(d.Deadline.In(occasion.Zone(d)), "", zone)
	}
	return frame.Show(c, http.StatusOK, pages.Occasion(view))
}

func phaseWord(p occasion.Phase) string {
	switch p {
	case occasion.Closed:
		return words.NowClosed
	case occasion.Over:
		return words.NowOver
	case occasion.Open, occasion.Deleted:
	}
	return words.NowOpen
}

func notice(done string) string {
	return map[string]string{
		doneMade: words.OccasionMade, doneSaved: words.OccasionSaved, doneDesign: words.DesignChosen, doneAdded: words.GuestAdded,
		doneWaiting: words.GuestAddedWaiting, doneGuest: words.GuestSaved, doneRemoved: words.GuestRemoved,
	}[done]
}
