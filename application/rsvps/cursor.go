package rsvps

import (
	"encoding/base64"
	"strconv"
	"strings"
	"unicode/utf8"

	"convoke/application/uuid"
	"convoke/domain/fault"
	"convoke/domain/rsvp"
)

var errCursor = fault.Field("cursor", "must be a nextCursor as this server gives it, for the same sort")

// Mark is the place in an order behind which a page begins. A cursor carries it whole, so that the place stays the same
// when the reply that gave it changes or goes. Which of its parts an order goes by is the order's to say.
type Mark struct {
	ID     string
	Name   string // as SortName makes it
	Number int64  // the party's size, the revision or the position
}

// MarkOf is the place of a reply in an order.
func MarkOf(order Sort, r rsvp.Reply) Mark {
	switch order {
	case ByName:
		return Mark{ID: r.ID, Name: SortName(r.Name)}
	case ByParty:
		return Mark{ID: r.ID, Number: int64(r.PartySize)}
	case Changed:
		return Mark{Number: int64(r.Revision)}
	case InLine:
		return Mark{Number: int64(r.Position)}
	case Newest, Oldest:
	}
	return Mark{ID: r.ID}
}

// Cursor writes a place down.
func (m Mark) Cursor(order Sort) string {
	switch order {
	case ByName:
		return base64.RawURLEncoding.EncodeToString([]byte(m.Name)) + "." + m.ID
	case ByParty:
		return strconv.FormatInt(m.Number, 10) + "." + m.ID
	case Changed, InLine:
		return strconv.FormatInt(m.Number, 10)
	case Newest, Oldest:
	}
	return m.ID
}

// Begin returns the query's order and the place behind which it begins (nil: at the front), or a fault.Invalid.
func (q Query) Begin() (Sort, *Mark, error) {
	order := q.order()
	if err := q.check(); err != nil || q.After == "" {
		return order, nil, err
	}
	m, ok := readMark(order, q.After)
	if !ok {
		return order, nil, errCursor
	}
	return order, &m, nil
}

// Next is the cursor of the page behind a reply.
func (q Query) Next(r rsvp.Reply) string { return MarkOf(q.order(), r).Cursor(q.order()) }

func readMark(order Sort, cursor string) (m Mark, ok bool) {
	key, replyID, both := strings.Cut(cursor, ".")
	switch order {
	case ByName:
		name, err := base64.RawURLEncoding.Strict().DecodeString(key)
		m.Name, ok = string(name), err == nil && utf8.Valid(name) && len(name) <= rsvp.MaxName*utf8.UTFMax && !strings.Contains(string(name), "\x00")
	case ByParty:
		m.Number, ok = readNumber(key, 31)
	case Changed, InLine:
		m.Number, ok = readNumber(cursor, 63)
		return m, ok
	default:
		m.ID, ok = uuid.Parse(cursor)
		return m, ok
	}
	id, isID := uuid.Parse(replyID)
	m.ID = id
	return m, ok && both && isID
}

func readNumber(text string, bits int) (int64, bool) {
	n, err := strconv.ParseUint(text, 10, bits)
	return int64(n), err == nil
}
