package httpapi

import (
	"context"
	"encoding/base64"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"

	"convoke/application/deadletter"
	"convoke/application/overview"
	"convoke/application/port"
	"convoke/domain/job"
)

func TestOperatorsNeedTheirToken(t *testing.T) {
	t.Parallel()
	s := open(t, Config{}).serve()
	for _, route := range []string{
		"GET /api/mcp/tools/jobs", "GET /api/admin/dead-letters", "GET /api/admin/dead-letters/" + noSuchID,
		"POST /api/admin/dead-letters/" + noSuchID + "/redrive", "POST /api/admin/dead-letters/redrive",
		"DELETE /api/admin/dead-letters/" + noSuchID, "GET /api/admin/groups", "GET /api/admin/workers",
	} {
		method, path, _ := strings.Cut(route, " ")
		for authorization, code := range map[string]string{
			"":                            "missing-token",
			"Bearer":                      "malformed-token",
			"Basic " + adminToken:         "malformed-token",
			"Bearer wrong":                "wrong-token",
			"Bearer " + adminToken + "x":  "wrong-token",
			"Bearer " + adminToken[1:]:    "wrong-token",
			"Bearer x " + adminToken + "": "wrong-token",
		} {
			a := s.ask(method, path, "", "Authorization", authorization)
			wantProblem(t, a, 401, code)
			if !strings.HasPrefix(a.header.Get("WWW-Authenticate"), "Bearer") {
				t.Errorf("WWW-Authenticate: %q", a.header.Get("WWW-Authenticate"))
			}
		}
	}
	if a := s.ask("GET", "/api/admin/workers", "", "Authorization", "bearer  "+adminToken); a.status != 200 {
		t.Errorf("status %d", a.status)
	}
}

func TestWithoutATokenNobodyIsAnOperator(t *testing.T) {
	t.Parallel()
	s := open(t, Config{})
	s.server.App().Get("/only", newAdmin("").only(func(c *fiber.Ctx) error { return c.SendString("let in") }))
	s.serve()
	for authorization, code := range map[string]string{
		"Bearer ": "malformed-token", "Bearer   ": "malformed-token", "Bearer \t": "malformed-token", "Bearer x": "wrong-token", "": "missing-token",
	} {
		wantProblem(t, s.ask("GET", "/only", "", "Authorization", authorization), 401, code)
	}
}

func TestJobsAreListedInPages(t *testing.T) {
	t.Parallel()
	s := open(t, Config{}).serve()
	ids := []string{s.Order(), s.Order(), s.Order()}
	s.Complete(ids[1])
	first := read[jobsAnswer](t, s.operator("GET", "/api/mcp/tools/jobs?limit=2", ""))
	if len(first.Jobs) != 2 || first.Jobs[0].ID != ids[2] || first.Jobs[1].ID != ids[1] || first.NextCursor == nil {
		t.Fatalf("the first page: %+v", first)
	}
	second := read[jobsAnswer](t, s.operator("GET", "/api/mcp/tools/jobs?limit=2&cursor="+*first.NextCursor, ""))
	if len(second.Jobs) != 1 || second.Jobs[0].ID != ids[0] || second.NextCursor != nil {
		t.Errorf("the second page: %+v", second)
	}
	completed := read[jobsAnswer](t, s.operator("GET", "/api/mcp/tools/jobs?status=COMPLETED", ""))
	if len(completed.Jobs) != 1 || completed.Jobs[0].Status != job.Completed {
		t.Errorf("the completed: %+v", completed)
	}
	for query, want := range map[string]string{
		"status=COMPLETED,FAILED": ids[1], "q=" + ids[0]: ids[0], "q=GARDEN&status=COMPLETED": ids[1], "serverId=studio": ids[1],
	} {
		found := read[jobsAnswer](t, s.operator("GET", "/api/mcp/tools/jobs?"+query, ""))
		if len(found.Jobs) != 1 || found.Jobs[0].ID != want {
			t.Errorf("%s: %+v", query, found)
		}
	}
	for query, fields := range map[string][]string{
		"q=" + strings.Repeat("x", 501) + "&serverId=%00": {"serverId"}, "serverId=" + strings.Repeat("x", 101): {"serverId"},
		"status=COMPLETED,DONE": {"status"}, "q=%ff": {"q"}, "q=" + strings.Repeat("x", 501): {"q"},
		"status=DONE&limit=101": {"status", "limit"}, "limit=many": {"limit"}, "limit=0": {"limit"}, "limit=-1": {"limit"},
		"cursor=nonsense": {"cursor"}, "cursor=%00&limit=x": {"cursor", "limit"}, "status=%ff": {"status"},
	} {
		wantProblem(t, s.operator("GET", "/api/mcp/tools/jobs?"+query, ""), 422, "invalid", fields...)
	}
}

func TestServersAndWorkersAreWhatLiveWorkersAnnounce(t *testing.T) {
	t.Parallel()
	s := open(t, Config{}).serve()
	if a := s.ask("GET", "/api/mcp/servers", ""); string(a.body) != `{"success":true,"servers":[]}`+"\n" {
		t.Errorf("%s", a.body)
	}
	s.Fleet.Take(seen("studio", "gemini"))
	if a := s.ask("GET", "/api/mcp/servers", ""); string(a.body) != `{"success":true,"servers":[{"id":"gemini","health":"ok"},{"id":"studio","health":"ok"}]}`+"\n" {
		t.Errorf("%s", a.body)
	}
	workers := read[map[string][]workerView](t, s.operator("GET", "/api/admin/workers", ""))["workers"]
	if len(workers) != 1 || workers[0].ID != "w1" || workers[0].Concurrency != 8 || workers[0].Running[0] != (runView{noSuchID, 2}) || workers[0].SeenAt.IsZero() {
		t.Errorf("%+v", workers)
	}
}

func TestGroupsShowLagAndOneThatFailsHidesNoOther(t *testing.T) {
	t.Parallel()
	s := open(t, Config{}).serve()
	s.Bus.Publish(t.Context(), []port.Message{{Topic: s.Names.DesignRequests, Key: "a"}, {Topic: s.Names.DesignRequests, Key: "b"}})
	a := s.operator("GET", "/api/admin/groups", "")
	groups := read[map[string][]groupView](t, a)["groups"]
	if len(groups) != 2 || groups[0].Group != s.Names.Workers || groups[0].Lag == nil || *groups[0].Lag != 2 || len(groups[0].Partitions) != 12 {
		t.Fatalf("%s", a.body)
	}
	if groups[1].Error == "" || groups[1].Lag != nil {
		t.Errorf("%+v", groups[1])
	}
}

func TestDeadLettersAreListedShownRedrivenAndDiscarded(t *testing.T) {
	t.Parallel()
	s := open(t, Config{}).serve()
	at := time.Now().UTC().Truncate(time.Millisecond)
	var letters []deadletter.Letter
	for i, value := range []string{"<text>", "\xff\x00", "third", "fourth"} {
		letters = append(letters, deadletter.Letter{
			ID: fmt.Sprintf("01890000-0000-7000-8000-00000000000%d", i), Topic: s.Names.DesignReady, Partition: 3, Offset: int64(i), Group: "g",
			Reason: "undecodable", Attempts: 1, Time: at, Key: "k", Value: []byte(value), Headers: map[string]string{"h": "v"}, Fingerprint: [32]byte{byte(i)},
		})
	}
	letters[3].Reason = "panic"
	if err := s.Store.AddLetters(t.Context(), letters); err != nil {
		t.Fatal(err)
	}
	const path = "/api/admin/dead-letters"
	page := read[lettersAnswer](t, s.operator("GET", path+"?limit=1&reason=undecodable", ""))
	if len(page.DeadLetters) != 1 || page.DeadLetters[0] != letterOf(letters[2]) || page.NextCursor == nil {
		t.Fatalf("%+v", page)
	}
	whole := read[map[string]wholeLetter](t, s.operator("GET", path+"/"+letters[0].ID, ""))["deadLetter"]
	if whole.Payload != "<text>" || whole.PayloadEncoding != "utf-8" || whole.Key != "k" || whole.Headers["h"] != "v" || whole.Offset != 0 {
		t.Errorf("%+v", whole)
	}
	whole = read[map[string]wholeLetter](t, s.operator("GET", path+"/"+letters[1].ID, ""))["deadLetter"]
	if bytes, _ := base64.StdEncoding.DecodeString(whole.Payload); whole.PayloadEncoding != "base64" || string(bytes) != "\xff\x00" {
		t.Errorf("%+v", whole)
	}

	if a := s.operator("DELETE", path+"/"+letters[0].ID, ""); a.status != 204 || len(a.body) != 0 {
		t.Errorf("status %d: %s", a.status, a.body)
	}
	wantProblem(t, s.operator("DELETE", path+"/"+letters[0].ID, ""), 404, "dead-letter-not-found")
	wantProblem(t, s.operator("GET", path+"/"+letters[0].ID, ""), 404, "dead-letter-not-found")
	wantProblem(t, s.operator("GET", path+"/redrive", ""), 404, "dead-letter-not-found")

	if a := s.operator("POST", path+"/"+letters[1].ID+"/redrive", ""); a.status != 200 {
		t.Errorf("status %d: %s", a.status, a.body)
	}
	wantProblem(t, s.operator("POST", path+"/"+letters[1].ID+"/redrive", ""), 404, "dead-letter-not-found")
	outcome := read[redriveAnswer](t, s.operator("POST", path+"/redrive", `{"reason":"panic"}`))
	if outcome != (redriveAnswer{Redriven: 1, Finished: true}) {
		t.Errorf("%+v", outcome)
	}
	sent, err := s.Bus.Tail(t.Context(), s.Names.DesignReady, 10)
	if err != nil || len(sent) != 2 || string(sent[0].Value)+string(sent[1].Value) != "\xff\x00fourth" {
		t.Errorf("sent %v, %v", sent, err)
	}
	left := read[lettersAnswer](t, s.operator("GET", path, ""))
	if len(left.DeadLetters) != 1 || left.DeadLetters[0].ID != letters[2].ID {
		t.Errorf("left: %+v", left)
	}
}

func TestLettersThatCanNotBeRedrivenStay(t *testing.T) {
	t.Parallel()
	s := open(t, Config{}).serve()
	letter := deadletter.Letter{ID: noSuchID, Topic: "no-such-topic", Group: "g", Value: []byte("x")}
	if err := s.Store.AddLetters(t.Context(), []deadletter.Letter{letter}); err != nil {
		t.Fatal(err)
	}
	const path = "/api/admin/dead-letters"
	wantProblem(t, s.operator("POST", path+"/"+noSuchID+"/redrive", ""), 503, "broker-unavailable")
	outcome := read[redriveAnswer](t, s.operator("POST", path+"/redrive", `{}`))
	if outcome.Redriven != 0 || outcome.Failed != 1 || outcome.Reason == nil || !outcome.Finished {
		t.Errorf("%+v", outcome)
	}
	if _, err := s.Store.Letter(context.Background(), noSuchID); err != nil {
		t.Errorf("the letter is gone: %v", err)
	}
	wantProblem(t, s.operator("POST", path+"/redrive", `{"topic":1}`), http.StatusUnprocessableEntity, "invalid", "topic")
	wantProblem(t, s.operator("POST", path+"/redrive", `{"group":"\u0000"}`), http.StatusUnprocessableEntity, "invalid", "group")
}

func TestAMemberThatWaitsHasAnEmptyListOfPartitions(t *testing.T) {
	t.Parallel()
	text, err := marshal(groupViewOf(overview.Group{Members: []port.Member{{ID: "spare"}}}))
	if err != nil || !strings.Contains(string(text), `"members":[{"id":"spare","host":"","partitions":[]}]`) {
		t.Errorf("%s %v", text, err)
	}
}
