package pages

import (
	"convoke/adapters/web/frame"
	"convoke/adapters/web/occasion"
)

// Details is what the form of an occasion holds.
type Details struct {
	Title, StartsAt, EndsAt, TimeZone, Place, Capacity, Deadline, MaxParty string
	Waitlist, Names, Counts                                                bool
}

// DetailsView makes an occasion, or changes one.
type DetailsView struct {
	frame.Page
	New          bool
	Action, Back string
	Form         string
	JobID        string            // whose version goes on the invitation; empty: none
	Picture      *occasion.Picture // nil: none
	Details      Details
	Shown        string // the details that the form was first shown with, to be sent along; empty: there were none
	Problems     frame.Problems
	Zones        []string
}

// OpeningView asks for a host's link.
type OpeningView struct {
	frame.Page
	Path     string
	Problems frame.Problems
}

// OccasionView is the host's page.
type OccasionView struct {
	frame.Page
	ID, Path, Title, Place, Phase, Initial string
	When                                   *occasion.When // nil: no date
	ReplyBy                                string
	Picture                                *occasion.Picture
	GuestPath, GuestLink, OwnLink          string
	Revision                               uint64
	Coming, Maybe, Waiting                 int
	SeatsLeft, Capacity                    int
	Limited                                bool
	Chart                                  Chart
	List                                   List
	Notice                                 string
}

// Tab is a part of the guest list.
type Tab struct {
	Path, Name, Label string
	Count             int
	Current           bool
}

// Row is a guest.
type Row struct {
	ID, Path, Name, Email, Status, Answer, Note, Place string
	Party                                              int
	When                                               Stamp
}

// List is a page of the guest list.
type List struct {
	Path, Sheet, Add, Next, First string
	Tabs                          []Tab
	Status, Search, Sort          string
	Sorts                         []Size
	Rows                          []Row
	Total, All                    int
	Revision                      uint64
}

// Filtered reports whether the list shows a part only because of a search or a tab.
func (l List) Filtered() bool { return l.Status != "" || l.Search != "" }

// Bar is what happened in a span of time.
type Bar struct {
	Label   string
	Replies int64
}

// Chart is replies over time.
type Chart struct {
	Missing bool // analytics can not be reached
	Unit    string
	Bars    []Bar // empty: nothing has happened
	Peak    int64
	AsOf    Stamp
}

// The chart's measures in units of its own.
const (
	chartWidth  = 720
	chartHeight = 120
	leastSlots  = 24 // so that a bar that is alone is still a bar
)

// rect places a bar.
func (c Chart) rect(i int) (x, y, width, height string) {
	step := float64(chartWidth) / float64(max(len(c.Bars), leastSlots))
	tall := float64(chartHeight) * float64(c.Bars[i].Replies) / float64(max(c.Peak, 1))
	return decimal(float64(i) * step), decimal(chartHeight - tall), decimal(step * .8), decimal(tall)
}

// Guest is what the form of a reply holds.
type Guest struct{ Name, Email, Status, Party, Note string }

// GuestView adds a guest, or changes one.
type GuestView struct {
	frame.Page
	Occasion, Back, Action, Form string
	Guest                        Guest
	MaxParty                     int
	Problems                     frame.Problems
	New, Cancelled               bool
	Place                        string // in line; empty: they do not wait
}

// RemoveView asks before a guest is taken off the list.
type RemoveView struct {
	frame.Page
	Path, Name, Email string
}

// CallOffView asks before an occasion is called off.
type CallOffView struct {
	frame.Page
	Path, Title, Typed string
	Problems           frame.Problems
}
