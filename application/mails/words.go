package mails

import (
	"strings"
	text "text/template"
	"time"
	"unicode"

	"convoke/domain/rsvp"
)

const maxSubject = 120 // characters of a title in a subject

// words are what the catalogue's texts may use. Each is one line, whatever people wrote.
type words struct {
	Name   string
	Title  string
	People string
	Party  int
}

// phrases says things in the catalogue's words. The first failure is kept.
type phrases struct {
	catalogue *text.Template
	words     words
	err       error
}

func wordsOf(g Guest, catalogue *text.Template) words {
	p := phrases{catalogue: catalogue}
	w := words{Name: oneLine(g.Reply.Name), Title: oneLine(g.Occasion.Details.Title), Party: g.Reply.PartySize, People: p.with("person", nil)}
	if w.Party != 1 {
		w.People = p.with("people", w.Party)
	}
	return w
}

func (p *phrases) say(name string) string { return p.with(name, p.words) }

func (p *phrases) with(name string, data any) string {
	var b strings.Builder
	if err := p.catalogue.ExecuteTemplate(&b, name, data); err != nil && p.err == nil {
		p.err = err
	}
	return b.String()
}

// message returns a mail's subject and paragraphs.
func (p *phrases) message(kind Kind, s rsvp.Status) (subject string, paragraphs []string) {
	name := string(kind)
	if kind == Created || kind == Changed {
		name += "." + string(s)
	}
	short := phrases{catalogue: p.catalogue, words: p.words.short()}
	subject, _, _ = strings.Cut(short.say(name), "\n")
	_, body, _ := strings.Cut(p.say(name), "\n\n")
	return subject, strings.Split(body, "\n\n")
}

// short cuts the title to what a subject has room for.
func (w words) short() words {
	if title := []rune(w.Title); len(title) > maxSubject {
		w.Title = string(title[:maxSubject-1]) + "…"
	}
	return w
}

// facts are what, when and where.
func (p *phrases) facts(o rsvp.State) []fact {
	facts := []fact{{p.say("what"), p.words.Title}}
	if when := span(o.Details); when != "" {
		facts = append(facts, fact{p.say("when"), when})
	}
	if where := oneLine(o.Details.Place); where != "" {
		facts = append(facts, fact{p.say("where"), where})
	}
	return facts
}

// span writes an occasion's time in its own zone; empty without a date.
func span(d rsvp.Details) string {
	if d.StartsAt.IsZero() {
		return ""
	}
	zone, err := time.LoadLocation(d.TimeZone)
	if err != nil {
		zone = time.UTC
	}
	const day, clock = "Monday, 2 January 2006", "15:04"
	start, end := d.StartsAt.In(zone), d.EndsAt.In(zone)
	written := start.Format(day + ", " + clock)
	switch {
	case d.EndsAt.IsZero() || !end.After(start):
	case start.Format(day) == end.Format(day):
		written += "–" + end.Format(clock)
	default:
		written += " – " + end.Format(day+", "+clock)
	}
	return written + " (" + zone.String() + ")"
}

// oneLine writes what people wrote on one line, without characters that change the order of what is read.
func oneLine(s string) string {
	visible := strings.Map(func(r rune) rune {
		switch {
		case unicode.IsControl(r), r == unicode.ReplacementChar:
			return ' '
		case unicode.Is(unicode.Bidi_Control, r), r == '\ufeff':
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, " "))
	return strings.Join(strings.Fields(visible), " ")
}
