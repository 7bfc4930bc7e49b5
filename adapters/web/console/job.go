package console

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/gofiber/fiber/v2"

	"convoke/adapters/web/console/pages"
	"convoke/adapters/web/words"
	"convoke/application/contract"
	"convoke/application/idempotency"
	"convoke/application/jobs"
	"convoke/domain/design"
	"convoke/domain/fault"
	"convoke/domain/job"
)

const maxDetail = 20_000 // bytes of a specification that are shown

// job is one job: its facts, its brief, its attempts.
func (h *Handler) job(c *fiber.Ctx) error {
	id, err := pathID(c)
	if err != nil {
		return err
	}
	ctx, cancel := bounded()
	defer cancel()
	found, err := h.Jobs.Get(ctx, id)
	if err != nil {
		return err
	}
	v := pages.JobView{Shell: h.shell(ctx, c, words.JobTitle(short(id)), jobsSection)}
	h.fillJob(&v, found)
	return show(c, pages.Job(v))
}

func (h *Handler) fillJob(v *pages.JobView, found jobs.View) {
	s := found.Job
	v.ID, v.Short, v.Path = s.ID, short(s.ID), jobsSection+"/"+s.ID
	v.Mark, v.Error = pages.MarkOf(string(s.Status)), jobError(s)
	v.Retry, v.Cancel = s.Status == job.Failed, !s.Status.Finished()
	v.Running, v.Progress = s.Status == job.Processing, s.Progress
	v.Facts, v.Description, v.Brief = jobFacts(found), s.Brief.Description, briefFacts(s)
	v.Forgotten = s.Forgotten() > 0
	for i := len(s.Attempts) - 1; i >= 0; i-- {
		v.Attempts = append(v.Attempts, attemptView(s.Attempts[i], s))
	}
	if found.Design != nil {
		v.Picture = pictureOf(found.Design)
		v.Details = details(found.Design)
	}
}

func jobError(s job.State) string {
	if s.ErrorCode == "" && s.ErrorMessage == "" {
		return ""
	}
	return s.ErrorCode + ": " + s.ErrorMessage
}

func jobFacts(found jobs.View) []pages.Fact {
	s := found.Job
	all := []pages.Fact{
		{Label: words.JobID, Text: s.ID, Code: true},
		{Label: words.JobCreated, Moment: pages.At(s.CreatedAt)},
		{Label: words.JobUpdated, Moment: pages.At(s.UpdatedAt)},
	}
	if s.Status.Finished() {
		all = append(all, pages.Fact{Label: words.JobEnded, Moment: pages.At(s.CompletedAt)},
			pages.Fact{Label: words.JobTook, Text: words.Took(s.CompletedAt.Sub(s.CreatedAt))})
	} else {
		all = append(all, pages.Fact{Label: words.JobDeadline, Moment: pages.At(s.Deadline)})
	}
	if !s.RetryAt.IsZero() {
		all = append(all, pages.Fact{Label: words.JobNext, Moment: pages.At(s.RetryAt)})
	}
	if s.Status == job.Processing {
		all = append(all, pages.Fact{Label: words.JobProgress, Text: strings.TrimSpace(fmt.Sprintf("%d %% %s", s.Progress, s.ProgressMessage))})
	}
	all = append(all, pages.Fact{Label: words.JobAsked, Text: orUnknown(s.ServerID)})
	if found.Design != nil {
		all = append(all, pages.Fact{Label: words.JobMade, Text: found.Design.Generator})
	}
	return all
}

func briefFacts(s job.State) []pages.Fact {
	size := fmt.Sprintf("%d × %d", s.Brief.Size.Width, s.Brief.Size.Height)
	all := []pages.Fact{{Label: words.JobSize, Text: size}}
	if s.Brief.Style != "" {
		all = append(all, pages.Fact{Label: words.JobStyle, Text: string(s.Brief.Style)})
	}
	if len(s.Brief.Palette) > 0 {
		all = append(all, pages.Fact{Label: words.JobPalette, Text: strings.Join(s.Brief.Palette, " "), Code: true})
	}
	if s.ParentVersion > 0 {
		all = append(all, pages.Fact{Label: words.JobRefines, Text: fmt.Sprint(s.ParentVersion)}, pages.Fact{Label: words.JobWants, Text: s.Instructions})
	}
	return all
}

func attemptView(a job.Attempt, s job.State) pages.Attempt {
	v := pages.Attempt{
		Title: words.AttemptNumber(a.Number), Mark: pages.MarkOf(string(a.Outcome)), Worker: a.WorkerID, Error: strings.Trim(a.ErrorCode+": "+a.ErrorMessage, ": "),
		Asked: pages.At(a.RequestedAt), Started: pages.At(a.StartedAt), Waited: words.Unknown, Took: words.Unknown,
	}
	if a.Outcome == "" {
		v.Mark.Word = words.AttemptRunning
		if s.Status == job.Pending {
			v.Mark = pages.Mark{Kind: "waiting", Word: words.AttemptWaiting}
		}
	}
	if d, ok := a.Waited(); ok {
		v.Waited = words.Took(d)
	}
	if d, ok := a.Took(); ok {
		v.Took = words.Took(d)
	}
	return v
}

func pictureOf(v *design.Version) *pages.Picture {
	return &pages.Picture{
		Path:  contract.URLs{}.Asset(v.DesignID, v.Number, v.Asset.MediaType),
		Width: v.Brief.Size.Width, Height: v.Brief.Size.Height, Alt: clip(v.Brief.Description, maxWords),
		Version: fmt.Sprintf("%s %d", words.JobVersion, v.Number),
	}
}

// details are what the generator says of its drawing, as it says it.
func details(v *design.Version) (all []pages.Detail) {
	if len(v.Metadata) > 0 {
		if text, err := json.Marshal(v.Metadata); err == nil {
			all = append(all, pages.Detail{Label: words.JobMetadata, Text: readable(text)})
		}
	}
	if len(v.Spec) > 0 {
		all = append(all, pages.Detail{Label: words.JobSpec, Text: readable(v.Spec)})
	}
	return all
}

func readable(raw []byte) string {
	var out bytes.Buffer
	if json.Indent(&out, raw, "", "  ") != nil {
		out.Reset()
		out.Write(raw)
	}
	text := strings.ToValidUTF8(out.String(), "")
	if len(text) > maxDetail {
		return strings.ToValidUTF8(text[:maxDetail], "") + "…"
	}
	return text
}

// retryJob gives a failed job a fresh start. One that has moved on by itself stays as it is.
func (h *Handler) retryJob(c *fiber.Ctx) error {
	id, err := pathID(c)
	if err != nil {
		return err
	}
	ctx, cancel := bounded()
	defer cancel()
	done := "retried"
	if _, err := h.Jobs.Redrive(ctx, id); fault.KindOf(err) == fault.Conflict {
		done = "not-retried"
	} else if err != nil {
		return err
	}
	h.audit(c, "retry", "job", id, "outcome", done)
	return h.frame.GoTo(c, jobsSection, "/", id, "?done=", done)
}

// askCancelJob asks before a job is cancelled.
func (h *Handler) askCancelJob(c *fiber.Ctx) error {
	id, err := pathID(c)
	if err != nil {
		return err
	}
	ctx, cancel := bounded()
	defer cancel()
	found, err := h.Jobs.Get(ctx, id)
	if err != nil {
		return err
	}
	path := jobsSection + "/" + id
	if found.Job.Status.Finished() {
		return h.frame.GoTo(c, path, "?done=not-cancelled")
	}
	return show(c, pages.Ask(pages.AskView{
		Shell: h.shell(ctx, c, words.JobCancelAsk, jobsSection), Heading: words.JobCancelAsk, Lines: []string{clip(found.Job.Brief.Description, maxWords), words.JobCancelText},
		Action: path + "/cancel", Yes: words.JobCancelYes, Back: path, Bad: true,
	}))
}

// cancelJob cancels a job. One that has ended already stays as it is.
func (h *Handler) cancelJob(c *fiber.Ctx) error {
	id, err := pathID(c)
	if err != nil {
		return err
	}
	ctx, cancel := bounded()
	defer cancel()
	done := "cancelled"
	if _, err := h.Jobs.Cancel(ctx, id, idempotency.Key{}); fault.KindOf(err) == fault.Conflict {
		done = "not-cancelled"
	} else if err != nil {
		return err
	}
	h.audit(c, "cancel", "job", id, "outcome", done)
	return h.frame.GoTo(c, jobsSection, "/", id, "?done=", done)
}
