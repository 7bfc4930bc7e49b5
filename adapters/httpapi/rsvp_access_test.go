package httpapi

import (
	"strconv"
	"strings"
	"testing"

	"convoke/application/rsvps"
	"convoke/domain/rsvp"
)

// cast is who may ask: two occasions, each with its host and a guest.
type cast struct {
	*site
	id, hidden, replyID string
	tokens              map[string]string
}

func newCast(t *testing.T) *cast {
	t.Helper()
	c := &cast{site: open(t, Config{}).serve()}
	id, host := c.Open(rsvp.Details{})
	hidden, _ := c.Open(rsvp.Details{Counts: rsvp.CountsHidden})
	_, otherHost := c.Open(rsvp.Details{})
	r, guest := c.Reply(id, "ada@example.org", 1)
	_, otherGuest := c.Reply(id, "bob@example.org", 1)
	forged := []byte(host)
	forged[len(forged)-1] ^= 1
	old := c.Signer.Sign(rsvps.Claim{Role: rsvps.Host, ID: id, Version: 9})
	c.id, c.hidden, c.replyID = id, hidden, r.ID
	c.tokens = map[string]string{
		"nobody": "", "guest": guest, "other guest": otherGuest, "host": host, "other host": otherHost, "admin": adminToken,
		"forged": string(forged), "replaced": old,
	}
	return c
}

// TestWhoMayDoWhat asks every endpoint as everybody.
func TestWhoMayDoWhat(t *testing.T) {
	t.Parallel()
	callers := []string{"nobody", "guest", "other guest", "host", "other host", "admin", "forged", "replaced"}
	for _, test := range []struct {
		method, path string
		statuses     string // in the order of callers
	}{
		{"GET", "/api/occasions/{id}", "200 200 200 200 200 200 200 200"},
		{"GET", "/api/occasions/{id}/counts", "200 200 200 200 200 200 401 200"},
		{"GET", "/api/occasions/{hidden}/counts", "401 403 403 403 403 200 401 403"},
		{"GET", "/api/rsvps?occasionId={id}", "401 403 403 200 403 200 401 401"},
		{"GET", "/api/rsvps", "401 403 403 403 403 200 401 403"},
		{"GET", "/api/occasions/{id}/rsvps.csv", "401 403 403 200 403 200 401 401"},
		{"GET", "/api/rsvps/verify-token", "401 200 200 403 403 403 401 403"},
		{"PUT", "/api/rsvps/{reply}", "401 200 403 200 403 200 401 401"},
		{"PATCH", "/api/occasions/{id}", "401 403 403 200 403 200 401 401"},
		{"DELETE", "/api/rsvps/{reply}", "401 200 403 200 403 200 401 401"},
		{"DELETE", "/api/rsvps/cancel-by-token", "401 200 200 403 403 403 401 403"},
		{"DELETE", "/api/occasions/{id}", "401 403 403 204 403 204 401 401"},
	} {
		for i, want := range strings.Fields(test.statuses) {
			caller := callers[i]
			t.Run(test.method+" "+test.path+" "+caller, func(t *testing.T) {
				t.Parallel()
				c := newCast(t)
				path := strings.NewReplacer("{id}", c.id, "{hidden}", c.hidden, "{reply}", c.replyID).Replace(test.path)
				before := c.counts(c.id).Revision
				a := c.bearing(c.tokens[caller], test.method, path, bodyFor(test.method))
				if strconv.Itoa(a.status) != want {
					t.Fatalf("status %d, want %s: %s", a.status, want, a.body)
				}
				if challenge := a.header.Get("WWW-Authenticate"); (challenge != "") != (a.status == 401) {
					t.Errorf("status %d with challenge %q", a.status, challenge)
				}
				if a.status >= 400 && c.counts(c.id).Revision != before {
					t.Error("a refused request changed something")
				}
			})
		}
	}
}

func TestMalformedTokensAreRefusedEverywhere(t *testing.T) {
	t.Parallel()
	c := newCast(t)
	for _, header := range []string{"Bearer", "Bearer ", "Basic YTpi", c.tokens["host"], "Bearer g", "Bearer " + strings.Repeat("g", 4000)} {
		a := c.ask("GET", "/api/occasions/"+c.id+"/counts", "", "Authorization", header)
		if a.status != 401 || a.header.Get("WWW-Authenticate") == "" {
			t.Errorf("%.40q: status %d: %s", header, a.status, a.body)
		}
	}
}

func TestAnIDIsAUUIDOrDefault(t *testing.T) {
	t.Parallel()
	c := newCast(t)
	for _, id := range []string{"x", noSuchID, "DEFAULT", "%00", strings.ReplaceAll(c.id, "-", ""), c.id + "x"} {
		for _, path := range []string{"/api/occasions/" + id, "/api/occasions/" + id + "/counts", "/api/occasions/" + id + "/calendar.ics"} {
			wantProblem(t, c.ask("GET", path, ""), 404, "occasion-not-found")
		}
		wantProblem(t, c.operator("GET", "/api/rsvps?occasionId="+id, ""), 404, "occasion-not-found")
		wantProblem(t, c.operator("GET", "/api/occasions/"+id+"/rsvps.csv", ""), 404, "occasion-not-found")
		wantProblem(t, c.operator("PATCH", "/api/occasions/"+id, "{}"), 404, "occasion-not-found")
		wantProblem(t, c.operator("DELETE", "/api/occasions/"+id, ""), 404, "occasion-not-found")
		wantProblem(t, c.operator("PUT", "/api/rsvps/"+id, "{}"), 404, "rsvp-not-found")
		wantProblem(t, c.operator("DELETE", "/api/rsvps/"+id, ""), 404, "rsvp-not-found")
	}
	for _, path := range []string{"/api/occasions/default", "/api/occasions/default/counts", "/api/occasions/" + strings.ToUpper(c.id)} {
		if a := c.ask("GET", path, ""); a.status != 200 {
			t.Errorf("%s: status %d: %s", path, a.status, a.body)
		}
	}
}
