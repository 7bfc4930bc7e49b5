// Package pages holds the HTML of the operator's console. It shows what it is given and decides nothing: the views are
// plain values, what is not known is absent, and every text of a user stays text.
package pages

import (
	"time"

	"convoke/adapters/web/frame"
	"convoke/adapters/web/words"
)

// Shell is what every page of the console has.
type Shell struct {
	frame.Page
	Section string // the path of the rail's entry that the page belongs to
	Here    string // the page's own path, with its query: what its parts ask for when they look again
	Strip   Part[[]Tally]
	Notice  string
}

// Part is a part of a page that is looked at by itself: its value, or what is wrong with looking at it.
type Part[T any] struct {
	Value   T
	Trouble string
}

// Tally is how many jobs have a status.
type Tally struct {
	Mark
	Count string
	Path  string
}

// Mark is a status: a shape, a word and a colour for one thing.
type Mark struct{ Kind, Word string }

// MarkOf is the mark of a status, an outcome or a state.
func MarkOf(name string) Mark {
	m := Mark{Word: words.OfConsole(name)}
	switch name {
	case "PENDING":
		m.Kind = "waiting"
	case "PROCESSING", "running", "":
		m.Kind = "running"
	case "COMPLETED", "completed", "finished", "ok":
		m.Kind = "good"
	case "FAILED", "failed", "lost", "deadline", "gave-up", "ill":
		m.Kind = "bad"
	default:
		m.Kind = "ended"
	}
	return m
}

// Moment is a time: as machines read it, and as people do.
type Moment struct{ ISO, Text string }

// At writes a time out; a zero time is none.
func At(t time.Time) Moment {
	if t.IsZero() {
		return Moment{}
	}
	return Moment{t.UTC().Format(time.RFC3339Nano), words.UTCMoment(t)}
}

// Since writes how long ago a time is.
func Since(t, now time.Time) Moment {
	if t.IsZero() {
		return Moment{}
	}
	return Moment{t.UTC().Format(time.RFC3339Nano), words.Age(now.Sub(t))}
}

// Link is a text that leads somewhere; without a path it is just a text.
type Link struct{ Text, Path string }

// Fact is one line of a list of facts.
type Fact struct {
	Label  string
	Text   string
	Code   bool // it is an id or an address: every character counts
	Moment Moment
	Path   string // where it leads; empty: nowhere
}

// Pager leads to the pages before and after; empty: there is none.
type Pager struct{ Newest, Newer, Older string }

// Rows is what a list that is kept new says of itself.
type Rows struct {
	Path string // of its own rows, as they stand from where the page began
	New  string // how many have come since, as a text; empty: none
	Top  string // path of the list as it is by now
}

// rail lists where the console leads.
func rail() []Link {
	return []Link{
		{words.ConsoleOverview, "/console"}, {words.ConsoleJobs, "/console/jobs"}, {words.ConsoleLetters, "/console/letters"},
		{words.ConsoleGroups, "/console/groups"}, {words.ConsoleWorkers, "/console/workers"}, {words.ConsoleTopics, "/console/topics"},
		{words.ConsoleWork, "/console/operations"},
	}
}

func current(yes bool) string {
	if yes {
		return "page"
	}
	return "false"
}
