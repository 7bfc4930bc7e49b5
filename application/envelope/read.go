package envelope

import (
	"bytes"
	"strconv"
	"time"
	"unicode/utf8"

	"convoke/domain/event"
)

// Each reply's event is read by every group, so what appendReply has written is read by hand, too. readReply knows that
// one form and nothing else; ok is false for every other, which the decoder may still be able to read.
func readReply(value []byte) (e event.Event, ok bool) {
	r := reader{rest: value}
	var c event.RSVPChange
	r.skip(`{"specversion":"1.0","id":`)
	e.ID = r.text()
	r.skip(`,"type":`)
	c.Kind = event.Type(r.text())
	r.skip(`,"source":"convoke/rsvps","subject":`)
	r.text()
	r.skip(`,"time":`)
	e.Time = r.time()
	r.skip(`,"datacontenttype":"application/json","data":{"occasionId":`)
	c.OccasionID = r.text()
	r.skip(`,"revision":`)
	c.Revision = r.unsigned()
	r.skip(`,"rsvpId":`)
	c.RSVPID = r.text()
	r.skip(`,"version":`)
	c.Version = r.number()
	r.skip(`,`)
	c.Name, c.Email, c.Status, c.PartySize = r.guest()
	if r.next(`,"previous":{`) {
		var p event.RSVPBefore
		p.Name, p.Email, p.Status, p.PartySize = r.guest()
		r.skip(`}`)
		c.Previous = &p
	}
	r.skip(`,"at":`)
	c.At = r.time()
	r.skip(`}}`)
	e.Data = c
	return e, !r.lost && len(r.rest) == 0 && e.ID != "" && isReply(c.Kind) &&
		numbered(c.OccasionID, c.Revision) == nil && counted(c.PartySize, c.Previous) == nil
}

func isReply(t event.Type) bool {
	switch t {
	case event.TypeRSVPCreated, event.TypeRSVPUpdated, event.TypeRSVPDeleted, event.TypeRSVPCancelled:
		return true
	}
	return false
}

// reader goes through a text whose form is known. Once lost it stays lost.
type reader struct {
	rest []byte
	lost bool
}

// next passes over what is expected, if it is there.
func (r *reader) next(expected string) bool {
	if len(r.rest) < len(expected) || string(r.rest[:len(expected)]) != expected {
		return false
	}
	r.rest = r.rest[len(expected):]
	return true
}

func (r *reader) skip(expected string) {
	if !r.next(expected) {
		r.lost = true
		r.rest = nil
	}
}

// quoted returns a text as it is written; one that needs care is left to the decoder.
func (r *reader) quoted() []byte {
	if !r.next(`"`) {
		r.lost = true
		return nil
	}
	end := bytes.IndexByte(r.rest, '"')
	if end < 0 {
		r.lost = true
		return nil
	}
	text := r.rest[:end]
	r.rest = r.rest[end+1:]
	for _, c := range text {
		if c < ' ' || c == '\\' || c >= utf8.RuneSelf && !utf8.Valid(text) {
			r.lost = true
			return nil
		}
	}
	return text
}

func (r *reader) text() string { return string(r.quoted()) }

func (r *reader) time() time.Time {
	var t time.Time
	if err := t.UnmarshalText(r.quoted()); err != nil {
		r.lost = true
	}
	return t
}

// digits returns what a number consists of, if JSON would write it so.
func (r *reader) digits() string {
	n := 0
	for n < len(r.rest) && (r.rest[n] >= '0' && r.rest[n] <= '9' || n == 0 && r.rest[n] == '-') {
		n++
	}
	text := string(r.rest[:n])
	r.rest = r.rest[n:]
	if n > 1 && (text[0] == '0' || text[0] == '-' && text[1] == '0') {
		r.lost = true
	}
	return text
}

func (r *reader) number() int {
	n, err := strconv.ParseInt(r.digits(), 10, strconv.IntSize)
	r.lost = r.lost || err != nil
	return int(n)
}

func (r *reader) unsigned() uint64 {
	n, err := strconv.ParseUint(r.digits(), 10, 64)
	r.lost = r.lost || err != nil
	return n
}

func (r *reader) guest() (name, email, status string, partySize int) {
	r.skip(`"name":`)
	name = r.text()
	r.skip(`,"email":`)
	email = r.text()
	r.skip(`,"status":`)
	status = r.text()
	r.skip(`,"partySize":`)
	return name, email, status, r.number()
}
