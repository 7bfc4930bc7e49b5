package database

import (
	"strconv"
	"strings"
	"time"

	"convoke/domain/job"
)

// A job's history is one text, written and read by hand because each commit of a job does both. An attempt is
//
//	1,0,1203,25012,completed,36:01a20718-de40-70b9-a4e6-28d5f1037c9b0:0:
//
// its number, when it was requested, started and ended (in microseconds since the job was created; empty: not known), its
// outcome, and worker, error code and message behind their lengths. The next one follows at once.

// historyOf writes attempts down, whose texts are clean.
func historyOf(attempts []job.Attempt, created int64) string {
	if len(attempts) == 0 {
		return ""
	}
	b := make([]byte, 0, 96*len(attempts))
	for i := range attempts {
		a := &attempts[i]
		b = append(strconv.AppendInt(b, int64(a.Number), 10), ',')
		for _, t := range [...]time.Time{a.RequestedAt, a.StartedAt, a.EndedAt} {
			if !t.IsZero() {
				b = strconv.AppendInt(b, micros(t)-created, 10)
			}
			b = append(b, ',')
		}
		b = append(append(b, a.Outcome...), ',')
		for _, text := range [...]string{a.WorkerID, a.ErrorCode, a.ErrorMessage} {
			b = append(strconv.AppendInt(b, int64(len(text)), 10), ':')
			b = append(b, text...)
		}
	}
	return string(b)
}

// attemptsOf reads them again. A history that nobody can read is none: it must keep no job from going on.
func attemptsOf(history string, created int64) []job.Attempt {
	var attempts []job.Attempt
	if history != "" {
		attempts = make([]job.Attempt, 0, 1)
	}
	for r := (historyReader{history, created, false}); r.rest != ""; {
		a := job.Attempt{Number: int(r.number(r.until(','))), RequestedAt: r.time(), StartedAt: r.time(), EndedAt: r.time()}
		a.Outcome = job.Outcome(r.until(','))
		a.WorkerID, a.ErrorCode, a.ErrorMessage = r.text(), r.text(), r.text()
		if r.lost {
			return nil
		}
		attempts = append(attempts, a)
	}
	return attempts
}

// historyReader goes through a history. Once lost it stays lost.
type historyReader struct {
	rest    string
	created int64
	lost    bool
}

func (r *historyReader) until(end byte) string {
	text, rest, ok := strings.Cut(r.rest, string(end))
	r.rest, r.lost = rest, r.lost || !ok
	return text
}

func (r *historyReader) number(text string) int64 {
	n, err := strconv.ParseInt(text, 10, 64)
	r.lost = r.lost || err != nil
	return n
}

func (r *historyReader) time() time.Time {
	if text := r.until(','); text != "" {
		return timeOf(r.created + r.number(text))
	}
	return time.Time{}
}

func (r *historyReader) text() string {
	n := r.number(r.until(':'))
	if r.lost || n < 0 || n > int64(len(r.rest)) {
		r.lost = true
		return ""
	}
	text := r.rest[:n]
	r.rest = r.rest[n:]
	return text
}

// keptAttempts are the attempts in the form that is kept.
func keptAttempts(attempts []job.Attempt) []job.Attempt {
	if len(attempts) == 0 {
		return nil
	}
	kept := make([]job.Attempt, len(attempts))
	for i, a := range attempts {
		a.WorkerID, a.ErrorCode, a.ErrorMessage = clean(a.WorkerID), clean(a.ErrorCode), clean(a.ErrorMessage)
		for _, t := range [...]*time.Time{&a.RequestedAt, &a.StartedAt, &a.EndedAt} {
			if !t.IsZero() {
				*t = timeOf(micros(*t))
			}
		}
		kept[i] = a
	}
	return kept
}
