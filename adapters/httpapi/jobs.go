package httpapi

import (
	"errors"
	"net/http"
	"strings"

	"github.com/gofiber/fiber/v2"

	"convoke/application/contract"
	"convoke/application/jobs"
	"convoke/domain/job"
)

func (e *endpoints) job(c *fiber.Ctx) error {
	id, err := pathID(c, "jobId", jobs.ErrNotFound)
	if err != nil {
		return err
	}
	ctx, cancel := bounded()
	defer cancel()
	view, err := e.Jobs.Get(ctx, id)
	if err != nil {
		return err
	}
	return writeJSON(c, http.StatusOK, e.URLs.JobWithAssetOf(view))
}

type cancelAnswer struct {
	Success bool         `json:"success"`
	Job     contract.Job `json:"job"`
}

func (e *endpoints) cancel(c *fiber.Ctx) error {
	id, err := pathID(c, "jobId", jobs.ErrNotFound)
	if err != nil {
		return err
	}
	key, err := requestKey(c)
	if err != nil {
		return err
	}
	ctx, cancel := bounded()
	defer cancel()
	state, err := e.Jobs.Cancel(ctx, id, key)
	if err != nil {
		return err
	}
	return writeJSON(c, http.StatusOK, cancelAnswer{true, contract.JobOf(state)})
}

type jobsAnswer struct {
	Success    bool           `json:"success"`
	Jobs       []contract.Job `json:"jobs"`
	NextCursor *string        `json:"nextCursor"`
}

func (e *endpoints) jobs(c *fiber.Ctx) error {
	status, err1 := queryText(c, "status")
	text, err2 := queryText(c, "q")
	server, err3 := queryText(c, "serverId")
	cursor, err4 := queryText(c, "cursor")
	limit, err5 := queryInt(c, "limit")
	if err := errors.Join(err1, err2, err3, err4, err5); err != nil {
		return err
	}
	query := jobs.Query{Text: text, ServerID: server, Cursor: cursor, Limit: limit}
	for name := range strings.SplitSeq(status, ",") {
		if name != "" {
			query.Statuses = append(query.Statuses, job.Status(name))
		}
	}
	ctx, cancel := bounded()
	defer cancel()
	page, err := e.Jobs.List(ctx, query)
	if err != nil {
		return err
	}
	answer := jobsAnswer{Success: true, Jobs: make([]contract.Job, len(page.Jobs)), NextCursor: orNull(page.NextCursor)}
	for i, state := range page.Jobs {
		answer.Jobs[i] = contract.JobOf(state)
	}
	return writeJSON(c, http.StatusOK, answer)
}

// orNull shows an empty text as null.
func orNull(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}
