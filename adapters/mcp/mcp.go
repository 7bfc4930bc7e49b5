// Package mcp draws with tools of MCP servers, which it runs as child processes over stdio or reaches over streamable HTTP.
//
// A server is started with the first request that wants it, on which its tools are listed and the one that draws is chosen.
// What an answer holds is kept as it is if it is a PNG, JPEG or WebP picture, and treated like a model's answer if it is text.
// Progress notifications become progress; a request that is cancelled is cancelled at the server. A server that dies is
// started again with the next request, after a pause that grows while it dies soon. Close ends every child process.
//
// What a server asks of its client (sampling, elicitation, roots) is not offered. A resource link is read from the server that
// gave it, never from anywhere else.
package mcp

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"unicode"

	"github.com/modelcontextprotocol/go-sdk/jsonrpc"
	sdk "github.com/modelcontextprotocol/go-sdk/mcp"

	"convoke/application/port"
	"convoke/application/provider"
	"convoke/domain/design"
	"convoke/domain/event"
)

// Generator is one MCP server as a generator. Safe for concurrent use.
type Generator struct {
	entry  Entry
	server *server
	watch  *provider.Watch
}

var (
	_ port.Generator     = (*Generator)(nil)
	_ port.HealthChecker = (*Generator)(nil)
)

// New makes a generator of an entry. The server is started when it is needed, and ended by Close.
func New(e Entry, clock port.Clock, log *slog.Logger) *Generator {
	log = log.With("generator", e.ID())
	return &Generator{entry: e, server: newServer(e, clock, log), watch: provider.NewWatch(e.ID(), clock, log)}
}

// ID is "mcp:" and the entry's name.
func (g *Generator) ID() string { return g.entry.ID() }

// Health tells how the last call went.
func (g *Generator) Health(ctx context.Context) (event.Health, string) { return g.watch.Health(ctx) }

// Close ends the server and what still runs on it. It may be called twice.
func (g *Generator) Close() { g.server.close() }

// Generate calls the tool that draws.
func (g *Generator) Generate(ctx context.Context, r port.Request, progress func(percent int, message string)) (port.Drawing, error) {
	return g.watch.Run(ctx, func() (port.Drawing, error) {
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		defer context.AfterFunc(g.server.base, cancel)()
		drawing, err := g.draw(ctx, r, progress)
		if g.server.base.Err() != nil {
			err = errClosed
		}
		return drawing, g.classify(err)
	})
}

// draw calls the tool, on a new session when the server has forgotten the old one.
func (g *Generator) draw(ctx context.Context, r port.Request, progress func(int, string)) (port.Drawing, error) {
	progress(5, "Waiting for "+g.ID())
	for again := false; ; again = true {
		l, err := g.server.acquire(ctx)
		if err != nil {
			return port.Drawing{}, err
		}
		drawing, err := g.call(ctx, l, r, progress)
		lost := errors.Is(err, sdk.ErrSessionMissing) || errors.Is(err, sdk.ErrConnectionClosed)
		if lost && ctx.Err() == nil {
			g.server.drop(l)
		}
		if !lost || again || ctx.Err() != nil {
			return drawing, err
		}
	}
}

func (g *Generator) call(ctx context.Context, l *link, r port.Request, progress func(int, string)) (port.Drawing, error) {
	arguments, err := arguments(l.tool, r, g.entry.Arguments)
	if err != nil {
		return port.Drawing{}, g.unfit(err)
	}
	token, done := l.reports.listen(&report{id: g.ID(), progress: progress})
	defer done()
	params := &sdk.CallToolParams{Name: l.tool.Name, Arguments: arguments}
	params.SetProgressToken(token)
	progress(10, g.ID()+" is drawing")
	result, err := l.session.CallTool(ctx, params)
	if err != nil {
		return port.Drawing{}, err
	}
	if result.IsError {
		return port.Drawing{}, g.failed()
	}
	asset, err := read(ctx, l.session, result, r.Brief)
	if err != nil {
		return port.Drawing{}, err
	}
	return port.Drawing{Asset: asset, Metadata: map[string]any{"tool": line(l.tool.Name, "")}}, nil
}

// classify makes a failure of what the protocol says; what it does not know is the connection's.
func (g *Generator) classify(err error) error {
	var own *port.GenerateError
	var status *provider.StatusError
	var told *jsonrpc.Error
	switch {
	case err == nil, errors.As(err, &own), errors.As(err, &status), errors.Is(err, provider.ErrUnreachable),
		errors.Is(err, errNoPicture), errors.Is(err, design.ErrAssetTooLarge):
		return err
	case errors.Is(err, errUnfit):
		return g.unfit(err)
	case errors.As(err, &told):
		if told.Code == jsonrpc.CodeInvalidParams || told.Code == jsonrpc.CodeMethodNotFound {
			return provider.Failure(g.ID(), provider.Rejected)
		}
		return g.failed()
	}
	return fmt.Errorf("%w: %w", provider.ErrUnreachable, err)
}

func (g *Generator) failed() error {
	return &port.GenerateError{Code: "tool-failed", Message: "the tool of " + g.ID() + " failed", Retryable: true}
}

// unfit is the failure of a server whose tools can not be used, for as long as neither it nor its entry changes.
func (g *Generator) unfit(err error) error {
	return &port.GenerateError{Code: provider.Rejected, Message: g.ID() + ": " + line(err.Error(), errUnfit.Error())}
}

// errUnfit begins the messages of servers that can not be used as they are. They name tools and arguments only.
var errUnfit = errors.New("the server can not be used as it is")

// reports hands a session's progress notifications to those who wait for them.
type reports struct {
	mu    sync.Mutex
	next  int
	heard map[string]*report
}

type report struct {
	id       string
	progress func(int, string)
	steps    int
}

// listen begins to hand on progress under a token; nothing is handed on after done has returned.
func (r *reports) listen(to *report) (token string, done func()) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.next++
	token = fmt.Sprintf("convoke-%d", r.next)
	r.heard[token] = to
	return token, func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		delete(r.heard, token)
	}
}

func (r *reports) take(_ context.Context, n *sdk.ProgressNotificationClientRequest) {
	token, _ := n.Params.ProgressToken.(string)
	r.mu.Lock()
	defer r.mu.Unlock()
	to := r.heard[token]
	if to == nil {
		return
	}
	to.steps++
	share := 1 - 1/float64(1+to.steps) // of a way whose length is not known
	if n.Params.Total > 0 {
		share = min(1, max(0, n.Params.Progress/n.Params.Total))
	}
	to.progress(10+int(85*share), line(n.Params.Message, to.id+" is drawing"))
}

// line makes one short line of a server's message.
func line(text, otherwise string) string {
	const longest = 160 // characters
	clean := []rune(strings.Join(strings.FieldsFunc(strings.ToValidUTF8(text, ""), func(c rune) bool {
		return unicode.IsSpace(c) || !unicode.IsPrint(c)
	}), " "))
	if len(clean) == 0 {
		return otherwise
	}
	return string(clean[:min(len(clean), longest)])
}
