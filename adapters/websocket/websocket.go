// Package websocket lets browsers watch jobs and the counts of occasions over one WebSocket.
//
// Watching is state-based. A subscriber gets a snapshot, then newer states only: versions never fall, and what a slow
// network makes it miss is superseded by what it gets. A state that is still queued when the next one arrives is replaced
// by it, so the newest always gets through and intermediate ones may not. What is queued for one socket is bounded in
// number and bytes; a client that does not keep up is disconnected (3008) and never slows down another. Nothing survives
// the process: clients reconnect, to any instance, and name the version that they have seen.
package websocket

import (
	"context"
	"log/slog"
	"math"
	"net/netip"
	"runtime/debug"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	client "github.com/gofiber/contrib/websocket"
	"github.com/gofiber/fiber/v2"

	"convoke/application/contract"
	"convoke/application/metric"
	"convoke/application/port"
	"convoke/application/rsvps"
	"convoke/application/watch"
	"convoke/domain/fault"
	"convoke/domain/rsvp"
)

// Config of a Handler. The zero value works.
type Config struct {
	AllowedOrigins []string                      // besides the own and the public one; "*" stands for all
	MaxPerIP       int                           // sockets of one client; 0: no limit
	ClientAddr     func(c *fiber.Ctx) netip.Addr // who a client is, for that limit; nil: all are one
	PingEvery      time.Duration                 // a socket silent for twice as long is dead; 0: 20 s
	WriteTimeout   time.Duration                 // of one message; large ones get more; 0: 10 s
	Gate           Gate                          // who may watch hidden counts; nil: nobody
}

// Gate decides who may watch an occasion; see rsvps.Gate.
type Gate interface {
	Admit(token string, o rsvp.State) error
}

// Faults of a handshake.
var (
	errOrigin   = fault.New(fault.Forbidden, "origin-not-allowed", "pages of this origin may not open a WebSocket here")
	errTooMany  = fault.New(fault.Exhausted, "too-many-sockets", "this address has too many WebSockets open")
	errDraining = fault.New(fault.Unavailable, "draining", "the server is shutting down; connect again")
)

// Handler serves the sockets of one process. Safe for concurrent use.
type Handler struct {
	hub     *watch.Hub
	render  renderer
	config  Config
	origins origins
	meter   port.Meter
	log     *slog.Logger
	crew    crew
	queued  atomic.Int64 // bytes, of all sockets
	upgrade fiber.Handler

	mu       sync.Mutex
	sockets  map[*socket]struct{}
	perIP    map[netip.Addr]int
	draining bool
	running  sync.WaitGroup // one for each socket
}

// New makes a handler of watchers of the hub.
func New(hub *watch.Hub, urls contract.URLs, config Config, meter port.Meter, log *slog.Logger) *Handler {
	if config.PingEvery == 0 {
		config.PingEvery = 20 * time.Second
	}
	if config.WriteTimeout == 0 {
		config.WriteTimeout = 10 * time.Second
	}
	if config.MaxPerIP == 0 {
		config.MaxPerIP = math.MaxInt
	}
	if config.ClientAddr == nil {
		config.ClientAddr = func(*fiber.Ctx) netip.Addr { return netip.Addr{} }
	}
	if config.Gate == nil {
		config.Gate = rsvps.NewGate(rsvps.NewSigner(nil), "")
	}
	h := &Handler{
		hub: hub, render: renderer{urls, &contract.CountsTexts{}}, config: config, origins: newOrigins(config.AllowedOrigins, urls.Base),
		meter: meter, log: log, sockets: map[*socket]struct{}{}, perIP: map[netip.Addr]int{},
	}
	h.upgrade = client.New(h.begin, client.Config{
		ReadBufferSize: 256, WriteBufferSize: 4096, // messages to us are tiny
		WriteBufferPool:   &sync.Pool{}, // an idle socket has no write buffer
		EnableCompression: true,
		RecoverHandler:    func(*client.Conn) { h.recovered(recover()) },
	})
	return h
}

// What a handshake leaves to the socket.
const (
	clientKey = "websocket-client"
	tokenKey  = "websocket-token"
)

// Mount adds the endpoint /ws.
//
// The server must leave hijacked connections open when their handler returns: the handler's goroutine holds the whole
// handshake, which is two thirds of what an idle socket would cost, and a socket goes on without it. And it must not keep
// the buffer of 8 KB that a handshake was read with for as long as the socket lives.
func (h *Handler) Mount(app *fiber.App) {
	app.Server().KeepHijackedConns = true
	app.Server().ReduceMemoryUsage = true
	app.Get("/ws", h.Serve)
}

// Serve is the endpoint, for a server that Mount has prepared and for pages that have an address of their own for it. A
// handshake that is refused returns a fault, which the app's error handler answers. The bearer token of a handshake is that
// of every subscription that names none.
func (h *Handler) Serve(c *fiber.Ctx) error {
	if err := h.admit(c); err != nil {
		return err
	}
	if token, ok := strings.CutPrefix(c.Get(fiber.HeaderAuthorization), "Bearer "); ok {
		c.Locals(tokenKey, strings.Clone(token))
	}
	err := h.upgrade(c)
	if err != nil {
		c.Set(fiber.HeaderUpgrade, "websocket") // what it did not ask for
	}
	return err
}

// admit checks a handshake. The limits are checked again when the socket is registered.
func (h *Handler) admit(c *fiber.Ctx) error {
	if !h.origins.allow(c.Get(fiber.HeaderOrigin), string(c.Context().Host())) {
		return errOrigin
	}
	addr := h.config.ClientAddr(c)
	c.Locals(clientKey, addr)
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.room(addr)
}

func (h *Handler) room(addr netip.Addr) error {
	switch {
	case h.draining:
		return errDraining
	case h.perIP[addr] >= h.config.MaxPerIP:
		return errTooMany
	}
	return nil
}

// begin starts a socket and returns. The library uses its own Conn again afterwards, but not the connection inside.
func (h *Handler) begin(conn *client.Conn) {
	addr, _ := conn.Locals(clientKey).(netip.Addr)
	token, _ := conn.Locals(tokenKey).(string)
	s := newSocket(h, conn.Conn, token)
	if err := h.register(s, addr); err != nil {
		s.refuse(err)
		return
	}
	go func() {
		defer h.unregister(s, addr)
		defer func() { h.recovered(recover()) }()
		s.run()
	}()
}

func (h *Handler) register(s *socket, addr netip.Addr) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if err := h.room(addr); err != nil {
		return err
	}
	h.sockets[s] = struct{}{}
	h.perIP[addr]++
	h.running.Add(1)
	h.meter.Set(metric.SocketsOpen, float64(len(h.sockets)))
	return nil
}

func (h *Handler) unregister(s *socket, addr netip.Addr) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.sockets, s)
	if h.perIP[addr]--; h.perIP[addr] == 0 {
		delete(h.perIP, addr)
	}
	h.meter.Set(metric.SocketsOpen, float64(len(h.sockets)))
	h.running.Done()
}

func (h *Handler) recovered(r any) {
	if r != nil {
		h.log.Error("a socket panicked", "panic", r, "stack", string(debug.Stack()))
	}
}

// drainPace is how fast sockets are sent away when there is time: clients come back at once, and not all together.
const drainPace = 2 * time.Millisecond

// Drain takes no more sockets and asks every client to reconnect (3001), spread over most of the time until ctx's
// deadline. It returns when all sockets are gone; those that are left when ctx ends are cut off. It may be called twice.
func (h *Handler) Drain(ctx context.Context) {
	h.mu.Lock()
	h.draining = true
	sockets := make([]*socket, 0, len(h.sockets))
	for s := range h.sockets {
		sockets = append(sockets, s)
	}
	h.mu.Unlock()

	pace := drainPace
	if deadline, ok := ctx.Deadline(); ok && len(sockets) > 0 {
		pace = min(pace, time.Until(deadline)*3/4/time.Duration(len(sockets)))
	}
	began := time.Now()
	for i, s := range sockets {
		waitUntil(ctx, began.Add(pace*time.Duration(i)))
		s.close(codeDrain)
	}
	h.awaitAll(ctx, sockets)
}

func (h *Handler) awaitAll(ctx context.Context, sockets []*socket) {
	gone := make(chan struct{})
	go func() { h.running.Wait(); h.crew.running.Wait(); close(gone) }()
	select {
	case <-gone:
	case <-ctx.Done():
		for _, s := range sockets {
			s.hangUp()
		}
		<-gone
	}
}

func waitUntil(ctx context.Context, t time.Time) {
	d := time.Until(t)
	if d < time.Millisecond {
		return // too short to be worth a timer
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}
