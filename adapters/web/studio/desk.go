package studio

import (
	"context"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"convoke/adapters/web/occasion"
	"convoke/adapters/web/studio/pages"
	"convoke/adapters/web/words"
	"convoke/application/jobs"
	"convoke/application/uuid"
	"convoke/domain/job"
	"convoke/domain/rsvp"
)

// The desk is what a browser has made, newest first. It holds ids and opens nothing that their knowledge would not.
const (
	deskCookie = "desk"
	deskPath   = "/studio"
	deskLasts  = 400 * 24 * 60 * 60 // seconds, which is as long as browsers keep a cookie
	deskHolds  = 24
)

// item is a thing on a desk.
type item struct {
	kind itemKind
	id   string
}

type itemKind byte

const (
	aDesign    itemKind = 'j' // by its first job
	anOccasion itemKind = 'o'
)

// deskOf reads a browser's desk. Whatever is no id is dropped: anybody can write a cookie.
func deskOf(c *fiber.Ctx) []item {
	var desk []item
	for text := range strings.SplitSeq(c.Cookies(deskCookie), ".") {
		if len(desk) == deskHolds || text == "" {
			break
		}
		id, ok := uuid.Parse(text[1:])
		if i := (item{itemKind(text[0]), id}); ok && (i.kind == aDesign || i.kind == anOccasion) && !slices.Contains(desk, i) {
			desk = append(desk, i)
		}
	}
	return desk
}

// lay puts something on top of the browser's desk. What lies at the bottom of a full one falls off.
func (h *Handler) lay(c *fiber.Ctx, i item) {
	h.keepDesk(c, append([]item{i}, without(deskOf(c), i)...))
}

// clear takes something off the browser's desk.
func (h *Handler) clear(c *fiber.Ctx, i item) { h.keepDesk(c, without(deskOf(c), i)) }

func without(desk []item, i item) []item {
	return slices.DeleteFunc(desk, func(other item) bool { return other == i })
}

func (h *Handler) keepDesk(c *fiber.Ctx, desk []item) {
	texts := make([]string, min(len(desk), deskHolds))
	for n := range texts {
		texts[n] = string(rune(desk[n].kind)) + desk[n].id
	}
	lasts := deskLasts
	if len(texts) == 0 {
		lasts = 0
	}
	c.Cookie(h.frame.Cookie(deskCookie, deskPath, strings.Join(texts, "."), lasts))
}

// deskView shows what lies on a desk and is still there.
func (h *Handler) deskView(ctx context.Context, desk []item) ([]pages.DeskItem, error) {
	designs, err := h.deskDesigns(ctx, desk)
	if err != nil {
		return nil, err
	}
	occasions, err := h.deskOccasions(ctx, desk)
	if err != nil {
		return nil, err
	}
	var shown []pages.DeskItem
	for _, i := range desk {
		if v, ok := designs[i]; ok {
			shown = append(shown, v)
		}
		if v, ok := occasions[i]; ok {
			shown = append(shown, v)
		}
	}
	return shown, nil
}

func (h *Handler) deskDesigns(ctx context.Context, desk []item) (map[item]pages.DeskItem, error) {
	views, err := h.Jobs.Store.Views(ctx, idsOf(desk, aDesign)...)
	if err != nil {
		return nil, err
	}
	shown := map[item]pages.DeskItem{}
	for _, v := range views {
		picture, err := h.Pictures.Of(ctx, rsvp.Details{DesignID: v.Job.DesignID})
		if err != nil {
			return nil, err
		}
		shown[item{aDesign, v.Job.ID}] = pages.DeskItem{
			Path: jobPath(v.Job.ID), Kind: words.DeskDesign, Title: occasion.Clip(v.Job.Brief.Description, 90), Detail: deskState(v), Picture: picture,
		}
	}
	return shown, nil
}

// deskState says how a design that has no drawing yet stands.
func deskState(v jobs.View) string {
	switch v.Job.Status {
	case job.Pending:
		return words.VersionWaiting
	case job.Processing:
		return words.VersionRunning
	case job.Failed:
		return words.FailedHeading
	case job.Cancelled:
		return words.CancelledHeading
	case job.Completed:
	}
	return ""
}

func (h *Handler) deskOccasions(ctx context.Context, desk []item) (map[item]pages.DeskItem, error) {
	found, err := h.RSVPs.Store.Occasions(ctx, idsOf(desk, anOccasion)...)
	if err != nil {
		return nil, err
	}
	shown := map[item]pages.DeskItem{}
	for _, o := range found {
		if o.Deleted {
			continue
		}
		picture, err := h.Pictures.Of(ctx, o.Details)
		if err != nil {
			return nil, err
		}
		v := pages.DeskItem{Path: occasionPath(o.ID), ID: o.ID, Kind: words.DeskOccasion, Title: o.Details.Title, Picture: picture}
		if when := occasion.WhenOf(o.Details); when != nil {
			v.Detail = when.Day + ", " + when.Span
		}
		shown[item{anOccasion, o.ID}] = v
	}
	return shown, nil
}

func idsOf(desk []item, kind itemKind) []string {
	var ids []string
	for _, i := range desk {
		if i.kind == kind {
			ids = append(ids, i.id)
		}
	}
	return ids
}

func jobPath(id string) string      { return "/studio/jobs/" + id }
func occasionPath(id string) string { return "/studio/occasions/" + id }
