package database

import "convoke/application/rsvps"

// Indexes that give an order.
const (
	byAge      = "replies_by_age"
	byPosition = "replies_by_position"
)

// replyOrder is an order of a guest list in SQL. {} stands before the columns, sorting(name) for the form of names that is
// sorted by.
type replyOrder struct {
	by     string
	behind string // the condition that a reply is behind a place
	place  func(m rsvps.Mark) []any
	index  string
	among  string // the condition that a reply is in the index; empty: each is
	sorted bool   // no index gives the order

	last *rsvps.Mark // the place before all others, for an order whose statement is always the same
}

// beforeAll is greater than any id.
const beforeAll = "ffffffff-ffff-ffff-ffff-ffffffffffff"

var orders = map[rsvps.Sort]replyOrder{
	rsvps.Newest: {by: "{}id DESC", behind: "{}id < ?", place: byID, index: byAge, last: &rsvps.Mark{ID: beforeAll}},
	rsvps.Oldest: {by: "{}id", behind: "{}id > ?", place: byID, index: byAge},
	rsvps.ByName: {by: "sorting(name), {}id", behind: "(sorting(name), {}id) > (?, ?)", place: byName, index: byAge, sorted: true},
	// Replies are read from the oldest on, so that of many alike the first ones stay, and are not pushed out by each that follows.
	rsvps.ByParty: {
		by: "{}party_size DESC, {}id", behind: "({}party_size < ? OR {}party_size = ? AND {}id > ?)", place: bySize, index: byAge, sorted: true,
	},
	rsvps.Changed: {by: "{}revision DESC", behind: "{}revision < ?", place: byNumber, index: byAge, sorted: true},
	rsvps.InLine:  {by: "{}position", behind: "{}position > ?", place: byNumber, index: byPosition, among: "position > 0"},
}

func byID(m rsvps.Mark) []any     { return []any{m.ID} }
func byName(m rsvps.Mark) []any   { return []any{m.Name, m.ID} }
func bySize(m rsvps.Mark) []any   { return []any{m.Number, m.Number, m.ID} }
func byNumber(m rsvps.Mark) []any { return []any{m.Number} }
