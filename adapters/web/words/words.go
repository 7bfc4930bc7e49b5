// Package words is the catalogue of what the pages say. Every sentence that people read stands here and nowhere else:
// plain, short, and without blame.
package words

import (
	"fmt"
	"time"
)

// Language of the catalogue, as browsers name it.
const (
	Language  = "en-GB"
	Direction = "ltr"
)

// The frame of every page.
const (
	Product  = "Convoke"
	SkipLink = "Skip to the content"
	MadeWith = "Sent with Convoke"

	ThemeLabel  = "Colours"
	ThemeSystem = "As my screen"
	ThemeLight  = "Light"
	ThemeDark   = "Dark"
)

// The invitation.
const (
	YouAreInvited  = "You are invited"
	WhenLabel      = "When"
	WhereLabel     = "Where"
	YourTimeLabel  = "Your time"
	ReplyByLabel   = "Reply by"
	AddToCalendar  = "Add to your calendar"
	DateToFollow   = "The date will follow."
	CountsLabel    = "Who is coming"
	Coming         = "Coming"
	Perhaps        = "Perhaps"
	Waiting        = "Waiting"
	SeatsLeft      = "Seats left"
	NamesLabel     = "On the list"
	LiveConnecting = "Reconnecting…"
	LiveStopped    = "No longer live. Reload to see the newest."
)

// The reply form.
const (
	ReplyHeading   = "Will you be there?"
	AgainHeading   = "Changed your mind?"
	NameLabel      = "Your name"
	EmailLabel     = "E-mail"
	EmailHint      = "For the link to your reply. Nobody else sees it but your host."
	AnswerLabel    = "Your answer"
	Yes            = "Yes"
	YesMore        = "I will come"
	Maybe          = "Maybe"
	MaybeMore      = "I can’t say yet"
	No             = "No"
	NoMore         = "I can’t come"
	PartyLabel     = "How many are you?"
	NoteLabel      = "A note for your host"
	Optional       = "optional"
	SendReply      = "Send reply"
	SendAgain      = "Reply again"
	Sending        = "Sending…"
	JumpToReply    = "Reply"
	FullWaits      = "All seats are taken right now. Say yes, and you are next in line as soon as one is free."
	FullRefuses    = "All seats are taken right now. You can still tell your host that you would have liked to come."
	ClosedHeading  = "Replies are closed"
	OverHeading    = "This occasion is over"
	OverText       = "Thank you to everyone who came."
	ClosedText     = "The time to reply is over. If it is important, ask your host."
	ClosedCancel   = "The time to change your reply is over. You can still cancel it."
	ProblemHeading = "Almost there. Please look at:"
)

// What is wrong with a field.
const (
	BadName   = "Please give a name of 2 to 100 characters."
	BadEmail  = "Please give an e-mail address, such as ada@example.org."
	BadAnswer = "Please choose yes, maybe or no."
	BadNote   = "Please keep the note within 1,000 characters of plain text."
	BadToken  = "This code can not be read. Please copy the whole code, or the whole link, from the mail."
)

// The reply, and the link to it.
const (
	YourReply        = "Your reply"
	StubName         = "Name"
	StubParty        = "Admit"
	ReplySaved       = "Saved. Your host will see it."
	ReplyChanged     = "Changed. Your host will see it."
	ReplyCancelled   = "Your reply is cancelled. Your host will see it."
	ReplyForgotten   = "This browser has forgotten your reply. The reply itself stands."
	ChangeOrCancel   = "Change or cancel"
	ChangeHeading    = "Change your reply"
	SaveChanges      = "Save changes"
	BackToInvitation = "Back to the invitation"
	CancelReply      = "Cancel my reply"
	CancelHeading    = "Cancel your reply?"
	CancelText       = "This takes you off the list. Should you change your mind, you can reply again while there is room."
	CancelTextClosed = "This takes you off the list. The time to reply is over, so you can not reply again."
	CancelConfirm    = "Yes, cancel my reply"
	CancelKeep       = "No, keep it"
	Forget           = "Forget me in this browser"
	StandsYes        = "You are coming"
	StandsMaybe      = "You may come"
	StandsNo         = "You can not come"
	StandsWaiting    = "You are on the waiting list"
	StandsCancelled  = "You have cancelled"
	WaitingText      = "As soon as there is room for you, your seat is yours, and you don’t have to do anything."
	Undo             = "Undo: I still want to be on the list"
	NoteFrom         = "Your note"

	OpenHeading  = "Your reply"
	OpenText     = "Open the link in the mail that we sent you. Or paste it here, or the code that follows it."
	CodeLabel    = "Link or code from the mail"
	OpenReply    = "Show my reply"
	Opening      = "Opening your reply…"
	LostHeading  = "Replied already?"
	LostText     = "We send you the link to your reply again."
	LostLabel    = "The e-mail address of your reply"
	SendLink     = "Send my link again"
	LinkOnItsWay = "We sent the link to that address. It opens your reply, and there you can change it."
	// CheckMail answers for an address that has replied before, where nothing can be mailed: it must not say so.
	CheckMail = "This could not be taken as a new reply. If you have replied before, open your reply with the link that you got then."
)

// What went wrong, by page.
const (
	NotFoundHeading   = "There is nothing here"
	NotFoundText      = "Perhaps a part of the address got lost. Open the link in your invitation again."
	DeletedHeading    = "This occasion is called off"
	DeletedText       = "Your host has taken it back. There is nothing that you have to do."
	ExpiredHeading    = "This link is no longer valid"
	ExpiredText       = "The occasion is over, and so are the links to its replies."
	WrongHeading      = "This link does not open a reply"
	WrongText         = "It may be incomplete, or it may belong to another occasion."
	RemovedHeading    = "This reply is gone"
	RemovedText       = "Your host has taken it off the list."
	BusyHeading       = "One moment, please"
	BusyText          = "A lot has come from your network just now. Wait a moment, go back, and send it again."
	ForeignHeading    = "That came from another site"
	ForeignText       = "For your safety it was not taken. Open the invitation itself and reply there."
	TroubleHeading    = "Something went wrong on our side"
	TroubleText       = "Please try again in a moment. What you sent may have been saved: look at the invitation first."
	UnreadableHeading = "We could not read that"
	UnreadableText    = "Go back and send the form again."
	ReferenceLabel    = "Reference"
)

// BadParty is what is wrong with a party.
func BadParty(most int) string {
	return fmt.Sprintf("Please give a whole number from 1 to %d.", most)
}

// Full is why a yes could not be taken.
func Full(left int) string {
	switch left {
	case 0:
		return "All seats are taken. Somebody was a little faster."
	case 1:
		return "Only one seat is left."
	}
	return fmt.Sprintf("Only %d seats are left.", left)
}

// MoreUncounted says that there are replies that are not named, where nobody is told how many.
const MoreUncounted = "and others"

// More counts replies that are not named.
func More(n int) string {
	if n == 1 {
		return "and one more"
	}
	return fmt.Sprintf("and %d more", n)
}

// Party says how many a reply is for.
func Party(n int) string {
	if n == 1 {
		return "One person"
	}
	return fmt.Sprintf("%d people", n)
}

// Place says where somebody waits; beyond says that it is there or further back.
func Place(n int, beyond bool) string {
	switch {
	case beyond:
		return fmt.Sprintf("This time others were faster: there are %d or more in line before you.", n-1)
	case n == 1:
		return "This time others were faster: you are next in line."
	}
	return fmt.Sprintf("This time others were faster: you are %s in line.", ordinal(n))
}

func ordinal(n int) string {
	ending := "th"
	if tens := n % 100; tens < 11 || tens > 13 {
		switch n % 10 {
		case 1:
			ending = "st"
		case 2:
			ending = "nd"
		case 3:
			ending = "rd"
		}
	}
	return fmt.Sprintf("%d%s", n, ending)
}

// Title of a page of an occasion.
func Title(occasion, page string) string {
	if page == "" {
		return occasion
	}
	return page + " · " + occasion
}

// Day writes a date in full.
func Day(t time.Time) string { return t.Format("Monday 2 January 2006") }

// Clock writes a time of day.
func Clock(t time.Time) string { return t.Format("15:04") }

// Span writes from when to when; a zero end is none.
func Span(start, end time.Time) string {
	switch {
	case end.IsZero() || end.Equal(start):
		return Clock(start)
	case start.YearDay() == end.YearDay() && start.Year() == end.Year():
		return Clock(start) + " to " + Clock(end)
	}
	return Clock(start) + " to " + end.Format("Monday 2 January, 15:04")
}

// Offset writes how many minutes east of UTC a zone is.
func Offset(minutes int) string {
	sign := "+"
	if minutes < 0 {
		sign, minutes = "−", -minutes
	}
	switch hours, rest := minutes/60, minutes%60; {
	case minutes == 0:
		return "UTC"
	case rest == 0:
		return fmt.Sprintf("UTC%s%d", sign, hours)
	default:
		return fmt.Sprintf("UTC%s%d:%02d", sign, hours, rest)
	}
}

// Zone names the zone of a time, as people do who live there.
func Zone(city, offset string) string {
	if city == "" {
		return offset
	}
	return city + " time (" + offset + ")"
}

// Offsets writes how far from UTC a zone is, at first and in the end.
func Offsets(first, last string) string {
	if first == last {
		return first
	}
	return first + ", at the end " + last
}

// Moment writes a date and a time together, and where it is that time.
func Moment(t time.Time, city, offset string) string {
	if city != "" {
		offset = city + " time"
	}
	return t.Format("Monday 2 January 2006, 15:04") + ", " + offset
}
