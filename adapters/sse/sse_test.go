package sse

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"

	"convoke/application/contract"
	"convoke/application/metric"
	"convoke/domain/fault"
	"convoke/domain/job"
	"convoke/test/backend"
	"convoke/test/fake"
)

func TestMain(m *testing.M) { backend.Main(m) }

const (
	noSuchID = "01890000-0000-7000-8000-000000000000"
	patience = 10 * time.Second // for what should happen at once
)

// site is a handler on a loopback port over a running backend.
type site struct {
	*backend.Backend
	t       testing.TB
	handler *Handler
	client  *http.Client
	url     string
}

func open(t testing.TB, config Config) *site {
	t.Helper()
	b := backend.New(t)
	s := &site{Backend: b, t: t, handler: New(b.Hub, contract.URLs{}, config, b.Meter, fake.Log()), client: &http.Client{Transport: &http.Transport{}}}
	app := fiber.New(fiber.Config{DisableStartupMessage: true, WriteTimeout: time.Minute, ErrorHandler: asStatus})
	s.handler.Mount(app)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s.url = "http://" + l.Addr().String() + "/api/streams/jobs/"
	served := make(chan error, 1)
	go func() { served <- app.Listener(narrow{l}) }()
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		s.handler.Drain(ctx)
		s.client.CloseIdleConnections()
		if err := errors.Join(app.Shutdown(), <-served); err != nil {
			t.Error(err)
		}
	})
	return s
}

// narrow is a listener whose connections buffer little, so that a client that does not read is felt soon.
type narrow struct{ net.Listener }

func (n narrow) Accept() (net.Conn, error) {
	c, err := n.Listener.Accept()
	if err == nil {
		err = c.(*net.TCPConn).SetWriteBuffer(64 << 10)
	}
	return c, err
}

// asStatus stands for the error handler of the server that the handler is mounted on.
func asStatus(c *fiber.Ctx, err error) error {
	status := map[fault.Kind]int{fault.NotFound: 404, fault.Unavailable: 503}[fault.KindOf(err)]
	var framework *fiber.Error
	if errors.As(err, &framework) {
		status = framework.Code
	}
	return c.Status(status).SendString(err.Error())
}

// watcher is a client that reads a stream.
type watcher struct {
	t        testing.TB
	response *http.Response
	in       *bufio.Reader
}

func (s *site) get(id, lastEventID string) *watcher {
	s.t.Helper()
	request, err := http.NewRequestWithContext(context.Background(), http.MethodGet, s.url+id, nil)
	if err != nil {
		s.t.Fatal(err)
	}
	if lastEventID != "" {
		request.Header.Set("Last-Event-ID", lastEventID)
	}
	response, err := s.client.Do(request)
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { _ = response.Body.Close() })
	return &watcher{s.t, response, bufio.NewReader(response.Body)}
}

// event is one block of a stream, without comments.
type event struct {
	name, id string
	live     contract.Live
}

// next returns the next event, and false at the end of the stream.
func (w *watcher) next() (event, bool) {
	w.t.Helper()
	var e event
	for {
		line, err := w.in.ReadString('\n')
		if errors.Is(err, io.EOF) {
			return event{}, false
		}
		if err != nil {
			w.t.Fatal(err)
		}
		field, value, _ := strings.Cut(strings.TrimSuffix(line, "\n"), ": ")
		switch field {
		case "event":
			e.name = value
		case "id":
			e.id = value
		case "data":
			if err := json.Unmarshal([]byte(value), &e.live); err != nil {
				w.t.Fatalf("%v: %s", err, value)
			}
		case "":
			if e.name != "" {
				return e, true
			}
		}
	}
}

func (w *watcher) expect(name, id, kind string, status job.Status, version uint64) contract.Live {
	w.t.Helper()
	e, ok := w.next()
	if !ok || e.name != name || e.id != id || e.live.Type != kind || e.live.Status != status || e.live.Version != version {
		w.t.Fatalf("got %+v; want %s with id %q and %s %s at version %d", e, name, id, kind, status, version)
	}
	return e.live
}

func (w *watcher) expectEnd() {
	w.t.Helper()
	if e, ok := w.next(); ok {
		w.t.Errorf("got %+v, want the end", e)
	}
}

func TestAStreamTellsTheJobsLifeAndEnds(t *testing.T) {
	t.Parallel()
	s := open(t, Config{})
	id := s.Order()
	w := s.get(strings.ToUpper(id), "")
	for name, want := range map[string]string{
		"Content-Type": "text/event-stream", "Cache-Control": "no-cache, no-transform", "X-Accel-Buffering": "no", "Content-Encoding": "",
	} {
		if got := w.response.Header.Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	if live := w.expect("status", "1", "job_status", job.Pending, 1); live.JobID != id {
		t.Errorf("%+v", live)
	}
	s.Progress(id, 30, "two\nlines")
	if live := w.expect("progress", "2", "job_progress", job.Processing, 2); live.Progress != 30 || *live.ProgressMessage != "two\nlines" {
		t.Errorf("%+v", live)
	}
	s.Complete(id)
	live := w.expect("complete", "3", "job_complete", job.Completed, 3)
	if live.Asset == nil || !strings.Contains(*live.Asset.Content, "<text") {
		t.Errorf("%+v", live.Asset)
	}
	w.expectEnd()
}

func TestATerminalJobSendsItsSnapshotAndItsEnd(t *testing.T) {
	t.Parallel()
	s := open(t, Config{})
	for status, test := range map[job.Status]struct {
		name, kind string
		end        func(id string)
	}{
		job.Completed: {"complete", "job_complete", s.Complete},
		job.Failed:    {"failed", "job_failed", s.Fail},
		job.Cancelled: {"cancelled", "job_cancelled", s.Cancel},
	} {
		id := s.Order()
		test.end(id)
		w := s.get(id, "1")
		// The snapshot has no id: a client that loses the connection in between must get the end after all.
		w.expect("status", "", "job_status", status, 2)
		w.expect(test.name, "2", test.kind, status, 2)
		w.expectEnd()
	}
}

func TestAReconnectingClientGetsOnlyWhatItHasNotSeen(t *testing.T) {
	t.Parallel()
	s := open(t, Config{})
	id := s.Order()
	s.Progress(id, 10, "")
	w := s.get(id, "2")
	s.Progress(id, 20, "")
	w.expect("progress", "3", "job_progress", job.Processing, 3)
	ahead := s.get(id, "5")
	s.Progress(id, 30, "")
	s.Progress(id, 40, "")
	s.Complete(id)
	ahead.expect("complete", "6", "job_complete", job.Completed, 6)
	ahead.expectEnd()

	s.get(id, "5").expect("status", "", "job_status", job.Completed, 6)
	s.get(id, "nonsense").expect("status", "", "job_status", job.Completed, 6)
	for _, seen := range []string{"6", "7"} {
		w := s.get(id, seen)
		if body, _ := io.ReadAll(w.in); w.response.StatusCode != http.StatusNoContent || len(body) != 0 {
			t.Errorf("Last-Event-ID %s: status %d", seen, w.response.StatusCode)
		}
	}
}

func TestAStreamOfNothingIsRefused(t *testing.T) {
	t.Parallel()
	s := open(t, Config{})
	for _, id := range []string{noSuchID, "x", "%7B" + noSuchID + "%7D", strings.ReplaceAll(noSuchID, "-", "")} {
		if w := s.get(id, ""); w.response.StatusCode != http.StatusNotFound {
			t.Errorf("%s: status %d", id, w.response.StatusCode)
		}
	}
	response, err := s.client.Head(s.url + s.Order())
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	if response.StatusCode != http.StatusMethodNotAllowed || s.streams() != 0 {
		t.Errorf("HEAD: status %d, %d streams", response.StatusCode, s.streams())
	}
}

func TestHeartbeatsKeepAStreamAliveAndFindOutWhoIsGone(t *testing.T) {
	t.Parallel()
	s := open(t, Config{Heartbeat: 20 * time.Millisecond})
	w := s.get(s.Order(), "1")
	if line, _ := w.in.ReadString('\n'); !strings.HasPrefix(line, "retry: ") {
		t.Errorf("the stream begins with %q", line)
	}
	_, _ = w.in.ReadString('\n')
	for range 3 {
		if line, err := w.in.ReadString('\n'); line != ":\n" {
			t.Fatalf("%q, %v", line, err)
		}
		_, _ = w.in.ReadString('\n')
	}
	if n := s.Meter.Value(metric.StreamsOpen); n != 1 {
		t.Errorf("%v streams are counted", n)
	}
	_ = w.response.Body.Close()
	eventually(t, "the stream is gone", func() bool { return s.streams() == 0 && s.Meter.Value(metric.StreamsOpen) == 0 })
}

func TestAClientThatDoesNotReadDelaysNobody(t *testing.T) {
	t.Parallel()
	s := open(t, Config{})
	id := s.Order()
	slow := s.dialNarrow(id)
	defer slow.Close()
	eventually(t, "it streams", func() bool { return s.streams() == 1 })
	fast := s.get(id, "1")
	began := time.Now()
	s.CompleteWith(id, backend.SVG(strings.Repeat("Ada ", 1_000_000)))
	fast.expect("complete", "2", "job_complete", job.Completed, 2)
	if took := time.Since(began); took > 8*time.Second { // most of it is the check of so large a drawing
		t.Errorf("a fast client waited %v", took)
	}
}

func TestAClientThatDoesNotTakeAnEventIsCutOff(t *testing.T) {
	t.Parallel()
	s := open(t, Config{WriteTimeout: 100 * time.Millisecond})
	client, server := net.Pipe() // takes nothing that is not read
	defer client.Close()
	st := newStream(s.handler, server, 0)
	st.extend(0)
	began := time.Now()
	if _, err := server.Write([]byte("x")); !errors.Is(err, os.ErrDeadlineExceeded) || time.Since(began) > patience/2 {
		t.Errorf("%v after %v", err, time.Since(began))
	}
	st.extend(10 * slowestPace) // a large event has more time
	blocked := make(chan error, 1)
	go func() { _, err := server.Write([]byte("x")); blocked <- err }()
	if _, err := io.ReadFull(client, make([]byte, 1)); err != nil || <-blocked != nil {
		t.Error(err)
	}
}

func TestADrainEndsStreamsAndTakesNoMore(t *testing.T) {
	t.Parallel()
	s := open(t, Config{})
	id := s.Order()
	w := s.get(id, "")
	w.expect("status", "1", "job_status", job.Pending, 1)
	s.handler.Drain(t.Context())
	w.expectEnd()
	if w := s.get(id, ""); w.response.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("status %d", w.response.StatusCode)
	}
	s.handler.Drain(t.Context())
	if n := s.Meter.Value(metric.LiveClosed, "stream-drain"); n != 1 {
		t.Errorf("%v streams were counted", n)
	}
}

func TestADrainCutsOffWhoDoesNotRead(t *testing.T) {
	t.Parallel()
	s := open(t, Config{})
	id := s.Order()
	slow := s.dialNarrow(id)
	defer slow.Close()
	eventually(t, "it streams", func() bool { return s.streams() == 1 })
	long := strings.Repeat("x", 1<<20)
	for i := 0; s.takes(); i++ { // until all that is in between is full
		s.Progress(id, i, long)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	began := time.Now()
	s.handler.Drain(ctx)
	if took := time.Since(began); took < 90*time.Millisecond || took > 5*time.Second || s.streams() != 0 {
		t.Errorf("after %v %d streams are open", took, s.streams())
	}
}

// takes reports whether the only stream takes its newest state within a moment.
func (s *site) takes() bool {
	s.handler.mu.Lock()
	defer s.handler.mu.Unlock()
	for st := range s.handler.streams {
		for end := time.Now().Add(300 * time.Millisecond); time.Now().Before(end); runtime.Gosched() {
			st.mu.Lock()
			taken := st.newest == nil
			st.mu.Unlock()
			if taken {
				return true
			}
		}
	}
	return false
}

// dialNarrow asks for a stream over a connection that buffers little, and does not read.
func (s *site) dialNarrow(id string) net.Conn {
	s.t.Helper()
	addr := strings.TrimPrefix(strings.TrimSuffix(s.url, "/api/streams/jobs/"), "http://")
	c, err := net.Dial("tcp", addr)
	if err != nil {
		s.t.Fatal(err)
	}
	_ = c.(*net.TCPConn).SetReadBuffer(4 << 10)
	_, _ = io.WriteString(c, "GET /api/streams/jobs/"+id+" HTTP/1.1\r\nHost: x\r\n\r\n")
	return c
}

func (s *site) streams() int {
	s.handler.mu.Lock()
	defer s.handler.mu.Unlock()
	return len(s.handler.streams)
}

// eventually waits for a fact that other goroutines bring about.
func eventually(t testing.TB, what string, holds func() bool) {
	t.Helper()
	ticker := time.NewTicker(5 * time.Millisecond)
	defer ticker.Stop()
	deadline := time.After(patience)
	for !holds() {
		select {
		case <-ticker.C:
		case <-deadline:
			t.Fatalf("in vain: %s", what)
		}
	}
}
