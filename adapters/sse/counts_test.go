package sse

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"convoke/application/rsvps"
	"convoke/domain/rsvp"
)

// counts opens a stream of an occasion.
func (s *site) counts(id, token, lastEventID string) *watcher {
	s.t.Helper()
	url := strings.Replace(s.url, "/jobs/", "/occasions/", 1) + id
	request, err := http.NewRequestWithContext(context.Background(), http.MethodGet, url, nil)
	if err != nil {
		s.t.Fatal(err)
	}
	if token != "" {
		request.Header.Set("Authorization", "Bearer "+token)
	}
	if lastEventID != "" {
		request.Header.Set("Last-Event-ID", lastEventID)
	}
	response, err := s.client.Do(request)
	if err != nil {
		s.t.Fatal(err)
	}
	return s.follow(response)
}

func (w *watcher) expectCounts(revision uint64) {
	w.t.Helper()
	if e, ok := w.next(); !ok || e.name != "counts" || e.id != strconv.FormatUint(revision, 10) || e.live.Type != "occasion_counts" {
		w.t.Fatalf("got %+v, want the counts at revision %d", e, revision)
	}
}

func TestAStreamTellsAnOccasionsCountsUntilItsEnd(t *testing.T) {
	t.Parallel()
	s := open(t, Config{})
	id, _ := s.Open(rsvp.Details{})
	w, again := s.counts(strings.ToUpper(id), "", ""), s.counts(id, "", "1")
	w.expectCounts(1)
	r, _ := s.Reply(id, "ada@example.org", 1)
	w.expectCounts(r.Revision)
	again.expectCounts(r.Revision)
	if err := s.RSVPs.Delete(t.Context(), rsvps.Caller{Admin: true}, id, ""); err != nil {
		t.Fatal(err)
	}
	w.expectEnd()
	again.expectEnd()
	if gone := s.counts(id, "", ""); gone.response.StatusCode != http.StatusNotFound {
		t.Errorf("status %d", gone.response.StatusCode)
	}
}

func TestHiddenCountsNeedTheHostsToken(t *testing.T) {
	t.Parallel()
	s := open(t, Config{})
	id, host := s.Open(rsvp.Details{Counts: rsvp.CountsHidden})
	_, other := s.Open(rsvp.Details{})
	for token, want := range map[string]int{"": 401, "forged": 401, other: 403, host: 200, "the-operators-token": 200} {
		if w := s.counts(id, token, ""); w.response.StatusCode != want {
			t.Errorf("token %q: status %d, want %d", token, w.response.StatusCode, want)
		}
	}
	for _, id := range []string{noSuchID, "x", "DEFAULT"} {
		if w := s.counts(id, "", ""); w.response.StatusCode != http.StatusNotFound {
			t.Errorf("%s: status %d", id, w.response.StatusCode)
		}
	}
	s.counts("default", "", "").expectCounts(1)
}
