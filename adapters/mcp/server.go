package mcp

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	sdk "github.com/modelcontextprotocol/go-sdk/mcp"

	"convoke/application/port"
	"convoke/application/provider"
)

const (
	startPatience = time.Minute      // a first start may have to fetch the server's package
	endPatience   = time.Second / 2  // of each step of ending a child: closed input, SIGTERM, SIGKILL
	longPause     = time.Minute      // the longest pause before a server that keeps dying is started again
	steady        = 10 * time.Second // a session that held this long did not die soon
	maxTools      = 500
)

var (
	errClosed = fmt.Errorf("%w: the worker stops", provider.ErrUnreachable)
	errDied   = fmt.Errorf("%w: the server died", provider.ErrUnreachable)
)

// server holds at most one session with an MCP server and opens it when it is wanted.
type server struct {
	entry   Entry
	clock   port.Clock
	log     *slog.Logger
	base    context.Context //nolint:containedctx // of every session; ends with close
	end     context.CancelFunc
	running sync.WaitGroup

	mu        sync.Mutex
	current   *link // nil: none
	failures  int   // sessions in a row that failed to begin or ended soon
	failure   error // of the last of them
	notBefore time.Time
}

// link is a session, or the attempt to have one.
type link struct {
	ready   chan struct{} // closed when the rest stands
	err     error
	session *sdk.ClientSession
	tool    *sdk.Tool
	since   time.Time
	reports *reports
}

func newServer(e Entry, clock port.Clock, log *slog.Logger) *server {
	s := &server{entry: e, clock: clock, log: log}
	s.base, s.end = context.WithCancel(context.Background())
	return s
}

// acquire returns the session, which it begins if there is none.
func (s *server) acquire(ctx context.Context) (*link, error) {
	l, err := s.currentOrNew()
	if err != nil {
		return nil, err
	}
	select {
	case <-l.ready:
		return l, l.err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (s *server) currentOrNew() (*link, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.base.Err() != nil:
		return nil, errClosed
	case s.current != nil:
		return s.current, nil
	case s.clock.Now().Before(s.notBefore):
		return nil, s.failure
	}
	l := &link{ready: make(chan struct{}), reports: &reports{heard: map[string]*report{}}}
	s.current = l
	s.running.Go(func() { s.keep(l) })
	return l, nil
}

// keep opens a session, waits for its end and cleans up after it. It belongs to no request: who wanted the session may go
// away while it begins, others will want it.
func (s *server) keep(l *link) {
	c := newCarrier(s.entry)
	defer c.clear()
	l.session, l.tool, l.err = s.open(l, c)
	l.since = s.clock.Now()
	if l.err != nil {
		s.forget(l)
		close(l.ready)
		s.say(l, c)
		return
	}
	close(l.ready)
	defer context.AfterFunc(s.base, func() { _ = l.session.Close() })()
	_ = l.session.Wait()
	s.forget(l)
	_ = l.session.Close()
	s.say(l, c)
}

func (s *server) open(l *link, c *carrier) (*sdk.ClientSession, *sdk.Tool, error) {
	ctx, cancel := context.WithTimeout(s.base, startPatience)
	defer cancel()
	client := sdk.NewClient(&sdk.Implementation{Name: "convoke", Version: "1"}, &sdk.ClientOptions{
		Capabilities: &sdk.ClientCapabilities{}, ProgressNotificationHandler: l.reports.take,
	})
	session, err := client.Connect(ctx, c.transport, nil)
	if err != nil {
		return nil, nil, err
	}
	tool, err := s.findTool(ctx, session)
	if err != nil {
		_ = session.Close()
		return nil, nil, err
	}
	return session, tool, nil
}

func (s *server) findTool(ctx context.Context, session *sdk.ClientSession) (*sdk.Tool, error) {
	var tools []*sdk.Tool
	for tool, err := range session.Tools(ctx, nil) {
		if err != nil {
			return nil, err
		}
		if tools = append(tools, tool); len(tools) == maxTools {
			break
		}
	}
	return choose(tools, s.entry.Tool)
}

// forget gives up a session. One that failed to begin or ended soon makes the next one wait: a second, two, four…
func (s *server) forget(l *link) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.current == l {
		s.current = nil
	}
	now := s.clock.Now()
	if l.err == nil && now.Sub(l.since) >= steady {
		s.failures = 0
		return
	}
	s.failures++
	s.failure = cmp.Or(l.err, errDied)
	s.notBefore = now.Add(min(time.Second<<min(s.failures-1, 10), longPause))
}

func (s *server) say(l *link, c *carrier) {
	if s.base.Err() == nil {
		s.log.Warn("a session with an MCP server ended", "error", reason(l.err), "stderr", c.stderr.String())
	}
}

// reason tells an operator why a session did not begin, without the addresses that errors of HTTP quote.
func reason(err error) string {
	var status *provider.StatusError
	switch {
	case err == nil:
		return "the server went away"
	case errors.As(err, &status):
		return status.Error()
	case errors.Is(err, provider.ErrUnreachable):
		return provider.ErrUnreachable.Error()
	}
	return err.Error()
}

// drop ends a session that the server does not know any more; the next acquire begins another.
func (s *server) drop(l *link) {
	s.mu.Lock()
	if s.current == l {
		s.current = nil
	}
	s.mu.Unlock()
	s.running.Go(func() { _ = l.session.Close() })
}

// close ends the session and waits until nothing is left of it.
func (s *server) close() {
	s.mu.Lock()
	s.end()
	s.mu.Unlock()
	s.running.Wait()
}
