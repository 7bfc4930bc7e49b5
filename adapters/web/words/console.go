package words

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Unknown stands for what is not known. It is never a zero.
const Unknown = "–"

// The console around its pages.
const (
	Console          = "Console"
	ConsoleNav       = "Console"
	ConsoleOverview  = "Overview"
	ConsoleJobs      = "Jobs"
	ConsoleLetters   = "Dead letters"
	ConsoleGroups    = "Groups"
	ConsoleWorkers   = "Workers"
	ConsoleTopics    = "Topics"
	ConsoleWork      = "Operations"
	ConsoleStrip     = "Jobs by status"
	ConsoleStripLost = "The jobs can not be counted right now."
	ConsoleTools     = "This page"
	ConsolePause     = "Pause"
	ConsoleResume    = "Resume"
	ConsolePaused    = "Paused at"
	ConsoleLost      = "Not reachable since"
	ConsoleSignedOut = "You are signed out. Reload to sign in."
	ConsoleLocal     = "Local times"
	ConsoleUnknown   = "Not known right now: what it comes from does not answer. The log says why."
	ConsoleNewer     = "Newer"
	ConsoleOlder     = "Older"
	ConsolePager     = "Pages"
	ConsoleNewest    = "Back to the newest"
	ConsoleMissing   = "There is nothing here"
	ConsoleMissText  = "It may have been removed since, or a part of the address got lost."
	ConsoleBusy      = "Too much at once"
	ConsoleBusyText  = "A lot has come from your network just now. Wait a moment and send it again."
	ConsoleRefused   = "That can not be done"
	ConsoleIll       = "Something does not answer"
	ConsoleIllText   = "Nothing may have changed, or all of it: look before you repeat it. The log says more."
	ConsoleForeign   = "For your safety nothing was done. Do it from the console itself."
	ConsoleBack      = "Back to the overview"
	ConsoleNo        = "No, leave it as it is"
	ConsoleBackToIt  = "Go back"
	ConsoleSending   = "Sending…"
)

// Signing in.
const (
	SignInHeading = "Operator’s console"
	SignInText    = "Open the address that the server printed when it started, or paste the admin token here."
	SignInLabel   = "Admin token"
	SignInButton  = "Sign in"
	SignInOpening = "Signing in…"
	SignInWrong   = "This is not the admin token of this deployment."
	SignInEnded   = "Your session has ended. Nothing was changed."
	SignOutButton = "Sign out"
	SignedOut     = "You are signed out."
)

// The overview.
const (
	HourHeading     = "The last hour"
	HourJobs        = "Jobs a minute"
	HourJobTime     = "Time to a design"
	HourReplies     = "Replies a minute"
	HourReplyTime   = "Time to a saved reply"
	HourTable       = "The numbers"
	HourMinute      = "Minute"
	HourTaken       = "Taken"
	HourDone        = "Completed"
	HourFailed      = "Failed"
	HourReplied     = "Replies"
	HourHalf        = "Half within"
	HourMost        = "95 % within"
	HourPeak        = "at most"
	OutboxHeading   = "Outbox"
	OutboxEmpty     = "Everything that was decided has been published."
	OutboxOldest    = "the oldest for"
	LagHeading      = "Groups"
	LettersHeading  = "Dead letters"
	LettersNone     = "No message has been given up."
	WorkersHeading  = "Workers"
	WorkersNone     = "No worker is alive. Jobs wait until one is."
	ReadyHeading    = "Dependencies"
	ReadyYes        = "Answers"
	ReadyNo         = "Ill"
	ReadyNothing    = "There is nothing that this process depends on."
	NoAnswer        = "It does not answer; the log says why."
	ColumnGroup     = "Group"
	ColumnTopic     = "Topic"
	ColumnLag       = "Behind"
	ColumnBehind    = "messages behind"
	ColumnMembers   = "Members"
	ColumnReason    = "Reason"
	ColumnLetters   = "Letters"
	ColumnOldest    = "Oldest"
	ColumnNewest    = "Newest"
	ColumnPartition = "Partition"
	ColumnCommitted = "Done up to"
	ColumnEnd       = "End"
)

// Jobs.
const (
	JobsFilter      = "Find jobs"
	JobsStatus      = "Status"
	JobsAny         = "Any"
	JobsText        = "Text or id"
	JobsGenerator   = "Generator"
	JobsFind        = "Find"
	JobsAll         = "Show all"
	JobsNone        = "No job matches."
	JobsNoneYet     = "No design has been ordered yet."
	JobsOrder       = "Order one"
	JobsMoved       = "no longer in this list"
	JobsRetryAll    = "Retry all that match"
	JobsCancelAll   = "Cancel all that match"
	JobsShort       = "This part of the search found nothing more; older jobs may still match."
	ColumnStatus    = "Status"
	ColumnJob       = "Job"
	ColumnWords     = "Description"
	ColumnGenerator = "Generator"
	ColumnAttempt   = "Attempt"
	ColumnAge       = "Age"

	JobRetry        = "Retry"
	JobRetried      = "The job starts afresh."
	JobNotRetried   = "It is no longer failed, so it was left as it is."
	JobCancel       = "Cancel the job"
	JobCancelAsk    = "Cancel this job?"
	JobCancelText   = "Workers stop at once. A cancelled job can not be taken up again."
	JobCancelYes    = "Yes, cancel it"
	JobCancelled    = "The job is cancelled."
	JobNotCancelled = "It had ended already, so it was left as it is."
	JobFacts        = "Facts"
	JobBrief        = "Brief"
	JobAttempts     = "Attempts"
	JobForgotten    = "Earlier attempts are no longer remembered."
	JobDesign       = "Design"
	JobOpenDesign   = "Open the drawing"
	JobSpec         = "Specification"
	JobMetadata     = "Metadata"
	JobID           = "Id"
	JobCreated      = "Ordered"
	JobUpdated      = "Changed"
	JobEnded        = "Ended"
	JobDeadline     = "Deadline"
	JobNext         = "Next attempt"
	JobAsked        = "Generator asked for"
	JobMade         = "Made by"
	JobTook         = "Took"
	JobRefines      = "Refines version"
	JobWants        = "Wants changed"
	JobStyle        = "Style"
	JobSize         = "Size"
	JobPalette      = "Colours"
	JobProgress     = "Progress"
	JobVersion      = "Version"

	AttemptWorker  = "Worker"
	AttemptAsked   = "Asked for"
	AttemptStarted = "Started"
	AttemptWaited  = "Waited"
	AttemptTook    = "Took"
	AttemptRunning = "Under way"
	AttemptWaiting = "Waits for a worker"
)

// Acts on everything that matches.
const (
	BulkNothing     = "Nothing matches any more, so there is nothing to do."
	BulkOnly        = "Only what exists by now is touched. It is done by the server, step by step; you can leave this page."
	BulkBackTo      = "They go back to:"
	BulkGoneFrom    = "They are gone for good from:"
	BulkTyped       = "That is not the number. Please type it as it stands above."
	BulkTypedWord   = "Please type the word as it stands above."
	OperationsWhere = "See what has failed"
	OperationsNone  = "Nothing has been done to many at once yet."
	ColumnAct       = "What"
	ColumnState     = "State"
	ColumnDone      = "Done"
	ColumnLeft      = "Moved on"
	ColumnFailed    = "Refused"
	ColumnStarted   = "Started"
	OperationBy     = "Ordered by"
	OperationError  = "Last error"
	OperationEnded  = "Ended"
	OperationAgain  = "Order it again to do the rest."
)

// Dead letters.
const (
	LettersText      = "Messages that could not be worked on, by where they failed. They are kept for 30 days."
	LettersOf        = "All letters"
	LettersNoMatch   = "No letter matches."
	LettersRedrive   = "Redrive all that match"
	LettersDiscard   = "Discard all that match"
	LetterRedrive    = "Redrive"
	LetterRedriveAsk = "Redrive this letter?"
	LetterRedriveYes = "Yes, redrive it"
	LetterDiscard    = "Discard"
	LetterDiscardAsk = "Discard this letter?"
	LetterDiscardYes = "Discard it for good"
	LetterDiscardTxt = "The message is gone for good, and nobody will work on it."
	LetterTarget     = "Its message goes to the topic and is taken by that group alone:"
	LetterOfJob      = "It is the letter of a spent job: the job starts afresh."
	LetterAfter      = "The letter goes only once the broker has taken the message."
	LetterRedriven   = "Redriven. The letter is gone from here, because the broker has its message."
	LetterDiscarded  = "Discarded."
	LetterGone       = "Somebody else was faster: the letter is gone."
	LetterHeaders    = "Headers"
	LetterPayload    = "Payload"
	LetterHidden     = "It may hold personal data, so it is shown only when you ask. The log notes that you did."
	LetterOpen       = "Show the payload"
	LetterKey        = "Key"
	LetterAttempts   = "Attempts"
	LetterPlace      = "Place"
	LetterNoPlace    = "none: the job itself wrote it"
	LetterAlike      = "Others like it"
	LetterBack       = "Back to the letter"
	ColumnLetter     = "Letter"
	LetterTime       = "Given up"
	DiscardWord      = "discard"
)

// Groups, workers and topics.
const (
	GroupsReplay     = "Replay"
	GroupsReplayAsk  = "Replay this group?"
	GroupsReplayText = "What it has built is emptied, and made anew from the first message on. Until it has caught up, its numbers are behind."
	GroupsReplayYes  = "Yes, replay it"
	GroupsReplayed   = "The replay has begun. The group’s lag shows how far it is."
	GroupsNoMembers  = "Nobody reads it."
	GroupsPlaces     = "Partitions"
	GroupsDetails    = "Members and partitions"
	GroupsMember     = "Member"
	GroupsHost       = "Host"
	WorkersRunning   = "Runs"
	WorkersPlaces    = "places taken"
	WorkersIdle      = "Nothing right now"
	WorkersGenerates = "Offers"
	HealthOK         = "Well"
	HealthIll        = "Ill"
	TopicsText       = "What was said last on each topic. Personal data are folded away until you ask for them."
	TopicsNewest     = "Newest first"
	TopicsNone       = "The topic holds no message."
	TopicsReveal     = "Show personal data"
	TopicsFold       = "Fold personal data away"
	TopicsRevealed   = "Personal data are shown, and the log notes that you looked. This view stands still: reload it for newer messages."
	TopicsMore       = "Messages"
	TopicsKey        = "Key"
	TopicsOffset     = "Offset"
	TopicsFolded     = "Folded away:"
	TopicsCut        = "Cut short:"
	TopicsNoEvent    = "not an event"
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
