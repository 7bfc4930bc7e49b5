// Package mailserver is a mail server on loopback for tests. It speaks real SMTP, keeps what it takes, and is ill, strict
// or slow as a test asks.
package mailserver

import (
	"bytes"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/mail"
	"net/url"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"

	"convoke/test/loopback"
)

// Config of a server. The zero value takes every mail from everybody.
type Config struct {
	User, Password string           // asked for when set
	Certificate    *tls.Certificate // offers STARTTLS
	Implicit       bool             // encrypted from the first byte
	International  bool             // offers SMTPUTF8
	Mail           func(from string) error
	Rcpt           func(to string) error
	Data           func(to string, taken int) error // before a mail is taken; taken counts the connection's
}

// Refusal is an answer with a code, such as 550, and an enhanced code.
func Refusal(code, class, subject, detail int) error {
	return &smtp.SMTPError{Code: code, EnhancedCode: smtp.EnhancedCode{class, subject, detail}, Message: "<whom@example.org> is not served here"}
}

// ErrCut breaks the connection off, without an answer.
var ErrCut = errors.New("cut")

// Server is a running server. Safe for concurrent use.
type Server struct {
	t      testing.TB
	config Config
	addr   string

	mu          sync.Mutex
	running     *smtp.Server
	listener    net.Listener
	served      chan error
	taken       []Taken
	connections int
	arrived     chan struct{} // closed and replaced with each mail
}

// Start runs a server; it stops with the test.
func Start(t testing.TB, c Config) *Server {
	t.Helper()
	port, err := loopback.Port()
	if err != nil {
		t.Fatal(err)
	}
	s := &Server{t: t, config: c, addr: loopback.Address(port), arrived: make(chan struct{})}
	s.Resume()
	t.Cleanup(s.Stop)
	return s
}

// Resume lets a stopped server run again, at the same address.
func (s *Server) Resume() {
	s.t.Helper()
	l, err := net.Listen("tcp", s.addr)
	if err != nil {
		s.t.Fatal(err)
	}
	running := smtp.NewServer(smtp.BackendFunc(func(c *smtp.Conn) (smtp.Session, error) {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.connections++
		return &session{server: s, conn: c, known: s.config.User == ""}, nil
	}))
	running.Domain, running.AllowInsecureAuth, running.EnableSMTPUTF8 = "mail.test", true, s.config.International
	running.ErrorLog = log.New(io.Discard, "", 0)
	running.ReadTimeout, running.WriteTimeout = time.Minute, time.Minute
	if s.config.Certificate != nil {
		running.TLSConfig = &tls.Config{Certificates: []tls.Certificate{*s.config.Certificate}}
		if s.config.Implicit {
			l, running.TLSConfig = tls.NewListener(l, running.TLSConfig), nil
		}
	}
	served := make(chan error, 1)
	s.mu.Lock()
	s.running, s.served, s.listener = running, served, l
	s.mu.Unlock()
	go func() { served <- running.Serve(l) }()
}

// Stop cuts every connection and takes no more. It may be called twice.
func (s *Server) Stop() {
	s.mu.Lock()
	running, served, listener := s.running, s.served, s.listener
	s.running = nil
	s.mu.Unlock()
	if running != nil {
		_ = running.Close()
		_ = listener.Close() // which the server may not know yet
		<-served
	}
}

// Addr is where the server listens.
func (s *Server) Addr() string { return s.addr }

// URL is what SMTP_URL says to use the server, with further parameters such as "tls=required".
func (s *Server) URL(parameters string) string {
	u := url.URL{Scheme: "smtp", Host: s.addr, RawQuery: "from=Convoke%20<noreply@party.example>"}
	if s.config.Implicit {
		u.Scheme = "smtps"
	}
	if s.config.User != "" {
		u.User = url.UserPassword(s.config.User, s.config.Password)
	}
	if parameters != "" {
		u.RawQuery += "&" + parameters
	}
	return u.String()
}

// Taken returns the mails that the server has taken.
func (s *Server) Taken() []Taken {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Taken(nil), s.taken...)
}

// Collect returns the mails that the server has taken since the last call.
func (s *Server) Collect() []Taken {
	s.mu.Lock()
	defer s.mu.Unlock()
	taken := s.taken
	s.taken = nil
	return taken
}

// Connections is how many connections there have been.
func (s *Server) Connections() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.connections
}

// Await waits until the server has taken n mails, and returns all that it has.
func (s *Server) Await(n int) []Taken {
	s.t.Helper()
	patience := time.After(20 * time.Second)
	for {
		s.mu.Lock()
		arrived, taken := s.arrived, append([]Taken(nil), s.taken...)
		s.mu.Unlock()
		if len(taken) >= n {
			return taken
		}
		select {
		case <-arrived:
		case <-patience:
			s.t.Fatalf("%d mails have arrived instead of %d", len(taken), n)
		}
	}
}

func (s *Server) keep(m Taken) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.taken = append(s.taken, m)
	close(s.arrived)
	s.arrived = make(chan struct{})
}

// session is one connection's conversation.
type session struct {
	server  *Server
	conn    *smtp.Conn
	known   bool
	current Taken
	taken   int
}

func (s *session) Reset()        { s.current = Taken{} }
func (s *session) Logout() error { return nil }

func (s *session) AuthMechanisms() []string {
	if s.server.config.User == "" {
		return nil
	}
	return []string{sasl.Plain}
}

func (s *session) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		if user != s.server.config.User || password != s.server.config.Password {
			return smtp.ErrAuthFailed
		}
		s.known = true
		return nil
	}), nil
}

func (s *session) Mail(from string, o *smtp.MailOptions) error {
	s.current = Taken{From: from, Extension: o.UTF8}
	switch {
	case !s.known:
		return smtp.ErrAuthRequired
	case s.server.config.Mail != nil:
		return s.server.config.Mail(from)
	}
	return nil
}

func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.current.To = to
	if s.server.config.Rcpt != nil {
		return s.cutOr(s.server.config.Rcpt(to))
	}
	return nil
}

func (s *session) Data(r io.Reader) error {
	content, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	if s.server.config.Data != nil {
		if err := s.server.config.Data(s.current.To, s.taken); err != nil {
			return s.cutOr(err)
		}
	}
	if s.current.Message, err = mail.ReadMessage(bytes.NewReader(content)); err != nil {
		return fmt.Errorf("no message: %w", err)
	}
	s.current.Body, _ = io.ReadAll(s.current.Message.Body)
	s.server.keep(s.current)
	s.taken++
	return nil
}

func (s *session) cutOr(err error) error {
	if errors.Is(err, ErrCut) {
		_ = s.conn.Conn().Close()
	}
	return err
}
