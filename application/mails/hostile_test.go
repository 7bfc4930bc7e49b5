package mails

import (
	"errors"
	"html"
	"maps"
	"mime"
	"slices"
	"strings"
	"testing"
	"unicode"

	"convoke/adapters/smtp"
	"convoke/application/port"
	"convoke/domain/rsvp"
	"convoke/test/mailserver"
)

// FuzzHostileTexts holds mails to their form, whatever guests and hosts call themselves and their occasions: a real mail
// server finds no header that we have not written, no mark-up that is not ours, and no second recipient.
func FuzzHostileTexts(f *testing.F) {
	f.Add("Grace\r\nBcc: all@example.org", "Party\nX-Spam: no\r\n\r\n<b>", "Here\u2028there")
	f.Add("<script>alert(1)</script>", "{{.Link}}\x00", "\u202egnp.exe")
	f.Add("=?utf-8?q?x?=\r\n y", strings.Repeat("ü", 200), ".\r\n.\r\nQUIT\r\n")
	f.Add("", "\ufeff", "")
	server := mailserver.Start(f, mailserver.Config{})
	config, err := smtp.ParseURL(server.URL(""))
	if err != nil {
		f.Fatal(err)
	}
	mailer, w := smtp.New(config), newWriter(f)
	expected := []string{"Auto-Submitted", "Content-Type", "Date", "From", "Message-Id", "Mime-Version", "Subject", "To"}
	f.Fuzz(func(t *testing.T, name, title, place string) {
		g := guest(rsvp.Yes, 2)
		g.Reply.Name, g.Occasion.Details.Title, g.Occasion.Details.Place = name, title, place
		m, err := w.Write(Created, g, eventID)
		if err != nil {
			t.Fatal(err)
		}
		if unseen := func(r rune) bool { return unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) }; strings.ContainsFunc(m.Subject, unseen) {
			t.Errorf("subject %q", m.Subject)
		}
		if marks := strings.Count(m.HTML, "<"); marks != strings.Count(plainHTML(t, w), "<") && oneLine(place) != "" {
			t.Errorf("there are %d marks in\n%s", marks, m.HTML)
		}
		if !strings.Contains(html.UnescapeString(m.HTML), oneLine(title)) {
			t.Errorf("the title %q is not in\n%s", title, m.HTML)
		}
		if errs := mailer.Send(t.Context(), []port.Mail{m}); errs != nil {
			t.Fatal(errors.Join(errs...))
		}
		taken := server.Collect()
		last := taken[len(taken)-1]
		if len(taken) != 1 {
			t.Errorf("one mail has become %d", len(taken))
		}
		if headers := slices.Sorted(maps.Keys(last.Message.Header)); !slices.Equal(headers, expected) || last.To != "grace@example.org" {
			t.Errorf("headers %v to %s", headers, last.To)
		}
		subject, err := new(mime.WordDecoder).DecodeHeader(last.Message.Header.Get("Subject"))
		if err != nil || strings.TrimSpace(subject) != strings.TrimSpace(m.Subject) {
			t.Errorf("subject %q, want %q, %v", subject, m.Subject, err)
		}
	})
}

func plainHTML(t *testing.T, w *Writer) string {
	t.Helper()
	m, err := w.Write(Created, guest(rsvp.Yes, 2), eventID)
	if err != nil {
		t.Fatal(err)
	}
	return m.HTML
}
