package contract

import (
	"convoke/application/jobs"
	"convoke/domain/job"
)

// Types of the messages about a watched job.
const (
	JobStatus    = "job_status" // the snapshot
	JobProgress  = "job_progress"
	JobComplete  = "job_complete"
	JobFailed    = "job_failed"
	JobCancelled = "job_cancelled"
)

// Live is one message about a watched job. SSE sends the same object.
type Live struct {
	Type            string     `json:"type"`
	JobID           string     `json:"jobId"`
	Version         uint64     `json:"version"`
	Status          job.Status `json:"status"`
	Progress        int        `json:"progress"`
	ProgressMessage *string    `json:"progressMessage"`
	Attempt         int        `json:"attempt"`
	ErrorCode       *string    `json:"errorCode,omitempty"`
	ErrorMessage    *string    `json:"errorMessage,omitempty"`
	Asset           *Asset     `json:"asset,omitempty"`
}

// Snapshot is the first message to a new watcher.
func Snapshot(v jobs.View) Live { return live(JobStatus, v) }

// Update is the message of a change, or the terminal message of a finished job.
func (u URLs) Update(v jobs.View) Live {
	switch v.Job.Status {
	case job.Completed:
		l := live(JobComplete, v)
		l.Asset = u.AssetOf(v.Design)
		return l
	case job.Failed:
		return live(JobFailed, v)
	case job.Cancelled:
		return live(JobCancelled, v)
	case job.Pending, job.Processing:
	}
	return live(JobProgress, v)
}

func live(kind string, v jobs.View) Live {
	l := Live{
		Type: kind, JobID: v.Job.ID, Version: v.Job.Version, Status: v.Job.Status,
		Progress: v.Job.Progress, ProgressMessage: orNull(v.Job.ProgressMessage), Attempt: v.Job.Attempt,
	}
	if kind == JobFailed {
		l.ErrorCode, l.ErrorMessage = orNull(v.Job.ErrorCode), orNull(v.Job.ErrorMessage)
	}
	return l
}
