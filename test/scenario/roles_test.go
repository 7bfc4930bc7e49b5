package scenario

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/coder/websocket/wsjson"
	"github.com/nats-io/nats-server/v2/server"

	"convoke/test/postgres"
)

// broker starts a NATS server with JetStream on loopback.
func broker(t *testing.T) (url string) {
	t.Helper()
	s, err := server.NewServer(&server.Options{
		Host: "127.0.0.1", Port: -1, JetStream: true, StoreDir: t.TempDir(), NoLog: true, NoSigs: true, MaxPayload: 10 << 20,
	})
	if err != nil {
		t.Fatal(err)
	}
	s.Start()
	if !s.ReadyForConnections(10 * time.Second) {
		t.Fatal("the NATS server does not answer")
	}
	t.Cleanup(func() { s.Shutdown(); s.WaitForShutdown() })
	return s.ClientURL()
}

func TestOneApiAndTwoWorkersOverABroker(t *testing.T) {
	t.Parallel()
	nats := "NATS_URL=" + broker(t)
	api := start(t, "api", nats)
	// A worker has no database, no data folder and no secrets.
	work := []string{nats, "GENERATOR=noop", "NOOP_DELAY=300ms", "WORKER_CONCURRENCY=4", "DATA_DIR=/nonexistent/folder", "SECRET_KEY=", "ADMIN_TOKEN="}
	one, two := start(t, "worker", work...), start(t, "worker", work...)
	ids := make([]string, 40)
	for i := range ids {
		ids[i] = api.generate(gardenParty)
	}
	for _, id := range ids {
		api.awaitStatus(id, "COMPLETED", waitForOne)
	}
	api.await(waitForOne, "both have work", func() bool { // a worker that joined late gets the next
		if one.finished() > 0 && two.finished() > 0 {
			return true
		}
		api.awaitStatus(api.generate(gardenParty), "COMPLETED", waitForOne)
		return false
	})
	if one.finished()+two.finished() < 40 {
		t.Errorf("one made %v, two made %v", one.finished(), two.finished())
	}
}

// finished counts the attempts that a worker has brought to a drawing.
func (p *process) finished() float64 {
	return p.metric(`convoke_attempts_total{generator="noop",outcome="ready"}`)
}

func TestAKilledWorkersJobsMoveOn(t *testing.T) {
	t.Parallel()
	nats := "NATS_URL=" + broker(t)
	api := start(t, "api", nats)
	work := []string{nats, "GENERATOR=noop", "NOOP_DELAY=2m"}
	victim := start(t, "worker", work...)
	id := api.generate(gardenParty)
	api.awaitStatus(id, "PROCESSING", waitForOne)
	start(t, "worker", nats, "GENERATOR=noop")
	begun := time.Now()
	victim.kill()
	if j := api.awaitStatus(id, "COMPLETED", waitForOne); j.Job.Attempt != 2 {
		t.Errorf("attempt %d", j.Job.Attempt)
	}
	t.Logf("the work moved on after %s", time.Since(begun))
}

func TestAFrozenWorkersLateAnswerChangesNothing(t *testing.T) {
	t.Parallel()
	nats := "NATS_URL=" + broker(t)
	api := start(t, "api", nats)
	frozen := start(t, "worker", nats, "GENERATOR=noop", "NOOP_DELAY=10s")
	id := api.generate(gardenParty)
	api.awaitStatus(id, "PROCESSING", waitForOne)
	frozen.signal(syscall.SIGSTOP)
	start(t, "worker", nats, "GENERATOR=noop")
	before := api.awaitStatus(id, "COMPLETED", waitForOne)
	frozen.signal(syscall.SIGCONT)
	p := frozen
	p.await(waitForOne, "the frozen worker has answered", func() bool { return p.metric("convoke_worker_running") == 0 })
	if after := api.job(id); after.Job.Version != before.Job.Version || after.Asset.Version != 1 {
		t.Errorf("before %+v, after %+v", before, after)
	}
}

func TestStoppingDrainsHandsBackAndExitsInTime(t *testing.T) {
	const inTime, lease = 20 * time.Second, 12 * time.Second // SHUTDOWN_TIMEOUT is 8 s, and the machine may be busy
	t.Parallel()
	nats := "NATS_URL=" + broker(t)
	api := start(t, "api", nats)
	leaving := start(t, "worker", nats, "GENERATOR=noop", "NOOP_DELAY=1m")
	id := api.generate(gardenParty)
	api.awaitStatus(id, "PROCESSING", waitForOne)

	ctx := deadline(t, 30*time.Second)
	conn, _, err := websocket.Dial(ctx, "ws"+strings.TrimPrefix(api.url, "http")+"/ws", nil)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.CloseNow()
	begun := time.Now()
	took, code := leaving.terminate()
	if code != 0 || took > inTime {
		t.Errorf("the worker stopped after %s with code %d", took, code)
	}
	api.await(waitForOne, "the job is handed back", func() bool { return api.job(id).Job.Attempt == 2 })
	if moved := time.Since(begun); moved > lease && !strings.Contains(leaving.log.String(), "the goodbye was lost") {
		t.Errorf("handed back after %s", moved)
	}
	closed := make(chan error, 1)
	go func() {
		for {
			var m live
			if err := wsjson.Read(ctx, conn, &m); err != nil {
				closed <- err
				return
			}
		}
	}()
	took, code = api.terminate()
	if code != 0 || took > inTime {
		t.Errorf("the api stopped after %s with code %d", took, code)
	}
	if err := <-closed; websocket.CloseStatus(err) != 3001 {
		t.Errorf("the socket was closed with %v", err)
	}
}

func TestTwoApisOnPostgresShareTheWorkAndTheWatching(t *testing.T) {
	t.Parallel()
	settings := []string{"NATS_URL=" + broker(t), "DATABASE_URL=" + postgres.Database(t)}
	one, two := start(t, "api", settings...), start(t, "api", settings...)
	start(t, "worker", settings[0], "GENERATOR=noop", "NOOP_DELAY=500ms")
	apis := []*process{one, two}
	var all sync.WaitGroup
	for i := range 20 {
		id := apis[i%2].generate(gardenParty)
		all.Go(func() {
			ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
			defer cancel()
			messages := apis[(i+1)%2].socket(ctx, id) // the other one
			version := uint64(0)
			for _, m := range messages {
				if m.JobID != "" && m.Type != "subscribed" {
					if m.Version < version {
						t.Errorf("the version fell: %+v", messages)
					}
					version = m.Version
				}
			}
			if last := messages[len(messages)-1]; last.Type != "job_complete" {
				t.Errorf("last message %+v", last)
			}
		})
	}
	all.Wait()
	// The leader dies; the other one takes over.
	id := ""
	for _, p := range apis {
		if p.metric("convoke_leading") == 1 {
			p.kill()
		} else {
			id = p.generate(gardenParty)
			defer p.awaitStatus(id, "COMPLETED", waitForOne)
		}
	}
	if id == "" {
		t.Fatal(fmt.Sprint("nobody was left"))
	}
}
