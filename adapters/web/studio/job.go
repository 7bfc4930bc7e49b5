package studio

import (
	"context"
	"errors"
	"net/http"

	"github.com/gofiber/fiber/v2"

	"convoke/adapters/web/frame"
	"convoke/adapters/web/studio/pages"
	"convoke/adapters/web/words"
	"convoke/application/designs"
	"convoke/application/idempotency"
	"convoke/application/jobs"
	"convoke/application/uuid"
	"convoke/domain/design"
	"convoke/domain/fault"
	"convoke/domain/job"
)

// maxRunning is how many unfinished versions a wall shows.
const maxRunning = 24

// wall is a design as one of its jobs opens it.
type wall struct {
	jobs.View
	versions []design.Version // without their drawings, oldest first
	running  []job.State
}

// open returns the design that the request's job is of.
func (h *Handler) open(ctx context.Context, c *fiber.Ctx) (wall, error) {
	id, ok := uuid.Parse(c.Params("jobId"))
	if !ok {
		return wall{}, jobs.ErrNotFound
	}
	v, err := h.Jobs.Get(ctx, id)
	if err != nil {
		return wall{}, err
	}
	w := wall{View: v}
	if w.running, err = h.Jobs.Store.Unfinished(ctx, v.Job.DesignID, maxRunning); err != nil {
		return wall{}, err
	}
	w.versions, err = h.Designs.DesignVersions(ctx, v.Job.DesignID) // last: what was running may have come to an end
	if errors.Is(err, designs.ErrNotFound) {
		err = nil
	}
	return w, err
}

// backToJob answers a GET of an address that only takes writes, as a reload or a bookmark makes it.
func (h *Handler) backToJob(c *fiber.Ctx) error {
	id, ok := uuid.Parse(c.Params("jobId"))
	if !ok {
		return jobs.ErrNotFound
	}
	return h.frame.GoTo(c, jobPath(id))
}

// design is the page of a design, at the version that the job in its address has made or is making.
func (h *Handler) design(c *fiber.Ctx) error {
	return h.showDesign(c, http.StatusOK, "", nil)
}

func (h *Handler) showDesign(c *fiber.Ctx, status int, instructions string, found frame.Problems) error {
	ctx, cancel := frame.Bounded()
	defer cancel()
	w, err := h.open(ctx, c)
	if err != nil {
		return err
	}
	v, err := h.designView(ctx, c, w)
	if err != nil {
		return err
	}
	v.Instructions, v.Problems = instructions, found
	return frame.Show(c, status, pages.Design(v))
}

// refine takes what is to change.
func (h *Handler) refine(c *fiber.Ctx) error {
	ctx, cancel := frame.Bounded()
	defer cancel()
	w, err := h.open(ctx, c)
	if err != nil {
		return err
	}
	instructions := frame.Text(c, "instructions")
	if found := h.mayGenerate(c, "instructions"); found != nil {
		return h.showDesign(c, http.StatusTooManyRequests, instructions, found)
	}
	next, err := h.Jobs.Refine(ctx, jobs.Refine{JobID: w.Job.ID, Instructions: instructions, Trace: frame.Trace(c), Key: formKey(c)})
	switch {
	case err == nil:
		return h.frame.GoTo(c, jobPath(next.ID))
	case fault.KindOf(err) == fault.Invalid:
		return h.showDesign(c, http.StatusUnprocessableEntity, instructions, frame.Problems{{Field: "instructions", Text: words.BadInstructions}})
	case errors.Is(err, jobs.ErrNotCompleted):
		return h.frame.GoTo(c, jobPath(w.Job.ID))
	}
	return err
}

// cancel stops a job, wherever it is. One that has ended meanwhile is shown as it ended.
func (h *Handler) cancel(c *fiber.Ctx) error {
	ctx, cancel := frame.Bounded()
	defer cancel()
	id, ok := uuid.Parse(c.Params("jobId"))
	if !ok {
		return jobs.ErrNotFound
	}
	if _, err := h.Jobs.Cancel(ctx, id, idempotency.Key{}); err != nil && fault.KindOf(err) != fault.Conflict {
		return err
	}
	return h.frame.GoTo(c, jobPath(id))
}

// again orders anew what has failed or was stopped.
func (h *Handler) again(c *fiber.Ctx) error {
	ctx, cancel := frame.Bounded()
	defer cancel()
	w, err := h.open(ctx, c)
	if err != nil {
		return err
	}
	if !w.Job.Status.Finished() || w.Job.Status == job.Completed {
		return h.frame.GoTo(c, jobPath(w.Job.ID))
	}
	if found := h.mayGenerate(c, "again"); found != nil {
		return h.showDesign(c, http.StatusTooManyRequests, "", found)
	}
	next, err := h.orderAgain(ctx, c, w)
	if fault.KindOf(err) == fault.Invalid { // whoever drew it is gone
		return h.showDesign(c, http.StatusUnprocessableEntity, "", frame.Problems{{Field: "again", Text: words.Failure("unknown-server")}})
	}
	if err != nil {
		return err
	}
	return h.frame.GoTo(c, jobPath(next.ID))
}

func (h *Handler) orderAgain(ctx context.Context, c *fiber.Ctx, w wall) (job.State, error) {
	j := w.Job
	if parent := j.ParentVersion; parent > 0 && parent <= len(w.versions) {
		return h.Jobs.Refine(ctx, jobs.Refine{
			JobID: w.versions[parent-1].JobID, Instructions: j.Instructions, Trace: frame.Trace(c), Key: formKey(c),
		})
	}
	next, err := h.Jobs.Generate(ctx, jobs.Generate{
		Description: j.Brief.Description, Style: j.Brief.Style, Palette: j.Brief.Palette, Size: j.Brief.Size, ServerID: j.ServerID,
		Trace: frame.Trace(c), Key: formKey(c),
	})
	if err == nil { // it takes the place of the one that has failed
		h.keepDesk(c, append([]item{{aDesign, next.ID}}, without(without(deskOf(c), item{aDesign, j.ID}), item{aDesign, next.ID})...))
	}
	return next, err
}
