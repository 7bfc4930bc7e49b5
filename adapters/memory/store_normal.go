package memory

import (
	"slices"
	"strings"
	"time"

	"convoke/domain/design"
	"convoke/domain/job"
	"convoke/domain/rsvp"
)

// normal returns the state in the form that every store keeps: times in whole microseconds, and text from outside
// without what Postgres can not hold. So a change's outcome, a snapshot and a listing agree to the last digit.
func normal(s job.State) job.State {
	for _, text := range []*string{
		&s.ServerID, &s.Trace, &s.ProgressMessage, &s.ErrorCode, &s.ErrorMessage, &s.WorkerID,
	} {
		*text = clean(*text)
	}
	for _, t := range []*time.Time{
		&s.LeaseUntil, &s.RetryAt, &s.Deadline, &s.CreatedAt, &s.UpdatedAt, &s.CompletedAt,
	} {
		*t = micro(*t)
	}
	s.Brief = normalBrief(s.Brief)
	s.Attempts = normalAttempts(s.Attempts)
	return s
}

func normalAttempts(known []job.Attempt) []job.Attempt {
	known = slices.Clone(known)
	for i := range known {
		a := &known[i]
		a.WorkerID, a.ErrorCode, a.ErrorMessage = clean(a.WorkerID), clean(a.ErrorCode), clean(a.ErrorMessage)
		a.RequestedAt, a.StartedAt, a.EndedAt = micro(a.RequestedAt), micro(a.StartedAt), micro(a.EndedAt)
	}
	return known
}

func normalResult(r design.Result) design.Result {
	r.Brief = normalBrief(r.Brief)
	r.Generator = clean(r.Generator)
	r.Duration = r.Duration.Truncate(time.Microsecond)
	r.CreatedAt = micro(r.CreatedAt)
	if len(r.Spec) == 0 {
		r.Spec = nil
	}
	if len(r.Metadata) == 0 {
		r.Metadata = nil
	}
	return r
}

func normalBrief(b design.Brief) design.Brief {
	if len(b.Palette) == 0 {
		b.Palette = nil
	}
	return b
}

// clean replaces NUL and invalid UTF-8.
func clean(text string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(text, "\uFFFD"), "\x00", "\uFFFD")
}

// micro returns t in UTC, in whole microseconds and without a monotonic reading; zero stays zero.
func micro(t time.Time) time.Time { return t.UTC().Truncate(time.Microsecond) }

func normalOccasion(s rsvp.State) rsvp.State {
	d := &s.Details
	for _, t := range []*time.Time{&d.StartsAt, &d.EndsAt, &d.Deadline, &s.CreatedAt, &s.UpdatedAt} {
		*t = micro(*t)
	}
	d.DesignID = clean(d.DesignID)
	return s
}

func normalReply(r rsvp.Reply) rsvp.Reply {
	r.CreatedAt, r.UpdatedAt = micro(r.CreatedAt), micro(r.UpdatedAt)
	return r
}
