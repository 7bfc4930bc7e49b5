package websocket

import (
	"strconv"
	"time"

	client "github.com/gofiber/contrib/websocket"

	"convoke/application/metric"
)

const (
	compressFrom = 1 << 10  // bytes; smaller messages do not pay
	slowestPace  = 32 << 10 // bytes per second that a client must take of a large message
)

// reply queues a message that is not a state.
func (s *socket) reply(n notice) {
	text, err := marshal(n)
	if err != nil {
		return // strings always encode
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.enqueue(item{text: text, weight: len(text)})
}

// enqueue puts an item in line; s.mu is held.
func (s *socket) enqueue(i item) {
	if s.dead || s.closing != 0 {
		return
	}
	s.queue.push(i)
	s.judge()
	s.wakeWriter()
}

// judge disconnects a client for whom too much is queued; s.mu is held.
func (s *socket) judge() {
	if s.queue.overfull() {
		s.closeLocked(codeSlow)
	}
}

// wakeWriter gets a writer unless there is one; s.mu is held.
func (s *socket) wakeWriter() {
	if s.writing || s.dead {
		return
	}
	s.writing = true
	s.writer.Add(1)
	s.handler.crew.serve(s)
}

// write sends what is due until nothing is.
func (s *socket) write() {
	defer func() {
		if r := recover(); r != nil {
			s.handler.recovered(r)
			s.hangUp()
		}
	}()
	for {
		send, ok := s.next()
		if !ok {
			return
		}
		if err := send(); err != nil {
			s.fail()
			return
		}
	}
}

// next decides what is to be sent: a close before anything else, then a ping, then the oldest item.
func (s *socket) next() (send func() error, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.dead:
		s.writing = false
		return nil, false
	case s.closing != 0:
		s.dead = true // a close frame is the last one
		s.writing = false
		code := s.closing
		return func() error { s.sendClose(code); return nil }, true
	case s.pingDue:
		s.pingDue = false
		return s.sendPing, true
	}
	i, ok := s.queue.pop()
	if !ok {
		s.writing = false
		return nil, false
	}
	if i.state == nil && i.subscription != nil {
		i.subscription.collect(&s.queue, &i)
	}
	return func() error { defer s.queue.written(i); return s.sendItem(i) }, true
}

// fail ends a socket that can not be written to: its client went away or did not take a message in time.
func (s *socket) fail() {
	s.mu.Lock()
	if !s.dead && s.closing == 0 {
		s.handler.meter.Add(metric.LiveClosed, 1, strconv.Itoa(int(codeSlow)))
	}
	s.dead = true
	s.mu.Unlock()
	s.hangUp()
}

func (s *socket) sendItem(i item) error {
	text := i.text
	if i.subscription != nil {
		if i.state == nil || i.subscription.isClosed() {
			return nil
		}
		var err error
		if text, err = s.render(i); err != nil {
			return err
		}
		if i.shared {
			s.handler.queued.Add(int64(len(text)))
			defer s.handler.queued.Add(-int64(len(text)))
		}
	}
	s.conn.EnableWriteCompression(len(text) >= compressFrom)
	if err := s.conn.SetWriteDeadline(s.deadline(len(text))); err != nil {
		return err
	}
	if err := s.conn.WriteMessage(client.TextMessage, text); err != nil {
		return err
	}
	if i.subscription != nil && !i.snapshot && i.state.Settled() {
		s.settle(i.subscription)
	}
	return nil
}

// render shows a state, or why there will be none any more.
func (s *socket) render(i item) ([]byte, error) {
	if err := i.subscription.admitted(i.state); err != nil {
		s.settle(i.subscription)
		return marshal(s.refusal(i.subscription.topic, err))
	}
	if i.snapshot {
		return s.handler.render.snapshot(i.state)
	}
	return s.handler.render.update(i.state)
}

// deadline gives every message the same time, and large ones what a slow network needs besides.
func (s *socket) deadline(bytes int) time.Time {
	return time.Now().Add(s.handler.config.WriteTimeout + time.Duration(bytes/slowestPace)*time.Second)
}

func (s *socket) sendPing() error {
	return s.conn.WriteControl(client.PingMessage, nil, s.deadline(0))
}

func (s *socket) sendClose(code closeCode) {
	_ = s.conn.WriteControl(client.CloseMessage, client.FormatCloseMessage(int(code), code.reason()), s.deadline(0))
}
