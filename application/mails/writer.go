package mails

import (
	"bytes"
	_ "embed" // the texts
	"errors"
	"fmt"
	html "html/template"
	"net/url"
	"strings"
	text "text/template"

	"convoke/application/port"
	"convoke/application/rsvps"
	"convoke/domain/rsvp"
)

//go:embed catalogue.tmpl
var catalogue string

//go:embed layout.txt.tmpl
var textLayout string

//go:embed layout.html.tmpl
var htmlLayout string

// Writer puts what is to be told into words. Safe for concurrent use.
type Writer struct {
	signer   *rsvps.Signer
	calendar rsvps.Calendar
	base     string // of the deployment's pages
	host     string // of Message-IDs
	words    *text.Template
	text     *text.Template
	html     *html.Template
}

// NewWriter makes a writer of links that begin with publicURL.
func NewWriter(signer *rsvps.Signer, calendar rsvps.Calendar, publicURL string) (*Writer, error) {
	u, err := url.Parse(publicURL)
	if err != nil || u.Hostname() == "" {
		return nil, errors.New("mails need the deployment's public address: guests' links begin with it")
	}
	w := &Writer{signer: signer, calendar: calendar, base: strings.TrimSuffix(publicURL, "/"), host: u.Hostname()}
	if strings.Contains(w.host, ":") {
		w.host = "[" + w.host + "]"
	}
	var errs [3]error
	w.words, errs[0] = text.New("catalogue").Parse(catalogue)
	w.text, errs[1] = text.New("text").Parse(textLayout)
	w.html, errs[2] = html.New("html").Parse(htmlLayout)
	return w, errors.Join(errs[:]...)
}

// letter is what the layouts arrange.
type letter struct {
	Subject, Greeting string
	Paragraphs        []string
	Facts             []fact
	Button, Link      string
	Footer            string
}

type fact struct{ Label, Value string }

// Write makes a guest's mail. id is the word by which a repetition is recognised.
func (w *Writer) Write(kind Kind, g Guest, id string) (port.Mail, error) {
	p := phrases{w.words, wordsOf(g, w.words), nil}
	l := letter{Greeting: p.say("greeting"), Facts: p.facts(g.Occasion)}
	l.Subject, l.Paragraphs = p.message(kind, g.Reply.Status)
	l.Button, l.Footer, l.Link = p.say("button"), p.say("footer"), w.link(g.Reply)
	if kind == Cancelled {
		l.Button, l.Footer, l.Link = p.say("button.cancelled"), p.say("footer.cancelled"), w.page(g.Occasion.ID)
	}
	m := port.Mail{ID: id + "@" + w.host, To: g.Reply.Email, Subject: l.Subject}
	var plain, marked bytes.Buffer
	err := errors.Join(p.err, w.text.Execute(&plain, l), w.html.Execute(&marked, l), w.attach(&m, kind, g))
	if err != nil {
		return port.Mail{}, fmt.Errorf("mail %s: %w", kind, err)
	}
	m.Text, m.HTML = plain.String(), marked.String()
	return m, nil
}

// attach adds the calendar entry for those who come or may come, if there is a date.
func (w *Writer) attach(m *port.Mail, kind Kind, g Guest) (err error) {
	if kind == Cancelled || g.Reply.Status != rsvp.Yes && g.Reply.Status != rsvp.Maybe || g.Occasion.Details.StartsAt.IsZero() {
		return nil
	}
	m.Calendar, err = w.calendar.Entry(g.Occasion, w.page(g.Occasion.ID))
	return err
}

func (w *Writer) page(occasionID string) string { return w.base + "/o/" + occasionID }

// link is the guest's own. What stands behind # stays in the browser: no server's log ever has the token.
func (w *Writer) link(r rsvp.Reply) string {
	return w.page(r.OccasionID) + "/reply#t=" + w.signer.Sign(rsvps.Claim{Role: rsvps.Guest, ID: r.ID, Version: r.TokenVersion})
}
