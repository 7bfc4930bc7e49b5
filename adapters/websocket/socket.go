package websocket

import (
	"encoding/json"
	"errors"
	"io"
	"net"
	"strconv"
	"sync"
	"time"
	"unicode/utf8"

	client "github.com/gofiber/contrib/websocket"

	"convoke/application/metric"
	"convoke/application/watch"
)

const (
	maxRequest      = 4 << 10 // bytes of a client's message
	maxSubscription = 128
	closeGrace      = 3 * time.Second // for the client to answer a close
	partGrace       = time.Second     // for what a client that is sent away has sent already
	partBytes       = 64 << 10        // of that
)

// wire is the connection under a socket. One goroutine reads and one at a time writes.
type wire interface {
	NextReader() (messageType int, r io.Reader, err error)
	WriteMessage(messageType int, data []byte) error
	WriteControl(messageType int, data []byte, deadline time.Time) error
	EnableWriteCompression(enable bool)
	SetPongHandler(handle func(string) error)
	SetReadDeadline(t time.Time) error
	SetReadLimit(limit int64)
	SetWriteDeadline(t time.Time) error
	NetConn() net.Conn
}

// socket is one client. Its reader is the goroutine that runs it; its writer is one of the crew, while there is something
// to write, so an idle socket costs one goroutine and hardly a buffer.
type socket struct {
	handler *Handler
	conn    wire
	token   string // of the handshake; empty: none
	pinger  *time.Timer
	pace    pace // of the client's messages

	mu            sync.Mutex
	queue         queue
	subscriptions map[watch.Topic]*subscription
	pingDue       bool
	writing       bool
	closing       closeCode      // 0: open
	dead          bool           // nothing can be written any more
	writer        sync.WaitGroup // one while writing
}

func newSocket(h *Handler, conn wire, token string) *socket {
	return &socket{handler: h, conn: conn, token: token, queue: queue{queued: &h.queued}}
}

// refuse ends a socket that was never registered.
func (s *socket) refuse(err error) {
	code := codeLater
	if errors.Is(err, errDraining) {
		code = codeDrain
	}
	s.sendClose(code)
	s.hangUp()
}

// run reads until the socket ends, and leaves nothing behind.
func (s *socket) run() {
	defer s.end()
	s.conn.SetReadLimit(maxRequest)
	s.conn.SetPongHandler(func(string) error { s.alive(); return nil })
	s.start()
	for {
		kind, message, err := s.read()
		if err != nil {
			s.part(err)
			return
		}
		if s.alive() {
			s.take(kind, message)
		}
	}
}

func (s *socket) start() {
	s.reply(notice{Type: "connected"})
	s.alive()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.pinger = time.AfterFunc(s.handler.config.PingEvery, s.ping)
}

// read returns the client's next message. A flood is slowed down to the pace, which the client feels as back-pressure.
func (s *socket) read() (kind int, message []byte, err error) {
	kind, r, err := s.conn.NextReader()
	if err != nil {
		return 0, nil, err
	}
	message, err = io.ReadAll(io.LimitReader(r, maxRequest+1)) // a compressed one may unfold to any size
	time.Sleep(s.pace.wait(time.Now()))
	return kind, message, err
}

// part lets a client that broke the protocol read why, which it has been sent: a connection that is closed while there is
// something to be read from it is reset, and what was sent may be lost with it.
func (s *socket) part(err error) {
	var network net.Error
	if client.IsUnexpectedCloseError(err) || errors.As(err, &network) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return // it is the client that went
	}
	conn := s.conn.NetConn()
	if hijacked, ok := conn.(interface{ UnsafeConn() net.Conn }); ok {
		conn = hijacked.UnsafeConn()
	}
	if half, ok := conn.(interface{ CloseWrite() error }); ok && half.CloseWrite() == nil {
		_ = conn.SetReadDeadline(time.Now().Add(partGrace))
		_, _ = io.CopyN(io.Discard, conn, partBytes)
	}
}

// take does what a message asks for.
func (s *socket) take(kind int, message []byte) {
	var r request
	if kind != client.TextMessage || len(message) > maxRequest || !utf8.Valid(message) || json.Unmarshal(message, &r) != nil {
		s.close(codeProtocol)
		return
	}
	switch r.Type {
	case "ping":
		s.reply(notice{Type: "pong"})
	case "subscribe":
		s.subscribe(r)
	case "unsubscribe":
		s.unsubscribe(r)
	default:
		s.reply(notice{Type: "error", Code: "unknown-type", Message: "type must be subscribe, unsubscribe or ping"})
	}
}

// alive notes a sign of life. It returns false for a socket that is being closed: that one has its grace and no more.
func (s *socket) alive() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.dead || s.closing != 0 {
		return false
	}
	_ = s.conn.SetReadDeadline(time.Now().Add(2 * s.handler.config.PingEvery)) // if it fails, so does reading
	return true
}

// ping has the writer send a ping, from time to time.
func (s *socket) ping() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.dead || s.closing != 0 {
		return
	}
	s.pingDue = true
	s.wakeWriter()
	s.pinger.Reset(s.handler.config.PingEvery)
}

// close has the writer send a close frame instead of whatever is queued. The client has a moment to answer it. Only the
// first call counts.
func (s *socket) close(code closeCode) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closeLocked(code)
}

func (s *socket) closeLocked(code closeCode) {
	if s.closing != 0 || s.dead {
		return
	}
	s.closing = code
	s.queue.empty()
	s.handler.meter.Add(metric.LiveClosed, 1, strconv.Itoa(int(code)))
	_ = s.conn.SetReadDeadline(time.Now().Add(s.handler.config.WriteTimeout + closeGrace))
	s.wakeWriter()
}

// end runs when reading has ended: it stops the writer, and the subscriptions.
func (s *socket) end() {
	s.pinger.Stop()
	s.mu.Lock()
	s.dead = true
	s.queue.empty()
	subscriptions := s.subscriptions
	s.subscriptions = nil
	s.mu.Unlock()
	s.hangUp()
	s.writer.Wait()
	for _, sub := range subscriptions {
		sub.watch.Close()
	}
}

// hangUp closes the connection under the socket, which ends whatever waits for it. It may be called at any time.
func (s *socket) hangUp() { _ = s.conn.NetConn().Close() }
