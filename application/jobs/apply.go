package jobs

import (
	"bytes"
	"context"
	"errors"
	"maps"
	"math/rand/v2"
	"time"

	"convoke/application/consume"
	"convoke/application/port"
	"convoke/domain/design"
	"convoke/domain/event"
	"convoke/domain/job"
)

// ReasonUnknownJob is why an answer to a job that does not exist becomes a dead letter.
const ReasonUnknownJob = "unknown-job"

// Answers is the consumer that applies what workers answer to the jobs, one transaction per batch.
func (s *Service) Answers(group, topic string) consume.Group {
	return consume.Group{Name: group, Topic: topic, Mode: port.Ordered, MaxBatch: 256, Handle: s.apply}
}

// apply commits the batch's answers. An answer that comes too late changes nothing; a worker that is still at it is
// told to stop.
func (s *Service) apply(ctx context.Context, batch []consume.Delivery) []error {
	changes := make([]*Change, len(batch))
	for i, d := range batch {
		changes[i] = s.decision(d.Event.Data)
	}
	if err := s.Store.Commit(ctx, wanted(changes)...); err != nil {
		return consume.Repeat(err, len(batch))
	}
	errs := make([]error, len(batch))
	var committed []*Change
	var stale []event.Data
	for i, c := range changes {
		switch {
		case c == nil: // an event that is not for us
		case c.Err == nil:
			committed = append(committed, c)
		case errors.Is(c.Err, job.ErrFinished), errors.Is(c.Err, job.ErrSuperseded):
			if p, ok := batch[i].Event.Data.(event.DesignProgressed); ok {
				stale = append(stale, event.JobCancelled{JobID: p.JobID, Attempt: p.Attempt})
			}
		case errors.Is(c.Err, ErrNotFound):
			errs[i] = consume.Refuse(ReasonUnknownJob, c.Err)
		default:
			errs[i] = c.Err
		}
	}
	s.announce(latest(committed)...)
	s.tell(ctx, stale...)
	return errs
}

// decision turns an answer into the job's decision; nil for events that are not answers.
func (s *Service) decision(d event.Data) *Change {
	now := s.Clock.Now()
	switch d := d.(type) {
	case event.DesignProgressed:
		return &Change{ID: d.JobID, Decide: func(j *job.Job) error {
			return j.Progress(d.Attempt, d.WorkerID, d.Progress, d.Message, s.Policy, now)
		}}
	case event.DesignReady:
		completion, err := inspect(d)
		if err != nil {
			return s.failure(d.JobID, d.Attempt, job.Failure{WorkerID: d.WorkerID, Code: "unsafe-asset", Message: "the worker's design was refused: " + err.Error()}, now)
		}
		return &Change{ID: d.JobID, Decide: func(j *job.Job) error { return j.Complete(completion, now) }}
	case event.DesignFailed:
		return s.failure(d.JobID, d.Attempt, job.Failure{WorkerID: d.WorkerID, Code: d.Code, Message: d.Message, Retryable: d.Retryable}, now)
	}
	return nil
}

func (s *Service) failure(id string, attempt int, f job.Failure, now time.Time) *Change {
	jitter := rand.Float64()
	return &Change{ID: id, Decide: func(j *job.Job) error { return j.Fail(attempt, f, s.Policy, now, jitter) }}
}

// inspect trusts no worker: the asset's type, size and markup are checked again before it is stored.
func inspect(d event.DesignReady) (job.Completion, error) {
	asset, err := design.NewAsset(d.Asset.MediaType, d.Asset.Data)
	if err != nil {
		return job.Completion{}, err
	}
	metadata := d.Metadata
	if asset.IsText() {
		svg, err := design.ParseSVG(asset.Data)
		if err != nil {
			return job.Completion{}, err
		}
		metadata = reported(metadata, svg, bytes.Equal(svg.Bytes(), asset.Data))
		asset.Data = svg.Bytes()
	}
	return job.Completion{
		Attempt: d.Attempt, WorkerID: d.WorkerID, Asset: asset, Generator: d.Generator, Duration: d.Duration, Spec: d.Spec, Metadata: metadata,
	}, nil
}

// reported keeps the worker's report of what it left out of the markup, unless there was still something to do.
func reported(metadata map[string]any, svg design.SVG, clean bool) map[string]any {
	if _, ok := metadata[design.ReportKey]; ok && clean {
		return metadata
	}
	own := map[string]any{}
	maps.Copy(own, metadata)
	own[design.ReportKey] = svg.Report()
	return own
}

func wanted(changes []*Change) []*Change {
	all := make([]*Change, 0, len(changes))
	for _, c := range changes {
		if c != nil {
			all = append(all, c)
		}
	}
	return all
}

// latest keeps the last committed change of each job: a watcher needs only the newest state. A change that renewed a
// lease and nothing else is known by its version and is dropped by the hub.
func latest(committed []*Change) []*Change {
	last := map[string]int{}
	for i, c := range committed {
		last[c.ID] = i
	}
	kept := committed[:0]
	for i, c := range committed {
		if last[c.ID] == i {
			kept = append(kept, c)
		}
	}
	return kept
}
