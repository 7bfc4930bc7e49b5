// Package smtp hands mails to a mail server.
//
// Delivery: what Send does not report as failed the server has taken, and is answerable for from then on. When the
// answer to a mail is lost, it may be sent a second time, under the same Message-ID. Order: none; the mails of a batch
// travel side by side. Bounds: a process opens at most four connections at a time, each for one batch; every
// conversation has a deadline. Encryption: what the URL asks for; a password is never sent in the clear to another
// machine. Addresses: the domain may be an international one; other letters than ASCII before the @ need a server with
// SMTPUTF8. Not supported: sending to the recipients' own servers without one that relays, bounces, signing by DKIM
// (the relaying server's business).
package smtp

import (
	"context"
	"sync"
	"time"

	"convoke/application/port"
)

const (
	maxConnections = 4
	worthAnother   = 8 // mails of a batch for each connection
	usualTimeout   = 30 * time.Second
	usualGrace     = 2 * time.Second
)

// Mailer sends through one server. Safe for concurrent use.
type Mailer struct {
	config  Config
	timeout time.Duration // of connecting with everything that belongs to it, and of each mail
	grace   time.Duration // of a mail in transit when its context has ended
	slots   chan struct{}
}

var _ port.Mailer = (*Mailer)(nil)

// New makes a mailer. It connects when there is something to send.
func New(c Config) *Mailer {
	return &Mailer{config: c, timeout: usualTimeout, grace: usualGrace, slots: make(chan struct{}, maxConnections)}
}

// Send spreads the batch over a few connections. One that finds the server ill gives up; what the others do not get to
// stays unsent.
func (m *Mailer) Send(ctx context.Context, batch []port.Mail) []error {
	s := &shipment{batch: batch, errs: make([]error, len(batch))}
	var lines sync.WaitGroup
	for range min(maxConnections, (len(batch)+worthAnother-1)/worthAnother) {
		lines.Go(func() {
			if err := m.work(ctx, s); err != nil {
				s.abandon(err)
			}
		})
	}
	lines.Wait()
	return s.result()
}

// work sends mails over one connection until there are no more. Its error is about the server.
func (m *Mailer) work(ctx context.Context, s *shipment) error {
	select {
	case m.slots <- struct{}{}:
		defer func() { <-m.slots }()
	case <-ctx.Done():
		return ctx.Err()
	}
	l := &line{mailer: m}
	defer l.hangUp()
	for i, more := s.take(); more; i, more = s.take() {
		if s.errs[i] = l.deliver(ctx, s.batch[i]); ill(s.errs[i]) {
			return s.errs[i]
		}
	}
	return nil
}

// shipment is a batch on its way. Each mail is taken by one connection.
type shipment struct {
	batch []port.Mail
	errs  []error

	mu    sync.Mutex
	taken int
	ill   error // why a connection gave up
}

func (s *shipment) take() (int, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.taken == len(s.batch) {
		return 0, false
	}
	s.taken++
	return s.taken - 1, true
}

func (s *shipment) abandon(ill error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ill = ill
}

func (s *shipment) result() []error {
	for i := s.taken; i < len(s.batch); i++ {
		s.errs[i] = s.ill
	}
	for _, err := range s.errs {
		if err != nil {
			return s.errs
		}
	}
	return nil
}
