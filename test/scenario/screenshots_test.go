package scenario

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"convoke/adapters/web/words"
	"convoke/test/browser"
)

// shots are the pages of the documents' pictures, by the names of their files.
type shots map[string]string

// TestScreenshots takes the pictures of the pages for the documents, from the built binary with guests who do not exist:
// each in light, in dark and on a phone. It is for `make screenshots`.
func TestScreenshots(t *testing.T) {
	folder := os.Getenv("CONVOKE_SCREENSHOTS")
	if folder == "" {
		t.Skip("it is for `make screenshots`")
	}
	if err := os.MkdirAll(folder, 0o755); err != nil { //nolint:gosec // it is for everybody
		t.Fatal(err)
	}
	p := start(t, "all")
	job, occasion, token, guest := p.furnish()
	pages := shots{
		"guest": "/o/" + occasion, "reply": "/o/" + occasion + "/reply#t=" + guest,
		"studio": "/studio?example=1", "design": "/studio/jobs/" + job, "compare": "/studio/jobs/" + job + "/compare?a=1&b=2",
		"host": "/studio/occasions/" + occasion + "#t=" + token, "console": "/console", "job": "/console/jobs/" + job,
	}
	for mode, set := range map[string]func(*browser.Page){
		"light": func(tab *browser.Page) { tab.Size(1200, 800) },
		"dark":  func(tab *browser.Page) { tab.Size(1200, 800); tab.Dark() },
		"phone": func(tab *browser.Page) { tab.Size(390, 844) },
	} {
		tab := browser.Open(t)
		set(tab)
		tab.ExpectRefusal(http.StatusUnauthorized, p.url)
		tab.ExpectBreaks() // pages are left while they connect
		tab.Go(p.url + "/console#a=" + adminToken)
		tab.AwaitText(words.ConsoleOverview)
		for name, path := range pages {
			tab.Go("about:blank")
			tab.Go(p.url + path)
			shown := `document.readyState === "complete" && location.hash === ""`
			if strings.Contains(path, "#") { // the token is sent, and the page shown again
				shown += ` && performance.getEntriesByType("navigation")[0].redirectCount === 1`
			}
			tab.Await(name, shown)
			tab.Shot(filepath.Join(folder, name+"-"+mode+".webp"), mode != "phone")
		}
	}
}

// furnish fills a deployment and returns a job of two versions, an occasion with its host's token, and a guest's token.
func (p *process) furnish() (job, occasion, host, guest string) {
	p.t.Helper()
	first := p.drawn("/api/mcp/tools/generate", map[string]any{
		"description":  "A garden party for Ada’s 40th birthday, Saturday 12 June at 4 pm, Kew Gardens, London. Wild flowers, sage and cream.",
		"size":         map[string]int{"width": 1000, "height": 1400},
		"colorPalette": []string{"#9caf88", "#f7efdd"},
	})
	second := p.drawn("/api/mcp/tools/refine", map[string]any{"jobId": first.Job.ID, "instructions": "Larger title, and fewer flowers"})
	opened := posted[struct {
		Occasion  struct{ ID string }
		HostToken string
	}](p, "/api/occasions", map[string]any{
		"title": "Ada’s 40th birthday", "startsAt": "2027-06-12T16:00:00", "endsAt": "2027-06-12T20:00:00", "timeZone": "Europe/London",
		"place": "Kew Gardens, London", "capacity": 24, "waitlist": "auto", "guestList": "names", "designId": second.Asset.DesignID,
	})
	for i, name := range []string{
		"Grace Hopper", "Alan Turing", "Barbara Liskov", "Edsger Dijkstra", "Mary Somerville", "Charles Babbage", "Katherine Johnson",
		"Annie Easley", "Niklaus Wirth", "Frances Allen", "Tony Hoare", "Radia Perlman", "Hedy Lamarr",
	} {
		answer := map[string]any{
			"occasionId": opened.Occasion.ID, "name": name, "email": fmt.Sprintf("guest%d@example.org", i), "partySize": 1 + i%3, "status": "yes",
		}
		switch {
		case i == 3:
			answer["status"] = "maybe"
		case i == 5:
			answer["status"] = "no"
		case i%4 == 0:
			answer["note"] = "We bring the lemonade."
		}
		guest = posted[struct{ Token string }](p, "/api/rsvps", answer).Token
	}
	p.awaitAnalytics(opened.Occasion.ID, opened.HostToken, 14)
	return second.Job.ID, opened.Occasion.ID, opened.HostToken, guest
}

type drawn struct {
	Job   struct{ ID string }
	Asset struct{ DesignID string }
}

func (p *process) drawn(path string, order map[string]any) drawn {
	p.t.Helper()
	return posted[drawn](p, path, order, "Prefer: wait=30")
}

func posted[T any](p *process, path string, body any, headers ...string) (answer T) {
	p.t.Helper()
	text, err := json.Marshal(body)
	if err != nil {
		p.t.Fatal(err)
	}
	status, content, err := p.try(context.Background(), http.MethodPost, path, text, headers...)
	if err != nil || status >= 300 {
		p.t.Fatalf("%s: %d %s %v", path, status, content, err)
	}
	if err := json.Unmarshal(content, &answer); err != nil {
		p.t.Fatal(err)
	}
	return answer
}
