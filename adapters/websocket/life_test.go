package websocket

import (
	"context"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"convoke/application/metric"
	"convoke/application/port"
	"convoke/application/watch"
	"convoke/domain/design"
	"convoke/domain/job"
	"convoke/test/backend"
)

func TestASlowReaderIsCutOffAndDelaysNobody(t *testing.T) {
	t.Parallel()
	s := open(t, Config{WriteTimeout: patience}) // whoever waited behind the slow one would not see what it expects
	slow := s.dialRaw()
	fast := s.dial()
	id := s.Order()
	_, _ = io.WriteString(slow, masked(0x81, `{"type":"subscribe","jobId":"`+id+`"}`))
	fast.subscribe(id, 1)
	for i := 1; i <= 20; i++ {
		other := s.Order()
		_, _ = io.WriteString(slow, masked(0x81, `{"type":"subscribe","jobId":"`+other+`","version":1}`))
		fast.subscribe(other, 1)
		s.CompleteWith(other, backend.SVG(strings.Repeat("Ada ", 25_000)))
		fast.expectState("job_complete", other, job.Completed, 2)
	}
	eventually(t, "the slow one is gone", func() bool { return s.open() == 1 })
	if n := s.Meter.Value(metric.LiveClosed, "3008"); n != 1 {
		t.Errorf("%v sockets were closed as too slow", n)
	}
}

func TestWhatIsQueuedForASlowReaderIsBoundedAndItsCloseSaysWhy(t *testing.T) {
	t.Parallel()
	s := open(t, Config{WriteTimeout: time.Minute})
	w := s.dial()
	s.stall(w)
	var lightest int
	for range maxSubscription { // far more than fit
		id := s.Order()
		s.CompleteWith(id, design.Asset{MediaType: design.PNGType, Data: make([]byte, 4<<20)})
		lightest += 4 << 20
		w.send(`{"type":"subscribe","jobId":"` + id + `"}`)
		if s.Meter.Value(metric.LiveClosed, "3008") > 0 {
			break
		}
		eventually(t, "it is queued", func() bool { return s.weight() >= lightest || s.Meter.Value(metric.LiveClosed, "3008") > 0 })
	}
	if n := s.weight(); n > maxWeight {
		t.Errorf("%d bytes are queued", n)
	}
	if code := w.closedWith(); code != codeSlow {
		t.Errorf("closed with %d", code)
	}
}

func TestSupersededStatesOfASlowReaderAreNotQueued(t *testing.T) {
	t.Parallel()
	s := open(t, Config{WriteTimeout: time.Minute})
	w := s.dial()
	id := s.Order()
	w.subscribe(id, 1)
	s.stall(w)
	for i := range 99 {
		s.Progress(id, i, "")
	}
	queued := s.queued()
	s.Complete(id)
	if queued > 2 {
		t.Errorf("%d items are queued", queued)
	}
	seen := 0
	for m := w.next(); m.Type != "job_complete" || m.JobID != id; m = w.next() {
		if m.JobID == id {
			seen++
		}
	}
	if seen > 2 {
		t.Errorf("%d superseded states were sent", seen)
	}
}

// stall has the server write more to the only socket than the network takes, while the client does not read.
func (s *site) stall(w *watcher) {
	s.t.Helper()
	id := s.Order()
	s.CompleteWith(id, backend.SVG(strings.Repeat("Ada ", 1_000_000)))
	w.send(`{"type":"subscribe","jobId":"` + id + `"}`)
	eventually(s.t, "the writer is stuck", func() bool { return s.only().stuck(id) })
}

func (s *site) only() *socket {
	s.t.Helper()
	s.handler.mu.Lock()
	defer s.handler.mu.Unlock()
	for socket := range s.handler.sockets {
		return socket
	}
	return &socket{}
}

// stuck reports whether the end of a job is being written: it was taken from the queue, and is not there yet.
func (s *socket) stuck(id string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.writing && len(s.queue.items) == 0 && s.subscriptions[watch.Topic{Kind: port.JobHint, ID: id}] != nil
}

func (s *site) weight() int {
	socket := s.only()
	socket.mu.Lock()
	defer socket.mu.Unlock()
	return socket.queue.weight
}

func (s *site) queued() int {
	socket := s.only()
	socket.mu.Lock()
	defer socket.mu.Unlock()
	return len(socket.queue.items)
}

func TestADrainAsksEveryClientToReconnect(t *testing.T) {
	t.Parallel()
	s := open(t, Config{})
	const n = 20
	codes := make(chan closeCode, n)
	for range n {
		w := s.dial()
		go func() { codes <- w.closedWith() }()
	}
	began := time.Now()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	s.handler.Drain(ctx)
	for range n {
		if code := <-codes; code != codeDrain {
			t.Errorf("closed with %d", code)
		}
	}
	if took := time.Since(began); took < (n-2)*drainPace || took >= patience {
		t.Errorf("the drain took %v", took)
	}
	if status := s.refusedWith(http.Header{}); status != http.StatusServiceUnavailable {
		t.Errorf("a new socket: status %d", status)
	}
	s.handler.Drain(ctx)
}

func TestADrainCutsOffWhoDoesNotGo(t *testing.T) {
	t.Parallel()
	s := open(t, Config{})
	for range 5 {
		s.dialRaw() // never answers a close
	}
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	began := time.Now()
	s.handler.Drain(ctx)
	if took := time.Since(began); took > patience || s.open() != 0 { // otherwise they have until they time out and a little more
		t.Errorf("after %v %d sockets are open", took, s.open())
	}
}

func TestSocketsThatEndLeaveNothingBehind(t *testing.T) {
	t.Parallel()
	s := open(t, Config{})
	id := s.Order()
	for i := range 10 {
		w := s.dial()
		w.subscribe(id, 0)
		if i%2 == 0 {
			_ = w.CloseNow()
		} else {
			go func() { _ = w.Close(1000, "bye") }()
		}
	}
	eventually(t, "all are gone", func() bool { return s.open() == 0 })
	if v := s.Meter.Value(metric.SocketsOpen); v != 0 {
		t.Errorf("%v sockets are counted", v)
	}
	s.Complete(id)
}
