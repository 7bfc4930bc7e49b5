package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/coder/websocket"
)

const designBody = `{"description":"A garden party for Ada's 36th birthday, 12 June at 4 pm, Kew Gardens, sage and cream"}`

var (
	complete = []byte(`"type":"job_complete"`)
	failures = [][]byte{[]byte(`"type":"error"`), []byte(`"type":"job_failed"`), []byte(`"type":"job_cancelled"`)}
)

// watcher has a wire for orders and a socket for watching; it has one job under way at a time.
type watcher struct {
	wire   *wire
	socket *websocket.Conn
	order  []byte
}

func dialWatcher(ctx context.Context, address string) (*watcher, error) {
	w, err := dialWire(ctx, address)
	if err != nil {
		return nil, err
	}
	socket, _, err := websocket.Dial(ctx, "ws://"+address+"/ws", nil)
	if err != nil {
		_ = w.conn.Close()
		return nil, err
	}
	socket.SetReadLimit(8 << 20)
	order := fmt.Appendf(nil, "POST /api/mcp/tools/generate HTTP/1.1\r\nHost: 127.0.0.1\r\n"+
		"Content-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", len(designBody), designBody)
	return &watcher{w, socket, order}, nil
}

func (w *watcher) close() {
	_ = w.socket.CloseNow()
	_ = w.wire.conn.Close()
}

// job orders one design and returns when the socket says that it is complete.
func (w *watcher) job(ctx context.Context) error {
	_ = w.wire.conn.SetDeadline(time.Now().Add(patience))
	answer, err := w.wire.ask(w.order, http.StatusAccepted)
	if err != nil {
		return err
	}
	var taken struct{ JobID string }
	if err := json.Unmarshal(answer, &taken); err != nil {
		return err
	}
	if err := w.say(ctx, "subscribe", taken.JobID); err != nil {
		return err
	}
	if err := w.awaitEnd(ctx, taken.JobID); err != nil {
		return err
	}
	return w.say(ctx, "unsubscribe", taken.JobID)
}

func (w *watcher) say(ctx context.Context, what, id string) error {
	return w.socket.Write(ctx, websocket.MessageText, []byte(`{"type":"`+what+`","jobId":"`+id+`"}`))
}

func (w *watcher) awaitEnd(ctx context.Context, id string) error {
	for {
		_, message, err := w.socket.Read(ctx)
		if err != nil {
			return err
		}
		if bytes.Contains(message, complete) && bytes.Contains(message, []byte(id)) {
			return nil
		}
		for _, failure := range failures {
			if bytes.Contains(message, failure) {
				return fmt.Errorf("job %s: %s", id, message)
			}
		}
	}
}

// watchers share jobs among themselves.
type watchers struct {
	all  []*watcher
	done atomic.Int64 // jobs that are complete
}

func dialWatchers(ctx context.Context, addresses []string, n int) (*watchers, error) {
	ws := &watchers{}
	for i := range n {
		w, err := dialWatcher(ctx, addresses[i%len(addresses)])
		if err != nil {
			ws.close()
			return nil, err
		}
		ws.all = append(ws.all, w)
	}
	return ws, nil
}

func (ws *watchers) close() {
	for _, w := range ws.all {
		w.close()
	}
}

// run does jobs as long as next says so; next is called by all at the same time. A failed job ends its watcher.
func (ws *watchers) run(ctx context.Context, next func() bool) outcome {
	var mu sync.Mutex
	var o outcome
	var running sync.WaitGroup
	begun := time.Now()
	for _, w := range ws.all {
		running.Go(func() {
			for next() {
				at := time.Now()
				err := w.job(ctx)
				mu.Lock()
				if err == nil {
					o.latencies = append(o.latencies, time.Since(at))
					ws.done.Add(1)
				} else if o.failed++; o.first == nil {
					o.first = err
				}
				mu.Unlock()
				if err != nil {
					return
				}
			}
		})
	}
	running.Wait()
	o.took = time.Since(begun)
	return o
}
