package database

import (
	"encoding/json"
	"time"

	"convoke/domain/job"
)

// attemptText is an attempt as a job's row keeps it: times are microseconds since the job was created, and what is not
// known is left out, so that a job that succeeds at once has a short one.
type attemptText struct {
	Number    int         `json:"n"`
	Worker    string      `json:"by,omitempty"`
	Requested *int64      `json:"asked,omitempty"`
	Started   *int64      `json:"begun,omitempty"`
	Ended     *int64      `json:"ended,omitempty"`
	Outcome   job.Outcome `json:"how,omitempty"`
	Code      string      `json:"code,omitempty"`
	Message   string      `json:"text,omitempty"`
}

// historyOf writes the attempts of a job down.
func historyOf(s job.State) string {
	if len(s.Attempts) == 0 {
		return ""
	}
	created := micros(s.CreatedAt)
	texts := make([]attemptText, len(s.Attempts))
	for i, a := range s.Attempts {
		texts[i] = attemptText{
			a.Number, clean(a.WorkerID), since(created, a.RequestedAt), since(created, a.StartedAt), since(created, a.EndedAt),
			a.Outcome, clean(a.ErrorCode), clean(a.ErrorMessage),
		}
	}
	text, err := json.Marshal(texts)
	if err != nil { // it can not fail: there is nothing but numbers and texts
		return ""
	}
	return string(text)
}

// attempts reads them again. A history that nobody can read is none: it must keep no job from going on.
func (r *jobRow) attempts() []job.Attempt {
	if r.History == "" {
		return nil
	}
	var texts []attemptText
	if json.Unmarshal([]byte(r.History), &texts) != nil || len(texts) == 0 {
		return nil
	}
	attempts := make([]job.Attempt, len(texts))
	for i, t := range texts {
		attempts[i] = job.Attempt{
			Number: t.Number, WorkerID: t.Worker, RequestedAt: after(r.CreatedAt, t.Requested),
			StartedAt: after(r.CreatedAt, t.Started), EndedAt: after(r.CreatedAt, t.Ended),
			Outcome: t.Outcome, ErrorCode: t.Code, ErrorMessage: t.Message,
		}
	}
	return attempts
}

func since(created int64, t time.Time) *int64 {
	at := microsOrNull(t)
	if at != nil {
		*at -= created
	}
	return at
}

func after(created int64, offset *int64) time.Time {
	if offset == nil {
		return time.Time{}
	}
	return timeOf(created + *offset)
}
