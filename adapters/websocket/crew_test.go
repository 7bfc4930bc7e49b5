package websocket

import (
	"net"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"convoke/application/contract"
	"convoke/application/rsvps"
	"convoke/test/fake"
)

// sink is a wire to a client that takes everything, once its gate is open.
type sink struct {
	wire
	gate  chan struct{}
	taken *atomic.Int64
}

func (s sink) NetConn() net.Conn                { return nil }
func (s sink) EnableWriteCompression(bool)      {}
func (s sink) SetWriteDeadline(time.Time) error { return nil }

func (s sink) WriteMessage(int, []byte) error {
	<-s.gate
	s.taken.Add(1)
	return nil
}

func (c *crew) counts() (writers, kept, busy int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.writers, c.kept, c.busy
}

func TestAFewWritersServeManyAndThoseThatStandStillKeepNobodyWaiting(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		const many, still = 10_000, 500
		h := New(nil, contract.URLs{}, Config{}, &fake.Meter{}, fake.Log())
		open, shut := make(chan struct{}), make(chan struct{})
		close(open)
		var served, late atomic.Int64
		began := time.Now()
		for i := range many + still {
			w := sink{gate: open, taken: &served}
			if i%20 == 0 && i/20 < still { // at the front as in the middle
				w = sink{gate: shut, taken: &late}
			}
			newSocket(h, w, "").reply(notice{Type: "pong"})
		}
		synctest.Wait()
		for served.Load() < many && time.Since(began) < time.Second {
			time.Sleep(time.Millisecond) // fake time
		}
		if took := time.Since(began); served.Load() != many || took > 100*time.Millisecond {
			t.Errorf("%d of %d were served within %v", served.Load(), many, took)
		}
		if writers, _, _ := h.crew.counts(); writers > 4*still {
			t.Errorf("%d writers were hired", writers)
		}
		close(shut)
		h.crew.running.Wait()
		if late.Load() != still || h.crew.kept != 0 || h.crew.writers != 0 || h.queued.Load() != 0 {
			t.Errorf("%d were served late; %d writers are kept and %d at work; %d bytes are queued", late.Load(), h.crew.kept, h.crew.writers, h.queued.Load())
		}
	})
}

func TestOnlyWritersThatAreAtWorkCountAsKept(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := New(nil, contract.URLs{}, Config{}, &fake.Meter{}, fake.Log())
		shut, open := make(chan struct{}), make(chan struct{})
		close(open)
		var served atomic.Int64
		newSocket(h, sink{gate: shut, taken: &served}, "").reply(notice{Type: "pong"})
		synctest.Wait() // one writer is at work, and stays so
		c := &h.crew
		c.mu.Lock()
		c.writers += 2 // hired, and not yet come to the line
		waiting := newSocket(h, sink{gate: open, taken: &served}, "")
		waiting.writing = true
		waiting.writer.Add(1)
		c.line = append(c.line, waiting)
		c.look(c.served)
		c.mu.Unlock()
		time.Sleep(2 * stallAfter) // fake time
		synctest.Wait()
		if _, kept, _ := c.counts(); kept != 1 {
			t.Errorf("%d writers count as kept", kept)
		}
		close(shut)
		synctest.Wait()
		if writers, kept, busy := c.counts(); kept != 0 || writers != 2 || busy != 0 {
			t.Errorf("%d are kept, %d at work and %d busy at the end", kept, writers, busy)
		}
	})
}

func TestADrawingThatManyWatchCountsOnce(t *testing.T) {
	t.Parallel()
	var all atomic.Int64
	q := queue{queued: &all}
	sub := &subscription{newest: rsvps.Watched{}, weight: maxQueued}
	q.weight += sub.weight
	q.push(item{subscription: sub})
	if all.Load() != 0 || q.weight != maxQueued {
		t.Errorf("%d bytes are queued for all, %d for one", all.Load(), q.weight)
	}
	i, _ := q.pop()
	sub.collect(&q, &i)
	q.written(i)
	if all.Load() != 0 || q.weight != 0 {
		t.Errorf("%d bytes are left for all, %d for one", all.Load(), q.weight)
	}
}

func TestWhatAllSocketsHaveQueuedIsBounded(t *testing.T) {
	t.Parallel()
	var all atomic.Int64
	light, heavy := queue{queued: &all}, queue{queued: &all}
	light.push(item{weight: little})
	heavy.push(item{weight: little + 1})
	if light.overfull() || heavy.overfull() {
		t.Error("there is room, and somebody is too slow")
	}
	all.Add(maxQueued)
	if light.overfull() || !heavy.overfull() {
		t.Error("there is no room: who has much queued is too slow, and who has little is not")
	}
	all.Add(-maxQueued)
	first, _ := heavy.pop()
	if n := all.Load(); n != 2*little+1 {
		t.Errorf("what is being written does not count: %d", n)
	}
	heavy.written(first)
	light.empty()
	if n := all.Load(); n != 0 {
		t.Errorf("%d bytes are left", n)
	}
}
