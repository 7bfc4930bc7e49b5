package scenario

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"convoke/test/node"
)

const party = `{"title":"A garden party","startsAt":"2031-06-12T14:00:00Z"}`

// heard is one line of watch.mjs.
type heard struct {
	Counts   *int
	Revision int
	Job      string
	Version  int
}

func hear(t *testing.T, lines ...string) (all []heard) {
	t.Helper()
	for _, line := range lines {
		var h heard
		if err := json.Unmarshal([]byte(line), &h); err != nil {
			t.Fatalf("%v: %s", err, line)
		}
		all = append(all, h)
	}
	return all
}

// neverFall checks the numbers of all that was heard.
func neverFall(t *testing.T, all []heard) {
	t.Helper()
	var revisions, versions []int
	for _, h := range all {
		if h.Counts != nil {
			revisions = append(revisions, h.Revision)
		}
		if h.Job != "" {
			versions = append(versions, h.Version)
		}
	}
	if !slices.IsSorted(revisions) || !slices.IsSorted(versions) {
		t.Errorf("revisions %v, versions %v", revisions, versions)
	}
}

func TestAWatchInTheClientOutlivesACrash(t *testing.T) {
	t.Parallel()
	p := start(t, "all", "GENERATOR=noop", "NOOP_DELAY=1s", "WORKER_CONCURRENCY=1")
	id, _ := p.openOccasion(party)
	p.generate(`{"description":"the one that runs"}`)
	job := p.generate(`{"description":"the one that waits"}`)
	s := script(t, "watch", map[string]any{"baseUrl": p.url, "occasionId": id, "jobId": job, "guests": 2}, sockets)
	p.reply(t.Context(), id, "one@example.org")
	all := hear(t, s.Await(`"job"`, `"counts":1`)...)
	p.kill()
	p.launch()
	p.awaitReady()
	p.reply(t.Context(), id, "two@example.org")
	all = append(all, hear(t, s.End()...)...)
	neverFall(t, all)
	if !slices.ContainsFunc(all, func(h heard) bool { return h.Job == "job_complete" }) || !slices.ContainsFunc(all, func(h heard) bool { return h.Counts != nil && *h.Counts == 2 }) {
		t.Errorf("heard %+v", all)
	}
}

func TestTheClientComesBackAfterADrain(t *testing.T) {
	t.Parallel()
	p := start(t, "all")
	id, _ := p.openOccasion(party)
	for _, flag := range []string{sockets, streams} {
		s := script(t, "watch", map[string]any{"baseUrl": p.url, "occasionId": id, "guests": 1}, flag)
		s.Await(`"counts":0`)
		if _, code := p.terminate(); code != 0 {
			t.Errorf("exit code %d", code)
		}
		p.launch()
		p.awaitReady()
		guest, _ := p.reply(t.Context(), id, "ada@example.org")
		rest := s.End()
		if flag == sockets && !slices.Contains(rest, `{"closed":3001}`) {
			t.Errorf("heard %q", rest)
		}
		if status, _, err := p.try(t.Context(), http.MethodDelete, "/api/rsvps/cancel-by-token", nil, "Authorization: Bearer "+guest.Token); status != http.StatusOK {
			t.Fatal(status, err)
		}
	}
}

func TestTheClientStreamsWhereAProxyRefusesSocketsAndTriesThemAgain(t *testing.T) {
	t.Parallel()
	p := start(t, "all")
	id, _ := p.openOccasion(party)
	var open atomic.Bool
	f := newFront(t, p.url, func(w http.ResponseWriter, r *http.Request, pass http.Handler) bool {
		return !open.Load() && withoutSockets(w, r, pass)
	})
	s := script(t, "watch", map[string]any{"baseUrl": f.URL, "occasionId": id, "guests": 2, "hasty": true}, sockets)
	s.Await(`"counts":0`)
	if p.metric("convoke_streams_open") != 1 || len(f.requests("GET /ws")) < 3 {
		t.Errorf("%v streams after %q", p.metric("convoke_streams_open"), f.requests("GET /ws"))
	}
	p.reply(t.Context(), id, "one@example.org")
	s.Await(`"counts":1`)
	open.Store(true)
	p.await(waitForOne, "there is a socket instead", func() bool { return p.metric("convoke_sockets_open") == 1 })
	p.reply(t.Context(), id, "two@example.org")
	neverFall(t, hear(t, s.End()...))
	if tries := len(f.requests("GET /ws")); tries > 20 {
		t.Errorf("%d sockets were tried", tries)
	}
}

func TestTheClientDoesNotInsistOnCountsThatItMayNotSee(t *testing.T) {
	t.Parallel()
	p := start(t, "all")
	id, host := p.openOccasion(`{"title":"A secret party","counts":"hidden"}`)
	for flag, status := range map[string]int{sockets: 0, streams: 401} {
		f := newFront(t, p.url, func(http.ResponseWriter, *http.Request, http.Handler) bool { return false })
		watch := func(token string) *node.Script {
			return script(t, "watch", map[string]any{"baseUrl": f.URL, "token": token, "occasionId": id, "guests": 0}, flag)
		}
		want := fmt.Sprintf(`{"ended":[{"status":%d,"code":"invalid-token"},null]}`, status)
		if rest := watch(host + "x").End(); !slices.Contains(rest, want) {
			t.Errorf("%s: it said %q", flag, rest)
		}
		if asked := f.requests("GET"); len(asked) != 1 {
			t.Errorf("%s: it asked %q", flag, asked)
		}
		if rest := strings.Join(watch(host).End(), "\n"); !strings.Contains(rest, `{"counts":0,`) {
			t.Errorf("%s: the host sees %s", flag, rest)
		}
	}
}

func TestTheClientLeavesNothingOpenBehind(t *testing.T) {
	t.Parallel()
	p := start(t, "all")
	id, _ := p.openOccasion(party)
	for flag, gauge := range map[string]string{sockets: "convoke_sockets_open", streams: "convoke_streams_open"} {
		s := script(t, "watch", map[string]any{"baseUrl": p.url, "occasionId": id, "guests": 99, "leave": true}, flag)
		if said := s.Await("ended"); said[len(said)-1] != `{"ended":[null,null]}` {
			t.Errorf("an abort is no failure: %q", said)
		}
		n := 0
		p.await(30*time.Second, "nothing is open, as nothing is watched", func() bool {
			n++ // a stream's end shows when something has been written in vain
			p.reply(t.Context(), id, fmt.Sprintf("%s%d@example.org", strings.Trim(flag, "-"), n))
			return p.metric(gauge) == 0
		})
		s.Go()
		s.End()
	}
}
