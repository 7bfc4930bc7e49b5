package httpapi

import (
	"bytes"
	"encoding/json"
	"strconv"
	"time"
	"unicode/utf8"

	"convoke/application/contract"
	"convoke/domain/rsvp"
)

// repliedAnswer is the answer to a new reply. appendReplied writes it by hand, byte for byte as the encoder would: it is
// the hottest answer of all.
type repliedAnswer struct {
	RSVP  contract.RSVP `json:"rsvp"`
	Token string        `json:"token"`
}

func appendReplied(b []byte, r rsvp.Reply, token string) []byte {
	b = append(b, `{"rsvp":{"id":`...)
	b = appendText(b, r.ID)
	b = append(b, `,"occasionId":`...)
	b = appendText(b, r.OccasionID)
	b = append(b, `,"name":`...)
	b = appendText(b, r.Name)
	b = append(b, `,"email":`...)
	b = appendText(b, r.Email)
	b = append(b, `,"status":`...)
	b = appendText(b, string(r.Status))
	b = append(b, `,"partySize":`...)
	b = strconv.AppendInt(b, int64(r.PartySize), 10)
	b = append(b, `,"note":`...)
	if r.Note == "" {
		b = append(b, `null`...)
	} else {
		b = appendText(b, r.Note)
	}
	b = append(b, `,"version":`...)
	b = strconv.AppendInt(b, int64(r.Version), 10)
	b = append(b, `,"revision":`...)
	b = strconv.AppendUint(b, r.Revision, 10)
	b = append(b, `,"createdAt":`...)
	b = appendTime(b, r.CreatedAt)
	b = append(b, `,"updatedAt":`...)
	b = appendTime(b, r.UpdatedAt)
	b = append(b, `},"token":`...)
	b = appendText(b, token)
	return append(b, "}\n"...)
}

func appendTime(b []byte, t time.Time) []byte {
	b = append(b, '"')
	b = t.UTC().AppendFormat(b, time.RFC3339Nano)
	return append(b, '"')
}

// appendText writes a JSON string. Texts with something to escape are left to the encoder.
func appendText(b []byte, text string) []byte {
	if !plainText(text) {
		return appendEscaped(b, text)
	}
	b = append(b, '"')
	b = append(b, text...)
	return append(b, '"')
}

// plainText reports whether a text is written as it is. What begins with 0xE2 may be one of two line separators, which
// are escaped.
func plainText(text string) bool {
	ascii := true
	for i := range len(text) {
		switch c := text[i]; {
		case c < ' ' || c == '"' || c == '\\' || c == 0xE2:
			return false
		case c >= utf8.RuneSelf:
			ascii = false
		}
	}
	return ascii || utf8.ValidString(text)
}

func appendEscaped(b []byte, text string) []byte {
	var escaped bytes.Buffer
	encoder := json.NewEncoder(&escaped)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(text) // a string always encodes
	return append(b, bytes.TrimSuffix(escaped.Bytes(), []byte("\n"))...)
}
