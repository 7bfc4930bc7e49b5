package database

import (
	"strings"

	"convoke/domain/design"
	"convoke/domain/job"
)

// jobRow is a job in the table. Its order of columns is that of the lane's statements.
type jobRow struct {
	ID            id `gorm:"primaryKey"`
	DesignID      id
	Description   string
	Style         string
	Palette       string
	Width         int64
	Height        int64
	ServerID      string
	ParentVersion int64
	Instructions  string
	Trace         string
	CreatedAt     int64

	Status          string
	Attempt         int64
	Failures        int64
	Version         int64
	Progress        int64
	ProgressMessage string
	ErrorCode       string
	ErrorMessage    string
	WorkerID        string
	LeaseUntil      *int64
	RetryAt         *int64
	Deadline        int64
	UpdatedAt       int64
	CompletedAt     *int64
	WakeAt          *int64
	History         string

	attempts []job.Attempt // the history of a row that was made from a state, which need not be read again
}

// jobChanges are the columns that a job's life changes.
var jobChanges = []string{
	"status", "attempt", "failures", "version", "progress", "progress_message", "error_code", "error_message",
	"worker_id", "lease_until", "retry_at", "deadline", "updated_at", "completed_at", "wake_at", "history",
}

func (jobRow) TableName() string { return "jobs" }

// rowOf is the one place where a job takes the form that is kept: text that Postgres can hold, whole microseconds.
func rowOf(s job.State) jobRow {
	attempts := keptAttempts(s.Attempts)
	return jobRow{
		ID: id(s.ID), DesignID: id(s.DesignID),
		Description: s.Brief.Description, Style: string(s.Brief.Style), Palette: strings.Join(s.Brief.Palette, ","),
		Width: int64(s.Brief.Size.Width), Height: int64(s.Brief.Size.Height),
		ServerID: clean(s.ServerID), ParentVersion: int64(s.ParentVersion), Instructions: s.Instructions,
		Trace: clean(s.Trace), CreatedAt: micros(s.CreatedAt),

		Status: string(s.Status), Attempt: int64(s.Attempt), Failures: int64(s.Failures), Version: int64(s.Version),
		Progress: int64(s.Progress), ProgressMessage: clean(s.ProgressMessage),
		ErrorCode: clean(s.ErrorCode), ErrorMessage: clean(s.ErrorMessage), WorkerID: clean(s.WorkerID),
		LeaseUntil: microsOrNull(s.LeaseUntil), RetryAt: microsOrNull(s.RetryAt), Deadline: micros(s.Deadline),
		UpdatedAt: micros(s.UpdatedAt), CompletedAt: microsOrNull(s.CompletedAt), WakeAt: microsOrNull(s.WakeAt()),
		History: historyOf(attempts, micros(s.CreatedAt)), attempts: attempts,
	}
}

func (r *jobRow) state() job.State {
	attempts := r.attempts
	if attempts == nil {
		attempts = attemptsOf(r.History, r.CreatedAt)
	}
	return job.State{
		ID: string(r.ID), DesignID: string(r.DesignID), Brief: r.brief(),
		ServerID: r.ServerID, ParentVersion: int(r.ParentVersion), Instructions: r.Instructions, Trace: r.Trace,

		Status: job.Status(r.Status), Attempt: int(r.Attempt), Failures: int(r.Failures), Version: uint64(r.Version),
		Progress: int(r.Progress), ProgressMessage: r.ProgressMessage,
		ErrorCode: r.ErrorCode, ErrorMessage: r.ErrorMessage,

		WorkerID: r.WorkerID, LeaseUntil: timeOrZero(r.LeaseUntil), RetryAt: timeOrZero(r.RetryAt),
		Deadline: timeOf(r.Deadline), CreatedAt: timeOf(r.CreatedAt), UpdatedAt: timeOf(r.UpdatedAt),
		CompletedAt: timeOrZero(r.CompletedAt), Attempts: attempts,
	}
}

func (r *jobRow) brief() design.Brief {
	b := design.Brief{
		Description: r.Description, Style: design.Style(r.Style),
		Size: design.Size{Width: int(r.Width), Height: int(r.Height)},
	}
	if r.Palette != "" {
		b.Palette = strings.Split(r.Palette, ",")
	}
	return b
}
