package httpapi

import (
	"context"
	"net/netip"
	"strings"
	"sync"
	"testing"

	"convoke/adapters/calendar"
	"convoke/adapters/system"
	"convoke/application/mails"
	"convoke/application/port"
	"convoke/test/backend"
	"convoke/test/fake"
)

// letterbox keeps the mails that it is given. Safe for concurrent use.
type letterbox struct {
	mu   sync.Mutex
	sent []port.Mail
}

func (l *letterbox) Send(_ context.Context, batch []port.Mail) []error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.sent = append(l.sent, batch...)
	return nil
}

func (l *letterbox) Sent() []port.Mail {
	l.mu.Lock()
	defer l.mu.Unlock()
	return append([]port.Mail(nil), l.sent...)
}

// openWithMail serves a site that sends links; run lets it do so until the test ends.
func openWithMail(t *testing.T) (s *site, box *letterbox, run func()) {
	t.Helper()
	b := backend.New(t)
	w, err := mails.NewWriter(b.Signer, calendar.Writer{}, "https://party.example")
	if err != nil {
		t.Fatal(err)
	}
	box = &letterbox{}
	links := mails.NewLinks(b.Store, w, box, system.NewIDs(), system.Clock{}, b.Meter, fake.Log())
	s = openLinked(t, Config{TrustedProxies: []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")}}, b, links)
	return s.serve(), box, func() {
		ctx, cancel := context.WithCancel(context.Background())
		done := make(chan error, 1)
		go func() { done <- links.Run(ctx) }()
		t.Cleanup(func() { cancel(); <-done })
	}
}

func TestALostLinkComesByMail(t *testing.T) {
	t.Parallel()
	s, box, run := openWithMail(t)
	_, token := s.Reply("", "ada@example.org", 1)
	known := s.ask("POST", "/api/rsvps/resend-link", `{"email":"Ada@Example.org"}`)
	unknown := s.ask("POST", "/api/rsvps/resend-link", `{"occasionId":"`+noSuchID+`","email":"nobody@example.org"}`)
	if known.status != 202 || unknown.status != 202 || string(known.body) != string(unknown.body) || known.header.Get("Cache-Control") != "no-store" {
		t.Errorf("%d %s\n%d %s", known.status, known.body, unknown.status, unknown.body)
	}
	if len(box.Sent()) != 0 {
		t.Error("the answer waited for the mail")
	}
	run()
	eventually(t, "the link has come", func() bool { return len(box.Sent()) == 1 })
	if m := box.Sent()[0]; m.To != "ada@example.org" || !strings.Contains(m.Text, "https://party.example/o/default/reply#t="+token+"\n") {
		t.Errorf("%+v", m)
	}
}

func TestBadWishesForALinkNameTheirFields(t *testing.T) {
	t.Parallel()
	s, box, _ := openWithMail(t)
	for i, test := range []struct {
		body   string
		status int
		code   string
		fields []string
	}{
		{`{}`, 422, "invalid", []string{"email"}},
		{`{"email":"Ada <ada@example.org>"}`, 422, "invalid", []string{"email"}},
		{`{"email":7}`, 422, "invalid", []string{"email"}},
		{`{"email":"ada@example.org\u0000"}`, 422, "invalid", []string{"email"}},
		{`{"email":"ada@example.org","occasionId":"x"}`, 404, "occasion-not-found", nil},
		{`[`, 400, "malformed-json", nil},
	} {
		from := "192.0.2." + string(rune('1'+i))
		wantProblem(t, s.ask("POST", "/api/rsvps/resend-link", test.body, "X-Forwarded-For", from), test.status, test.code, test.fields...)
	}
	if len(box.Sent()) != 0 {
		t.Error("a mail was sent")
	}
}

func TestWishesForLinksAreFewFromEachAddress(t *testing.T) {
	t.Parallel()
	s, _, _ := openWithMail(t)
	wish := func(from string) answer {
		return s.ask("POST", "/api/rsvps/resend-link", `{"email":"ada@example.org"}`, "X-Forwarded-For", from)
	}
	for range resendBurst {
		if a := wish("192.0.2.1"); a.status != 202 {
			t.Fatalf("status %d: %s", a.status, a.body)
		}
	}
	a := wish("192.0.2.1")
	wantProblem(t, a, 429, "rate-limited")
	if a.header.Get("Retry-After") == "" {
		t.Error("it does not say for how long")
	}
	if a := wish("192.0.2.2"); a.status != 202 {
		t.Errorf("somebody else: status %d: %s", a.status, a.body)
	}
}

func TestWithoutAMailServerTheAnswerIsTheSame(t *testing.T) {
	t.Parallel()
	s := open(t, Config{}).serve()
	if a := s.ask("POST", "/api/rsvps/resend-link", `{"email":"ada@example.org"}`); a.status != 202 {
		t.Errorf("status %d: %s", a.status, a.body)
	}
}
