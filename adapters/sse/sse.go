// Package sse lets clients watch a job, or the counts of an occasion, as a stream of server-sent events.
//
// The guarantees are those of the WebSocket: a snapshot, then newer states only, the newest always and intermediate ones
// as the network allows; nothing waits for a slow client but its own newest state. An event's id is the version that it
// tells of, so a client that reconnects, to any instance, gets what it has not seen. A stream ends after the job's
// terminal event, with the occasion's end, and with a drain; then clients reconnect by themselves.
package sse

import (
	"context"
	"errors"
	"log/slog"
	"math"
	"net/http"
	"net/netip"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/gofiber/fiber/v2"

	"convoke/application/contract"
	"convoke/application/jobs"
	"convoke/application/metric"
	"convoke/application/port"
	"convoke/application/rsvps"
	"convoke/application/uuid"
	"convoke/application/watch"
	"convoke/domain/fault"
	"convoke/domain/rsvp"
)

// Config of a Handler. The zero value works.
type Config struct {
	MaxPerIP     int                           // streams of one client; 0: no limit
	ClientAddr   func(c *fiber.Ctx) netip.Addr // who a client is, for that limit; nil: all are one
	Heartbeat    time.Duration                 // between comments that keep the connection from being thought dead; 0: 15 s
	WriteTimeout time.Duration                 // for a client to take an event; 0: 1 min
	Gate         Gate                          // who may watch hidden counts; nil: nobody
}

// Gate decides who may watch an occasion; see rsvps.Gate.
type Gate interface {
	Admit(token string, o rsvp.State) error
}

// Faults of a stream that can not begin.
var (
	errTooMany  = fault.New(fault.Exhausted, "too-many-streams", "this address has too many event streams open")
	errDraining = fault.New(fault.Unavailable, "draining", "the server is shutting down; connect again")
)

// loadTimeout bounds the reading of the snapshot.
const loadTimeout = 5 * time.Second

// Handler serves the streams of one process. Safe for concurrent use.
type Handler struct {
	hub    *watch.Hub
	urls   contract.URLs
	counts contract.CountsTexts
	config Config
	meter  port.Meter
	log    *slog.Logger
	drain  chan struct{} // closed when every stream is to end

	mu       sync.Mutex
	streams  map[*stream]struct{}
	perIP    map[netip.Addr]int
	draining bool
	running  sync.WaitGroup // one for each stream
}

// New makes a handler of watchers of the hub.
func New(hub *watch.Hub, urls contract.URLs, config Config, meter port.Meter, log *slog.Logger) *Handler {
	if config.Heartbeat == 0 {
		config.Heartbeat = 15 * time.Second
	}
	if config.WriteTimeout == 0 {
		config.WriteTimeout = time.Minute
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
	return &Handler{
		hub: hub, urls: urls, config: config, meter: meter, log: log,
		drain: make(chan struct{}), streams: map[*stream]struct{}{}, perIP: map[netip.Addr]int{},
	}
}

// Mount adds the endpoints. A stream that is refused returns a fault, which the app's error handler answers. HEAD is not
// offered: it would have to start a stream to say what GET says.
func (h *Handler) Mount(app fiber.Router) {
	app.Add(http.MethodGet, "/api/streams/jobs/:jobId", h.job)
	app.Add(http.MethodGet, "/api/streams/occasions/:id", h.Occasion)
}

func (h *Handler) job(c *fiber.Ctx) error {
	id, ok := uuid.Parse(c.Params("jobId"))
	if !ok {
		return jobs.ErrNotFound
	}
	s := newStream(h, c.Context().Conn(), lastSeen(c))
	snapshot, err := s.watch(watch.Topic{Kind: port.JobHint, ID: id})
	if errors.Is(err, watch.ErrNotFound) {
		return jobs.ErrNotFound
	}
	if err != nil {
		return err
	}
	if snapshot.Number() <= s.seen && ended(snapshot) {
		s.subscription.Close()
		c.Status(http.StatusNoContent) // which also keeps browsers from asking again
		return nil
	}
	return h.begin(c, s)
}

// Occasion streams the counts of the occasion that the path names as id, for pages that have an address of their own for
// it.
func (h *Handler) Occasion(c *fiber.Ctx) error {
	id, ok := contract.OccasionID(c.Params("id"))
	if !ok {
		return rsvp.ErrNoOccasion
	}
	s := newStream(h, c.Context().Conn(), lastSeen(c))
	s.token = bearer(c)
	snapshot, err := s.watch(watch.Topic{Kind: port.OccasionHint, ID: id})
	if errors.Is(err, watch.ErrNotFound) {
		return rsvp.ErrNoOccasion
	}
	if err != nil {
		return err
	}
	if err := s.admitted(snapshot); err != nil {
		s.subscription.Close()
		return err
	}
	return h.begin(c, s)
}

// bearer is a copy of the bearer token; empty: there is none.
func bearer(c *fiber.Ctx) string {
	scheme, token, _ := strings.Cut(c.Get(fiber.HeaderAuthorization), " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return ""
	}
	return strings.Clone(strings.TrimSpace(token))
}

// begin answers with the stream.
func (h *Handler) begin(c *fiber.Ctx, s *stream) error {
	s.client = h.config.ClientAddr(c)
	if err := h.register(s); err != nil {
		s.subscription.Close()
		return err
	}
	c.Set(fiber.HeaderContentType, "text/event-stream")
	c.Set(fiber.HeaderCacheControl, "no-cache, no-transform")
	c.Set("X-Accel-Buffering", "no")
	c.Context().SetBodyStreamWriter(s.run)
	return nil
}

// lastSeen is the version that a reconnecting client has; what is no version counts as none.
func lastSeen(c *fiber.Ctx) uint64 {
	version, err := strconv.ParseUint(c.Get("Last-Event-ID"), 10, 64)
	if err != nil {
		return 0
	}
	return version
}

func (h *Handler) register(s *stream) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	switch {
	case h.draining:
		return errDraining
	case h.perIP[s.client] >= h.config.MaxPerIP:
		return errTooMany
	}
	h.streams[s] = struct{}{}
	h.perIP[s.client]++
	h.running.Add(1)
	h.meter.Set(metric.StreamsOpen, float64(len(h.streams)))
	return nil
}

func (h *Handler) unregister(s *stream) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.streams, s)
	if h.perIP[s.client]--; h.perIP[s.client] == 0 {
		delete(h.perIP, s.client)
	}
	h.meter.Set(metric.StreamsOpen, float64(len(h.streams)))
	h.running.Done()
}

// Drain takes no more streams, ends those that are open, and returns when all that they sent is in the server's hands;
// clients for whom that has not come about when ctx ends are cut off. It may be called twice.
func (h *Handler) Drain(ctx context.Context) {
	h.mu.Lock()
	if !h.draining {
		h.draining = true
		close(h.drain)
	}
	h.mu.Unlock()
	gone := make(chan struct{})
	go func() { h.running.Wait(); close(gone) }()
	select {
	case <-gone:
	case <-ctx.Done():
		h.cutOff()
		<-gone
	}
}

func (h *Handler) cutOff() {
	h.mu.Lock()
	defer h.mu.Unlock()
	for s := range h.streams {
		_ = s.conn.Close()
	}
}
