package envelope

import (
	"strconv"
	"time"

	"convoke/domain/event"
)

// usualReply is how long the envelope of a reply's event usually is; a longer one costs a copy.
const usualReply = 640

// The events of replies come in tens of thousands a second, so their envelopes are written by hand: the same bytes as
// marshal makes, for a tenth of the time.

// appendReply appends the envelope of a reply's event. ok is false when only marshal can tell what to do.
func appendReply(b []byte, e event.Event, c *event.RSVPChange) (out []byte, ok bool) {
	if !plain(e.Time) || !plain(c.At) {
		return b, false
	}
	b = appendText(b, `{"specversion":"1.0","id":`, e.ID)
	b = appendText(b, `,"type":`, string(c.Kind))
	b = appendText(b, `,"source":`, sourceOf(e.Data))
	b = appendText(b, `,"subject":`, c.OccasionID)
	b = appendTime(b, `,"time":`, e.Time)
	b = appendText(b, `,"datacontenttype":"application/json","data":{"occasionId":`, c.OccasionID)
	b = strconv.AppendUint(append(b, `,"revision":`...), c.Revision, 10)
	b = appendText(b, `,"rsvpId":`, c.RSVPID)
	b = appendNumber(b, `,"version":`, c.Version)
	b = appendGuest(append(b, ','), c.Name, c.Email, c.Status, c.PartySize)
	if p := c.Previous; p != nil {
		b = append(appendGuest(append(b, `,"previous":{`...), p.Name, p.Email, p.Status, p.PartySize), '}')
	}
	b = appendTime(b, `,"at":`, c.At)
	return append(b, "}}"...), true
}

func appendGuest(b []byte, name, email, status string, partySize int) []byte {
	b = appendText(b, `"name":`, name)
	b = appendText(b, `,"email":`, email)
	b = appendText(b, `,"status":`, status)
	return appendNumber(b, `,"partySize":`, partySize)
}

// appendText appends a key and a text. Whatever needs care is left to marshal.
func appendText(b []byte, key, text string) []byte {
	b = append(b, key...)
	for i := range len(text) {
		if c := text[i]; c < ' ' || c > '~' || c == '"' || c == '\\' {
			careful, err := marshal(text)
			if err != nil { // no text can not be written
				return append(b, `""`...)
			}
			return append(b, careful...)
		}
	}
	b = append(append(b, '"'), text...)
	return append(b, '"')
}

func appendNumber(b []byte, key string, n int) []byte {
	return strconv.AppendInt(append(b, key...), int64(n), 10)
}

func appendTime(b []byte, key string, t time.Time) []byte {
	b = append(append(b, key...), '"')
	b = t.UTC().AppendFormat(b, time.RFC3339Nano)
	return append(b, '"')
}

// plain reports whether RFC 3339 has words for the time.
func plain(t time.Time) bool {
	year := t.UTC().Year()
	return year >= 0 && year <= 9999
}
