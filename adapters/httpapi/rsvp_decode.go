package httpapi

import (
	"unicode/utf8"

	"github.com/gofiber/fiber/v2"

	"convoke/domain/rsvp"
)

// maxQuick bounds the bodies of which one copy is kept whole, because their texts are parts of it.
const maxQuick = 4 << 10

// readReply decodes a guest's answer. Of all requests this is the one that comes in bursts, so its ordinary form has a
// reader of its own; whatever that does not know is left to the general decoder, which says what is wrong.
func readReply(c *fiber.Ctx) (replyBody, error) {
	header, body := &c.Request().Header, c.Request().Body()
	if string(header.ContentType()) == fiber.MIMEApplicationJSON && len(header.ContentEncoding()) == 0 && len(body) <= maxQuick {
		if b, ok := quickReply(string(body)); ok {
			return b, nil
		}
	}
	var b replyBody
	err := readJSON(c, &b)
	return b, err
}

// quickReply reads one flat object of known fields, with texts that have no escapes and small whole numbers. It returns
// false for everything else.
func quickReply(text string) (b replyBody, ok bool) {
	s := quick{text}
	if !s.skip('{') {
		return b, false
	}
	for {
		name, ok := s.text()
		if !ok || !s.skip(':') || !s.field(&b, name) {
			return b, false
		}
		if !s.skip(',') {
			return b, s.skip('}') && s.ended()
		}
	}
}

func (s *quick) field(b *replyBody, name string) (ok bool) {
	switch name {
	case "occasionId":
		b.OccasionID, ok = s.text()
	case "name":
		b.Name, ok = s.text()
	case "email":
		b.Email, ok = s.text()
	case "status":
		var status string
		status, ok = s.text()
		b.Status = rsvp.Status(status)
	case "note":
		b.Note, ok = s.text()
	case "partySize":
		var n int
		n, ok = s.number()
		b.PartySize = optional[*int]{true, &n}
	}
	return ok
}

// quick is what is left of a document.
type quick struct{ rest string }

func (s *quick) space() {
	i := 0
	for i < len(s.rest) && (s.rest[i] == ' ' || s.rest[i] == '\n' || s.rest[i] == '\r' || s.rest[i] == '\t') {
		i++
	}
	s.rest = s.rest[i:]
}

func (s *quick) ended() bool {
	s.space()
	return s.rest == ""
}

// skip steps over one character and the space before it.
func (s *quick) skip(c byte) bool {
	s.space()
	if s.rest == "" || s.rest[0] != c {
		return false
	}
	s.rest = s.rest[1:]
	return true
}

func (s *quick) text() (string, bool) {
	if !s.skip('"') {
		return "", false
	}
	ascii := true
	for i := range len(s.rest) {
		switch c := s.rest[i]; {
		case c == '"':
			text := s.rest[:i]
			s.rest = s.rest[i+1:]
			return text, ascii || utf8.ValidString(text)
		case c == '\\' || c < ' ':
			return "", false
		case c >= utf8.RuneSelf:
			ascii = false
		}
	}
	return "", false
}

// number reads up to six digits; what follows must end it.
func (s *quick) number() (n int, ok bool) {
	s.space()
	i := 0
	for ; i < len(s.rest) && i < 6 && '0' <= s.rest[i] && s.rest[i] <= '9'; i++ {
		n = n*10 + int(s.rest[i]-'0')
	}
	ok = i > 0 && (s.rest[0] != '0' || i == 1)
	s.rest = s.rest[i:]
	return n, ok
}
