// Package pages holds the HTML of the web pages. It shows what it is given and decides nothing: the views are plain
// values, and every text of a user stays text.
package pages

import (
	"strings"

	"convoke/adapters/web/frame"
	"convoke/adapters/web/occasion"
	"convoke/adapters/web/words"
)

// Occasion is what guests see of an occasion.
type Occasion struct {
	ID       string
	Title    string
	Place    string
	When     *occasion.When // nil: no date
	ReplyBy  string         // empty: no deadline
	Picture  *occasion.Picture
	Initial  string // stands for the picture of an occasion without one and without a date
	Counts   *Counts
	Phase    occasion.Phase
	Waitlist bool
	Full     bool
	MaxParty int
}

// Path is the occasion's page, followed by parts.
func (o Occasion) Path(parts ...string) string { return "/o/" + o.ID + strings.Join(parts, "") }

// summary is the occasion in a line, for link previews.
func (o Occasion) summary() string {
	var parts []string
	if o.When != nil {
		parts = append(parts, o.When.Day+", "+o.When.Span)
	}
	if o.Place != "" {
		parts = append(parts, o.Place)
	}
	if len(parts) == 0 {
		return words.YouAreInvited
	}
	return strings.Join(parts, " · ")
}

// Names are those who come, where the host shows them.
type Names struct {
	Known []string
	More  string // says that there are others; empty: there are none
}

// Counts are the numbers that a host shows.
type Counts struct {
	Revision               uint64
	Coming, Maybe, Waiting int
	SeatsLeft              int
	Limited                bool
}

// Answer is what a form holds.
type Answer struct{ Name, Email, Status, Party, Note string }

// Own is a guest's own reply.
type Own struct {
	Name, Email, Note string
	Status            string
	Stands            string
	Party             string
	Place             string // in line; empty: it does not wait
	Cancelled         bool
	Answer            Answer
}

// InvitationView is the page of an occasion.
type InvitationView struct {
	frame.Page
	Occasion Occasion
	Own      *Own   // nil: this browser has not replied
	Names    *Names // nil: the host does not show them, or there are none
	Answer   Answer
	Problems frame.Problems
	Notice   string
	Resend   bool // links can be mailed
	Lost     frame.Problems
	LostMail string
}

// ReplyView is the page of a guest's own reply.
type ReplyView struct {
	frame.Page
	Occasion Occasion
	Own      *Own // nil: not known yet
	Answer   Answer
	Problems frame.Problems
	Notice   string
	Undo     string // the answer that the guest has just taken back and may give again; empty: none
	Heading  string // of what is wrong with the link; empty: nothing
	Text     string
	Resend   bool
}

// CancelView asks whether a reply is to be cancelled.
type CancelView struct {
	frame.Page
	Occasion Occasion
	Own      Own
}
