package pulse

import (
	"sync/atomic"
	"time"

	"convoke/domain/job"
)

// Recorder counts since the start of the process. Counting takes no lock. A nil Recorder counts nothing. Safe for
// concurrent use.
type Recorder struct {
	taken, completed, failed, cancelled, replies atomic.Uint64

	jobSeconds, replySeconds [buckets]atomic.Uint64
}

// NewRecorder begins at nothing.
func NewRecorder() *Recorder { return new(Recorder) }

// Took counts an order.
func (r *Recorder) Took() {
	if r != nil {
		r.taken.Add(1)
	}
}

// Finished counts the end of a job that was ordered so long ago.
func (r *Recorder) Finished(end job.Status, after time.Duration) {
	switch {
	case r == nil:
	case end == job.Completed:
		r.completed.Add(1)
		r.jobSeconds[bucketOf(after)].Add(1)
	case end == job.Failed:
		r.failed.Add(1)
	case end == job.Cancelled:
		r.cancelled.Add(1)
	}
}

// Replied counts a guest's reply that took so long to be committed.
func (r *Recorder) Replied(after time.Duration) {
	if r != nil {
		r.replies.Add(1)
		r.replySeconds[bucketOf(after)].Add(1)
	}
}

// counts is everything so far.
func (r *Recorder) counts() Counts {
	c := Counts{
		Taken: r.taken.Load(), Completed: r.completed.Load(), Failed: r.failed.Load(), Cancelled: r.cancelled.Load(),
		Replies: r.replies.Load(),
	}
	for i := range buckets {
		c.JobSeconds[i], c.ReplySeconds[i] = r.jobSeconds[i].Load(), r.replySeconds[i].Load()
	}
	return c
}

// since is what came after an earlier count.
func (c Counts) since(before *Counts) Counts {
	c.Taken -= before.Taken
	c.Completed -= before.Completed
	c.Failed -= before.Failed
	c.Cancelled -= before.Cancelled
	c.Replies -= before.Replies
	for i := range buckets {
		c.JobSeconds[i] -= before.JobSeconds[i]
		c.ReplySeconds[i] -= before.ReplySeconds[i]
	}
	return c
}

// Merge adds another's counts.
func (c *Counts) Merge(other *Counts) {
	c.Taken += other.Taken
	c.Completed += other.Completed
	c.Failed += other.Failed
	c.Cancelled += other.Cancelled
	c.Replies += other.Replies
	c.JobSeconds.Merge(&other.JobSeconds)
	c.ReplySeconds.Merge(&other.ReplySeconds)
}
