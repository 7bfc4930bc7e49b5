package web

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/gofiber/fiber/v2"

	"convoke/adapters/web/pages"
	"convoke/adapters/web/words"
	"convoke/application/contract"
	"convoke/domain/rsvp"
)

// keyState is the key of the kept occasions. Its number grows when their bytes get another meaning.
const keyState = "web-state/2"

// occasionID reads the occasion in the path.
func occasionID(c *fiber.Ctx) (string, error) {
	id, ok := contract.OccasionID(c.Params("id"))
	if !ok {
		return "", rsvp.ErrNoOccasion
	}
	return id, nil
}

// occasion returns an occasion as it was at most a beat ago, also one that has been deleted.
func (h *Handler) occasion(ctx context.Context, id string) (rsvp.State, error) {
	kept, err := h.Reads.Answer(ctx, id, keyState, 0, func(ctx context.Context) ([]byte, uint64, error) {
		found, err := h.RSVPs.Store.Occasions(ctx, id)
		if err != nil {
			return nil, 0, err
		}
		if len(found) == 0 {
			return nil, 0, rsvp.ErrNoOccasion
		}
		state, err := json.Marshal(found[0])
		return state, found[0].Revision, err
	})
	if err != nil {
		return rsvp.State{}, err
	}
	var o rsvp.State
	if err := json.Unmarshal(kept, &o); err != nil {
		return rsvp.State{}, fmt.Errorf("web: a kept occasion can not be read: %w", err)
	}
	return o, nil
}

// view is what guests see of an occasion.
func (h *Handler) view(ctx context.Context, o rsvp.State) (pages.Occasion, string, error) {
	d := o.Details
	left, limited := o.SeatsLeft()
	v := pages.Occasion{
		ID: o.ID, Title: d.Title, Place: d.Place, When: when(d), Phase: h.phase(o), Initial: initial(d.Title),
		Waitlist: d.Waitlist == rsvp.WaitlistAuto, Full: limited && left == 0, MaxParty: d.MaxPartySize,
	}
	if !d.Deadline.IsZero() {
		v.ReplyBy = words.Moment(d.Deadline.In(zone(d)), city(d), offset(d, d.Deadline))
	}
	if d.Counts == rsvp.CountsPublic {
		v.Counts = &pages.Counts{
			Revision: o.Revision, Coming: o.Counts.PeopleYes, Maybe: o.Counts.PeopleMaybe, Waiting: o.Counts.PeopleWaitlisted,
			SeatsLeft: left, Limited: limited,
		}
	}
	p, err := h.pictures.of(ctx, d.DesignID, d.DesignVersion)
	if err != nil {
		return v, "", err
	}
	if p != nil {
		v.Picture = p.page(h.site.Base)
		return v, p.hue, nil
	}
	return v, defaultHue, nil
}

func (h *Handler) phase(o rsvp.State) pages.Phase {
	now, d := h.RSVPs.Clock.Now(), o.Details
	switch {
	case o.Deleted:
		return pages.Deleted
	case isOver(d, now):
		return pages.Over
	case !d.Deadline.IsZero() && !now.Before(d.Deadline):
		return pages.Closed
	}
	return pages.Open
}

// isOver reports whether an occasion has ended. One without an end lasts until its day does, where it takes place.
func isOver(d rsvp.Details, now time.Time) bool {
	switch {
	case !d.EndsAt.IsZero():
		return !now.Before(d.EndsAt)
	case d.StartsAt.IsZero():
		return false
	}
	year, month, day := d.StartsAt.In(zone(d)).Date()
	return !now.Before(time.Date(year, month, day+1, 0, 0, 0, 0, zone(d)))
}

// ends is when an occasion's last known moment is; zero: it has no date.
func ends(o rsvp.State) time.Time {
	if o.Details.EndsAt.IsZero() {
		return o.Details.StartsAt
	}
	return o.Details.EndsAt
}

func when(d rsvp.Details) *pages.When {
	if d.StartsAt.IsZero() {
		return nil
	}
	start := d.StartsAt.In(zone(d))
	_, seconds := start.Zone()
	w := &pages.When{
		Start: d.StartsAt.UTC().Format(time.RFC3339), Offset: seconds / 60, Day: words.Day(start),
		Zone:    words.Zone(city(d), offset(d, d.StartsAt)),
		Weekday: start.Format("Monday"), Date: start.Format("2"), Month: start.Format("January"),
	}
	end := d.EndsAt
	if !end.IsZero() {
		w.End, end = end.UTC().Format(time.RFC3339), end.In(zone(d))
	}
	w.Span = words.Span(start, end)
	return w
}

func zone(d rsvp.Details) *time.Location {
	if location, err := time.LoadLocation(d.TimeZone); err == nil {
		return location
	}
	return time.UTC
}

// city is the place that the occasion's zone is named for; empty: none.
func city(d rsvp.Details) string {
	area, city, ok := strings.Cut(d.TimeZone, "/")
	if !ok || area == "Etc" {
		return ""
	}
	return strings.ReplaceAll(city[strings.LastIndex(city, "/")+1:], "_", " ")
}

// offset is how far the occasion's zone is from UTC at a moment.
func offset(d rsvp.Details, t time.Time) string {
	_, seconds := t.In(zone(d)).Zone()
	return words.Offset(seconds / 60)
}

// initial is the letter that stands for a picture.
func initial(title string) string {
	r, _ := utf8.DecodeRuneInString(strings.TrimSpace(title))
	if r == utf8.RuneError {
		return ""
	}
	return string(r)
}
