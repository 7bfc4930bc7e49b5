package httpapi

import (
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"convoke/application/jobs"
	"convoke/domain/design"
	"convoke/domain/job"
)

const maxWait = 60 // seconds that a client may ask to wait

type generateBody struct {
	Description  string       `json:"description"`
	Style        design.Style `json:"style"`
	ColorPalette []string     `json:"colorPalette"`
	Size         *struct {
		Width  int `json:"width"`
		Height int `json:"height"`
	} `json:"size"`
	ServerID string `json:"serverId"`
	Deadline string `json:"deadline"`
}

func (b generateBody) size() design.Size {
	switch {
	case b.Size == nil:
		return design.Size{}
	case b.Size.Width == 0 && b.Size.Height == 0:
		return design.Size{Width: -1, Height: -1} // a size was given, and zero is none
	}
	return design.Size(*b.Size)
}

func (e *endpoints) generate(c *fiber.Ctx) error {
	key, err := requestKey(c)
	if err != nil {
		return err
	}
	var body generateBody
	if err := readJSON(c, &body); err != nil {
		return err
	}
	deadline, err := moment("deadline", body.Deadline)
	if err != nil {
		_, others := design.NewBrief(body.Description, body.Style, body.ColorPalette, body.size())
		return errors.Join(others, err, plain("serverId", body.ServerID)) // every problem in one answer
	}
	ctx, cancel := bounded()
	defer cancel()
	state, err := e.Jobs.Generate(ctx, jobs.Generate{
		Description: body.Description, Style: body.Style, Palette: body.ColorPalette, Size: body.size(),
		ServerID: body.ServerID, Deadline: deadline, Trace: strings.Clone(c.Get("Traceparent")), Key: key,
	})
	if err != nil {
		return err
	}
	return e.accepted(c, state.ID)
}

type refineBody struct {
	JobID        string `json:"jobId"`
	Instructions string `json:"instructions"`
}

func (e *endpoints) refine(c *fiber.Ctx) error {
	key, err := requestKey(c)
	if err != nil {
		return err
	}
	var body refineBody
	if err := readJSON(c, &body); err != nil {
		return err
	}
	id, err := bodyID("jobId", body.JobID)
	if err != nil {
		_, others := design.NewInstructions(body.Instructions)
		return errors.Join(err, others)
	}
	ctx, cancel := bounded()
	defer cancel()
	state, err := e.Jobs.Refine(ctx, jobs.Refine{
		JobID: id, Instructions: body.Instructions, Trace: strings.Clone(c.Get("Traceparent")), Key: key,
	})
	if err != nil {
		return err
	}
	return e.accepted(c, state.ID)
}

// accepted answers for a job that has been committed: at once, or, if the client prefers to wait, when the job is
// finished. The job exists whatever becomes of the waiting, so failing to wait is no failure.
func (e *endpoints) accepted(c *fiber.Ctx, id string) error {
	c.Set(fiber.HeaderLocation, base(e.URLs.Base)+"/api/mcp/tools/job/"+id)
	if seconds := preferredWait(c); seconds > 0 {
		c.Set("Preference-Applied", "wait="+strconv.Itoa(seconds))
		ctx, cancel := e.server.waits.context()
		defer cancel()
		view, err := e.Jobs.Wait(ctx, id, time.Duration(seconds)*time.Second)
		if err == nil && view.Job.Status.Finished() {
			return writeJSON(c, http.StatusOK, e.URLs.JobWithAssetOf(view))
		}
	}
	// Written by hand: this is the hottest answer, and none of its parts needs escaping.
	c.Set(fiber.HeaderContentType, fiber.MIMEApplicationJSON)
	c.Set(fiber.HeaderCacheControl, "no-store")
	c.Status(http.StatusAccepted)
	return c.SendString(`{"success":true,"jobId":"` + id + `","status":"` + string(job.Pending) + `","message":"the design is on its way"}` + "\n")
}

// preferredWait reads "wait=N" of the Prefer header (RFC 7240), whose nonsense is to be ignored.
func preferredWait(c *fiber.Ctx) int {
	for preference := range strings.SplitSeq(c.Get("Prefer"), ",") {
		name, value, _ := strings.Cut(preference, "=")
		if !strings.EqualFold(strings.TrimSpace(name), "wait") {
			continue
		}
		value, _, _ = strings.Cut(value, ";")
		if n, err := strconv.Atoi(strings.Trim(strings.TrimSpace(value), `"`)); err == nil && n > 0 {
			return min(n, maxWait)
		}
	}
	return 0
}
