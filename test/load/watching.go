package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"convoke/application/metric"
)

// watching measures what ten thousand watchers of one occasion cost, and how soon they all know of a reply.
type watching struct {
	Sockets int           `default:"20000" help:"Sockets on the one process."`
	Crowd   int           `default:"10000" help:"Those of them that watch one occasion; the others watch its sibling, or a job each."`
	Changes int           `default:"20" help:"Replies, one after the other, that reach the whole crowd."`
	Slow    int           `default:"100" help:"Sockets besides that watch the occasion too and do not read."`
	Hold    time.Duration `default:"65s" help:"How long all do nothing but answer pings."`
	Leave   time.Duration `default:"5m" help:"How long the memory may take to come back when all have left."`
	Memory  float64       `default:"27" help:"KB of the server's memory that a socket may take; more fails."`
	Target  time.Duration `default:"300ms" help:"Within which 99 of 100 are to know of a reply; longer fails."`
}

// Run measures.
func (c watching) Run(ctx context.Context, r *rig) (err error) {
	if c.Sockets, err = c.allowed(); err != nil {
		return err
	}
	// Jobs that never end are what their watchers wait for.
	still := []string{"WS_MAX_PER_IP=0", "NOOP_DELAY=1h", "JOB_TIMEOUT=1h", "JOB_DEADLINE=2h", "SHUTDOWN_TIMEOUT=3s"}
	d, err := r.deploy(ctx, embedded, shape{settings: still})
	if err != nil {
		return err
	}
	defer d.finish(&err)
	h, err := c.fillHall(ctx, d)
	if err != nil {
		return err
	}
	defer h.close()
	return errors.Join(h.hold(ctx, c.Hold), h.each(c.Memory, c.Hold), c.changes(ctx, h), c.leave(ctx, h))
}

// allowed is how many sockets there can be: what else has files open, here and in the server, needs a few hundred.
func (c watching) allowed() (sockets int, err error) {
	const others = 300
	files, err := allowFiles(c.Sockets + c.Slow + others)
	sockets = files - c.Slow - others
	if sockets < c.Sockets {
		fmt.Printf("a process may have %d files open (ulimit -Hn): that is enough for %d sockets, not %d\n", files, sockets, c.Sockets)
	}
	if err == nil && sockets < c.Crowd {
		err = errors.New("that is less than the crowd")
	}
	return sockets, err
}

// changes has replies reach the crowd, first by itself and then beside sockets that do not read.
func (c watching) changes(ctx context.Context, h *hall) error {
	err := h.changes(ctx, "alone", c.Changes, c.Target)
	if c.Slow == 0 || err != nil {
		return err
	}
	jam, err := h.jam(ctx, c.Slow)
	defer func() {
		for _, s := range jam {
			_ = s.conn.Close()
		}
	}()
	if err != nil {
		return err
	}
	pause(ctx, 3*time.Second) // until nothing goes to them any more
	err = h.changes(ctx, fmt.Sprintf("beside %d that do not read", c.Slow), c.Changes, c.Target)
	return errors.Join(err, await(ctx, "those that do not read are cut off", time.Minute, func() (bool, error) {
		cut, _, err := reading(ctx, h.server.url(), metric.LiveClosed+`{code="3008"}`)
		return int(cut) == c.Slow, err
	}))
}

// slack is how many bytes of the server's memory come and go by themselves.
const slack = 16 << 20

// leave closes every socket and waits until the server holds little more than it did before they came.
func (c watching) leave(ctx context.Context, h *hall) error {
	full := resident(h.server.pid())
	if err := h.failure(); err != nil {
		return err
	}
	h.close()
	begun := time.Now()
	err := await(ctx, "every socket is gone", time.Minute, func() (bool, error) {
		open, _, err := reading(ctx, h.server.url(), metric.SocketsOpen)
		return open == 0, err
	})
	gone, most := time.Since(begun), h.empty+(full-h.empty)/5+slack
	err = errors.Join(err, await(ctx, "the memory is given back", c.Leave, func() (bool, error) {
		pause(ctx, time.Second)
		return resident(h.server.pid()) <= most, nil
	}))
	fmt.Printf("all left within %s; memory: %d MB before them, %d MB with them, %d MB %s after\n", short(gone),
		h.empty>>20, full>>20, resident(h.server.pid())>>20, time.Since(begun).Round(time.Second))
	return err
}

// changes sends replies one after the other; each must reach the whole crowd.
func (h *hall) changes(ctx context.Context, how string, n int, target time.Duration) error {
	wire, err := dialWire(ctx, h.server.address)
	if err != nil {
		return err
	}
	defer wire.conn.Close()
	var all latencies
	answers := make(latencies, 0, n)
	parts := []part{{"server", h.server.pid()}}
	before := measure(parts)
	for range n {
		begun := time.Now()
		news, err := h.reply(ctx, wire)
		if err != nil {
			return fmt.Errorf("%s: %w", how, err)
		}
		all = append(all, news.since()...)
		answers = append(answers, news.answered.Sub(begun))
		pause(ctx, 300*time.Millisecond)
	}
	fmt.Printf("%d replies, each to %d watchers, %s: %s after the 201, which took %s\n", n, h.crowd, how, all, answers)
	used := measure(parts).since(before)
	fmt.Printf("  CPU a message: %s; this program besides: %s µs\n", used.each(len(all)), per(used.load, len(all)))
	if late := all.at(.99); late > target {
		return fmt.Errorf("%s: 99 of 100 knew within %s, not %s", how, short(late), target)
	}
	return nil
}

// reply sends one reply and waits until the crowd knows.
func (h *hall) reply(ctx context.Context, wire *wire) (*news, error) {
	h.revision++
	n := newNews(h.revision, h.crowd)
	h.news.Store(n)
	if err := h.guest(wire); err != nil {
		return nil, err
	}
	n.answered = time.Now()
	select {
	case <-n.known:
		return n, nil
	case <-h.broken:
		return nil, h.failure()
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-time.After(patience):
		return nil, fmt.Errorf("%d of %d watchers were not told of revision %d", n.left.Load(), h.crowd, h.revision)
	}
}

// draw has the studio make n designs and returns their jobs.
func draw(ctx context.Context, api *process, n int) (ids []string, err error) {
	ids, err = order(ctx, api, strings.Replace(designBody, "{", `{"serverId":"studio",`, 1), n)
	for _, id := range ids {
		err = errors.Join(err, await(ctx, "a design is drawn", patience, func() (bool, error) {
			var answer struct{ Job struct{ Status string } }
			err := call(ctx, http.MethodGet, api.url()+"/api/mcp/tools/job/"+id, "", "", &answer)
			return answer.Job.Status == "COMPLETED", err
		}))
	}
	return ids, err
}

// order orders designs, with the same words each.
func order(ctx context.Context, api *process, body string, n int) (ids []string, err error) {
	for range n {
		var taken struct{ JobID string }
		if err := call(ctx, http.MethodPost, api.url()+"/api/mcp/tools/generate", "", body, &taken); err != nil {
			return nil, err
		}
		ids = append(ids, taken.JobID)
	}
	return ids, nil
}
