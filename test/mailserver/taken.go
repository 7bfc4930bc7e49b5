package mailserver

import (
	"encoding/base64"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"strings"
)

// Taken is a mail that the server is answerable for.
type Taken struct {
	From, To  string
	Extension bool // SMTPUTF8 was asked for
	Message   *mail.Message
	Body      []byte
}

// Part returns the decoded text of the part of a media type; empty: there is none.
func (m Taken) Part(media string) string {
	return part(m.Message.Header, string(m.Body), media)
}

func part(header interface{ Get(string) string }, body, wanted string) string {
	media, parameters, err := mime.ParseMediaType(header.Get("Content-Type"))
	switch {
	case err == nil && media == wanted:
		return decoded(header.Get("Content-Transfer-Encoding"), strings.NewReader(body))
	case err != nil || !strings.HasPrefix(media, "multipart/"):
		return ""
	}
	parts := multipart.NewReader(strings.NewReader(body), parameters["boundary"])
	for {
		p, err := parts.NextRawPart()
		if err != nil {
			return ""
		}
		content, _ := io.ReadAll(p)
		if found := part(p.Header, string(content), wanted); found != "" {
			return found
		}
	}
}

func decoded(encoding string, body io.Reader) string {
	switch encoding {
	case "quoted-printable":
		body = quotedprintable.NewReader(body)
	case "base64":
		body = base64.NewDecoder(base64.StdEncoding, body)
	}
	text, _ := io.ReadAll(body)
	return string(text)
}
