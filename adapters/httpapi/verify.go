package httpapi

import (
	"context"
	"net/http"
	"time"

	"github.com/gofiber/fiber/v2"

	"convoke/application/audit"
)

// verifyTimeout bounds an audit, which reads every reply and every event.
const verifyTimeout = 10 * time.Minute

type differenceView struct {
	OccasionID string     `json:"occasionId"`
	Kind       audit.Kind `json:"kind"`
	Detail     string     `json:"detail"`
}

type verifyAnswer struct {
	Occasions   int              `json:"occasions"`
	Events      int              `json:"events"`
	Total       int              `json:"total"` // differences
	Differences []differenceView `json:"differences"`
}

// verifyCounts compares counters, rows and events.
func (e *endpoints) verifyCounts(c *fiber.Ctx) error {
	ctx, cancel := context.WithTimeout(context.Background(), verifyTimeout)
	defer cancel()
	result, err := e.Auditor.Verify(ctx)
	if err != nil {
		return err
	}
	answer := verifyAnswer{result.Occasions, result.Events, result.All, make([]differenceView, len(result.Differences))}
	for i, d := range result.Differences {
		answer.Differences[i] = differenceView(d)
	}
	return writeJSON(c, http.StatusOK, answer)
}
