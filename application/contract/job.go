// Package contract holds the JSON that clients see, the same on HTTP, WebSocket and SSE. Field names are promises.
package contract

import (
	"fmt"
	"strings"
	"time"

	"convoke/application/jobs"
	"convoke/domain/design"
	"convoke/domain/job"
)

// Job is a job as its owner sees it.
type Job struct {
	ID              string     `json:"id"`
	Status          job.Status `json:"status"`
	Progress        int        `json:"progress"`
	ProgressMessage *string    `json:"progressMessage"`
	ErrorCode       *string    `json:"errorCode"`
	ErrorMessage    *string    `json:"errorMessage"`
	Description     string     `json:"description"`
	Attempt         int        `json:"attempt"`
	Version         uint64     `json:"version"`
	CreatedAt       time.Time  `json:"createdAt"`
	UpdatedAt       time.Time  `json:"updatedAt"`
	CompletedAt     *time.Time `json:"completedAt"`
}

// JobOf shows a job.
func JobOf(s job.State) Job {
	return Job{
		ID: s.ID, Status: s.Status, Progress: s.Progress, ProgressMessage: orNull(s.ProgressMessage),
		ErrorCode: orNull(s.ErrorCode), ErrorMessage: orNull(s.ErrorMessage),
		Description: s.Brief.Description, Attempt: s.Attempt, Version: s.Version,
		CreatedAt: s.CreatedAt.UTC(), UpdatedAt: s.UpdatedAt.UTC(), CompletedAt: timeOrNull(s.CompletedAt),
	}
}

// Asset is a finished drawing as its owner sees it.
type Asset struct {
	ID        string           `json:"id"`
	DesignID  string           `json:"designId"`
	AssetType design.MediaType `json:"assetType"`
	Content   *string          `json:"content"` // the markup of an SVG, null for rasters
	URL       string           `json:"url"`
	Version   int              `json:"version"`
	CreatedAt time.Time        `json:"createdAt"`
}

// URLs makes addresses below a deployment's public URL; the zero value makes them relative to the host.
type URLs struct{ Base string }

// Asset is the immutable address of a version's drawing.
func (u URLs) Asset(designID string, number int, mediaType design.MediaType) string {
	return fmt.Sprintf("%s/api/designs/%s/v/%d.%s", strings.TrimSuffix(u.Base, "/"), designID, number, mediaType.Extension())
}

// AssetOf shows the drawing of a job, or nil when it has none.
func (u URLs) AssetOf(v *design.Version) *Asset {
	if v == nil {
		return nil
	}
	a := &Asset{
		ID: v.JobID, DesignID: v.DesignID, AssetType: v.Asset.MediaType, Version: v.Number, CreatedAt: v.CreatedAt.UTC(),
		URL: u.Asset(v.DesignID, v.Number, v.Asset.MediaType),
	}
	if v.Asset.IsText() {
		content := string(v.Asset.Data)
		a.Content = &content
	}
	return a
}

// JobWithAsset is the answer of GET job.
type JobWithAsset struct {
	Success bool   `json:"success"`
	Job     Job    `json:"job"`
	Asset   *Asset `json:"asset"`
}

// JobWithAssetOf shows a job together with its drawing.
func (u URLs) JobWithAssetOf(v jobs.View) JobWithAsset {
	return JobWithAsset{Success: true, Job: JobOf(v.Job), Asset: u.AssetOf(v.Design)}
}

func orNull(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

func timeOrNull(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = t.UTC()
	return &t
}
