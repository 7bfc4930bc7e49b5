package scenario

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"convoke/test/mailserver"
	"convoke/test/postgres"
)

const patience = 30 * time.Second

// A guest replies while the mail server is down, and the process is killed; the mail comes all the same, its link works,
// and a lost link comes again.
func TestAGuestsMailComesWhateverHappens(t *testing.T) {
	t.Parallel()
	server := mailserver.Start(t, mailserver.Config{})
	server.Stop()
	p := start(t, "all", "SMTP_URL="+server.URL(""), "PUBLIC_URL=https://party.example")
	occasion, _ := p.openOccasion(`{"title":"Ada's 36th","startsAt":"2099-06-12T16:00:00","timeZone":"Europe/Berlin"}`)
	guest, ok := p.reply(t.Context(), occasion, "grace@example.org")
	if !ok {
		t.Fatal("the reply was not accepted")
	}
	p.await(patience, "it has noticed that the mail server is down", func() bool { return strings.Contains(p.log.String(), "the mail server is ill") })
	p.kill()
	server.Resume()
	p.launch()
	p.awaitReady()

	first := server.Await(1)[0]
	plain := first.Part("text/plain")
	if first.To != "grace@example.org" || !strings.Contains(plain, "Friday, 12 June 2099, 16:00 (Europe/Berlin)") || tokenIn(first, occasion) != guest.Token {
		t.Errorf("to %s:\n%s", first.To, plain)
	}
	if !strings.Contains(first.Part("text/calendar"), "BEGIN:VEVENT") {
		t.Error("there is no calendar entry")
	}
	ask[any](p, http.StatusOK, http.MethodGet, "/api/rsvps/verify-token", nil, tokenIn(first, occasion))
	ask[any](p, http.StatusAccepted, http.MethodPost, "/api/rsvps/resend-link", `{"occasionId":"`+occasion+`","email":"grace@example.org"}`, "")
	p.await(patience, "the link has come again", func() bool {
		for _, taken := range server.Taken() {
			if strings.HasPrefix(taken.Message.Header.Get("Subject"), "Your link: ") {
				return tokenIn(taken, occasion) == guest.Token
			}
		}
		return false
	})
	for _, taken := range server.Taken() {
		id, same := taken.Message.Header.Get("Message-Id"), first.Message.Header.Get("Message-Id")
		if strings.HasPrefix(taken.Message.Header.Get("Subject"), "See you at") && id != same {
			t.Errorf("the confirmation came as %s and as %s", same, id)
		}
	}
	if log := p.log.String(); strings.Contains(log, "grace@example.org") || strings.Contains(log, guest.Token) {
		t.Error("the log shows an address or a token")
	}
}

// Two consumers share the guests of a full occasion, and one is killed while it writes: everybody is written to, and what
// comes twice is the same message.
func TestEveryGuestIsWrittenToAlthoughAConsumerIsKilled(t *testing.T) {
	t.Parallel()
	const seats, guests = 20, 60
	server := mailserver.Start(t, mailserver.Config{})
	settings := []string{"NATS_URL=" + broker(t), "DATABASE_URL=" + postgres.Database(t)}
	api := start(t, "api", settings...)
	settings = append(settings, "SMTP_URL="+server.URL(""), "PUBLIC_URL=https://party.example", "CONSUMERS=mail")
	victim := start(t, "consumers", settings...)
	start(t, "consumers", settings...)
	occasion, _ := api.openOccasion(fmt.Sprintf(`{"title":"A garden party","capacity":%d,"waitlist":"auto"}`, seats))
	tokens := make([]string, guests)
	for i := range guests {
		g, ok := api.reply(t.Context(), occasion, fmt.Sprintf("guest%d@example.org", i))
		if !ok {
			t.Fatal("a reply was not accepted")
		}
		tokens[i] = g.Token
		if i == guests/2 {
			server.Await(1)
			victim.kill()
		}
	}
	ask[any](api, http.StatusOK, http.MethodDelete, "/api/rsvps/cancel-by-token", nil, tokens[0])
	want := map[string]string{"guest0@example.org": "Your reply is cancelled", fmt.Sprintf("guest%d@example.org", seats): "There is room for you"}
	api.await(patience, "everybody is written to", func() bool {
		told := map[string]bool{}
		for _, m := range server.Taken() {
			subject := m.Message.Header.Get("Subject")
			told[m.To] = told[m.To] || want[m.To] == "" || strings.HasPrefix(subject, want[m.To])
		}
		for i := range guests {
			if !told[fmt.Sprintf("guest%d@example.org", i)] {
				return false
			}
		}
		return true
	})
	subjects := map[string]string{}
	for _, m := range server.Taken() {
		id, what := m.Message.Header.Get("Message-Id"), m.To+": "+m.Message.Header.Get("Subject")
		if before, ok := subjects[what]; ok && before != id {
			t.Errorf("%s came as %s and as %s", what, before, id)
		}
		subjects[what] = id
	}
}

// tokenIn returns the token of the link in a mail; empty: there is none.
func tokenIn(m mailserver.Taken, occasion string) string {
	link := regexp.MustCompile(`https://party\.example/o/` + occasion + `/reply#t=(\S+)`).FindStringSubmatch(m.Part("text/plain"))
	if link == nil {
		return ""
	}
	return link[1]
}
