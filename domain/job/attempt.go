package job

import (
	"slices"
	"time"
)

// Remembered is how many of its attempts a job knows, the newest. Those before them are known by the numbers.
const Remembered = 20

// What workers say of themselves and of their errors is kept in rows, as often as there are attempts: so many bytes of it.
const (
	maxDetail = 500
	maxName   = 100 // a worker's id or an error's code
)

// Outcome is how an attempt ended.
type Outcome string

// The closed list of outcomes.
const (
	OutcomeCompleted Outcome = "completed" // its drawing became the design
	OutcomeFailed    Outcome = "failed"    // its worker reported an error
	OutcomeLost      Outcome = "lost"      // its worker fell silent
	OutcomeReleased  Outcome = "released"  // its worker said goodbye
	OutcomeCancelled Outcome = "cancelled" // the job was cancelled
	OutcomeDeadline  Outcome = "deadline"  // the job's deadline passed
	OutcomeOvertaken Outcome = "overtaken" // an earlier attempt's drawing came after all
)

// Outcomes lists every outcome.
func Outcomes() []Outcome {
	return []Outcome{
		OutcomeCompleted, OutcomeFailed, OutcomeLost, OutcomeReleased, OutcomeCancelled, OutcomeDeadline, OutcomeOvertaken,
	}
}

// Attempt is the history of one try. What is not known is zero: a worker that answers at once gives no earlier sign of
// life. Times never run backwards, whichever clocks they were taken from.
type Attempt struct {
	Number       int
	WorkerID     string    // whoever spoke of it last; its first 100 bytes, like those of the code
	RequestedAt  time.Time // zero only for one that was under way before histories were kept
	StartedAt    time.Time // the first sign of life; of a drawing that came without one: as long before it as it took
	EndedAt      time.Time // zero while it is under way
	Outcome      Outcome   // empty while it is under way
	ErrorCode    string
	ErrorMessage string // its first 500 bytes
}

// Waited is how long the attempt waited for a worker; false while that is not known.
func (a Attempt) Waited() (time.Duration, bool) { return between(a.RequestedAt, a.StartedAt) }

// Took is how long a worker was at it; false while that is not known.
func (a Attempt) Took() (time.Duration, bool) { return between(a.StartedAt, a.EndedAt) }

func between(from, to time.Time) (time.Duration, bool) {
	if from.IsZero() || to.IsZero() {
		return 0, false
	}
	return max(0, to.Sub(from)), true
}

// Forgotten is how many attempts there were before the first one that the job knows.
func (s State) Forgotten() int {
	if len(s.Attempts) == 0 {
		return s.Attempt
	}
	return s.Attempts[0].Number - 1
}

// requested adds the attempt that has just been asked for.
func (j *Job) requested(now time.Time) {
	known := j.state.Attempts
	if spare := len(known) - Remembered + 1; spare > 0 {
		known = known[spare:]
	}
	j.state.Attempts = append(slices.Clone(known), Attempt{Number: j.state.Attempt, RequestedAt: now})
}

// alive notes a sign of life of the current attempt.
func (j *Job) alive(workerID string, now time.Time) {
	j.amend(j.state.Attempt, func(a *Attempt) {
		a.WorkerID = workerID
		if a.StartedAt.IsZero() {
			a.StartedAt = later(now, a.RequestedAt)
		}
	})
}

// end notes how the current attempt ended, unless it has ended already, as one has that waits for the next.
func (j *Job) end(how Outcome, code, message string, now time.Time) {
	j.amend(j.state.Attempt, func(a *Attempt) {
		if a.EndedAt.IsZero() {
			a.close(how, code, message, now)
		}
	})
}

// released notes the goodbye of the worker that had the current attempt.
func (j *Job) released(workerID string, now time.Time) {
	j.amend(j.state.Attempt, func(a *Attempt) {
		a.WorkerID = workerID
		a.close(OutcomeReleased, "", "", now)
	})
}

// reported notes the failure of the current attempt.
func (j *Job) reported(f Failure, now time.Time) {
	j.amend(j.state.Attempt, func(a *Attempt) {
		if f.WorkerID != "" {
			a.WorkerID = f.WorkerID
		}
		a.close(OutcomeFailed, f.Code, f.Message, now)
	})
}

// drawn notes whose drawing became the design. An attempt that was given up may have drawn it; the current one is
// overtaken then.
func (j *Job) drawn(c Completion, now time.Time) {
	number := c.Attempt
	if number < 1 || number > j.state.Attempt {
		number = j.state.Attempt
	}
	j.amend(number, func(a *Attempt) {
		if c.WorkerID != "" {
			a.WorkerID = c.WorkerID
		}
		if a.StartedAt.IsZero() && c.Duration > 0 {
			a.StartedAt = later(now.Add(-c.Duration), a.RequestedAt)
		}
		a.close(OutcomeCompleted, "", "", now)
	})
	j.end(OutcomeOvertaken, "", "", now)
}

// amend changes what is known of an attempt. The list is copied: states that were handed out share it. The current
// attempt is added where it is missing, in jobs that are older than their histories; a forgotten one stays forgotten.
func (j *Job) amend(number int, change func(*Attempt)) {
	known := slices.Clone(j.state.Attempts)
	i := slices.IndexFunc(known, func(a Attempt) bool { return a.Number == number })
	if i < 0 {
		if number != j.state.Attempt {
			return
		}
		known, i = append(known, Attempt{Number: number}), len(known)
	}
	change(&known[i])
	j.state.Attempts = known
}

func (a *Attempt) close(how Outcome, code, message string, now time.Time) {
	a.EndedAt = later(later(now, a.RequestedAt), a.StartedAt)
	a.Outcome, a.ErrorCode, a.ErrorMessage = how, code, cut(message, maxDetail)
}

func later(a, b time.Time) time.Time {
	if a.Before(b) {
		return b
	}
	return a
}

// cut shortens a text to so many bytes, between two characters.
func cut(text string, most int) string {
	if len(text) <= most {
		return text
	}
	end := 0
	for i := range text {
		if i > most {
			break
		}
		end = i
	}
	return text[:end]
}
