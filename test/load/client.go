package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/coder/websocket"
	"github.com/valyala/fasthttp"
)

var (
	order    = []byte(`{"description":"A garden party for Ada's 36th birthday, 12 June at 4 pm, Kew Gardens, sage and cream"}`)
	complete = []byte(`"type":"job_complete"`)
)

// client has a connection for orders and a socket for watching; it has one job under way at a time.
type client struct {
	url    string
	http   *fasthttp.HostClient
	socket *websocket.Conn
}

func dial(ctx context.Context, url string) (*client, error) {
	host := strings.TrimPrefix(url, "http://")
	socket, _, err := websocket.Dial(ctx, "ws://"+host+"/ws", nil)
	if err != nil {
		return nil, err
	}
	socket.SetReadLimit(8 << 20)
	return &client{url, &fasthttp.HostClient{Addr: host, MaxConns: 1}, socket}, nil
}

func (c *client) close() { _ = c.socket.CloseNow() }

// job orders one design and returns when the socket says that it is complete.
func (c *client) job(ctx context.Context) (time.Duration, error) {
	begun := time.Now()
	id, err := c.order()
	if err != nil {
		return 0, err
	}
	if err := c.socket.Write(ctx, websocket.MessageText, []byte(`{"type":"subscribe","jobId":"`+id+`"}`)); err != nil {
		return 0, err
	}
	for {
		_, message, err := c.socket.Read(ctx)
		if err != nil {
			return 0, err
		}
		if bytes.Contains(message, complete) && bytes.Contains(message, []byte(id)) {
			break
		}
		if bytes.Contains(message, []byte(`"type":"error"`)) || bytes.Contains(message, []byte(`"type":"job_failed"`)) {
			return 0, fmt.Errorf("job %s: %s", id, message)
		}
	}
	took := time.Since(begun)
	return took, c.socket.Write(ctx, websocket.MessageText, []byte(`{"type":"unsubscribe","jobId":"`+id+`"}`))
}

func (c *client) order() (string, error) {
	request, response := fasthttp.AcquireRequest(), fasthttp.AcquireResponse()
	defer fasthttp.ReleaseRequest(request)
	defer fasthttp.ReleaseResponse(response)
	request.Header.SetMethod("POST")
	request.SetRequestURI(c.url + "/api/mcp/tools/generate")
	request.Header.SetContentType("application/json")
	request.SetBodyRaw(order)
	if err := c.http.Do(request, response); err != nil {
		return "", err
	}
	var taken struct{ JobID string }
	if response.StatusCode() != 202 || json.Unmarshal(response.Body(), &taken) != nil {
		return "", fmt.Errorf("generate answered %d: %s", response.StatusCode(), response.Body())
	}
	return taken.JobID, nil
}

// result is what one run measured.
type result struct {
	took    time.Duration
	latency []time.Duration
}

func (r result) print(name string) {
	slices.Sort(r.latency)
	at := func(p float64) time.Duration {
		return r.latency[int(p*float64(len(r.latency)-1))].Round(10 * time.Microsecond)
	}
	fmt.Printf("%-20s %d jobs in %s: %.0f jobs/s, p50 %s, p99 %s, max %s\n", name, len(r.latency), r.took.Round(time.Millisecond),
		float64(len(r.latency))/r.took.Seconds(), at(.5), at(.99), at(1))
}

// throughput runs jobs as fast as the clients can.
func throughput(ctx context.Context, url string, jobs, clients int) (result, error) {
	work := make(chan struct{}, jobs)
	for range jobs {
		work <- struct{}{}
	}
	close(work)
	return spread(ctx, url, clients, work)
}

// steadily runs jobs at a fixed rate.
func steadily(ctx context.Context, url string, rate int, length time.Duration) (result, error) {
	work := make(chan struct{}, rate)
	go func() {
		defer close(work)
		ticker := time.NewTicker(time.Second / time.Duration(rate))
		defer ticker.Stop()
		for end := time.Now().Add(length); time.Now().Before(end); {
			<-ticker.C
			work <- struct{}{}
		}
	}()
	return spread(ctx, url, 32, work)
}

func spread(ctx context.Context, url string, clients int, work <-chan struct{}) (result, error) {
	all := make([]*client, clients)
	for i := range all {
		c, err := dial(ctx, url)
		if err != nil {
			return result{}, err
		}
		defer c.close()
		all[i] = c
	}
	var mu sync.Mutex
	var running sync.WaitGroup
	var r result
	var failure error
	begun := time.Now()
	for _, c := range all {
		running.Go(func() {
			for range work {
				took, err := c.job(ctx)
				mu.Lock()
				r.latency = append(r.latency, took)
				if failure == nil {
					failure = err
				}
				mu.Unlock()
				if err != nil {
					return
				}
			}
		})
	}
	running.Wait()
	r.took = time.Since(begun)
	return r, failure
}
