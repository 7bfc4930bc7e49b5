package scenario

import (
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"
)

// TestAGuestIsKnownAgainAfterACrash replies on the page of the built binary, kills it, and comes back.
func TestAGuestIsKnownAgainAfterACrash(t *testing.T) {
	t.Parallel()
	p := start(t, "all")
	id, _ := p.openOccasion(`{"title":"A garden party","startsAt":"2031-06-12T14:00:00Z","timeZone":"Europe/Berlin"}`)
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	browser := &http.Client{Jar: jar, Timeout: client.Timeout}
	defer browser.CloseIdleConnections()
	page := p.url + "/o/" + id
	sent, err := browser.PostForm(page, url.Values{"name": {"Ada Lovelace"}, "email": {"ada@example.org"}, "status": {"yes"}})
	if err != nil {
		t.Fatal(err)
	}
	sent.Body.Close()
	if sent.StatusCode != http.StatusOK || sent.Request.URL.Path != "/o/"+id {
		t.Fatalf("%d at %s", sent.StatusCode, sent.Request.URL)
	}
	p.kill()
	p.launch()
	p.awaitReady()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, page, nil)
	if err != nil {
		t.Fatal(err)
	}
	var cookies []string
	for _, cookie := range jar.Cookies(request.URL) {
		cookies = append(cookies, cookie.String())
	}
	status, content, err := p.try(t.Context(), http.MethodGet, "/o/"+id, nil, "Cookie: "+strings.Join(cookies, "; "))
	if err != nil || status != http.StatusOK || !strings.Contains(string(content), "Ada Lovelace") || !strings.Contains(string(content), "You are coming") {
		t.Fatalf("%d %s %v", status, content, err)
	}
	status, content, err = p.try(t.Context(), http.MethodGet, "/o/"+id, nil)
	if err != nil || status != http.StatusOK || strings.Contains(string(content), "Ada Lovelace") {
		t.Fatalf("a stranger sees %d %s %v", status, content, err)
	}
}
