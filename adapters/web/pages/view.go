// Package pages holds the HTML of the web pages. It shows what it is given and decides nothing: the views are plain
// values, and every text of a user stays text.
package pages

import (
	"strconv"
	"strings"

	"convoke/adapters/web/words"
)

// Site is where the pages are.
type Site struct {
	Base   string // the deployment's address as browsers know it, without a trailing slash; empty: not known
	Root   string // the path in Base, without a trailing slash
	Assets string // the path of the assets below Root
}

// URL is the one way from a path of ours to what stands in a page.
func (s Site) URL(parts ...string) string { return s.Root + strings.Join(parts, "") }

// Asset is the address of a script, a sheet or a typeface.
func (s Site) Asset(name string) string { return s.URL(s.Assets, name) }

// Page is what every page has.
type Page struct {
	Site  Site
	Title string
	Hue   string // class of the page's one colour
	Live  bool   // has the guest's script
}

// Phase says what guests may do.
type Phase int

// The closed list of phases.
const (
	Open    Phase = iota // they reply
	Closed               // the deadline has passed
	Over                 // so has the occasion
	Deleted              // there is none
)

// Occasion is what guests see of an occasion.
type Occasion struct {
	ID       string
	Title    string
	Place    string
	When     *When  // nil: no date
	ReplyBy  string // empty: no deadline
	Picture  *Picture
	Initial  string // stands for the picture of an occasion without one and without a date
	Counts   *Counts
	Phase    Phase
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

// When is a date as the occasion's own zone knows it.
type When struct {
	Start   string // RFC 3339, for browsers
	End     string // or empty
	Offset  int    // minutes east of UTC at the start
	Day     string
	Span    string
	Zone    string
	Weekday string // for the card of an occasion without a picture
	Date    string
	Month   string
}

// Picture is the drawing of an invitation.
type Picture struct {
	Path          string
	Preview       string // absolute address of a drawing for link previews; empty: none
	Width, Height int
	Alt           string
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

// Problem is what is wrong with a field of a form.
type Problem struct{ Field, Text string }

// Problems of a form.
type Problems []Problem

// Of returns the problem of a field, or nothing.
func (p Problems) Of(field string) string {
	for _, problem := range p {
		if problem.Field == field {
			return problem.Text
		}
	}
	return ""
}

// invalid is the value of aria-invalid.
func (p Problems) invalid(field string) string { return strconv.FormatBool(p.Of(field) != "") }

// describedBy names what describes a field.
func (p Problems) describedBy(field string, hints ...string) string {
	if p.Of(field) != "" {
		hints = append(hints, "problem-"+field)
	}
	return strings.Join(hints, " ")
}

// Own is a guest's own reply.
type Own struct {
	Name, Email, Note string
	Status            string
	Stands            string
	Party             string
	Waiting           bool
	Cancelled         bool
	Answer            Answer
}

// InvitationView is the page of an occasion.
type InvitationView struct {
	Page
	Occasion Occasion
	Own      *Own // nil: this browser has not replied
	Answer   Answer
	Problems Problems
	Notice   string
	Resend   bool // links can be mailed
	Lost     Problems
	LostMail string
}

// ReplyView is the page of a guest's own reply.
type ReplyView struct {
	Page
	Occasion Occasion
	Own      *Own // nil: not known yet
	Answer   Answer
	Problems Problems
	Notice   string
	Heading  string // of what is wrong with the link; empty: nothing
	Text     string
	Resend   bool
}

// CancelView asks whether a reply is to be cancelled.
type CancelView struct {
	Page
	Occasion Occasion
	Own      Own
}

// MessageView is a page that only says something.
type MessageView struct {
	Page
	Heading, Text, Reference string
	Back                     string // path of a page to go to; empty: none
}

func number(n int) string { return strconv.Itoa(n) }
