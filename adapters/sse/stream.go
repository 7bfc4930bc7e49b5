package sse

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net"
	"net/netip"
	"runtime/debug"
	"sync"
	"time"

	"convoke/application/contract"
	"convoke/application/jobs"
	"convoke/application/metric"
	"convoke/application/rsvps"
	"convoke/application/watch"
)

// stream is one client.
type stream struct {
	handler      *Handler
	conn         net.Conn // for its deadlines; the server writes
	seen         uint64   // what the client has
	client       netip.Addr
	token        string // by which it may see hidden counts
	subscription *watch.Subscription
	snapshot     watch.State
	wake         chan struct{}

	mu     sync.Mutex
	newest watch.State // not sent yet; nil: nothing is due
}

func newStream(h *Handler, conn net.Conn, seen uint64) *stream {
	return &stream{handler: h, conn: conn, seen: seen, wake: make(chan struct{}, 1)}
}

func (s *stream) watch(topic watch.Topic) (snapshot watch.State, err error) {
	ctx, cancel := context.WithTimeout(context.Background(), loadTimeout)
	defer cancel()
	s.subscription, s.snapshot, err = s.handler.hub.Watch(ctx, topic, s.deliver)
	return s.snapshot, err
}

// deliver keeps the newest state for the writer.
func (s *stream) deliver(state watch.State) {
	s.mu.Lock()
	s.newest = state
	s.mu.Unlock()
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

func (s *stream) take() watch.State {
	s.mu.Lock()
	defer s.mu.Unlock()
	state := s.newest
	s.newest = nil
	return state
}

// run writes until the job has ended, the client is gone or the server drains.
func (s *stream) run(w *bufio.Writer) {
	defer s.handler.unregister(s)
	defer s.subscription.Close()
	defer func() {
		if r := recover(); r != nil {
			s.handler.log.Error("a stream panicked", "panic", r, "stack", string(debug.Stack()))
		}
	}()
	if s.begin(w) {
		s.subscription.Resume()
		s.follow(w)
	}
}

// begin sends the snapshot, if it is news, and returns whether more can follow.
func (s *stream) begin(w *bufio.Writer) bool {
	// Clients that lost their connection together are to come back one by one.
	fmt.Fprintf(w, "retry: %d\n\n", 1000+rand.IntN(2000))
	more := true
	if s.snapshot.Number() > s.seen {
		s.seen = s.snapshot.Number()
		more = s.show(w, s.snapshot)
	}
	s.snapshot = nil
	return s.flush(w) == nil && more
}

// show writes a snapshot and returns whether more can follow.
func (s *stream) show(w *bufio.Writer, snapshot watch.State) bool {
	if counted, ok := snapshot.(rsvps.Watched); ok {
		s.countsEvent(w, counted.Occasion)
		return true
	}
	view := viewOf(snapshot)
	if ended(snapshot) {
		// Without an id: only who has the terminal event, too, has seen this version.
		s.event(w, 0, contract.Snapshot(view))
		s.event(w, s.seen, s.handler.urls.Update(view))
		return false
	}
	s.event(w, s.seen, contract.Snapshot(view))
	return true
}

func (s *stream) follow(w *bufio.Writer) {
	heartbeat := time.NewTicker(s.handler.config.Heartbeat)
	defer heartbeat.Stop()
	for {
		select {
		case <-s.wake:
			if s.update(w) {
				return
			}
		case <-heartbeat.C:
			_, _ = w.WriteString(":\n\n")
		case <-s.handler.drain:
			s.handler.meter.Add(metric.LiveClosed, 1, "stream-drain")
			return
		}
		if s.flush(w) != nil {
			return
		}
	}
}

// update sends the newest state and returns whether it was the last.
func (s *stream) update(w *bufio.Writer) bool {
	state := s.take()
	if state == nil || state.Number() <= s.seen {
		return false
	}
	s.seen = state.Number()
	if counted, ok := state.(rsvps.Watched); ok {
		if s.admitted(state) != nil {
			return true // who asks again is told why
		}
		s.countsEvent(w, counted.Occasion)
		return false
	}
	s.event(w, s.seen, s.handler.urls.Update(viewOf(state)))
	return ended(state)
}

// names of the events, by the type of the object that they carry.
var names = map[string]string{
	contract.JobStatus:    "status",
	contract.JobProgress:  "progress",
	contract.JobComplete:  "complete",
	contract.JobFailed:    "failed",
	contract.JobCancelled: "cancelled",
}

// event writes one event; id 0 stands for none. What can not be written shows when it is flushed.
func (s *stream) event(w *bufio.Writer, id uint64, live contract.Live) {
	var data bytes.Buffer
	encoder := json.NewEncoder(&data) // ends the line, and escapes every line break inside
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(live); err != nil {
		s.handler.log.Error("an event can not be encoded", "jobId", live.JobID, "error", err)
		return
	}
	s.write(w, names[live.Type], id, bytes.TrimSuffix(data.Bytes(), []byte("\n")))
}

func (s *stream) write(w *bufio.Writer, name string, id uint64, data []byte) {
	s.extend(len(data))
	fmt.Fprintf(w, "event: %s\n", name)
	if id > 0 {
		fmt.Fprintf(w, "id: %d\n", id)
	}
	fmt.Fprintf(w, "data: %s\n\n", data)
}

// flush sends what was written. An error means that the client is gone.
func (s *stream) flush(w *bufio.Writer) error {
	s.extend(0)
	return w.Flush()
}

// slowestPace is how many bytes per second a client must take of a large event.
const slowestPace = 32 << 10

// extend gives the client new time: the server's own write deadline is meant for answers that end.
func (s *stream) extend(bytes int) {
	patience := s.handler.config.WriteTimeout + time.Duration(bytes/slowestPace)*time.Second
	_ = s.conn.SetWriteDeadline(time.Now().Add(patience))
}

// ended reports whether nothing follows a state on a stream. A failed job may be redriven; its watchers ask again.
func ended(s watch.State) bool { return viewOf(s).Job.Status.Finished() }

// viewOf is the job that a state of this kind of topic is.
func viewOf(s watch.State) jobs.View {
	w, _ := s.(jobs.Watched)
	return w.View
}
