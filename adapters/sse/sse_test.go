package sse

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"convoke/application/contract"
	"convoke/application/metric"
	"convoke/domain/job"
	"convoke/test/backend"
	"convoke/test/fake"
)

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
	if took := time.Since(began); took > 30*time.Second { // the slow one has more than a minute
		t.Errorf("a fast client waited %v", took)
	}
}

func TestAClientThatDoesNotTakeAnEventIsCutOff(t *testing.T) {
	t.Parallel()
	s := New(nil, contract.URLs{}, Config{WriteTimeout: 100 * time.Millisecond}, &fake.Meter{}, fake.Log())
	client, server := net.Pipe() // takes nothing that is not read
	defer client.Close()
	st := newStream(s, server, 0)
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
	began := time.Now()
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	s.handler.Drain(ctx)
	if took := time.Since(began); took < 100*time.Millisecond || took > 5*time.Second || s.streams() != 0 {
		t.Errorf("after %v %d streams are open", took, s.streams())
	}
}

func TestAnAddressHasABoundedNumberOfStreams(t *testing.T) {
	t.Parallel()
	s := open(t, Config{MaxPerIP: 2, Heartbeat: 20 * time.Millisecond})
	id := s.Order()
	first := s.get(id, "")
	s.get(id, "")
	if w := s.get(id, ""); w.response.StatusCode != http.StatusTooManyRequests {
		t.Errorf("the third stream: status %d", w.response.StatusCode)
	}
	_ = first.response.Body.Close()
	eventually(t, "the place is free again", func() bool { return s.get(id, "").response.StatusCode == http.StatusOK })
}
