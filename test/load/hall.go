package main

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"
)

// drawings, of some 36 kB each, are more than the network holds for who does not read.
const drawings = 120

// hall holds the watchers of one process. The first of them, the crowd, watch one occasion.
type hall struct {
	server   *process
	occasion *occasion
	guest    func(*wire) error
	crowd    int
	drawings []string // jobs that are complete
	empty    int      // bytes that the server held before they came
	revision uint64   // of the occasion

	all     []*spectator
	running sync.WaitGroup
	news    atomic.Pointer[news]
	pings   atomic.Int64

	once   sync.Once
	broken chan struct{} // closed with the first failure
	first  error
	leaves atomic.Bool
}

// news is a revision that every one of the crowd is to learn of.
type news struct {
	revision uint64
	answered time.Time   // when the guest was
	at       []time.Time // when each watcher was told
	left     atomic.Int64
	known    chan struct{} // closed when none is left
}

func newNews(revision uint64, crowd int) *news {
	n := &news{revision: revision, at: make([]time.Time, crowd), known: make(chan struct{})}
	n.left.Store(int64(crowd))
	return n
}

func (n *news) told(i int) {
	n.at[i] = time.Now()
	if n.left.Add(-1) == 0 {
		close(n.known)
	}
}

// since is how long after the guest's answer each watcher was told; who was told before waited for nothing.
func (n *news) since() latencies {
	all := make(latencies, len(n.at))
	for i, at := range n.at {
		all[i] = max(0, at.Sub(n.answered))
	}
	return all
}

// fillHall opens two occasions and the jobs, and lets the watchers in.
func (c watching) fillHall(ctx context.Context, d *deployment) (*hall, error) {
	server := d.apis()[0]
	h := &hall{server: server, crowd: min(c.Crowd, c.Sockets), revision: 1, broken: make(chan struct{})}
	sibling, err := openOccasion(ctx, server)
	if err != nil {
		return nil, err
	}
	if h.occasion, err = openOccasion(ctx, server); err != nil {
		return nil, err
	}
	if c.Slow > 0 {
		if h.drawings, err = draw(ctx, server, drawings); err != nil {
			return nil, err
		}
	}
	jobs, err := order(ctx, server, designBody, (c.Sockets-h.crowd)/2)
	if err != nil {
		return nil, err
	}
	h.guest = h.occasion.guest()
	pause(ctx, 2*time.Second)
	h.empty = resident(server.pid())
	topic := func(i int) string {
		switch {
		case i < h.crowd:
			return `"occasionId":"` + h.occasion.id + `"`
		case i-h.crowd < len(jobs):
			return `"jobId":"` + jobs[i-h.crowd] + `"`
		}
		return `"occasionId":"` + sibling.id + `"`
	}
	begun := time.Now()
	if err := h.enter(ctx, c.Sockets, topic); err != nil {
		h.close()
		return nil, err
	}
	took := time.Since(begun)
	fmt.Printf("watchers: %d sockets open and watching after %s (%.0f/s), %d of them one occasion, %d a job each\n",
		c.Sockets, took.Round(time.Millisecond), float64(c.Sockets)/took.Seconds(), h.crowd, len(jobs))
	return h, nil
}

// enter connects all watchers, some at a time, and returns when each has its snapshot.
func (h *hall) enter(ctx context.Context, n int, topic func(i int) string) error {
	const abreast = 64
	h.all = make([]*spectator, n)
	var next atomic.Int64
	var entering sync.WaitGroup
	failures := make(chan error, abreast)
	for range abreast {
		entering.Go(func() {
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				s, err := dialSpectator(ctx, h.server.address, i)
				if err == nil {
					err = s.subscribe(topic(i))
				}
				if err != nil {
					failures <- err
					return
				}
				h.all[i] = s
				h.running.Go(func() {
					h.fail(s.watch(h))
					_ = s.conn.Close()
				})
			}
		})
	}
	entering.Wait()
	close(failures)
	var all []error
	for err := range failures {
		all = append(all, err)
	}
	return errors.Join(all...)
}

// fail notes how a watcher ended. None may end before all leave.
func (h *hall) fail(err error) {
	if h.leaves.Load() {
		return
	}
	h.once.Do(func() { h.first = err; close(h.broken) })
}

// failure is why the first watcher ended too soon; nil: none did.
func (h *hall) failure() error {
	select {
	case <-h.broken:
		return fmt.Errorf("a watcher was lost: %w", h.first)
	default:
		return nil
	}
}

// hold waits through rounds of pings, in which all must stay.
func (h *hall) hold(ctx context.Context, length time.Duration) error {
	before := measure([]part{{"server", h.server.pid()}})
	pause(ctx, length)
	used := measure([]part{{"server", h.server.pid()}}).since(before).total()
	fmt.Printf("%d answered %d pings in %s, for which the server took %.1f %% of a core\n",
		len(h.all), h.pings.Load(), length, 100*used.Seconds()/length.Seconds())
	return errors.Join(ctx.Err(), h.failure())
}

// each says what the server holds for a socket.
func (h *hall) each(most float64, held time.Duration) error {
	full := resident(h.server.pid())
	each := float64(full-h.empty) / float64(len(h.all)) / 1024
	fmt.Printf("memory: %d MB before them, %d MB with them for %s: %.1f KB a socket\n", h.empty>>20, full>>20, held, each)
	if each > most {
		return fmt.Errorf("a socket takes %.1f KB, not %.1f", each, most)
	}
	return nil
}

// jam connects watchers of the occasion that ask for far more than the network holds, and read nothing.
func (h *hall) jam(ctx context.Context, n int) (all []*spectator, err error) {
	for i := range n {
		s, err := dialSpectator(ctx, h.server.address, i)
		if err != nil {
			return all, err
		}
		all = append(all, s)
		err = s.say(textFrame, `{"type":"subscribe","occasionId":"`+h.occasion.id+`"}`)
		for _, id := range h.drawings {
			err = errors.Join(err, s.say(textFrame, `{"type":"subscribe","jobId":"`+id+`"}`))
		}
		if err != nil {
			return all, err
		}
	}
	return all, nil
}

// close has all say goodbye and wait for the server to hang up. It may be called twice.
func (h *hall) close() {
	if h.leaves.Swap(true) {
		return
	}
	for _, s := range h.all {
		if s != nil {
			_ = s.conn.SetDeadline(time.Now().Add(patience))
			_ = s.say(closeFrame, goodbye)
		}
	}
	h.running.Wait()
}
