// Package site runs the web pages as a process does, on a loopback port: the pages and what they are mounted with, over a
// backend on memory adapters.
package site

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"convoke/adapters/calendar"
	"convoke/adapters/httpapi"
	"convoke/adapters/memory"
	"convoke/adapters/sse"
	"convoke/adapters/system"
	"convoke/adapters/web"
	"convoke/adapters/web/guest"
	"convoke/adapters/websocket"
	"convoke/application/analytics"
	"convoke/application/contract"
	"convoke/application/port"
	"convoke/application/rsvps"
	"convoke/domain/rsvp"
	"convoke/test/backend"
	"convoke/test/fake"
)

// Config of a site. The zero value works.
type Config struct {
	PublicURL string
	RateLimit float64 // writes a second and address; 0: no limit
	NoLinks   bool    // nothing can be mailed
	NoConsole bool    // there is no admin token
	Checks    map[string]port.Checker

	GenerateRateLimit float64         // orders of designs a second and address; 0: no limit
	Numbers           analytics.Store // nil: an empty one
}

// Site is a running deployment.
type Site struct {
	*backend.Backend
	URL     string // where it listens
	Mails   *Mailbox
	Log     *Log // of the console
	Numbers *analytics.Service

	Replayed *Projection // of the workers' group, as the console replays it

	server  *httpapi.Server
	sockets *websocket.Handler
	streams *sse.Handler
}

// Open starts a site; it stops with the test.
func Open(t testing.TB, config Config) *Site {
	t.Helper()
	s := &Site{Backend: backend.New(t), Mails: &Mailbox{}, Log: &Log{}}
	if config.Numbers == nil {
		config.Numbers = memory.NewAnalytics()
	}
	s.Numbers = &analytics.Service{Store: config.Numbers, Clock: system.Clock{}, Meter: s.Meter, Log: fake.Log()}
	urls := contract.URLs{Base: config.PublicURL}
	s.server = httpapi.New(httpapi.Config{
		PublicURL: config.PublicURL, RateLimit: config.RateLimit, GenerateRateLimit: config.GenerateRateLimit,
	}, s.Meter, fake.Log())
	s.server.Mount(httpapi.API{
		Jobs: s.Jobs, Designs: s.Store, Letters: s.Letters, Fleet: s.Fleet, URLs: urls,
		RSVPs: s.RSVPs, Reads: s.Reads, Signer: s.Signer, Calendar: calendar.Writer{},
	})
	gate := rsvps.NewGate(s.Signer, "")
	s.sockets = websocket.New(s.Hub, urls, websocket.Config{Gate: gate}, s.Meter, fake.Log())
	s.sockets.Mount(s.server.App())
	s.streams = sse.New(s.Hub, urls, sse.Config{Gate: gate}, s.Meter, fake.Log())
	s.streams.Mount(s.server.App())
	parts := web.Parts{
		RSVPs: s.RSVPs, Reads: s.Reads, Jobs: s.Jobs, Designs: s.Store, Fleet: s.Fleet, Links: s.Mails, Numbers: s.Numbers, Console: s.operators(config),
	}
	if config.NoLinks {
		parts.Links = nil
	}
	pages, err := web.New(web.Config{
		PublicURL: config.PublicURL, MayAsk: s.server.MayAsk, MayGenerate: s.server.MayGenerate, MaySignIn: s.server.MaySignIn,
		Socket: s.sockets.Serve, Stream: s.streams.Occasion,
		Sheet: s.server.Sheet,
	}, parts)
	if err != nil {
		t.Fatal(err)
	}
	pages.Mount(s.server.App())
	s.server.ShowProblems(pages.Problem)
	s.serve(t)
	return s
}

func (s *Site) serve(t testing.TB) {
	t.Helper()
	l, err := s.server.Listen(t.Context(), "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s.URL = "http://" + l.Addr().String()
	served := make(chan error, 1)
	go func() { served <- s.server.Serve(l) }()
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		s.sockets.Drain(ctx)
		s.streams.Drain(ctx)
		if err := s.server.Shutdown(ctx); err != nil {
			t.Error(err)
		}
		if err := <-served; err != nil && !errors.Is(err, net.ErrClosed) {
			t.Error(err)
		}
	})
}

// Prefixed serves the site below a path, as a proxy does that takes the path away, and returns its address.
func Prefixed(t testing.TB, path string, target func() string) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	proxy := &http.Server{Handler: http.StripPrefix(path, forward(target)), ReadHeaderTimeout: 10 * time.Second}
	go func() { _ = proxy.Serve(l) }()
	t.Cleanup(func() { _ = proxy.Close() })
	return "http://" + l.Addr().String() + path
}

// Mailbox remembers whose links were to be mailed again. Safe for concurrent use.
type Mailbox struct {
	mu   sync.Mutex
	sent []string
}

var _ guest.Links = (*Mailbox)(nil)

// Ask notes an address.
func (m *Mailbox) Ask(_, email string) error {
	email = rsvp.NormalEmail(email)
	if err := rsvp.CheckEmail(email); err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.sent = append(m.sent, email)
	return nil
}

// Sent lists the addresses so far.
func (m *Mailbox) Sent() string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return strings.Join(m.sent, " ")
}

// Replies lists an occasion's replies as "email status party".
func (s *Site) Replies(t testing.TB, id string) []string {
	t.Helper()
	page, err := s.Store.Replies(t.Context(), rsvps.Query{OccasionID: id, Limit: 100})
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, r := range page.Replies {
		all = append(all, fmt.Sprintf("%s %s %d", r.Email, r.Status, r.PartySize))
	}
	return all
}

// Revision is how often an occasion has changed.
func (s *Site) Revision(t testing.TB, id string) uint64 {
	t.Helper()
	o, err := s.Store.Occasion(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	return o.Revision
}
