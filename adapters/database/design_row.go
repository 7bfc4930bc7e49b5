package database

import (
	"encoding/json"
	"fmt"
	"time"

	"convoke/domain/design"
)

// designRow is a design in the table: it numbers the versions.
type designRow struct {
	ID        id `gorm:"primaryKey"`
	Latest    int64
	CreatedAt int64
}

func (designRow) TableName() string { return "designs" }

// versionRow is a finished drawing in the table. What led to it is in its job.
type versionRow struct {
	DesignID  id    `gorm:"primaryKey"`
	Number    int64 `gorm:"primaryKey"`
	JobID     id
	MediaType string
	Asset     []byte
	Generator string
	Duration  int64 // microseconds
	Spec      []byte
	Metadata  []byte
	CreatedAt int64
}

func (versionRow) TableName() string { return "design_versions" }

func versionRowOf(v design.Version) (versionRow, error) {
	row := versionRow{
		DesignID: id(v.DesignID), Number: int64(v.Number), JobID: id(v.JobID),
		MediaType: string(v.Asset.MediaType), Asset: v.Asset.Data,
		Generator: v.Generator, Duration: v.Duration.Microseconds(), Spec: v.Spec, CreatedAt: micros(v.CreatedAt),
	}
	if v.Metadata != nil {
		metadata, err := json.Marshal(v.Metadata)
		if err != nil {
			return versionRow{}, fmt.Errorf("metadata of job %s: %w", v.JobID, err)
		}
		row.Metadata = metadata
	}
	return row, nil
}

// version joins the drawing with the job that made it.
func (r *versionRow) version(j *jobRow) (design.Version, error) {
	v := design.Version{DesignID: string(r.DesignID), Number: int(r.Number), Result: design.Result{
		JobID: string(r.JobID), Brief: j.brief(), Instructions: j.Instructions, ParentVersion: int(j.ParentVersion),
		Asset:     design.Asset{MediaType: design.MediaType(r.MediaType), Data: r.Asset},
		Generator: r.Generator, Duration: time.Duration(r.Duration) * time.Microsecond, CreatedAt: timeOf(r.CreatedAt),
	}}
	if len(r.Spec) > 0 {
		v.Spec = r.Spec
	}
	if len(r.Metadata) > 0 {
		if err := json.Unmarshal(r.Metadata, &v.Metadata); err != nil {
			return design.Version{}, fmt.Errorf("metadata of job %s: %w", r.JobID, err)
		}
	}
	return v, nil
}

// kept is a result in the form in which it is kept.
func kept(r design.Result) design.Result {
	if len(r.Brief.Palette) == 0 {
		r.Brief.Palette = nil
	}
	if len(r.Spec) == 0 {
		r.Spec = nil
	}
	if len(r.Metadata) == 0 {
		r.Metadata = nil
	}
	r.Generator = clean(r.Generator)
	r.Duration = r.Duration.Truncate(time.Microsecond)
	r.CreatedAt = r.CreatedAt.UTC().Truncate(time.Microsecond)
	return r
}
