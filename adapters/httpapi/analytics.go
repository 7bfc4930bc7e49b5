package httpapi

import (
	"maps"
	"net/http"
	"slices"
	"time"

	"github.com/gofiber/fiber/v2"

	"convoke/application/analytics"
	"convoke/application/rsvps"
)

type numbersView struct {
	Created   int64 `json:"created"`
	Updated   int64 `json:"updated"`
	Deleted   int64 `json:"deleted"`
	Cancelled int64 `json:"cancelled"`
	People    int64 `json:"people"`
}

type bucketView struct {
	Start time.Time `json:"start"`
	numbersView
}

type partyView struct {
	Size    int   `json:"size"`
	Replies int64 `json:"replies"`
}

type leadView struct {
	Days    int   `json:"days"`
	Replies int64 `json:"replies"`
}

type analyticsAnswer struct {
	OccasionID  *string      `json:"occasionId,omitempty"`
	Interval    string       `json:"interval"`
	Totals      numbersView  `json:"totals"`
	Buckets     []bucketView `json:"buckets"`
	PartySizes  []partyView  `json:"partySizes"`
	DaysBefore  []leadView   `json:"daysBefore,omitempty"`
	Revision    *uint64      `json:"revision"` // null: of all occasions together
	AsOf        *time.Time   `json:"asOf"`     // null: nothing was counted yet
	MissingFrom *uint64      `json:"missingFrom,omitempty"`
}

// occasionAnalytics shows a host what was counted.
func (e *endpoints) occasionAnalytics(c *fiber.Ctx, who rsvps.Caller) error {
	if who.Claim == nil && !who.Admin {
		return rsvps.ErrNoToken
	}
	id, err := occasionID(c.Params("id"))
	if err != nil {
		return err
	}
	width, err := analytics.ParseInterval(c.Query("interval"))
	if err != nil {
		return err
	}
	ctx, cancel := bounded()
	defer cancel()
	if err := e.mustHost(ctx, who, id); err != nil {
		return err
	}
	r, err := e.Analytics.Look(ctx, analytics.Subject(id), width)
	if err != nil {
		return err
	}
	answer := showNumbers(r, width)
	revision := r.Progress.Whole()
	answer.OccasionID, answer.Revision = &id, &revision
	if revision < r.Progress.Highest {
		missing := revision + 1
		answer.MissingFrom = &missing
	}
	if width == analytics.Hour {
		for _, l := range r.Leads() {
			answer.DaysBefore = append(answer.DaysBefore, leadView(l))
		}
	}
	return writeJSON(c, http.StatusOK, answer)
}

// allAnalytics shows an operator what was counted of all occasions.
func (e *endpoints) allAnalytics(c *fiber.Ctx) error {
	width, err := analytics.ParseInterval(c.Query("interval"))
	if err != nil {
		return err
	}
	ctx, cancel := bounded()
	defer cancel()
	r, err := e.Analytics.Look(ctx, analytics.Everything, width)
	if err != nil {
		return err
	}
	return writeJSON(c, http.StatusOK, showNumbers(r, width))
}

func showNumbers(r analytics.Report, width time.Duration) analyticsAnswer {
	answer := analyticsAnswer{
		Interval: "hour", Totals: numbersView(r.Total), Buckets: make([]bucketView, len(r.Buckets)), PartySizes: []partyView{},
	}
	if width == analytics.Minute {
		answer.Interval = "minute"
	}
	for i, b := range r.Buckets {
		answer.Buckets[i] = bucketView{b.Start.UTC(), numbersView(b.Numbers)}
	}
	for _, size := range slices.Sorted(maps.Keys(r.Parties)) {
		answer.PartySizes = append(answer.PartySizes, partyView{size, r.Parties[size]})
	}
	if !r.AsOf.IsZero() {
		at := r.AsOf.UTC()
		answer.AsOf = &at
	}
	return answer
}

type replayBody struct {
	Group string `json:"group"`
}

type replayAnswer struct {
	Group string `json:"group"`
	Epoch uint64 `json:"epoch"`
}

// replayGroup has a group build its projection again.
func (e *endpoints) replayGroup(c *fiber.Ctx) error {
	var body replayBody
	if err := readJSON(c, &body); err != nil {
		return err
	}
	if err := plain("group", body.Group); err != nil {
		return err
	}
	ctx, cancel := bounded()
	defer cancel()
	epoch, err := e.Replay.Replay(ctx, body.Group)
	if err != nil {
		return err
	}
	return writeJSON(c, http.StatusOK, replayAnswer{body.Group, epoch})
}
