package rsvps

import (
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"convoke/domain/fault"
	"convoke/domain/rsvp"
)

// MaxSearch is the longest search, in characters.
const MaxSearch = 200

// Sort is the order of a guest list.
type Sort string

// The closed list of orders. Empty stands for Newest.
const (
	Newest  Sort = "newest"  // who replied last is first
	Oldest  Sort = "oldest"  // who replied first is first
	ByName  Sort = "name"    // as bytes sort once A to Z have become a to z: other scripts follow, é comes after z
	ByParty Sort = "party"   // the largest first, then who replied first
	Changed Sort = "changed" // what changed last is first
	InLine  Sort = "line"    // who is seated next is first; for the status waitlisted only
)

// Filter says which of an occasion's replies are wanted, and in which order. The zero Filter is all of them, newest first.
type Filter struct {
	Status rsvp.Status // empty: any
	Search string      // part of a name or an e-mail address, in whatever case; empty: any. It has no wildcards
	Sort   Sort
}

// Query asks for a page of replies.
type Query struct {
	OccasionID string
	Filter
	After string // the Next of the page before; empty: from the first
	Skip  int    // replies to pass over after After; at most 20,000
	Limit int    // 1 to MaxRead

	Uncounted bool // nobody asks for the Total, which may cost more than the page
}

// Page is a part of an occasion's replies.
type Page struct {
	Replies  []rsvp.Reply
	Total    int // all replies of the occasion that match; 0 when they were not counted
	Revision uint64
	More     bool
	Next     string // what After is for the page that follows; empty: there is none
}

// CheckFilter returns what a host has asked for, or what is wrong with it. Its fields are status, q and sort.
func CheckFilter(status, search, sort string) (Filter, error) {
	f := Filter{rsvp.Status(status), strings.TrimSpace(search), Sort(sort)}
	return f, f.check()
}

// Plain reports whether it is the list that everybody begins with.
func (f Filter) Plain() bool { return f.Status == "" && f.Search == "" && f.order() == Newest }

func (f Filter) order() Sort {
	if f.Sort == "" {
		return Newest
	}
	return f.Sort
}

func (f Filter) check() error {
	var problems []error
	switch f.Status {
	case "", rsvp.Yes, rsvp.No, rsvp.Maybe, rsvp.Waitlisted, rsvp.Cancelled:
	default:
		problems = append(problems, fault.Field("status", "must be yes, no, maybe, waitlisted or cancelled"))
	}
	switch unreadable := func(r rune) bool { return unicode.IsControl(r) }; {
	case !utf8.ValidString(f.Search) || strings.ContainsFunc(f.Search, unreadable):
		problems = append(problems, fault.Field("q", "must be readable text"))
	case utf8.RuneCountInString(f.Search) > MaxSearch:
		problems = append(problems, fault.Field("q", fmt.Sprintf("must have at most %d characters", MaxSearch)))
	}
	switch f.order() {
	case Newest, Oldest, ByName, ByParty, Changed:
	case InLine:
		if f.Status != rsvp.Waitlisted {
			problems = append(problems, fault.Field("sort", "may be line with the status waitlisted only"))
		}
	default:
		problems = append(problems, fault.Field("sort", "must be newest, oldest, name, party, changed or line"))
	}
	return errors.Join(problems...)
}
