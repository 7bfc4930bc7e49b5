package smtp

import (
	"bytes"
	"fmt"
	"net/mail"
	"strings"
	"unicode"
	"unicode/utf8"

	gomail "github.com/wneessen/go-mail"
	"golang.org/x/net/idna"

	"convoke/application/port"
)

const calendarType = "text/calendar; charset=utf-8; method=PUBLISH"

// letter is a mail in the form that is sent.
type letter struct {
	message       *gomail.Msg
	international bool // the address needs SMTPUTF8
}

// compose makes the letter, or returns the error of a mail that can never be sent.
func (m *Mailer) compose(p port.Mail) (*letter, error) {
	if !oneLine(p.Subject) || !token(p.ID) {
		return nil, fmt.Errorf("%w: the subject must be one line and the id a word", port.ErrMailRefused)
	}
	to, err := recipient(p.To)
	if err != nil {
		return nil, err
	}
	message := gomail.NewMsg(gomail.WithNoDefaultUserAgent())
	message.FromMailAddress(&m.config.From)
	message.ToMailAddress(&mail.Address{Address: to})
	message.Subject(p.Subject)
	message.SetMessageIDWithValue(p.ID)
	message.SetDate()
	message.SetGenHeader("Auto-Submitted", "auto-generated") // no answers by machines, please
	message.SetBodyString(gomail.TypeTextPlain, p.Text)
	if p.HTML != "" {
		message.AddAlternativeString(gomail.TypeTextHTML, p.HTML)
	}
	if p.Calendar != nil {
		message.AttachReadSeeker("invitation.ics", bytes.NewReader(p.Calendar), gomail.WithFileContentType(calendarType))
	}
	return &letter{message, !ascii(to)}, nil
}

// recipient checks a bare address and writes an international domain in ASCII, which every server understands.
func recipient(address string) (string, error) {
	parsed, err := mail.ParseAddress(address)
	if err != nil || parsed.Address != address || parsed.Name != "" || !oneLine(address) {
		return "", fmt.Errorf("%w: it is no address", port.ErrNoMailbox)
	}
	at := strings.LastIndexByte(address, '@')
	domain := address[at+1:]
	if ascii(domain) {
		return address, nil
	}
	if domain, err = idna.Lookup.ToASCII(domain); err != nil {
		return "", fmt.Errorf("%w: its domain can not exist", port.ErrNoMailbox)
	}
	return address[:at+1] + domain, nil
}

func oneLine(text string) bool {
	return utf8.ValidString(text) && !strings.ContainsFunc(text, unicode.IsControl)
}

// token reports whether a Message-ID needs no quoting.
func token(id string) bool {
	return id != "" && !strings.ContainsFunc(id, func(r rune) bool { return r <= ' ' || r > '~' || strings.ContainsRune(`<>()\,;"`, r) })
}

func ascii(text string) bool {
	return !strings.ContainsFunc(text, func(r rune) bool { return r >= utf8.RuneSelf })
}
