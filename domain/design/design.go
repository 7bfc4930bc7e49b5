package design

import "time"

// Design is a series of versions that began with one brief. Its zero value is not valid; use New.
type Design struct {
	id     string
	latest int
}

// New begins a design without versions.
func New(id string) *Design { return &Design{id: id} }

// Rehydrate restores a design. It is for stores only.
func Rehydrate(id string, latest int) *Design { return &Design{id: id, latest: latest} }

// ID returns the design's identity.
func (d *Design) ID() string { return d.id }

// Latest returns the highest version number, 0 when there is none.
func (d *Design) Latest() int { return d.latest }

// Add numbers a finished result as the design's next version. Numbers are given here, at completion, so two
// refinements that run at the same time end as two neighbouring versions.
func (d *Design) Add(result Result) Version {
	d.latest++
	return Version{DesignID: d.id, Number: d.latest, Result: result}
}

// Version is one immutable drawing of a design.
type Version struct {
	DesignID string
	Number   int // from 1, without gaps
	Result
}

// Result is a finished drawing together with what led to it.
type Result struct {
	JobID         string
	Brief         Brief
	Instructions  string // what a refinement asked for, else empty
	ParentVersion int    // the version that was refined, else 0
	Asset         Asset
	Generator     string
	Duration      time.Duration
	Spec          []byte         // the generator's own description of the drawing, opaque JSON, may be nil
	Metadata      map[string]any // a JSON object, may be nil
	CreatedAt     time.Time
}

// Parent is the version that a refinement starts from. A job keeps only the reference; Brief, Spec and Asset are
// filled in from the stored version when the request is sent to a worker.
type Parent struct {
	DesignID     string
	Version      int
	Instructions string
	Brief        Brief
	Spec         []byte
	Asset        Asset
}
