package smtp

import (
	"errors"
	"fmt"
	"mime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"convoke/application/port"
	"convoke/test/mailserver"
)

func open(t *testing.T, url string) *Mailer {
	t.Helper()
	c, err := ParseURL(url)
	if err != nil {
		t.Fatal(err)
	}
	return New(c)
}

func mailTo(address string) port.Mail {
	return port.Mail{ID: "01890000@party.example", To: address, Subject: "See you", Text: "See you there."}
}

func mailsTo(n int) []port.Mail {
	batch := make([]port.Mail, n)
	for i := range batch {
		batch[i] = mailTo(fmt.Sprintf("guest%d@example.org", i))
	}
	return batch
}

// sendOne sends one mail and returns its error.
func sendOne(t *testing.T, m *Mailer, p port.Mail) error {
	t.Helper()
	if errs := m.Send(t.Context(), []port.Mail{p}); errs != nil {
		return errs[0]
	}
	return nil
}

func TestAMailArrivesAsItWasWritten(t *testing.T) {
	t.Parallel()
	server := mailserver.Start(t, mailserver.Config{})
	m := port.Mail{
		ID: "01890000@party.example", To: "ada@example.org", Subject: "See you at Ada’s party", Text: "Grüße\n.\nbye\n",
		HTML: "<p>Grüße</p>", Calendar: []byte("BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"),
	}
	if err := sendOne(t, open(t, server.URL("")), m); err != nil {
		t.Fatal(err)
	}
	got := server.Await(1)[0]
	header := got.Message.Header
	subject, err := new(mime.WordDecoder).DecodeHeader(header.Get("Subject"))
	if err != nil || subject != m.Subject || header.Get("Message-Id") != "<01890000@party.example>" || header.Get("From") != `"Convoke" <noreply@party.example>` ||
		header.Get("To") != "<ada@example.org>" || header.Get("Auto-Submitted") != "auto-generated" {
		t.Errorf("%v, %v", header, err)
	}
	if _, err := header.Date(); err != nil {
		t.Error(err)
	}
	if got.From != "noreply@party.example" || got.To != "ada@example.org" || got.Extension {
		t.Errorf("envelope %+v", got)
	}
	for media, want := range map[string]string{"text/plain": "Grüße\r\n.\r\nbye\r\n", "text/html": "<p>Grüße</p>"} {
		if part := got.Part(media); strings.TrimSpace(part) != strings.TrimSpace(want) {
			t.Errorf("%s: %q", media, part)
		}
	}
	if got.Part("text/calendar") != string(m.Calendar) {
		t.Errorf("there is no calendar entry in\n%s", got.Body)
	}
}

func TestABatchTravelsOverAFewConnections(t *testing.T) {
	t.Parallel()
	server := mailserver.Start(t, mailserver.Config{})
	m := open(t, server.URL(""))
	var senders sync.WaitGroup
	for range 3 {
		senders.Go(func() {
			if errs := m.Send(t.Context(), mailsTo(64)); errs != nil {
				t.Error(errs)
			}
		})
	}
	senders.Wait()
	times := map[string]int{}
	for _, taken := range server.Taken() {
		times[taken.To]++
	}
	for _, p := range mailsTo(64) {
		if times[p.To] != 3 {
			t.Errorf("%s got %d mails instead of 3", p.To, times[p.To])
		}
	}
	if n := server.Connections(); n > 3*maxConnections {
		t.Errorf("%d connections for 3 batches", n)
	}
	if errs := m.Send(t.Context(), nil); errs != nil {
		t.Errorf("an empty batch: %v", errs)
	}
}

func TestWhatTheServerSaysOfOneMailIsAboutThatMail(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		config mailserver.Config
		want   error
	}{
		"no such mailbox":      {mailserver.Config{Rcpt: about("bob@", mailserver.Refusal(550, 5, 1, 1))}, port.ErrNoMailbox},
		"a mailbox given up":   {mailserver.Config{Rcpt: about("bob@", mailserver.Refusal(550, 5, 2, 1))}, port.ErrNoMailbox},
		"no relaying":          {mailserver.Config{Rcpt: about("bob@", mailserver.Refusal(554, 5, 7, 1))}, port.ErrMailRefused},
		"greylisting":          {mailserver.Config{Rcpt: about("bob@", mailserver.Refusal(450, 4, 2, 0))}, port.ErrMailDeferred},
		"a refused content":    {mailserver.Config{Data: aboutData("bob@", mailserver.Refusal(554, 5, 7, 1))}, port.ErrMailRefused},
		"a text that is wrong": {mailserver.Config{Data: aboutData("bob@", mailserver.Refusal(552, 5, 3, 4))}, port.ErrMailRefused},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := mailserver.Start(t, test.config)
			errs := open(t, server.URL("")).Send(t.Context(), []port.Mail{mailTo("ada@example.org"), mailTo("bob@example.org"), mailTo("cleo@example.org")})
			if len(errs) != 3 || errs[0] != nil || !errors.Is(errs[1], test.want) || errs[2] != nil {
				t.Fatalf("%v, want %v", errs, test.want)
			}
			if taken := server.Taken(); len(taken) != 2 {
				t.Errorf("%d mails were taken", len(taken))
			}
			mustHide(t, errs[1])
		})
	}
}

func about(who string, answer error) func(string) error {
	return func(to string) error {
		if strings.HasPrefix(to, who) {
			return answer
		}
		return nil
	}
}

func aboutData(who string, answer error) func(string, int) error {
	return func(to string, _ int) error { return about(who, answer)(to) }
}

// mustHide checks that an error shows neither an address nor the password.
func mustHide(t *testing.T, err error) {
	t.Helper()
	if text := err.Error(); strings.Contains(text, "@") || strings.Contains(text, "s3cret") {
		t.Errorf("it shows too much: %s", text)
	}
}

func TestGreylistingIsOverAfterAWhile(t *testing.T) {
	t.Parallel()
	var tries atomic.Int32
	server := mailserver.Start(t, mailserver.Config{Rcpt: func(string) error {
		if tries.Add(1) == 1 {
			return mailserver.Refusal(451, 4, 7, 1)
		}
		return nil
	}})
	m := open(t, server.URL(""))
	if err := sendOne(t, m, mailTo("ada@example.org")); !errors.Is(err, port.ErrMailDeferred) {
		t.Fatal(err)
	}
	if err := sendOne(t, m, mailTo("ada@example.org")); err != nil || len(server.Taken()) != 1 {
		t.Fatalf("%v, %d mails", err, len(server.Taken()))
	}
}

func TestAnIllServerIsNoMailsFault(t *testing.T) {
	t.Parallel()
	for name, config := range map[string]mailserver.Config{
		"it refuses the sender":    {Mail: func(string) error { return mailserver.Refusal(550, 5, 7, 1) }},
		"it has no room":           {Data: aboutData("", mailserver.Refusal(452, 4, 3, 1))},
		"it sends too much":        {Data: aboutData("", mailserver.Refusal(454, 4, 7, 0))},
		"it is closing":            {Rcpt: about("", mailserver.Refusal(421, 4, 3, 2))},
		"it breaks off":            {Rcpt: about("", mailserver.ErrCut)},
		"it breaks off after DATA": {Data: aboutData("", mailserver.ErrCut)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := mailserver.Start(t, config)
			for i, err := range open(t, server.URL("")).Send(t.Context(), mailsTo(3)) {
				if !ill(err) {
					t.Fatalf("mail %d: %v", i, err)
				}
				mustHide(t, err)
			}
			if n := server.Connections(); n != 1 {
				t.Errorf("%d connections to an ill server", n)
			}
		})
	}
	down := mailserver.Start(t, mailserver.Config{})
	down.Stop()
	if err := sendOne(t, open(t, down.URL("")), mailTo("ada@example.org")); !ill(err) {
		t.Errorf("a server that is down: %v", err)
	}
}

func TestALostAnswerLeadsToTheSameMessageAgain(t *testing.T) {
	t.Parallel()
	var tries atomic.Int32
	var ids sync.Map
	server := mailserver.Start(t, mailserver.Config{Data: func(string, int) error {
		if tries.Add(1) == 1 {
			return mailserver.ErrCut
		}
		return nil
	}})
	m := open(t, server.URL(""))
	if err := sendOne(t, m, mailTo("ada@example.org")); !ill(err) {
		t.Fatal(err)
	}
	if err := sendOne(t, m, mailTo("ada@example.org")); err != nil {
		t.Fatal(err)
	}
	for _, taken := range server.Taken() {
		ids.Store(taken.Message.Header.Get("Message-Id"), true)
	}
	if _, ok := ids.Load("<01890000@party.example>"); !ok {
		t.Error("the Message-ID is another one")
	}
}

func TestAServerThatEndsConversationsIsCalledAgain(t *testing.T) {
	t.Parallel()
	server := mailserver.Start(t, mailserver.Config{Data: func(_ string, taken int) error {
		if taken == 3 {
			return mailserver.ErrCut
		}
		return nil
	}})
	if errs := open(t, server.URL("")).Send(t.Context(), mailsTo(8)); errs != nil {
		t.Fatal(errs)
	}
	if n := server.Connections(); n != 3 || len(server.Taken()) != 8 {
		t.Errorf("%d connections, %d mails", n, len(server.Taken()))
	}
}
