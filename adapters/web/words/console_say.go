package words

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Statuses, outcomes and states as people read them.
var consoleWords = map[string]string{
	"PENDING": "Waiting", "PROCESSING": "Running", "COMPLETED": "Completed", "FAILED": "Failed", "CANCELLED": "Cancelled",
	"completed": "Drew the design", "failed": "Failed", "lost": "Worker fell silent", "released": "Worker said goodbye",
	"cancelled": "Cancelled", "deadline": "Deadline passed", "overtaken": "Overtaken by an earlier attempt",
	"running": "Running", "finished": "Finished", "stopped": "Stopped", "gave-up": "Gave up",
	"redrive-jobs": "Retry failed jobs", "cancel-jobs": "Cancel jobs", "redrive-letters": "Redrive dead letters", "discard-letters": "Discard dead letters",
}

// OfConsole is the word for one of the product's closed lists: a status, an outcome, an act.
func OfConsole(name string) string {
	if word, ok := consoleWords[name]; ok {
		return word
	}
	return name
}

// OperationState is the word for how an operation stands.
func OperationState(state string) string {
	if state == "lost" {
		return "Its process died"
	}
	return OfConsole(state)
}

// OperationLeft says what an operation that ended early has left.
func OperationLeft(state string) string {
	switch state {
	case "stopped":
		return "Its process was stopped. What is done stays done."
	case "gave-up":
		return "What it needs did not answer for too long. What is done stays done."
	case "lost":
		return "Its process died. What is done stays done."
	}
	return ""
}

// Count writes a number with its thousands apart; more: there are even more.
func Count(n int64, more bool) string {
	digits := strconv.FormatInt(n, 10)
	var b strings.Builder
	for i, digit := range digits {
		if i > 0 && (len(digits)-i)%3 == 0 && digits[i-1] != '-' {
			b.WriteByte(',')
		}
		b.WriteRune(digit)
	}
	if more {
		b.WriteByte('+')
	}
	return b.String()
}

// Jobs writes how many.
func Jobs(n int64, more bool) string { return many(n, more, "job", "jobs") }

// Letters writes how many.
func Letters(n int64, more bool) string { return many(n, more, "letter", "letters") }

// Batches writes how many.
func Batches(n int64) string { return many(n, false, "batch waits", "batches wait") }

// WorkersAlive writes how many there are and what they run.
func WorkersAlive(n, running, places int) string {
	return many(int64(n), false, "worker", "workers") + ", " + Count(int64(running), false) + " of " + Count(int64(places), false) + " places taken"
}

func many(n int64, more bool, one, other string) string {
	if n == 1 && !more {
		return "1 " + one
	}
	return Count(n, more) + " " + other
}

// NewRows is what a list says of rows that have come since.
func NewRows(n int, more bool) string { return Count(int64(n), more) + " new" }

// UTCMoment writes when something was, in UTC.
func UTCMoment(t time.Time) string { return t.UTC().Format("2 Jan 2006 15:04:05") + " UTC" }

// Took writes a duration as people say it; it is never negative.
func Took(d time.Duration) string {
	switch d = max(0, d); {
	case d < time.Second:
		return fmt.Sprintf("%d ms", d.Milliseconds())
	case d < 10*time.Second:
		return fmt.Sprintf("%.1f s", d.Seconds())
	case d < 2*time.Minute:
		return fmt.Sprintf("%d s", int(d.Seconds()))
	case d < 2*time.Hour:
		return fmt.Sprintf("%d min", int(d.Minutes()))
	case d < 48*time.Hour:
		return fmt.Sprintf("%d h", int(d.Hours()))
	}
	return fmt.Sprintf("%d days", int(d.Hours()/24))
}

// Age writes how long ago something was, in whole seconds at the least.
func Age(d time.Duration) string {
	if d < 10*time.Second {
		return fmt.Sprintf("%d s", int(max(0, d).Seconds()))
	}
	return Took(d)
}

// Seen says how long ago something gave a sign of life.
func Seen(d time.Duration) string { return "Seen " + Age(d) + " ago" }

// TypeNumber asks for a number before much is done.
func TypeNumber(n int64) string { return fmt.Sprintf("Type %d to go on", n) }

// TypeWord asks for a word before something is lost.
func TypeWord(word string) string { return "Type “" + word + "” to go on" }

// AttemptNumber names an attempt.
func AttemptNumber(n int) string { return fmt.Sprintf("Attempt %d", n) }

// JobTitle names a job.
func JobTitle(short string) string { return "Job " + short }

// Of writes a part of a whole.
func Of(part, whole int64, more bool) string { return Count(part, false) + " of " + Count(whole, more) }

// LetterTitle names a dead letter.
func LetterTitle(short string) string { return "Dead letter " + short }

// Plain writes a number as it is to be typed.
func Plain(n int64) string { return strconv.FormatInt(n, 10) }

// BulkLine says what an act would do to how many.
func BulkLine(act, many string) string {
	switch act {
	case "redrive-jobs":
		return many + " would start afresh."
	case "cancel-jobs":
		return many + " would be cancelled, for good."
	case "redrive-letters":
		return many + " would be tried again, each by the group that gave it up. A letter goes only once the broker has its message."
	}
	return many + " would be thrown away, for good."
}

// Sentence makes a sentence of what a use case says of itself.
func Sentence(text string) string {
	if text == "" {
		return text
	}
	return strings.ToUpper(text[:1]) + text[1:] + "."
}
