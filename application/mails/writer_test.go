package mails

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"convoke/application/rsvps"
	"convoke/domain/rsvp"
)

var update = flag.Bool("update", false, "write the golden files anew")

func TestEachMailReadsAsItShould(t *testing.T) {
	t.Parallel()
	w := newWriter(t)
	for _, test := range []struct {
		kind   Kind
		status rsvp.Status
		people int
	}{
		{Created, rsvp.Yes, 1}, {Created, rsvp.Waitlisted, 3}, {Created, rsvp.Maybe, 1}, {Created, rsvp.No, 1},
		{Promoted, rsvp.Yes, 3},
		{Changed, rsvp.Yes, 2}, {Changed, rsvp.Waitlisted, 2}, {Changed, rsvp.Maybe, 1}, {Changed, rsvp.No, 1},
		{Cancelled, rsvp.Cancelled, 2}, {Link, rsvp.Waitlisted, 1},
	} {
		m, err := w.Write(test.kind, guest(test.status, test.people), eventID)
		if err != nil {
			t.Fatal(err)
		}
		golden(t, fmt.Sprintf("%s-%s.txt", test.kind, test.status), "Subject: "+m.Subject+"\n\n"+m.Text)
		if test.kind == Promoted {
			golden(t, "promoted-yes.html", m.HTML)
		}
		if comes := test.status == rsvp.Yes || test.status == rsvp.Maybe; (m.Calendar != nil) != comes {
			t.Errorf("%s %s: a calendar entry of %d bytes", test.kind, test.status, len(m.Calendar))
		}
	}
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s reads\n%s\ninstead of\n%s", name, got, want)
	}
}

func TestTheLinkHoldsTheGuestsOwnToken(t *testing.T) {
	t.Parallel()
	signer := rsvps.NewSigner([]string{"a key for tests, long enough"})
	g := guest(rsvp.Yes, 1)
	g.Reply.TokenVersion = 4
	m, err := newWriter(t).Write(Created, g, eventID)
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{m.Text, strings.ReplaceAll(m.HTML, "&#43;", "+")} {
		_, token, ok := strings.Cut(text, "https://party.example/o/"+occasionID+"/reply#t=")
		if !ok {
			t.Fatalf("there is no link in\n%s", text)
		}
		token = token[:strings.IndexAny(token, "\"\n")]
		if claim, err := signer.Read(token); err != nil || claim != (rsvps.Claim{Role: rsvps.Guest, ID: replyID, Version: 4}) {
			t.Errorf("%+v, %v", claim, err)
		}
	}
}

func TestACancelledReplysMailHoldsNoToken(t *testing.T) {
	t.Parallel()
	m, err := newWriter(t).Write(Cancelled, guest(rsvp.Cancelled, 1), eventID)
	if err != nil || strings.Contains(m.Text+m.HTML, "#t=") {
		t.Errorf("%v\n%s", err, m.Text)
	}
}

func TestAnOccasionsTimeIsWrittenInItsOwnZone(t *testing.T) {
	t.Parallel()
	start := time.Date(2027, 6, 12, 22, 30, 0, 0, time.UTC)
	for want, d := range map[string]rsvp.Details{
		"":                                    {TimeZone: "Europe/Berlin"},
		"Saturday, 12 June 2027, 22:30 (UTC)": {StartsAt: start, TimeZone: "UTC"},
		"Sunday, 13 June 2027, 00:30–02:00 (Europe/Berlin)":                              {StartsAt: start, EndsAt: start.Add(90 * time.Minute), TimeZone: "Europe/Berlin"},
		"Saturday, 12 June 2027, 18:30 – Sunday, 13 June 2027, 00:30 (America/New_York)": {StartsAt: start, EndsAt: start.Add(6 * time.Hour), TimeZone: "America/New_York"},
		"Saturday, 12 June 2027, 22:30 (UTC) ":                                           {StartsAt: start, EndsAt: start, TimeZone: "Nowhere/At_All"},
	} {
		if got := span(d); got != strings.TrimSpace(want) {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestAWriterNeedsAnAddress(t *testing.T) {
	t.Parallel()
	for _, url := range []string{"", "party.example", "https://", "://"} {
		if _, err := NewWriter(rsvps.NewSigner([]string{"a key for tests, long enough"}), nil, url); err == nil {
			t.Errorf("%q will do", url)
		}
	}
	w, err := NewWriter(rsvps.NewSigner([]string{"a key for tests, long enough"}), nil, "http://[::1]:3001")
	if err != nil || w.host != "[::1]" {
		t.Errorf("%+v, %v", w, err)
	}
}
