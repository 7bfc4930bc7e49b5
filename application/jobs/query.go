package jobs

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"convoke/domain/fault"
	"convoke/domain/job"
)

// Query asks for a page of jobs.
type Query struct {
	Statuses []job.Status // none: any
	// Text is searched for in the description, whatever its case, and at the beginning of the id. One that can only be an
	// id, because it has at least its first nine characters, is looked for there alone.
	Text     string
	ServerID string // the generator that was asked for, or that made the design; empty: any
	Cursor   string // NextCursor or PrevCursor of another page
	Back     bool   // the page is the one before the cursor: the oldest of the newer jobs
	Limit    int    // 1 to 100
}

// Page is a part of a list, newest first. A query with a text or generator looks at no more than Reach jobs for one page:
// it may then be short, or even empty, and still have a next one.
type Page struct {
	Jobs       []job.State
	NextCursor string // of the older jobs; empty on the last page
	PrevCursor string // of the newer jobs; empty on the first page, or when nothing is known of them
}

const (
	// Reach is how many jobs a search looks at for one page.
	Reach = 20_000
	// CountReach is how many it looks at to count those that match.
	CountReach = 100_000

	maxText   = 500
	maxServer = 100
)

func (q Query) check() error {
	var problems []error
	if slices.ContainsFunc(q.Statuses, func(s job.Status) bool { return !s.Known() }) {
		problems = append(problems, fault.Field("status", fmt.Sprintf("must be one of %v", job.Statuses())))
	}
	if len(q.Text) > maxText {
		problems = append(problems, fault.Field("q", fmt.Sprintf("must be at most %d bytes", maxText)))
	}
	if strings.ContainsFunc(q.Text, unicode.IsControl) {
		problems = append(problems, fault.Field("q", "must not have control characters"))
	}
	if len(q.ServerID) > maxServer {
		problems = append(problems, fault.Field("serverId", fmt.Sprintf("must be at most %d characters", maxServer)))
	}
	if strings.ContainsFunc(q.ServerID, unicode.IsControl) {
		problems = append(problems, fault.Field("serverId", "must not have control characters"))
	}
	return errors.Join(problems...)
}

// Paged makes a page of what a store has found: at most one more than the limit, in the order in which it looked, which
// is away from the cursor. stopped is the last job that it looked at, when it did not look at all of them.
func (q Query) Paged(found []job.State, stopped string) Page {
	further := stopped
	if len(found) > q.Limit {
		found = found[:q.Limit]
		further = found[q.Limit-1].ID
	}
	var nearest string
	switch {
	case len(found) > 0:
		nearest = found[0].ID
	case q.Back:
		nearest = after(q.Cursor)
	default:
		nearest = before(q.Cursor)
	}
	page := Page{Jobs: slices.Clone(found)}
	switch {
	case q.Back:
		slices.Reverse(page.Jobs)
		page.NextCursor, page.PrevCursor = nearest, further
	case q.Cursor != "":
		page.NextCursor, page.PrevCursor = further, nearest
	default:
		page.NextCursor = further
	}
	return page
}

// Narrow reports whether the query has conditions that no index answers.
func (q Query) Narrow() bool { return q.ServerID != "" || q.Text != "" && !q.byID() }

// IDs is the range of ids that the query is about, both ends included; without limits both are empty.
func (q Query) IDs() (first, last string) {
	if q.Text == "" || !q.byID() {
		return "", ""
	}
	text := strings.ToLower(q.Text)
	return text + lowest[len(text):], text + highest[len(text):]
}

const (
	lowest  = "00000000-0000-0000-0000-000000000000"
	highest = "ffffffff-ffff-ffff-ffff-ffffffffffff"
)

// byID reports whether the text can only be the beginning of an id.
func (q Query) byID() bool {
	if len(q.Text) < len("xxxxxxxx-") || len(q.Text) > len(lowest) {
		return false
	}
	for i := range len(q.Text) {
		if lowest[i] == '-' && q.Text[i] != '-' || lowest[i] != '-' && !digit(q.Text[i]) {
			return false
		}
	}
	return true
}

// digit reports whether c is one of an id, in either case.
func digit(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F'
}

// Matcher is a query's conditions that no index answers, made ready for many jobs.
type Matcher struct {
	text     string
	serverID string
}

// Matcher makes the query's.
func (q Query) Matcher() Matcher {
	m := Matcher{serverID: q.ServerID}
	if !q.byID() {
		m.text = strings.ToLower(q.Text)
	}
	return m
}

// Matches judges a job by its id, its description, the generator that was asked for and the one that made the design, if
// any did.
func (m Matcher) Matches(id, description, asked, made string) bool {
	return (m.serverID == "" || m.serverID == asked || m.serverID == made) &&
		(m.text == "" || strings.HasPrefix(id, m.text) || strings.Contains(strings.ToLower(description), m.text))
}

// Within reports whether the status is one of those that the query asks for.
func (q Query) Within(s job.Status) bool {
	return len(q.Statuses) == 0 || slices.Contains(q.Statuses, s)
}
