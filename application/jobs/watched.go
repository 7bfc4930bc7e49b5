package jobs

import (
	"context"

	"convoke/application/port"
	"convoke/application/watch"
	"convoke/domain/job"
)

// Watched is a job as a watcher gets it.
type Watched struct{ View }

// Topic names the job.
func (w Watched) Topic() watch.Topic { return watch.Topic{Kind: port.JobHint, ID: w.Job.ID} }

// Number is the job's version.
func (w Watched) Number() uint64 { return w.Job.Version }

// Settled reports whether the job can never change again; a failed one may be redriven.
func (w Watched) Settled() bool {
	return w.Job.Status == job.Completed || w.Job.Status == job.Cancelled
}

// Source lets the hub read jobs.
type Source struct{ Store Store }

// Load reads jobs with their designs.
func (s Source) Load(ctx context.Context, ids []string) ([]watch.State, error) {
	views, err := s.Store.Views(ctx, ids...)
	states := make([]watch.State, len(views))
	for i, v := range views {
		states[i] = Watched{v}
	}
	return states, err
}

// Numbers reads versions only.
func (s Source) Numbers(ctx context.Context, ids []string) (map[string]uint64, error) {
	return s.Store.Versions(ctx, ids...)
}
