package studio

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/gofiber/fiber/v2"

	"convoke/adapters/web/frame"
	"convoke/adapters/web/occasion"
	"convoke/adapters/web/studio/pages"
	"convoke/adapters/web/words"
	"convoke/application/jobs"
	"convoke/domain/design"
	"convoke/domain/job"
	"convoke/domain/rsvp"
)

// designView is a design at one of its jobs.
func (h *Handler) designView(ctx context.Context, c *fiber.Ctx, w wall) (pages.DesignView, error) {
	v := pages.DesignView{
		Page: h.page(c, words.Title(occasion.Clip(w.Job.Brief.Description, 60), words.DesignTitle), hue), Form: sameForm(c),
		Brief: factsOf(w.Job.Brief),
	}
	picture, err := h.Pictures.Of(ctx, rsvp.Details{DesignID: w.Job.DesignID})
	if err != nil {
		return v, err
	}
	if picture != nil {
		v.Hue = picture.Hue
	}
	if v.Job, err = h.jobView(ctx, w); err != nil {
		return v, err
	}
	v.Wall, v.History = w.shown(), []pages.Step{{Words: w.Job.Brief.Description}}
	if at := w.index(); at >= 0 {
		v.Shown, v.History = versionView(w.versions[at], true), w.history(w.versions[at])
		v.Occasions, err = h.deskView(ctx, slices.DeleteFunc(deskOf(c), func(i item) bool { return i.kind != anOccasion }))
	} else if parent := w.Job.ParentVersion; parent > 0 && parent <= len(w.versions) {
		v.History = w.history(w.versions[parent-1])
	}
	return v, err
}

// index is where among the versions that of the job is; -1: it has none.
func (w wall) index() int {
	return slices.IndexFunc(w.versions, func(v design.Version) bool { return v.JobID == w.Job.ID })
}

// jobView says how a job stands.
func (h *Handler) jobView(ctx context.Context, w wall) (pages.Job, error) {
	j := w.Job
	v := pages.Job{
		ID: j.ID, Path: jobPath(j.ID), Version: j.Version, Running: !j.Status.Finished(), Percent: j.Progress, Message: j.ProgressMessage,
		Instructions: j.Instructions,
	}
	if j.Attempt > 1 {
		v.Attempt = words.TryNumber(j.Attempt)
	}
	switch j.Status {
	case job.Pending:
		v.Waiting = true
		return h.waiting(ctx, j, v)
	case job.Processing:
		v.Heading = words.DrawingHeading
	case job.Failed:
		v.Heading, v.Text = words.FailedHeading, words.Failure(j.ErrorCode)
	case job.Cancelled:
		v.Heading, v.Text = words.CancelledHeading, words.CancelledText
	case job.Completed:
		v.Heading, v.Text = words.DesignTitle, words.DesignNotThereText
		if at := w.index(); at >= 0 {
			v.Heading = words.Version(w.versions[at].Number)
		}
	}
	return v, nil
}

// waiting says what a job waits for: its turn, or its next attempt.
func (h *Handler) waiting(ctx context.Context, j job.State, v pages.Job) (pages.Job, error) {
	if !j.RetryAt.IsZero() {
		v.Heading, v.Message, v.Attempt = words.AgainSoonHeading, words.AgainSoonText, words.TryNumber(j.Attempt+1)
		return v, nil
	}
	ahead, err := h.Jobs.Store.Ahead(ctx, j.ID)
	v.Heading, v.Message = words.QueuedHeading, words.Ahead(ahead, jobs.MaxAhead)
	return v, err
}

// shown are the versions on the wall, those that are being drawn first, then the newest.
func (w wall) shown() []pages.Version {
	var all []pages.Version
	for _, j := range slices.Backward(w.running) {
		if slices.ContainsFunc(w.versions, func(v design.Version) bool { return v.JobID == j.ID }) {
			continue // it has come to its end while we looked
		}
		v := pages.Version{
			JobID: j.ID, Path: jobPath(j.ID), Name: words.VersionRunning, Words: j.Instructions, Running: true, Percent: j.Progress,
			Current: j.ID == w.Job.ID, JobVersion: j.Version,
		}
		if j.Status == job.Pending {
			v.Name = words.VersionWaiting
		}
		if j.ParentVersion > 0 {
			v.From = words.FromVersion(j.ParentVersion)
		}
		all = append(all, v)
	}
	for _, v := range slices.Backward(w.versions) {
		all = append(all, *versionView(v, v.JobID == w.Job.ID))
	}
	return all
}

func versionView(v design.Version, current bool) *pages.Version {
	shown := &pages.Version{
		JobID: v.JobID, Path: jobPath(v.JobID), Number: v.Number, Name: words.Version(v.Number), Words: v.Instructions,
		Picture: occasion.PictureOf(v), Current: current,
		Generator: v.Generator, Took: words.DrawnIn(v.Duration), Drawn: stamp(v.CreatedAt), Fallback: fallback(v),
		File: fmt.Sprintf("invitation-v%d", v.Number), IsSVG: v.Asset.IsText(),
	}
	if v.ParentVersion > 0 {
		shown.From = words.FromVersion(v.ParentVersion)
	}
	shown.PNG = fmt.Sprintf("/api/designs/%s/v/%d.png", v.DesignID, v.Number)
	return shown
}

func stamp(t time.Time) pages.Stamp {
	return pages.Stamp{At: t.UTC().Format(time.RFC3339), Text: words.Stamp(t)}
}

// fallback says that the version was drawn by somebody else than was asked; empty: it was not.
func fallback(v design.Version) string {
	note, _ := v.Metadata["fallback"].(map[string]any)
	asked, _ := note["from"].(string)
	if asked == "" {
		return ""
	}
	return words.Fallback(asked, v.Generator)
}

// history is what was asked for, from the brief down to a version.
func (w wall) history(v design.Version) []pages.Step {
	var steps []pages.Step
	for {
		step := pages.Step{Path: jobPath(v.JobID), Name: words.Version(v.Number), Words: v.Instructions}
		if v.ParentVersion == 0 {
			step.Words = v.Brief.Description
		}
		steps = append(steps, step)
		if v.ParentVersion < 1 || v.ParentVersion >= v.Number {
			break
		}
		v = w.versions[v.ParentVersion-1]
	}
	slices.Reverse(steps)
	return steps
}

func factsOf(b design.Brief) pages.Facts {
	return pages.Facts{
		Style: words.Style(string(b.Style)), Palette: b.Palette,
		Size: frame.Number(b.Size.Width) + " × " + frame.Number(b.Size.Height),
	}
}
